'use client'
import type * as Y from 'yjs'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { WorkflowDocument } from '../../../nodes/core/document'
import { edgeKey, edgeTarget, liveJson, liveParts } from '../../../nodes/core/live-document'

export type PlacedNode = WorkflowDocument['nodes'][string]
export type Edge = WorkflowDocument['edges'][number]
export type Layout = WorkflowDocument['layout'][string]

/** A frame around nodes; what lies in it moves with it. */
export interface Group {
  id: string
  title: string
  colour: GroupColour
  x: number
  y: number
  w: number
  h: number
}

export interface Note {
  id: string
  text: string
  x: number
  y: number
  w: number
  h: number
}

/** Grey, and the hues of the mask regions and socket types by name: a group's colour is a word, not a value. */
export const GROUP_COLOURS = ['grey', 'yellow', 'green', 'pink', 'violet', 'orange'] as const
export type GroupColour = (typeof GROUP_COLOURS)[number]

/** The open workflow as everybody reads it: unchanged parts keep their identity from one edit to the next. */
export type DocumentStore = StoreApi<WorkflowDocument>

const TABLES = ['nodes', 'layout', 'groups', 'notes'] as const
type TableName = (typeof TABLES)[number]

/** Follows a live document. A change re-reads only what it touched, so that a card sees whether it is concerned. */
export function followDocument(doc: Y.Doc): { store: DocumentStore; stop(): void } {
  const parts = liveParts(doc)
  const store = createStore<WorkflowDocument>(() => liveJson(doc))
  const touched: Record<TableName, Set<string>> = {
    nodes: new Set(),
    layout: new Set(),
    groups: new Set(),
    notes: new Set(),
  }
  let edgesChanged = false
  let metaChanged = false

  const watchers = TABLES.map((name) => {
    const watch = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
      for (const event of events) {
        if (event.path.length > 0) touched[name].add(String(event.path[0]))
        else for (const id of event.changes.keys.keys()) touched[name].add(id)
      }
    }
    parts[name].observeDeep(watch)
    return () => parts[name].unobserveDeep(watch)
  })
  const watchEdges = () => {
    edgesChanged = true
  }
  const watchMeta = () => {
    metaChanged = true
  }
  parts.edges.observe(watchEdges)
  parts.meta.observe(watchMeta)

  const flush = () => {
    const before = store.getState()
    const change: Partial<WorkflowDocument> = {}
    if (touched.nodes.size > 0) {
      change.nodes = reread(before.nodes, parts.nodes, touched.nodes) as WorkflowDocument['nodes']
      const next = change.nodes
      const cameOrWent = [...touched.nodes].filter((id) => id in before.nodes !== id in next)
      for (const id of cameOrWent) touched.layout.add(id) // places and edges come and go with their node
      edgesChanged ||= cameOrWent.length > 0
    }
    const nodes = change.nodes ?? before.nodes
    if (touched.layout.size > 0) {
      const layout = reread(before.layout, parts.layout, touched.layout) as WorkflowDocument['layout']
      for (const id of touched.layout) if (!(id in nodes)) delete layout[id]
      change.layout = layout
    }
    for (const name of ['groups', 'notes'] as const) {
      if (touched[name].size > 0) change[name] = rereadList(before[name], parts[name], touched[name])
    }
    if (edgesChanged) change.edges = rereadEdges(before.edges, parts.edges, nodes)
    if (metaChanged) Object.assign(change, { form: undefined }, parts.meta.toJSON())
    for (const name of TABLES) touched[name].clear()
    edgesChanged = metaChanged = false
    if (Object.keys(change).length > 0) store.setState(change)
  }
  doc.on('afterTransaction', flush)
  return {
    store,
    stop() {
      doc.off('afterTransaction', flush)
      for (const stop of watchers) stop()
      parts.edges.unobserve(watchEdges)
      parts.meta.unobserve(watchMeta)
    },
  }
}

function reread(
  before: Readonly<Record<string, object>>,
  table: Y.Map<Y.Map<unknown>>,
  ids: ReadonlySet<string>,
): Record<string, object> {
  const next: Record<string, object> = { ...before }
  for (const id of ids) {
    const map = table.get(id)
    if (map) next[id] = map.toJSON()
    else delete next[id]
  }
  return next
}

function rereadList<T extends { id: string }>(
  before: readonly T[],
  table: Y.Map<Y.Map<unknown>>,
  ids: ReadonlySet<string>,
): T[] {
  const kept = before.filter(({ id }) => !ids.has(id))
  const read = [...ids].flatMap((id) => {
    const map = table.get(id)
    return map ? [{ ...map.toJSON(), id } as T] : []
  })
  return [...kept, ...read].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function rereadEdges(
  before: readonly Edge[],
  table: Y.Map<[string, string]>,
  nodes: WorkflowDocument['nodes'],
): Edge[] {
  const known = new Map(before.map((edge) => [edgeKey(edge.to), edge]))
  const edges: Edge[] = []
  for (const [key, from] of table) {
    const to = edgeTarget(key)
    if (!Object.hasOwn(nodes, from[0]) || !Object.hasOwn(nodes, to[0])) continue
    const same = known.get(key)
    edges.push(same?.from[0] === from[0] && same.from[1] === from[1] ? same : { from, to })
  }
  return edges.sort((a, b) => (edgeKey(a.to) < edgeKey(b.to) ? -1 : 1))
}
