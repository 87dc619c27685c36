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

/** What the nodes of a document need of packs, as far as it is not here; said whether or not it could run. */
export function missingWeights(
  document: WorkflowDocument,
  registry: Registry,
  find: FindNetwork,
): MissingWeights[] {
  const missing = new Map<string, { roles: Set<Role>; nodes: Set<string> }>()
  for (const [node, { pack, roles }] of neededWeights(document, registry)) {
    const lacking = roles.filter((role) => !('files' in find(pack, role)))
    if (lacking.length === 0) continue
    const entry = missing.get(pack) ?? { roles: new Set(), nodes: new Set() }
    for (const role of lacking) entry.roles.add(role)
    entry.nodes.add(node)
    missing.set(pack, entry)
  }
  return [...missing].map(([pack, { roles, nodes }]) => ({
    pack,
    roles: [...roles].map((role) => ({ role, title: ROLES[role].title })),
    nodes: [...nodes],
  }))
}

/** The packs that a document needs, whether they are here or not. */
export const neededPacks = (document: WorkflowDocument, registry: Registry): string[] => [
  ...new Set([...neededWeights(document, registry)].map(([, { pack }]) => pack)),
]

/** Of each node that runs networks, which pack and what of it. */
function* neededWeights(
  document: WorkflowDocument,
  registry: Registry,
): Generator<[node: string, { pack: string; roles: readonly Role[] }]> {
  for (const [id, { type, params, mode }] of Object.entries(document.nodes)) {
    const definition = registry.get(type)
    if (mode !== 'on' || !definition?.weights) continue
    const parsed = definition.params.safeParse(params)
    if (!parsed.success) continue
    const read = document.edges.flatMap(({ from: [node, output] }) => (node === id ? [output] : []))
    const roles = definition.weights({ params: parsed.data, wanted: wantedOutputs(definition, read) })
    yield [id, { pack: (parsed.data.pack as string | undefined) ?? OFFICIAL, roles }]
  }
}
