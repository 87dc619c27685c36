import { closeSync, fstatSync, openSync, read, readSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { ModelError } from '../errors'
import { damaged } from './tensor'

const readFrom = promisify(read)

/** Largest part of a file that one call of the system reads. */
const PIECE_BYTES = 64 * 2 ** 20

/** A file by its parts. Heads are read at once, because they are small; tensors while other work goes on. */
export interface ByteSource {
  /** Absolute path. */
  readonly file: string
  /** Its name as it stands in messages. */
  readonly name: string
  readonly bytes: number
  head(offset: number, length: number): Uint8Array
  read(offset: number, length: number): Promise<Uint8Array>
  close(): void
}

function checkRange(source: ByteSource, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= source.bytes) return
  throw damaged(
    source.name,
    `it ends at byte ${source.bytes}, before byte ${offset + length} that it refers to`,
  )
}

export class FileSource implements ByteSource {
  readonly file: string
  readonly name: string
  readonly bytes: number
  readonly #descriptor: number
  #open = true

  constructor(file: string) {
    this.file = path.resolve(file)
    this.name = path.basename(file)
    try {
      this.#descriptor = openSync(this.file, 'r')
    } catch (cause) {
      throw new ModelError(
        'weights/no-file',
        `${file} cannot be opened (${(cause as { code?: string }).code}).`,
        {
          hint: 'Check the path of the weights.',
          cause,
        },
      )
    }
    const stat = fstatSync(this.#descriptor)
    this.bytes = stat.size
    if (stat.isFile()) return
    this.close()
    throw new ModelError('weights/no-file', `${file} is not a file.`, {
      hint: 'Give the checkpoint itself: a .safetensors, .pth, .pt, .bin or .ckpt file, or the .index.json of a sharded one.',
    })
  }

  head(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length)
    const into = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const got = readSync(this.#descriptor, into, done, length - done, offset + done)
      if (got === 0) throw damaged(this.name, 'it became shorter while it was read')
      done += got
    }
    return into
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(this, offset, length)
    const into = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const piece = Math.min(PIECE_BYTES, length - done)
      const { bytesRead } = await readFrom(this.#descriptor, into, done, piece, offset + done)
      if (bytesRead === 0) throw damaged(this.name, 'it became shorter while it was read')
      done += bytesRead
    }
    return into
  }

  close(): void {
    if (this.#open) closeSync(this.#descriptor)
    this.#open = false
  }
}

/** A file that is in memory. */
export class MemorySource implements ByteSource {
  readonly name: string

  constructor(
    readonly file: string,
    readonly content: Uint8Array,
  ) {
    this.name = path.basename(file)
  }

  get bytes(): number {
    return this.content.length
  }

  head(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length)
    return this.content.slice(offset, offset + length)
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    return this.head(offset, length)
  }

  close(): void {}
}
