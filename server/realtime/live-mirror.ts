import * as Y from 'yjs'
import { type DocumentCaps, parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { edgesJson, type LiveParts, listJson, liveJson, liveParts } from '../../nodes/core/live-document'

/** Words that would reach an object's prototype instead of its keys. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

type Part = keyof LiveParts

/**
 * The checked workflow of a live document. It follows along: after an edit only what was edited is read and checked,
 * so that dragging a node costs the same among ten nodes and among a thousand. Parts that did not change keep their
 * identity.
 */
export class LiveMirror {
  private readonly parts: LiveParts
  private readonly dirty: Record<Part, Set<string>>
  private current: WorkflowDocument

  /** @throws StudioError `document/…` */
  constructor(
    private readonly doc: Y.Doc,
    private readonly caps: DocumentCaps,
  ) {
    this.parts = liveParts(doc)
    this.dirty = {
      meta: new Set(),
      nodes: new Set(),
      edges: new Set(),
      layout: new Set(),
      groups: new Set(),
      notes: new Set(),
    }
    for (const part of Object.keys(this.parts) as Part[]) {
      for (const key of this.parts[part].keys()) this.dirty[part].add(key)
    }
    this.checkNames()
    this.current = this.readAll()
    this.forgetChanges()
    this.watch()
  }

  /**
   * The workflow after what has happened to the document since the last call.
   *
   * @throws StudioError `document/…` when it is no longer one; the mirror is then of no more use
   */
  next(): WorkflowDocument {
    const { dirty, parts, caps } = this
    this.checkNames()
    const nodes = changed(this.current.nodes, dirty.nodes, parts.nodes)
    // Edges and places of nodes that came or went come and go with them.
    const flipped = [...dirty.nodes].filter(
      (id) => Object.hasOwn(nodes.all, id) !== Object.hasOwn(this.current.nodes, id),
    )
    const layoutKeys = new Set([...dirty.layout, ...flipped])
    const layout = changed(this.current.layout, layoutKeys, parts.layout, (id) =>
      Object.hasOwn(nodes.all, id),
    )
    const hasEdges = dirty.edges.size > 0 || flipped.length > 0
    const edges = hasEdges ? edgesJson(parts.edges, (id) => Object.hasOwn(nodes.all, id)) : this.current.edges
    const isLarge = Object.keys(nodes.all).length > caps.nodes || edges.length > caps.edges
    const checked = isLarge
      ? this.readAll() // says what is too large
      : parseDocument(
          {
            ...liveMeta(parts, this.current),
            nodes: nodes.fresh,
            edges: hasEdges ? edges : [],
            layout: layout.fresh,
            groups: dirty.groups.size > 0 ? listJson(parts.groups) : [],
            notes: dirty.notes.size > 0 ? listJson(parts.notes) : [],
          },
          caps,
        )
    this.current = {
      ...checked,
      nodes: merged(nodes.all, checked.nodes),
      edges: hasEdges ? checked.edges : this.current.edges,
      layout: merged(layout.all, checked.layout),
      groups: dirty.groups.size > 0 ? checked.groups : this.current.groups,
      notes: dirty.notes.size > 0 ? checked.notes : this.current.notes,
    }
    this.forgetChanges()
    return this.current
  }

  get document(): WorkflowDocument {
    return this.current
  }

  private watch(): void {
    for (const part of Object.keys(this.parts) as Part[]) {
      const keys = this.dirty[part]
      this.parts[part].observeDeep((events) => {
        for (const event of events) {
          if (event.path.length > 0) keys.add(String(event.path[0]))
          else for (const key of (event as Y.YMapEvent<unknown>).keysChanged) keys.add(key)
        }
      })
    }
  }

  private forgetChanges(): void {
    for (const keys of Object.values(this.dirty)) keys.clear()
  }

  private readAll(): WorkflowDocument {
    let json: WorkflowDocument
    try {
      json = liveJson(this.doc)
    } catch (cause) {
      throw refused('This edit would leave something that is not a workflow.', cause)
    }
    return parseDocument(json, this.caps)
  }

  private checkNames(): void {
    const foreign = [...this.doc.share.keys()].find((name) => !Object.hasOwn(this.parts, name))
    if (foreign !== undefined) throw refused(`A workflow has no part "${foreign.slice(0, 80)}".`)
    for (const [part, keys] of Object.entries(this.dirty) as [Part, Set<string>][]) {
      for (const key of keys) {
        if (RESERVED.has(key)) throw refused(`"${key}" cannot be a name in a workflow.`)
        // Also an edge whose nodes are gone, which is left out: one of the nodes may come back.
        const from = part === 'edges' ? this.parts.edges.get(key) : undefined
        if (from !== undefined && !(key.includes('.') && isEdgeEnd(from)))
          throw refused(`The edge "${key.slice(0, 80)}" is not valid.`)
      }
    }
  }
}

export const refused = (message: string, cause?: unknown) =>
  new StudioError('document/refused', message, {
    hint: 'Reload the page; if that does not help, duplicate the workflow.',
    cause,
  })

const isEdgeEnd = (value: unknown) =>
  Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string')

function liveMeta({ meta }: LiveParts, current: WorkflowDocument): Record<string, unknown> {
  const json = meta.toJSON() as Record<string, unknown>
  return { schema: current.schema, ...json }
}

/** `all`: the table as it is now, with what changed unchecked; `fresh`: only what changed. */
function changed<T>(
  before: Record<string, T>,
  keys: ReadonlySet<string>,
  table: Y.Map<Y.Map<unknown>>,
  isShown: (key: string) => boolean = () => true,
): { all: Record<string, unknown>; fresh: Record<string, unknown> } {
  if (keys.size === 0) return { all: before, fresh: {} }
  const all: Record<string, unknown> = { ...before }
  const fresh: Record<string, unknown> = {}
  for (const key of keys) {
    const value: unknown = table.get(key)
    if (value === undefined || !isShown(key)) delete all[key]
    else all[key] = fresh[key] = value instanceof Y.Map ? value.toJSON() : value
  }
  return { all, fresh }
}

function merged<T>(all: Record<string, unknown>, checked: Record<string, T>): Record<string, T> {
  for (const [key, value] of Object.entries(checked)) all[key] = value
  return all as Record<string, T> // what is not in `checked` was checked before
}
