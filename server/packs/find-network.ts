import { statSync } from 'node:fs'
import type { NetworkFiles } from '../../nodes/core/define-node'
import { StudioError } from '../../nodes/core/errors'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import type { FindNetwork, NetworkProblem } from '../engine/networks'
import { sha256 } from '../storage/blobs'
import { expectedOf, type LocalPack, localFile, OFFICIAL, type PackStore } from './pack-store'

/**
 * Finds the weights of a role where they lie on this machine; they are not read. A finder looks for each role once: make
 * one for each plan.
 */
export function networkFinder(packs: PackStore): FindNetwork {
  const known = new Map<string, ReturnType<FindNetwork>>()
  return (pack = OFFICIAL, role) => {
    const key = `${pack}/${role}`
    const found = known.get(key) ?? look(packs, pack, role)
    known.set(key, found)
    return found
  }
}

function look(packs: PackStore, pack: string, role: Role): ReturnType<FindNetwork> {
  try {
    const giver = packs.withRole(pack, role)
    return giver ? filesOf(giver, role) : lacks(pack, role)
  } catch (error) {
    if (!(error instanceof StudioError)) throw error
    return { code: error.code, message: error.message, hint: error.hint }
  }
}

function filesOf(giver: LocalPack, role: Role): NetworkFiles | NetworkProblem {
  const { name, roles } = giver.pack
  const { files: names, prefix, config } = roles[role]!
  const files = names.map((file) => localFile(giver, file))
  const wrong = files.findIndex(({ state }) => state !== 'verified' && state !== 'present')
  if (wrong >= 0) {
    const { state, path } = files[wrong]
    if (state !== 'wrong') return lacks(name, role)
    return {
      code: 'pack/missing',
      message: `${path} is not the file that ${name} lists as ${names[wrong]}.`,
      hint: `mmgt models verify ${name} says more; mmgt models pull ${name} gets it again.`,
    }
  }
  const identity = names.map((file, i) => expectedOf(giver, file).sha256 ?? stamp(files[i].path))
  return {
    id: sha256([...identity, prefix ?? '', JSON.stringify(config ?? null)].join('\n')),
    files: files.map(({ path }) => path),
    prefix,
    config,
  }
}

/** Of a file whose content nobody has stated: another size or time counts as another file. */
function stamp(path: string): string {
  const { size, mtimeMs } = statSync(path)
  return `${path} ${size} ${mtimeMs}`
}

const lacks = (pack: string, role: Role): NetworkProblem => ({
  code: 'pack/missing',
  message: `it needs ${ROLES[role].title} of the model pack ${pack}, which is not here.`,
  hint: `Get it on the page Models, or by: mmgt models pull ${pack}`,
})
