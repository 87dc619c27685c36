import type { WorkflowDocument } from '../../../nodes/core/document'
import { edgeKey, edgeTarget } from '../../../nodes/core/live-document'
import { itemOf, type Selection } from './selection-store'

type Placed = Pick<WorkflowDocument, 'layout' | 'edges'>

/** Whether an edge is drawn as a chip at the input it leads to. It belongs to the layout: no result depends on it. */
export function isFolded({ layout }: Pick<Placed, 'layout'>, edge: string): boolean {
  const [node, input] = edgeTarget(edge)
  return layout[node]?.folded?.includes(input) ?? false
}

/** The chosen edges, and those that lead into chosen nodes. */
export function foldable({ edges }: Pick<Placed, 'edges'>, selection: Selection): string[] {
  const nodes = selection.items.map(itemOf).flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))
  const keys = edges.map(({ to }) => edgeKey(to))
  return keys.filter((key) => selection.edges.includes(key) || nodes.includes(edgeTarget(key)[0]))
}
