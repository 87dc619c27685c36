'use client'
import { type StoreApi, useStore } from 'zustand'
import type { MissingWeights } from '../../server/packs/missing-weights'
import type { FileReport } from '../../server/packs/pack-report'
import { sayBytes } from '../_editor/stages/say-bytes'
import { type ReadablePack, usePacks } from './use-packs'

export interface MissingParts {
  needed: MissingWeights
  pack: ReadablePack
  roles: ReadablePack['roles']
  files: FileReport[]
  /** Of what is still to come: `~11 GB`. */
  size: string
}

const NOTHING: MissingWeights[] = []

/** The first pack of which a workflow lacks parts, as far as they have not come since it was looked at. */
export function useMissingPack(
  store: StoreApi<{ analysis?: { missingWeights: MissingWeights[] } }>,
): MissingParts | undefined {
  const [needed] = useStore(store, ({ analysis }) => analysis?.missingWeights ?? NOTHING)
  const packs = usePacks()
  const pack = packs.data?.find(
    (entry): entry is ReadablePack => entry.name === needed?.pack && !('problem' in entry),
  )
  if (!needed || !pack) return undefined
  const roles = pack.roles.filter(
    (role) => role.state !== 'installed' && needed.roles.some((need) => need.role === role.role),
  )
  if (roles.length === 0) return undefined
  const files = pack.files.filter(({ name }) => roles.some((role) => role.files.includes(name)))
  return { needed, pack, roles, files, size: saySizes(files) }
}

function saySizes(files: FileReport[]): string {
  const bytes = files.reduce((sum, { size, bytes: here }) => sum + Math.max(0, (size ?? 0) - here), 0)
  const isExact = files.every(({ size, isEstimate }) => size !== undefined && !isEstimate)
  return bytes === 0 ? 'of unknown size' : `${isExact ? '' : '~'}${sayBytes(bytes)}`
}
