import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import path from 'node:path'
import type { DenoiseState } from '../../../models/pipelines/denoise-windows'
import { refusedWrite } from '../../core/errors'
import type { LiveHistory } from './live-plan'

/** Files of jobs that nobody came back for: older ones, and more than so many, are removed. */
const OLD_MS = 7 * 86_400_000
const MOST = 20

const PARTS = ['latents', 'unconditional', 'memory'] as const
const TYPES = { latents: Float32Array, unconditional: Float32Array, memory: Float64Array } as const

type Header = { done: number; history?: LiveHistory } & Partial<Record<(typeof PARTS)[number], number>>

/** What is kept of a job: its state, and what people had changed by then. */
export interface Kept {
  state: DenoiseState
  history?: LiveHistory
}

/**
 * The state of a job after its last step on disk, so that one that was killed or cancelled goes on. A file: a line of
 * JSON with the sizes, then the numbers.
 */
export class Checkpoint {
  private readonly file: string

  /**
   * @param key of the job: equal keys mean equal work
   * @param latents how many numbers they have
   */
  constructor(
    private readonly folder: string,
    key: string,
    private readonly latents: number,
  ) {
    this.file = path.join(folder, `${key}.state`)
  }

  /** Undefined when there is none that can be read whole. */
  async read(): Promise<Kept | undefined> {
    const bytes = await fs.readFile(this.file).catch(() => undefined)
    const end = bytes?.indexOf(10) ?? -1
    if (!bytes || end < 0) return undefined
    try {
      const header = JSON.parse(bytes.subarray(0, end).toString()) as Header
      const state: Partial<Record<(typeof PARTS)[number], Float32Array | Float64Array>> = {}
      let at = end + 1
      for (const part of PARTS) {
        const count = header[part]
        if (count === undefined) continue
        const Numbers = TYPES[part]
        const length = count * Numbers.BYTES_PER_ELEMENT
        const data = bytes.subarray(at, at + length)
        if (data.length !== length) return undefined
        state[part] = new Numbers(new Uint8Array(data).buffer)
        at += length
      }
      if (state.latents?.length !== this.latents || !Number.isInteger(header.done)) return undefined
      return { state: { done: header.done, ...state } as DenoiseState, history: header.history }
    } catch {
      return undefined // it is a file of ours that was damaged: the job begins anew
    }
  }

  /** @throws StudioError `storage/full`, `storage/unwritable` */
  async write(state: DenoiseState, history?: LiveHistory): Promise<void> {
    const parts = PARTS.flatMap((part) => (state[part] ? [[part, state[part]] as const] : []))
    const header: Header = {
      ...{ done: state.done, history },
      ...Object.fromEntries(parts.map(([part, { length }]) => [part, length])),
    }
    const bytes = parts.map(([, { buffer, byteOffset, byteLength }]) =>
      Buffer.from(buffer, byteOffset, byteLength),
    )
    const partial = `${this.file}.${randomBytes(4).toString('hex')}.tmp`
    try {
      await fs.mkdir(this.folder, { recursive: true })
      await fs.writeFile(partial, `${JSON.stringify(header)}\n`)
      for (const part of bytes) await fs.appendFile(partial, part)
      await fs.rename(partial, this.file)
    } catch (error) {
      await fs.rm(partial, { force: true }).catch(() => {}) // what it says of the disk is said below
      throw refusedWrite(error, this.file) ?? error
    }
  }

  async remove(): Promise<void> {
    await fs.rm(this.file, { force: true })
  }

  /** Removes what nobody came back for. */
  async tidy(now = Date.now()): Promise<void> {
    const names = await fs.readdir(this.folder).catch(() => [])
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.folder, name)
        return { file, time: (await fs.stat(file).catch(() => undefined))?.mtimeMs ?? now }
      }),
    )
    files.sort((a, b) => b.time - a.time)
    for (const [i, { file, time }] of files.entries())
      if (file !== this.file && (i >= MOST || now - time > OLD_MS)) await fs.rm(file, { force: true })
  }
}
