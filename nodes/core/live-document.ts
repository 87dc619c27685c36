/**
 * The open document: a workflow as a Yjs document, so that every edit is a small update that merges with everybody
 * else's. The one place that knows how `WorkflowDocument` and its live form correspond.
 *
 *   meta    Map { schema, id, name }
 *   nodes   Map id → Map { type, version, mode, title, params: Map name → JSON value }
 *   edges   Map "node.socket" of the input → [node, socket] of the output: an input has one edge, by construction
 *   layout  Map id → Map { x, y, w, h, collapsed, folded }
 *   groups  Map id → Map of JSON values        notes  Map id → Map of JSON values
 *
 * Values inside are plain JSON and are replaced whole.
 */
import * as Y from 'yjs'
import { canonicalJson } from './canonical'
import { DOCUMENT_SCHEMA, parseDocument, type WorkflowDocument } from './document'

type JsonMap = Y.Map<unknown>
type Table = Y.Map<JsonMap>

export interface LiveParts {
  meta: JsonMap
  nodes: Table
  edges: Y.Map<[string, string]>
  layout: Table
  groups: Table
  notes: Table
}

export const liveParts = (doc: Y.Doc): LiveParts => ({
  meta: doc.getMap('meta'),
  nodes: doc.getMap('nodes'),
  edges: doc.getMap('edges'),
  layout: doc.getMap('layout'),
  groups: doc.getMap('groups'),
  notes: doc.getMap('notes'),
})

/** Key of an edge in the live document. */
export const edgeKey = (to: readonly [string, string]): string => `${to[0]}.${to[1]}`

export function edgeTarget(key: string): [string, string] {
  const at = key.indexOf('.') // node ids have no dot
  return [key.slice(0, at), key.slice(at + 1)]
}

/**
 * The workflow as it stands. Edges whose ends are gone (deleted by somebody else at the same time) are left out.
 *
 * @throws StudioError `document/invalid` when the live document does not hold a workflow
 */
export function readLive(doc: Y.Doc): WorkflowDocument {
  return parseDocument(liveJson(doc))
}

/** As `readLive`, unchecked: what the editor draws at every change. */
export function liveJson(doc: Y.Doc): WorkflowDocument {
  const { meta, nodes, edges, layout, groups, notes } = liveParts(doc)
  const nodeJson = nodes.toJSON() as WorkflowDocument['nodes']
  return {
    schema: DOCUMENT_SCHEMA,
    ...meta.toJSON(),
    nodes: nodeJson,
    edges: edgesJson(edges, (id) => Object.hasOwn(nodeJson, id)),
    layout: Object.fromEntries(
      Object.entries(layout.toJSON()).filter(([id]) => Object.hasOwn(nodeJson, id)),
    ) as WorkflowDocument['layout'],
    groups: listJson(groups) as WorkflowDocument['groups'],
    notes: listJson(notes) as WorkflowDocument['notes'],
  } as WorkflowDocument
}

/** The edges whose two nodes are there, in the order of the inputs they lead to. */
export const edgesJson = (
  edges: LiveParts['edges'],
  isNode: (id: string) => boolean,
): WorkflowDocument['edges'] =>
  [...edges]
    .map(([key, from]) => ({ from, to: edgeTarget(key) }))
    .filter(({ from, to }) => isNode(from[0]) && isNode(to[0]))
    .sort((a, b) => (edgeKey(a.to) < edgeKey(b.to) ? -1 : 1))

/** Groups and notes, which a document has as lists. */
export const listJson = (table: Table) =>
  Object.entries(table.toJSON() as Record<string, object>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, value]) => ({ ...value, id }))

/**
 * Makes the live document equal to a workflow with as few changes as possible, in one transaction: how a template
 * fills an empty document, and how restoring a version becomes one undoable edit.
 */
export function writeLive(doc: Y.Doc, document: WorkflowDocument, origin?: unknown): void {
  const live = liveParts(doc)
  const { nodes, edges, layout, groups, notes, ...meta } = document
  doc.transact(() => {
    assignMap(live.meta, meta)
    assignTable(live.nodes, nodes, (map, { params, ...rest }) => {
      assignMap(map, rest, ['params'])
      let live = map.get('params') as JsonMap | undefined
      if (!(live instanceof Y.Map)) map.set('params', (live = new Y.Map()))
      assignMap(live, params)
    })
    assignMap(
      live.edges as unknown as JsonMap, // its values are JSON like everybody else's
      Object.fromEntries(edges.map(({ from, to }) => [edgeKey(to), from])),
    )
    assignTable(live.layout, layout, assignMap)
    assignTable(live.groups, byId(groups), assignMap)
    assignTable(live.notes, byId(notes), assignMap)
  }, origin)
}

const byId = <T extends { id: string }>(list: readonly T[]) =>
  Object.fromEntries(list.map(({ id, ...rest }) => [id, rest]))

function assignTable<T extends object>(
  table: Table,
  wanted: Record<string, T>,
  assign: (map: JsonMap, value: T) => void,
): void {
  for (const id of [...table.keys()]) if (!Object.hasOwn(wanted, id)) table.delete(id)
  for (const [id, value] of Object.entries(wanted)) {
    let map = table.get(id)
    if (!map) table.set(id, (map = new Y.Map()))
    assign(map, value)
  }
}

/** `keep` names keys that somebody else looks after. */
function assignMap(map: JsonMap, wanted: object, keep: readonly string[] = []): void {
  for (const key of [...map.keys()]) if (!Object.hasOwn(wanted, key) && !keep.includes(key)) map.delete(key)
  for (const [key, value] of Object.entries(wanted)) {
    if (value === undefined) continue
    if (!map.has(key) || canonicalJson(map.get(key)) !== canonicalJson(value)) map.set(key, value)
  }
}
