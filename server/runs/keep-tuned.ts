import type { WorkflowDocument } from '../../nodes/core/document'
import type { Registry } from '../../nodes/core/registry'
import type { RunSnapshot } from '../../nodes/core/run-snapshot'

/** What people have changed, by node, of nodes that still have steps to do. */
export function stillTuned({ nodes }: Pick<RunSnapshot, 'nodes'>): Record<string, Record<string, unknown>> {
  const tuned = Object.values(nodes).flatMap(({ node, tuned, settled }) =>
    tuned && !settled ? [[node, tuned.params] as const] : [],
  )
  return Object.fromEntries(tuned)
}

/**
 * A workflow as it stands beside a run that was tuned: a slider that stands where the run has heard it asks for nothing
 * that the run has not done. Such nodes have the settings of their result, so that nothing of them is computed again.
 *
 * @param ran what the run has come to be
 */
export function keepTuned(
  document: WorkflowDocument,
  { nodes: results }: Pick<RunSnapshot, 'nodes'>,
  ran: WorkflowDocument,
  registry: Registry,
): WorkflowDocument {
  const nodes = { ...document.nodes }
  for (const [id, { settled }] of Object.entries(results)) {
    const node = nodes[id]
    if (!settled?.tuned || !node || ran.nodes[id]?.type !== node.type) continue
    const stands = registry.get(node.type)?.params.safeParse(node.params)
    const { tuned, as } = settled
    if (!stands?.success || Object.keys(tuned).some((name) => stands.data[name] !== tuned[name])) continue
    const params = { ...node.params }
    for (const name of [...Object.keys(tuned), ...Object.keys(as)]) {
      if (name in ran.nodes[id].params) params[name] = ran.nodes[id].params[name]
      else delete params[name]
    }
    nodes[id] = { ...node, params }
  }
  return { ...document, nodes }
}
