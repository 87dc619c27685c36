import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parsePack } from '../../../server/packs/pack'
import type { DataFolder } from '../../../server/storage/data-folder'
import { networksIn, tinyPackFolder } from '../shared-folder'
import { diffusionRoles } from './diffusion'
import { personRoles } from './person'
import type { TinyRoles } from './role'
import { smgaRoles } from './smga'
import { speechRoles } from './speech'
import { voiceRoles } from './voice'

const ROLES: TinyRoles = { ...smgaRoles, ...speechRoles, ...voiceRoles, ...personRoles, ...diffusionRoles }

/**
 * Writes a pack with every role into a folder: networks of the published kinds, small enough to run anywhere, with
 * random weights that are always the same.
 * @returns the text of its pack.json
 */
export function writeTinyPack(folder: string, changes: TinyRoles = {}): string {
  const roles = Object.entries({ ...ROLES, ...changes })
  const files = new Map(roles.map(([, { file, make }]) => [file, make]))
  for (const [file, make] of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), make())
  }
  const text = JSON.stringify({
    format: 'mmgt-pack/1',
    name: 'tiny',
    version: '1.0.0',
    licence: { name: 'CC0-1.0' },
    dtype: 'float32',
    files: Object.fromEntries([...files.keys()].map((file) => [file, {}])),
    roles: Object.fromEntries(
      roles.map(([role, { file, prefix, config }]) => [role, { files: [file], prefix, config }]),
    ),
  })
  writeFileSync(path.join(folder, 'pack.json'), text)
  return text
}

/** The folder of the tiny pack of all tests, which none of them changes. */
export function sharedTinyPack(): string {
  if (!existsSync(tinyPackFolder)) writeTinyPack(tinyPackFolder)
  return tinyPackFolder
}

/** The tiny pack of all tests in a data folder, as if somebody had added its folder. */
export function addTinyPack({ root, packs }: DataFolder): void {
  networksIn(root)
  const folder = sharedTinyPack()
  const text = readFileSync(path.join(folder, 'pack.json'), 'utf8')
  packs.register(parsePack(text, 'the tiny pack'), { folder })
}
