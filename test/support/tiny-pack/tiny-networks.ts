import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { NetworkFiles } from '../../../nodes/core/define-node'
import type { Role } from '../../../nodes/core/pack-roles'
import { parsePack } from '../../../server/packs/pack'
import type { TinyRoles } from './role'
import { sharedTinyPack, writeTinyPack } from './tiny-pack'

/** The networks of the tiny pack for `testContext`: those of all tests, or with changes in files of their own. */
export function tinyNetworks(changes?: TinyRoles): Partial<Record<Role, NetworkFiles>> {
  const folder = changes ? mkdtempSync(path.join(tmpdir(), 'tiny-pack-')) : sharedTinyPack()
  if (changes) writeTinyPack(folder, changes)
  const { roles } = parsePack(readFileSync(path.join(folder, 'pack.json'), 'utf8'), 'the tiny pack')
  return Object.fromEntries(
    Object.entries(roles).map(([role, { files, prefix, config }]) => [
      role,
      { id: `${folder}/${role}`, files: files.map((file) => path.join(folder, file)), prefix, config },
    ]),
  )
}
