import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import { type Pack, packName, parsePack } from './pack'
import { OFFICIAL, type PackStore } from './pack-store'

/** How deep and how wide a folder is searched for known files. */
const MAX_DEPTH = 6
const MAX_ENTRIES = 20_000

export interface Added {
  pack: string
  /** Names in the pack of the files that are used now. */
  files: string[]
}

export interface AddOptions {
  name?: string
  /** What a single file is for. */
  roles?: readonly Role[]
  /** Pack that gives the other roles of a single file. */
  base?: string
}

/**
 * Uses what lies at a path, where it lies: a folder with a `pack.json`, a folder that holds files of a known pack under
 * their published names (the `pretrained_weights` of the original, say), or a checkpoint for one role or for several.
 *
 * @throws StudioError `pack/…`, `usage/…`
 */
export function addFiles(store: PackStore, given: string, opts: AddOptions): Added {
  const file = path.resolve(given)
  const info = statSync(file, { throwIfNoEntry: false })
  if (!info)
    throw new StudioError('pack/unknown', `There is nothing at ${file}.`, { hint: 'Check the path.' })
  if (info.isFile() && path.basename(file) !== 'pack.json') return addCheckpoint(store, file, opts)
  const folder = info.isFile() ? path.dirname(file) : file
  if (existsSync(path.join(folder, 'pack.json'))) return addPackFolder(store, folder)
  return addKnownFiles(store, folder, opts.name ?? OFFICIAL)
}

function addPackFolder(store: PackStore, folder: string): Added {
  const file = path.join(folder, 'pack.json')
  const pack = parsePack(readFileSync(file, 'utf8'), file)
  refuseTaken(store, pack.name)
  checkBase(store, pack)
  store.register(pack, { folder: realpathSync(folder) })
  return { pack: pack.name, files: Object.keys(pack.files) }
}

/** A checkpoint becomes a pack of its roles; the others come from the pack it builds on. */
function addCheckpoint(
  store: PackStore,
  file: string,
  { name, roles = [], base = OFFICIAL }: AddOptions,
): Added {
  if (roles.length === 0) {
    throw new StudioError('usage/wrong', `${file} is a single file; what is it for?`, {
      hint: `Add --role, once for each network in it: ${Object.keys(ROLES).join(', ')}.`,
    })
  }
  const fileName =
    path
      .basename(file)
      .replace(/[^\w.+-]+/g, '-')
      .replace(/^[^\w]+/, '')
      .replace(/\.+$/, '') || 'weights'
  const pack = parsePack(
    JSON.stringify({
      format: 'mmgt-pack/1',
      name: name ?? nameFrom(file),
      version: '1',
      summary: `${roles.map((role) => ROLES[role].title).join(', ')} from ${path.basename(file)}.`.slice(
        0,
        500,
      ),
      base,
      licence: { name: 'of your file' },
      dtype: 'mixed',
      files: { [fileName]: {} },
      roles: Object.fromEntries(
        roles.map((role) => [role, { files: [fileName], ...networkOf(store, base, role) }]),
      ),
    } satisfies Record<keyof Omit<Pack, 'title'>, unknown>),
    'what this file would become',
  )
  refuseTaken(store, pack.name)
  checkBase(store, pack)
  store.register(pack, { places: { [fileName]: realpathSync(file) } })
  return { pack: pack.name, files: [fileName] }
}

/** A fine-tune has the sizes of the network it comes from, and its names in a file with several. */
function networkOf(store: PackStore, base: string, role: Role) {
  const { prefix, config } = (store.has(base) && store.get(base).pack.roles[role]) || {}
  return { ...(prefix !== undefined && { prefix }), ...(config && { config }) }
}

function addKnownFiles(store: PackStore, folder: string, name: string): Added {
  const { pack } = store.get(name)
  const places: Record<string, string> = {}
  for (const found of filesBelow(folder)) {
    const known = Object.keys(pack.files).find((entry) => isFile(pack, entry, found))
    if (known && !places[known]) places[known] = realpathSync(found)
  }
  const files = Object.keys(places)
  if (files.length === 0) {
    throw new StudioError('pack/unknown', `${folder} has no pack.json and no file of the pack ${name}.`, {
      hint: `Files are known by their published names, as in ${Object.keys(pack.files)[0]}; for a single checkpoint give the file and --role.`,
    })
  }
  store.link(name, places)
  return { pack: name, files }
}

/** By the end of its path, and by its size where that is known. */
function isFile(pack: Pack, name: string, found: string): boolean {
  const { source, size } = pack.files[name]
  const slashed = found.split(path.sep).join('/')
  const names = [name, ...(source ? [`${source.repo.split('/')[1]}/${source.path}`] : [])]
  const isNamed = names.some((known) => slashed.endsWith(`/${known}`))
  return isNamed && (size === undefined || statSync(found).size === size)
}

function* filesBelow(root: string): Generator<string> {
  let left = MAX_ENTRIES
  const queue: { folder: string; depth: number }[] = [{ folder: root, depth: 0 }]
  for (let at = queue.shift(); at; at = queue.shift()) {
    for (const entry of readdirSync(at.folder, { withFileTypes: true })) {
      if (left-- === 0) return
      const full = path.join(at.folder, entry.name)
      if (entry.isDirectory() && at.depth < MAX_DEPTH) queue.push({ folder: full, depth: at.depth + 1 })
      else if (statSync(full, { throwIfNoEntry: false })?.isFile()) yield full // a link to a file counts
    }
  }
}

function refuseTaken(store: PackStore, name: string): void {
  if (!store.has(name)) return
  throw new StudioError('pack/taken', `There is a pack ${name} already.`, {
    hint: `Choose another name (--name), or remove that one first: mmgt models remove ${name}.`,
  })
}

/** One level only: a variant builds on a whole pack. */
function checkBase(store: PackStore, { name, base }: Pack): void {
  if (base === undefined) return
  const below = store.get(base).pack
  if (below.base === undefined) return
  throw new StudioError('pack/base', `${name} builds on ${base}, which builds on ${below.base} itself.`, {
    hint: `Let it build on ${below.base}.`,
  })
}

function nameFrom(file: string): string {
  const name = path
    .parse(file)
    .name.toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 60)
  return packName.safeParse(name).success ? name : 'variant'
}
