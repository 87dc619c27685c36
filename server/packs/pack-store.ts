import {
  existsSync,
  promises as fs,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import type { Role } from '../../nodes/core/pack-roles'
import { nearest } from '../nearest'
import { makeFolder, writeAtomicSync } from '../storage/files'
import { lockFile } from '../storage/process-lock'
import official from './mmgt-official.pack.json'
import { type Pack, packName, parsePack, sizeOf } from './pack'
import { changeState, type PackState, readState } from './pack-state'

/** Manifests that come with the studio. */
const SHIPPED: Pack[] = [parsePack(JSON.stringify(official), 'the shipped mmgt-official')]

/** The pack that workflows use unless they name another one. */
export const OFFICIAL = 'mmgt-official'

/**
 * - `verified` hashed, and right · `present` there with the right size, not hashed since it changed
 * - `wrong` there, but not what the manifest says · `partial` a download has begun · `missing`
 */
export type FileState = 'verified' | 'present' | 'wrong' | 'partial' | 'missing'

/** A pack as it lies on this machine. */
export interface LocalPack {
  pack: Pack
  /** `shipped` with the studio, a `folder` of somebody's, or made from a single `checkpoint`. */
  origin: 'shipped' | 'folder' | 'checkpoint'
  /** Where downloads of it go; the folder of its state. */
  home: string
  state: PackState
}

/**
 * The packs of a data folder: `packs/<name>/` holds what was downloaded and what is known of a pack. Files of others
 * are used where they lie and are never written.
 */
export class PackStore {
  constructor(readonly folder: string) {}

  /** All packs there are, those of the studio first. */
  names(): string[] {
    const shipped = SHIPPED.map(({ name }) => name)
    return [...shipped, ...this.ownNames().filter((name) => !shipped.includes(name))]
  }

  /** @throws StudioError `pack/unknown`, `pack/unreadable` */
  get(name: string): LocalPack {
    const home = this.homeOf(name)
    const shipped = SHIPPED.find((pack) => pack.name === name)
    const state = readState(home)
    if (shipped) return { pack: shipped, origin: 'shipped', home, state }
    const file = path.join(state.folder ?? home, 'pack.json')
    const text = readText(file)
    if (text === undefined) throw this.unknown(name, state)
    const pack = parsePack(text, file)
    if (pack.name !== name) {
      throw new StudioError('pack/unreadable', `${file} calls itself ${pack.name} by now, not ${name}.`, {
        hint: `mmgt models remove ${name}, then add the folder again.`,
      })
    }
    return { pack, origin: state.folder ? 'folder' : 'checkpoint', home, state }
  }

  has(name: string): boolean {
    return this.names().includes(name)
  }

  /** The pack whose file a role comes from: this one, or the one it builds on. @throws StudioError `pack/…` */
  withRole(name: string, role: Role): LocalPack | undefined {
    const own = this.get(name)
    if (own.pack.roles[role]) return own
    if (own.pack.base === undefined || !this.has(own.pack.base)) return undefined
    const base = this.get(own.pack.base)
    return base.pack.roles[role] ? base : undefined
  }

  /** Takes a pack in whose files stay where they are: the folder it lies in, or its single files. */
  register(pack: Pack, link: { folder: string } | { places: Record<string, string> }): void {
    const home = this.homeOf(pack.name)
    makeFolder(home)
    if ('places' in link) writeAtomicSync(path.join(home, 'pack.json'), JSON.stringify(pack, null, 2))
    changeState(home, (state) => Object.assign(state, link))
  }

  /** Uses files of a known pack where they lie. */
  link(name: string, places: Record<string, string>): void {
    const { home } = this.get(name)
    makeFolder(home)
    changeState(home, (state) => Object.assign(state.places, places))
  }

  /**
   * Forgets a pack and deletes what was downloaded for it; files of others stay.
   *
   * @throws StudioError `pack/unknown`; `pack/base` while others build on it; `pack/busy` while it is downloaded
   */
  async remove(name: string): Promise<{ freedBytes: number }> {
    const home = this.homeOf(name)
    if (!this.has(name)) throw this.unknown(name)
    const above = this.ownNames().filter((other) => other !== name && this.baseOf(other) === name)
    if (above.length > 0) {
      throw new StudioError(
        'pack/base',
        `${above.join(', ')} ${above.length === 1 ? 'builds' : 'build'} on ${name}.`,
        {
          hint: `Remove ${above.length === 1 ? 'it' : 'them'} first: mmgt models remove ${above[0]}.`,
        },
      )
    }
    if (!existsSync(home)) return { freedBytes: 0 }
    lockPack(home, name) // goes with the folder
    const freedBytes = await bytesBelow(home)
    await fs.rm(home, { recursive: true, force: true })
    return { freedBytes }
  }

  /** @throws StudioError `pack/unknown` for what cannot be a name */
  private homeOf(name: string): string {
    if (!packName.safeParse(name).success) throw this.unknown(name)
    return path.join(this.folder, name)
  }

  private ownNames(): string[] {
    try {
      const entries = readdirSync(this.folder, { withFileTypes: true })
      return entries
        .filter((entry) => entry.isDirectory() && packName.safeParse(entry.name).success)
        .map(({ name }) => name)
    } catch {
      return [] // nothing was ever downloaded or added
    }
  }

  private baseOf(name: string): string | undefined {
    try {
      return this.get(name).pack.base
    } catch {
      return undefined // unreadable: it builds on nothing
    }
  }

  private unknown(name: string, state?: PackState): StudioError {
    if (state?.folder) {
      return new StudioError('pack/unknown', `The folder of the pack ${name} is gone: ${state.folder}.`, {
        hint: `Put it back, or forget it: mmgt models remove ${name}.`,
      })
    }
    const near = nearest(name, this.names())
    return new StudioError('pack/unknown', `There is no pack "${name.slice(0, 80)}".`, {
      hint: near ? `Did you mean ${near}?` : 'mmgt models list shows the packs.',
    })
  }
}

/** One process at a time downloads or removes a pack. @throws StudioError `pack/busy` */
export const lockPack = (home: string, name: string) =>
  lockFile(path.join(home, 'pull.lock'), {}, ({ pid }) => busy(name, pid))

const busy = (name: string, pid: number) =>
  new StudioError('pack/busy', `Process ${pid} is downloading ${name}.`, {
    hint: 'Wait for it, or stop it; what it has downloaded is kept.',
  })

async function bytesBelow(folder: string): Promise<number> {
  const names = await fs.readdir(folder, { recursive: true }).catch(() => [])
  const infos = await Promise.all(names.map((name) => fs.lstat(path.join(folder, name))))
  return infos.reduce((sum, info) => sum + (info.isFile() ? info.size : 0), 0)
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Where a file of a pack is looked for.
 *
 * @throws StudioError `pack/outside` when a link leads out of the folder it should lie in
 */
export function placeOf({ state, home }: LocalPack, name: string): string {
  const given = state.places[name]
  if (given) return given
  const downloaded = path.join(home, name)
  if (!state.folder) return downloaded
  const beside = path.join(state.folder, name)
  const real = realPath(beside)
  if (real === undefined) return downloaded
  const inside = path.relative(realpathSync(state.folder), real)
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) {
    throw new StudioError('pack/outside', `${beside} is a link that leads out of the folder of its pack.`, {
      hint: `To use what it points at, add that file itself: mmgt models add ${real} --role ROLE.`,
    })
  }
  return beside
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file)
  } catch {
    return undefined
  }
}

/** What the manifest, or the hub at first contact, says a file is. */
export function expectedOf({ pack, state }: LocalPack, name: string): { size?: number; sha256?: string } {
  const file = pack.files[name]
  const pin = state.pins[name]
  return { size: file.size ?? pin?.size, sha256: file.sha256 ?? pin?.sha256 }
}

export interface LocalFile {
  state: FileState
  path: string
  /** Bytes that are there. */
  bytes: number
}

/** How a file of a pack lies on this machine; nothing is read but its size and time. @throws StudioError `pack/outside` */
export function localFile(local: LocalPack, name: string): LocalFile {
  const place = placeOf(local, name)
  const info = infoOf(place)
  if (!info?.isFile()) {
    const part = infoOf(`${path.join(local.home, name)}.part`)
    return { state: part ? 'partial' : 'missing', path: place, bytes: part?.size ?? 0 }
  }
  const expected = expectedOf(local, name)
  const bytes = info.size
  if (expected.size !== undefined && expected.size !== bytes) return { state: 'wrong', path: place, bytes }
  const checked = local.state.checked[name]
  if (!checked || checked.size !== bytes || checked.mtimeMs !== info.mtimeMs)
    return { state: 'present', path: place, bytes }
  const isRight = expected.sha256 === undefined || expected.sha256 === checked.sha256
  return { state: isRight ? 'verified' : 'wrong', path: place, bytes }
}

const infoOf = (file: string): Stats | undefined => statSync(file, { throwIfNoEntry: false })

/** Writes down what a file was when it was hashed. */
export function noteChecked(local: LocalPack, name: string, found: { sha256: string; size: number }): void {
  const { mtimeMs } = statSync(placeOf(local, name))
  changeState(local.home, (state) => {
    state.checked[name] = { ...found, mtimeMs }
  })
}

/** Files that a pull gets: all of the asked roles, or all that are needed; with `all` also those that nobody needs. */
export function filesToPull(pack: Pack, opts: { roles?: readonly Role[]; all?: boolean }): string[] {
  const { roles } = opts
  if (roles) return [...new Set(roles.flatMap((role) => pack.roles[role]?.files ?? []))]
  return Object.keys(pack.files).filter((name) => opts.all || pack.files[name].optional === undefined)
}

/** Of what is needed of the official pack, as far as its manifest says: for sentences. */
export const OFFICIAL_GIGABYTES = Math.round(
  filesToPull(SHIPPED[0], {}).reduce((sum, name) => sum + (sizeOf(SHIPPED[0].files[name]) ?? 0), 0) / 1e9,
)
