import type { WorkflowDocument } from '../../../nodes/core/document'

/** Node ids so that each comes after what it reads; those of a cycle come last. */
export function flowOrder(nodes: WorkflowDocument['nodes'], edges: WorkflowDocument['edges']): string[] {
  const waiting = new Map(Object.keys(nodes).map((id) => [id, 0]))
  const readers = new Map<string, string[]>()
  for (const { from, to } of edges) {
    if (!waiting.has(from[0]) || !waiting.has(to[0])) continue
    waiting.set(to[0], waiting.get(to[0])! + 1)
    readers.set(from[0], [...(readers.get(from[0]) ?? []), to[0]])
  }
  const order = [...waiting].filter(([, count]) => count === 0).map(([id]) => id)
  for (let i = 0; i < order.length; i++) {
    for (const reader of readers.get(order[i]) ?? []) {
      const left = waiting.get(reader)! - 1
      waiting.set(reader, left)
      if (left === 0) order.push(reader)
    }
  }
  const there = new Set(order)
  return [...order, ...Object.keys(nodes).filter((id) => !there.has(id))]
}
