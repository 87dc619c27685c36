import type { AnyDefinition } from '../../nodes/core/define-node'
import type { WorkflowDocument } from '../../nodes/core/document'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import type { Registry } from '../../nodes/core/registry'
import { localFile, OFFICIAL, type PackStore } from './pack-store'

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
  packs: PackStore,
): MissingWeights[] {
  const needed = new Map<Role, string[]>()
  for (const [id, { type, params, mode }] of Object.entries(document.nodes)) {
    const definition = registry.get(type)
    if (mode !== 'on' || !definition?.weights) continue
    const parsed = definition.params.safeParse(params)
    if (!parsed.success) continue
    const wanted = wantedOf(document, id, definition)
    for (const role of definition.weights({ params: parsed.data, wanted }))
      needed.set(role, [...(needed.get(role) ?? []), id])
  }
  const missing = [...needed].filter(([role]) => !isHere(packs, role))
  if (missing.length === 0) return []
  return [
    {
      pack: OFFICIAL,
      roles: missing.map(([role]) => ({ role, title: ROLES[role].title })),
      nodes: [...new Set(missing.flatMap(([, nodes]) => nodes))],
    },
  ]
}

/** Outputs that are connected; those that a node always computes count too. */
function wantedOf({ edges }: WorkflowDocument, id: string, { outputs }: AnyDefinition): Set<string> {
  const read = edges.flatMap(({ from: [node, output] }) => (node === id ? [output] : []))
  const always = Object.entries(outputs as Record<string, { optional?: boolean }>).flatMap(
    ([name, { optional }]) => (optional ? [] : [name]),
  )
  return new Set([...read, ...always])
}

function isHere(packs: PackStore, role: Role): boolean {
  const giver = packs.withRole(OFFICIAL, role)
  return (giver?.pack.roles[role]?.files ?? []).every((name) => {
    const { state } = localFile(giver!, name)
    return state === 'verified' || state === 'present'
  })
}
