import { StudioError } from '../../nodes/core/errors'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import { networkFinder } from '../packs/find-network'
import { OFFICIAL, OFFICIAL_GIGABYTES, type PackStore } from '../packs/pack-store'

/**
 * Before anything is imported or computed.
 * @param instead how to do without
 * @throws StudioError `pack/missing` with the parts that are not here, the size of the pack and the command that gets it
 */
export function needRoles(packs: PackStore, pack: string, roles: readonly Role[], instead: string): void {
  const find = networkFinder(packs)
  const problems = roles.flatMap((role) => {
    const found = find(pack, role)
    return 'files' in found ? [] : [{ role, ...found }]
  })
  if (problems.length === 0) return
  const other = problems.find(({ code }) => code !== 'pack/missing')
  if (other) throw new StudioError(other.code as 'pack/unknown', other.message, { hint: other.hint })
  const titles = problems.map(({ role }) => ROLES[role].title).join(', ')
  const size = pack === OFFICIAL ? ` (about ${OFFICIAL_GIGABYTES} GB)` : ''
  throw new StudioError('pack/missing', `This needs the model pack ${pack}${size}; not here: ${titles}.`, {
    hint: `Get it: mmgt models pull ${pack}. Without a pack: ${instead}.`,
  })
}
