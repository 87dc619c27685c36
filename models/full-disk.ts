import { statfs } from 'node:fs/promises'
import { ModelError, type ModelErrorCode } from './errors'

/** A disk with less than this is full: writers that do not say why they failed could not write. */
const FULL_BYTES = 64 * 2 ** 10

export async function freeOnDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * A write that failed because the disk is full, in our words; undefined for any other failure. The error of the system
 * tells; onnxruntime's does not, so the disk is asked too.
 */
export async function fullDisk(
  cause: unknown,
  { code, folder, while: doing }: { code: ModelErrorCode; folder: string; while: string },
): Promise<ModelError | undefined> {
  const { code: errno } = (cause ?? {}) as { code?: unknown }
  const isSaid = errno === 'ENOSPC' || errno === 'EDQUOT'
  if (!isSaid) {
    const free = await freeOnDisk(folder).catch(() => undefined)
    if (free === undefined || free >= FULL_BYTES) return undefined
  }
  return new ModelError(code, `The disk became full while ${doing} ${folder}.`, {
    hint: 'Free some space, or choose a data folder on another disk.',
    cause,
  })
}
