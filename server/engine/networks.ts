import type { AnyDefinition, NetworkFiles } from '../../nodes/core/define-node'
import type { WorkflowDocument } from '../../nodes/core/document'
import { type Graph, nodeLabel, type Problem } from '../../nodes/core/graph'
import type { Role } from '../../nodes/core/pack-roles'

/** Why the weights of a role cannot be had. */
export type NetworkProblem = Pick<Problem, 'code' | 'message' | 'hint'>

/** Weights of a role of a pack, on this machine; of the official pack unless one is named. */
export type FindNetwork = (pack: string | undefined, role: Role) => NetworkFiles | NetworkProblem

/** Weights by role, of each node that runs networks. */
export type NetworksOfNodes = ReadonlyMap<string, Record<string, NetworkFiles>>

/** Finds the networks of all nodes; for one that lacks some, the graph gets a problem. */
export function findNetworks(document: WorkflowDocument, graph: Graph, find: FindNetwork): NetworksOfNodes {
  const found = new Map<string, Record<string, NetworkFiles>>()
  const read = readOutputs(graph)
  for (const [id, { definition, params }] of graph.nodes) {
    if (!definition.weights) continue
    const wanted = wantedOutputs(definition, read.get(id) ?? [])
    const networks: Record<string, NetworkFiles> = {}
    for (const role of definition.weights({ params, wanted })) {
      const network = find(params.pack as string | undefined, role)
      if ('files' in network) networks[role] = network
      else {
        const { code, message, hint } = network
        graph.problems.push({ code, message: `${nodeLabel(document, id)}: ${message}`, hint, nodeId: id })
        break
      }
    }
    if (Object.keys(networks).length > 0) found.set(id, networks)
  }
  return found
}

function readOutputs(graph: Graph): Map<string, Set<string>> {
  const read = new Map<string, Set<string>>()
  for (const { inputs } of graph.nodes.values()) {
    for (const { node, output } of Object.values(inputs))
      read.set(node, (read.get(node) ?? new Set()).add(output))
  }
  return read
}

/** What a node computes: outputs that are read, and those that it always gives. */
export const wantedOutputs = ({ outputs }: AnyDefinition, read: Iterable<string>): Set<string> =>
  new Set([...read, ...Object.keys(outputs).filter((name) => !outputs[name].optional)])
