/** Small edits of the live document, of which commands are made. */
import * as Y from 'yjs'
import type { End } from '../../../../nodes/core/can-connect'
import { edgeKey, edgeTarget, type LiveParts } from '../../../../nodes/core/live-document'
import type { PlacedNode } from '../document-store'
import type { ItemKind } from '../selection-store'

/** Sets what differs: an edit that changes nothing leaves no step behind. */
export function assign(map: Y.Map<unknown>, values: object): void {
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) map.delete(key)
    else if (map.get(key) !== value) map.set(key, value)
  }
}

export function putNode(live: LiveParts, id: string, { params, ...rest }: PlacedNode): void {
  live.nodes.set(
    id,
    new Y.Map<unknown>([...Object.entries(rest), ['params', new Y.Map(Object.entries(params))]]),
  )
}

/** With its edges and its place. */
export function removeNode(live: LiveParts, id: string): void {
  for (const [key, from] of [...live.edges]) {
    if (from[0] === id || edgeTarget(key)[0] === id) live.edges.delete(key)
  }
  live.layout.delete(id)
  live.nodes.delete(id)
}

export function paramsOf(live: LiveParts, node: string): Y.Map<unknown> | undefined {
  const params = live.nodes.get(node)?.get('params')
  return params instanceof Y.Map ? params : undefined
}

/** As it was drawn before, as a line or folded. */
export const copyEdge = (live: LiveParts, from: End, to: End): void =>
  void live.edges.set(edgeKey(to), [from[0], from[1]])

/** Another edge than the one that was at the input is drawn as a line. */
export function setEdge(live: LiveParts, from: End, to: End): void {
  const before = live.edges.get(edgeKey(to))
  if (before?.[0] === from[0] && before[1] === from[1]) return
  copyEdge(live, from, to)
  foldEdge(live, edgeKey(to), false)
}

export function foldEdge(live: LiveParts, edge: string, folded: boolean): void {
  const [node, input] = edgeTarget(edge)
  const before = (live.layout.get(node)?.get('folded') ?? []) as string[]
  const others = before.filter((name) => name !== input)
  if (!folded && others.length === before.length) return
  const next = folded ? [...others, input] : others
  assign(layoutOf(live, node), { folded: next.length > 0 ? next : undefined })
}

/** The layout of a node; one that a document without layout does not have begins where the canvas shows the node. */
export function layoutOf({ layout }: LiveParts, node: string): Y.Map<unknown> {
  let entry = layout.get(node)
  if (!entry) layout.set(node, (entry = new Y.Map<unknown>(Object.entries({ x: 0, y: 0 }))))
  return entry
}

/** What holds the place and the size of an item; undefined when there is no such item. */
export function placeOf(
  live: LiveParts,
  { kind, id }: { kind: ItemKind; id: string },
): Y.Map<unknown> | undefined {
  if (kind === 'node') return live.nodes.has(id) ? layoutOf(live, id) : undefined
  return (kind === 'note' ? live.notes : live.groups).get(id)
}
