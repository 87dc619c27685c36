import { createHash } from 'node:crypto'
import { createReadStream, existsSync, promises as fs, statSync } from 'node:fs'
import path from 'node:path'
import { StudioError } from '../../nodes/core/errors'
import type { BlobRef } from '../../nodes/core/value-ref'
import { copyAtomic, makeFolder, writeAtomic, writeError } from './files'

export type { BlobRef }

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

const isSha256 = (text: string) => /^[0-9a-f]{64}$/.test(text)

/**
 * The artifact store on disk: `blobs/ab/abcdef…`. Several processes may share it, because a blob is written under a
 * temporary name and renamed, and equal names mean equal bytes.
 */
export class BlobStore {
  constructor(readonly folder: string) {}

  pathOf(id: string): string {
    if (!isSha256(id))
      throw new StudioError('storage/bad-id', `"${id.slice(0, 80)}" is not the id of an artifact.`)
    return path.join(this.folder, id.slice(0, 2), id)
  }

  has(id: string): boolean {
    return existsSync(this.pathOf(id))
  }

  async write(bytes: Uint8Array): Promise<BlobRef> {
    const ref = { sha256: sha256(bytes), size: bytes.byteLength }
    if (!this.isWhole(ref)) await writeAtomic(this.pathOf(ref.sha256), bytes)
    return ref
  }

  /** Takes a finished file over by moving it (same disk) or copying it. */
  async adopt(file: string, opts: { move: boolean }): Promise<BlobRef> {
    const ref = await hashFile(file)
    if (this.isWhole(ref)) return ref
    const target = this.pathOf(ref.sha256)
    if (opts.move) {
      try {
        makeFolder(path.dirname(target))
        await fs.rename(file, target)
        return ref
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw writeError(error, target)
      }
    }
    await copyAtomic(file, target)
    return ref
  }

  /** @throws StudioError `storage/corrupt` when the bytes are gone or are not what they were; the blob is then removed. */
  async read(ref: BlobRef): Promise<Uint8Array> {
    const file = this.pathOf(ref.sha256)
    const bytes = await fs.readFile(file).catch(() => null)
    if (bytes && bytes.byteLength === ref.size && sha256(bytes) === ref.sha256) return bytes
    return this.refuse(ref, bytes === null)
  }

  /** The path of a blob whose content has just been verified. @throws StudioError `storage/corrupt` */
  async verifiedPath(ref: BlobRef): Promise<string> {
    const file = this.pathOf(ref.sha256)
    const found = await hashFile(file).catch(() => null)
    if (found?.sha256 !== ref.sha256) return this.refuse(ref, found === null)
    return file
  }

  private async refuse(ref: BlobRef, missing: boolean): Promise<never> {
    await fs.rm(this.pathOf(ref.sha256), { force: true }).catch(() => {})
    throw new StudioError(
      'storage/corrupt',
      `Stored artifact ${ref.sha256.slice(0, 12)}… ${missing ? 'is missing' : 'was damaged on disk'}.`,
      { hint: 'It is computed again on the next run; a file you imported must be imported again.' },
    )
  }

  private isWhole(ref: BlobRef): boolean {
    return statSync(this.pathOf(ref.sha256), { throwIfNoEntry: false })?.size === ref.size
  }
}

export async function hashFile(file: string): Promise<BlobRef> {
  const hash = createHash('sha256')
  let size = 0
  for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
    hash.update(part)
    size += part.length
  }
  return { sha256: hash.digest('hex'), size }
}
