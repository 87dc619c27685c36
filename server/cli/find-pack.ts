import { existsSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { addFiles } from '../packs/add-files'
import { OFFICIAL, type PackStore } from '../packs/pack-store'
import type { FlagValues } from './flags'

/**
 * The pack that `--pack` names: one that is known, or a folder with a `pack.json`, which is then known under its name and
 * stays where it is.
 * @throws StudioError `pack/…`
 */
export function findPack(values: FlagValues, packs: PackStore): string {
  const given = values.pack
  if (typeof given !== 'string') return OFFICIAL
  if (!isPackFolder(given)) return packs.get(given).pack.name
  const folder = realpathSync(given)
  const known = packs.names().find((name) => folderOf(packs, name) === folder)
  return known ?? addFiles(packs, folder, {}).pack
}

const isPackFolder = (given: string) =>
  existsSync(path.join(given, 'pack.json')) && statSync(given).isDirectory()

/** Of a pack that can be read. */
function folderOf(packs: PackStore, name: string): string | undefined {
  try {
    return packs.get(name).state.folder
  } catch (error) {
    if (error instanceof StudioError) return undefined
    throw error
  }
}
