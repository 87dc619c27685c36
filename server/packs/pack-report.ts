import { type ErrorJson, StudioError } from '../../nodes/core/errors'
import { ROLES, type Role } from '../../nodes/core/pack-roles'
import { licenceOf, sizeOf } from './pack'
import {
  expectedOf,
  type FileState,
  filesToPull,
  type LocalPack,
  localFile,
  type PackStore,
} from './pack-store'

export interface FileReport {
  name: string
  state: FileState
  path: string
  /** Bytes that are here. */
  bytes: number
  /** Bytes it has; roughly where `isEstimate`; undefined when nobody has said. */
  size?: number
  isEstimate: boolean
  licence: { name: string; url?: string }
  /** `owner/name` at the hub. */
  repo?: string
  /** Why it is not needed. */
  optional?: string
}

export interface RoleReport {
  role: Role
  title: string
  usedBy: readonly string[]
  state: 'installed' | 'partial' | 'missing' | 'wrong'
  files: string[]
  /** The pack that gives it, when it is not this one. */
  from?: string
}

export interface PackReport {
  name: string
  version: string
  title: string
  summary: string
  licence: { name: string; url?: string }
  origin: LocalPack['origin']
  base?: string
  /** Where the files of somebody's folder lie. */
  folder?: string
  state: 'installed' | 'partial' | 'missing' | 'wrong'
  /** Bytes that are here, and of all that is needed as far as sizes are known. */
  bytes: number
  totalBytes: number
  /** Needed files whose size nobody has said. */
  unknownSizes: number
  roles: RoleReport[]
  files: FileReport[]
}

export type PackEntry = PackReport | { name: string; problem: ErrorJson }

/** All packs; one that cannot be read is there with its problem. */
export function reportAll(store: PackStore): PackEntry[] {
  return store.names().map((name) => {
    try {
      return reportPack(store, store.get(name))
    } catch (error) {
      if (error instanceof StudioError) return { name, problem: error.toJSON() }
      throw error
    }
  })
}

/** What of a pack is here, and what it is for. */
export function reportPack(store: PackStore, local: LocalPack): PackReport {
  const { pack, origin, state } = local
  const files = Object.keys(pack.files).map((name) => reportFile(local, name))
  const needed = filesToPull(pack, {})
  const neededFiles = files.filter(({ name }) => needed.includes(name))
  const isHere = ({ state: file }: FileReport) => file === 'verified' || file === 'present'
  return {
    name: pack.name,
    version: pack.version,
    title: pack.title ?? pack.name,
    summary: pack.summary ?? '',
    licence: pack.licence,
    origin,
    base: pack.base,
    folder: state.folder,
    state: stateOf(neededFiles),
    bytes: neededFiles.reduce((sum, { bytes }) => sum + bytes, 0),
    totalBytes: neededFiles.reduce((sum, file) => sum + (isHere(file) ? file.bytes : (file.size ?? 0)), 0),
    unknownSizes: neededFiles.filter((file) => !isHere(file) && file.size === undefined).length,
    roles: (Object.keys(ROLES) as Role[]).flatMap((role) => reportRole(store, local, role) ?? []),
    files,
  }
}

function reportFile(local: LocalPack, name: string): FileReport {
  const file = local.pack.files[name]
  const { size } = expectedOf(local, name)
  return {
    name,
    ...localFile(local, name),
    size: size ?? sizeOf(file),
    isEstimate: size === undefined && file.sizeEstimate !== undefined,
    licence: licenceOf(local.pack, name),
    repo: file.source?.repo,
    optional: file.optional,
  }
}

function reportRole(store: PackStore, local: LocalPack, role: Role): RoleReport | undefined {
  const giver = store.withRole(local.pack.name, role)
  const names = giver?.pack.roles[role]?.files
  if (!giver || !names) return undefined
  const { title, usedBy } = ROLES[role]
  return {
    role,
    title,
    usedBy,
    state: stateOf(names.map((name) => localFile(giver, name))),
    files: names,
    from: giver.pack.name === local.pack.name ? undefined : giver.pack.name,
  }
}

function stateOf(files: { state: FileState }[]): PackReport['state'] {
  const states = new Set(files.map(({ state }) => state))
  if (states.has('wrong')) return 'wrong'
  const isHere = states.has('verified') || states.has('present')
  if (!states.has('missing') && !states.has('partial')) return 'installed'
  return isHere || states.has('partial') ? 'partial' : 'missing'
}
