import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import path from 'node:path'
import type { DenoiseState } from '../../../models/pipelines/denoise-windows'
import { refusedWrite } from '../../core/errors'
import type { LiveHistory } from './live-plan'

/** Files that nobody came back for are removed: old ones, and what is beyond so many, or so many bytes, of a kind. */
const OLD_MS = 7 * 86_400_000
const LIMITS = {
  /** Of jobs that have not ended. */
  state: { most: 20, bytes: Number.POSITIVE_INFINITY },
  /** Of steps that other runs may begin with. */
  kept: { most: 300, bytes: 2e9 },
}
type Kind = keyof typeof LIMITS

/** End of a file that is being written, and how long that may take. */
const [PARTIAL, PARTIAL_MS] = ['.tmp', 3_600_000]

const PARTS = ['latents', 'unconditional', 'memory'] as const
const TYPES = { latents: Float32Array, unconditional: Float32Array, memory: Float64Array } as const

type Header = { done: number; run?: string; history?: LiveHistory } & Partial<
  Record<(typeof PARTS)[number], number>
>

/** A state on disk: which run has written it, and what people had changed in it by then. */
export interface StoredState {
  state: DenoiseState
  run?: string
  history?: LiveHistory
}

/**
 * The state after a step on disk: of a job after its last one, so that it goes on after a kill or a cancel; or one that
 * other runs may begin with. A file: a line of JSON with the sizes, then the numbers.
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
    kind: Kind = 'state',
  ) {
    this.file = path.join(folder, `${key}.${kind}`)
  }

  /** Undefined when there is none that can be read whole. */
  async read(): Promise<StoredState | undefined> {
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
      const { done, run, history } = header
      return { state: { done, ...state } as DenoiseState, run, history }
    } catch {
      return undefined // it is a file of ours that was damaged: the job begins anew
    }
  }

  /** @throws StudioError `storage/full`, `storage/unwritable` */
  async write(state: DenoiseState, { run, history }: Omit<StoredState, 'state'> = {}): Promise<void> {
    const parts = PARTS.flatMap((part) => (state[part] ? [[part, state[part]] as const] : []))
    const header: Header = {
      ...{ done: state.done, run, history },
      ...Object.fromEntries(parts.map(([part, { length }]) => [part, length])),
    }
    const bytes = parts.map(([, { buffer, byteOffset, byteLength }]) =>
      Buffer.from(buffer, byteOffset, byteLength),
    )
    const partial = `${this.file}.${randomBytes(4).toString('hex')}${PARTIAL}`
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

  async exists(): Promise<boolean> {
    return (await fs.stat(this.file).catch(() => undefined)) !== undefined
  }

  /** It is of use: among what is removed it comes last. */
  async touch(): Promise<void> {
    await fs.utimes(this.file, new Date(), new Date()).catch(() => {}) // tidied away meanwhile
  }

  /** Removes what nobody came back for. */
  async tidy(now = Date.now()): Promise<void> {
    const names = await fs.readdir(this.folder).catch(() => [])
    const files = await Promise.all(
      names.map(async (name) => {
        const file = path.join(this.folder, name)
        const info = await fs.stat(file).catch(() => undefined)
        return { file, time: info?.mtimeMs ?? now, size: info?.size ?? 0 }
      }),
    )
    files.sort((a, b) => b.time - a.time)
    for (const [kind, { most, bytes }] of Object.entries(LIMITS)) {
      const ofKind = files.filter(({ file }) => file.endsWith(`.${kind}`))
      let room = bytes
      for (const [i, { file, time, size }] of ofKind.entries()) {
        room -= size
        if (file !== this.file && (i >= most || room < 0 || now - time > OLD_MS))
          await fs.rm(file, { force: true })
      }
    }
    // What a killed job left half-written.
    for (const { file, time } of files)
      if (file.endsWith(PARTIAL) && now - time > PARTIAL_MS) await fs.rm(file, { force: true })
  }
}
