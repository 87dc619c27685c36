import type { WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { ROLE_NAMES, ROLES } from '../../nodes/core/pack-roles'
import { registry } from '../../nodes/registry'
import { networkFinder } from '../packs/find-network'
import { missingWeights } from '../packs/missing-weights'
import { OFFICIAL, OFFICIAL_GIGABYTES, type PackStore } from '../packs/pack-store'

/**
 * Before anything of a document is computed.
 * @param instead how to do without
 * @throws StudioError `pack/missing` with the parts that are not here, the size of the pack and the command that gets it
 */
export function needWeights(packs: PackStore, document: WorkflowDocument, instead: string): void {
  const find = networkFinder(packs)
  const [missing] = missingWeights(document, registry, find)
  if (!missing) return
  const { pack } = missing
  const needed = new Set(missing.roles.map(({ role }) => role))
  const roles = ROLE_NAMES.filter((role) => needed.has(role))
  for (const role of roles) {
    const found = find(pack, role)
    if ('code' in found && found.code !== 'pack/missing')
      throw new StudioError(found.code as 'pack/unknown', found.message, { hint: found.hint })
  }
  const titles = roles.map((role) => ROLES[role].title).join(', ')
  const size = pack === OFFICIAL ? ` (about ${OFFICIAL_GIGABYTES} GB)` : ''
  throw new StudioError('pack/missing', `This needs the model pack ${pack}${size}; not here: ${titles}.`, {
    hint: `Get it: mmgt models pull ${pack}. Without a pack: ${instead}.`,
  })
}
