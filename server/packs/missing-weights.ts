import type { WorkflowDocument } from '../../nodes/core/document'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import type { Registry } from '../../nodes/core/registry'
import { type FindNetwork, wantedOutputs } from '../engine/networks'
import { OFFICIAL } from './pack-store'

/** Parts of a pack that a workflow needs and this machine lacks. */
export interface MissingWeights {
  pack: string
  roles: { role: Role; title: string }[]
  /** Nodes that need them. */
  nodes: string[]
}

/** What the nodes of a document need of the official pack, as far as it is not here; said whether or not it could run. */
export function missingWeights(
  document: WorkflowDocument,
  registry: Registry,
  find: FindNetwork,
): MissingWeights[] {
  const needed = new Map<Role, string[]>()
  for (const [id, { type, params, mode }] of Object.entries(document.nodes)) {
    const definition = registry.get(type)
    if (mode !== 'on' || !definition?.weights) continue
    const parsed = definition.params.safeParse(params)
    if (!parsed.success) continue
    const read = document.edges.flatMap(({ from: [node, output] }) => (node === id ? [output] : []))
    const wanted = wantedOutputs(definition, read)
    for (const role of definition.weights({ params: parsed.data, wanted }))
      needed.set(role, [...(needed.get(role) ?? []), id])
  }
  const missing = [...needed].filter(([role]) => !('files' in find(OFFICIAL, role)))
  if (missing.length === 0) return []
  return [
    {
      pack: OFFICIAL,
      roles: missing.map(([role]) => ({ role, title: ROLES[role].title })),
      nodes: [...new Set(missing.flatMap(([, nodes]) => nodes))],
    },
  ]
}
