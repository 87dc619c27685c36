import { edgeKey } from '../../../nodes/core/live-document'
import type { Edge } from './document-store'

interface EdgeIndex {
  /** By the key of the input they lead to. */
  into: ReadonlyMap<string, Edge>
  /** How many inputs read something of a node. */
  readers: ReadonlyMap<string, number>
}

const known = new WeakMap<readonly Edge[], EdgeIndex>()

/** Made once for a list of edges: every socket of every card asks after each edit. */
export function indexOf(edges: readonly Edge[]): EdgeIndex {
  const before = known.get(edges)
  if (before) return before
  const readers = new Map<string, number>()
  for (const { from } of edges) readers.set(from[0], (readers.get(from[0]) ?? 0) + 1)
  const index = { into: new Map(edges.map((edge) => [edgeKey(edge.to), edge])), readers }
  known.set(edges, index)
  return index
}
