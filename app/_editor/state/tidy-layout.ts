import dagre from '@dagrejs/dagre'
import type { WorkflowDocument } from '../../../nodes/core/document'
import type { Point } from './boxes'

/** Between cards, in px: edges need room between columns, cards little between rows. */
const GAP = { column: 96, row: 40 }

/** Places for nodes in columns from left to right; the upper left corner of what is tidied stays where it was. */
export function tidyLayout(
  document: WorkflowDocument,
  only: readonly string[] | undefined,
  cardSize: (node: string) => { w: number; h: number },
): Record<string, Point> {
  const ids = only ?? Object.keys(document.nodes)
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'LR', nodesep: GAP.row, ranksep: GAP.column, align: 'UL' })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const id of ids) {
    const { w, h } = cardSize(id)
    graph.setNode(id, { width: w, height: h })
  }
  for (const { from, to } of document.edges) {
    if (graph.hasNode(from[0]) && graph.hasNode(to[0])) graph.setEdge(from[0], to[0], {}, to[1])
  }
  dagre.layout(graph)
  const places: Record<string, Point> = {}
  for (const id of ids) {
    const { x, y, width, height } = graph.node(id)
    places[id] = { x: x - width / 2, y: y - height / 2 }
  }
  const corner = (list: Point[]) => ({
    x: Math.min(...list.map(({ x }) => x)),
    y: Math.min(...list.map(({ y }) => y)),
  })
  if (ids.length === 0) return places
  const now = corner(ids.map((id) => document.layout[id] ?? { x: 0, y: 0 }))
  const then = corner(Object.values(places))
  for (const place of Object.values(places)) {
    place.x += now.x - then.x
    place.y += now.y - then.y
  }
  return places
}
