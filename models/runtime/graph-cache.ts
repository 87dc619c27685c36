import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fullDisk } from '../full-disk'

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const SUM_BYTES = 32

/**
 * Optimised graphs on disk. They hold no weights, only where those are, so they are as large as the graph. A file ends
 * with the SHA-256 of what is before: one that was cut off or changed is noticed, removed, and made again.
 */
export class GraphCache {
  constructor(readonly folder: string) {}

  #file = (key: string) => path.join(this.folder, `${key}.onnx`)

  async read(key: string): Promise<Uint8Array | undefined> {
    const file = this.#file(key)
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!bytes) return undefined
    const graph = bytes.subarray(0, -SUM_BYTES)
    if (bytes.length > SUM_BYTES && sha256(graph).equals(bytes.subarray(-SUM_BYTES))) return graph
    await rm(file, { force: true })
    return undefined
  }

  /**
   * Keeps what `make` writes into the file it is given. Processes may make the same graph at once: the last one stays.
   * @throws ModelError `runtime/no-room` when the disk is full
   */
  async make(key: string, make: (file: string) => Promise<void>): Promise<Uint8Array> {
    const { folder } = this
    const partial = `${this.#file(key)}.${process.pid}.${Date.now().toString(36)}.partial`
    try {
      await mkdir(folder, { recursive: true })
      await make(partial)
      const graph = await readFile(partial)
      await writeFile(partial, sha256(graph), { flag: 'a' })
      await rename(partial, this.#file(key))
      return graph
    } catch (cause) {
      const doing = 'an optimised graph was written into'
      throw (await fullDisk(cause, { code: 'runtime/no-room', folder, while: doing })) ?? cause
    } finally {
      await rm(partial, { force: true })
    }
  }
}
