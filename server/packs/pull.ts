import { promises as fs, rmSync } from 'node:fs'
import path from 'node:path'
import { CancelledError, type ErrorJson, StudioError } from '../../nodes/core/errors'
import type { Role } from '../../nodes/core/pack-roles'
import { sayBytes } from '../say-bytes'
import { makeFolder } from '../storage/files'
import { DOWNLOAD_LIMITS, type DownloadLimits, download } from './download'
import type { HashFile } from './hash-file'
import type { Hub } from './hub'
import { refusal } from './hub-refusal'
import { licenceOf } from './pack'
import { changeState } from './pack-state'
import {
  expectedOf,
  filesToPull,
  type LocalPack,
  localFile,
  lockPack,
  noteChecked,
  type PackStore,
} from './pack-store'
import { forgetPart } from './part-file'
import { patiently } from './patience'
import { Speed } from './speed'

export interface PlannedFile {
  name: string
  /** Bytes; unknown when neither manifest nor hub say. */
  size?: number
  /** Bytes of it that are here already. */
  have: number
  licence: { name: string; url?: string }
}

/** What a pull tells while it works. Every event carries the pack. */
export type PullEvent = { pack: string } & (
  | { type: 'pull.planned'; files: PlannedFile[]; bytes: number; freeBytes: number }
  | {
      type: 'pull.progressed'
      bytes: number
      totalBytes: number
      bytesPerSecond: number
      remainingSeconds?: number
      /** Bytes on disk of each file that is being downloaded. */
      files: Record<string, number>
    }
  | { type: 'file.waited'; file: string; seconds: number; reason: string }
  | { type: 'file.downloaded'; file: string }
  | { type: 'file.verified'; file: string; sha256: string }
  | { type: 'file.failed'; file: string; error: ErrorJson }
  | { type: 'pull.finished'; files: number; bytes: number; seconds: number }
)

export interface PullOptions {
  roles?: readonly Role[]
  /** Also the files that nobody needs. */
  all?: boolean
  signal: AbortSignal
  onEvent(event: PullEvent): void
  limits?: DownloadLimits
}

export interface PullTools {
  store: PackStore
  hub: Hub
  hash: HashFile
}

/** Files that are downloaded at once. */
const AT_ONCE = 4

/** Stays free on the disk. */
const RESERVE_BYTES = 256 << 20

/** Of the first question about a file: whoever has no network learns it soon. */
const FIRST_TRIES = 3

const PROGRESS_MS = 250

/**
 * Downloads what is missing of a pack and checks it. What is there stays, parts are gone on with; one file that fails
 * does not stop the others.
 *
 * @throws StudioError of the first file that failed; CancelledError, after which the next pull goes on
 */
export async function pullPack(tools: PullTools, name: string, options: PullOptions): Promise<void> {
  const { home } = tools.store.get(name)
  makeFolder(home)
  const lock = lockPack(home, name)
  try {
    await new Pull(tools, name, options).run()
  } finally {
    lock.release()
  }
}

class Pull {
  private readonly startedAt = performance.now()
  private readonly failures: { file: string; error: StudioError }[] = []
  /** Bytes of each file that are on disk, now and before this pull. */
  private readonly bytesOf = new Map<string, number>()
  private readonly had = new Map<string, number>()

  constructor(
    private readonly tools: PullTools,
    private readonly name: string,
    private readonly options: PullOptions,
  ) {}

  async run(): Promise<void> {
    const { signal } = this.options
    const needed: string[] = []
    for (const file of filesToPull(this.local.pack, this.options)) {
      await this.tried(file, async () => {
        if (!(await this.isThere(file))) needed.push(file)
      })
    }
    await atOnce(AT_ONCE, needed, (file) => this.tried(file, () => this.pin(file)))
    const files = this.left(needed)
    const total = await this.plan(files)
    const progress = this.startProgress(total)
    try {
      await atOnce(AT_ONCE, files, (file) => this.tried(file, () => this.fetch(file)))
    } finally {
      progress.stop()
    }
    if (signal.aborted) throw new CancelledError()
    this.throwFailures(needed.length)
    const seconds = (performance.now() - this.startedAt) / 1000
    this.tell({ type: 'pull.finished', files: needed.length, bytes: total, seconds })
  }

  private get local(): LocalPack {
    return this.tools.store.get(this.name)
  }

  /** Whether a file is whole and right; one that was never checked is checked now. */
  private async isThere(file: string): Promise<boolean> {
    const { state, path: place } = localFile(this.local, file)
    if (state === 'verified') return true
    if (state === 'present' && (await this.check(file, place))) return true
    if (state !== 'present' && state !== 'wrong') return false
    if (!place.startsWith(this.local.home + path.sep)) throw notOurs(this.name, place)
    rmSync(place, { force: true })
    return false
  }

  /** Asks the hub what a file is, and holds it to that. */
  private async pin(file: string): Promise<void> {
    const { source } = this.local.pack.files[file]
    if (!source) {
      throw new StudioError(
        'pack/no-source',
        `The pack ${this.name} does not say where ${file} comes from.`,
        {
          hint: 'If you have the file, put it into the folder of the pack.',
        },
      )
    }
    const { state } = this.local
    if (state.pins[file]) return
    const { hub } = this.tools
    const { signal, limits = DOWNLOAD_LIMITS } = this.options
    const ask = async () => {
      const answer = await hub.look(source, signal)
      if (answer.status !== 200) throw refusal(hub, { source, name: file }, answer)
      return answer
    }
    const { size, sha256 } = await patiently(ask, {
      limits: { ...limits, tries: Math.min(limits.tries, FIRST_TRIES) },
      signal,
      onWait: (seconds, reason) => this.tell({ type: 'file.waited', file, seconds, reason }),
    })
    const known = this.local.pack.files[file]
    if ((known.sha256 && sha256 && known.sha256 !== sha256) || (known.size && size && known.size !== size)) {
      throw new StudioError(
        'pack/changed',
        `${this.tools.hub.host} has another ${file} than the one this pack is made of (${size ?? '?'} bytes there, ${known.size ?? '?'} in the pack).`,
        { hint: 'It is not downloaded. A newer version of the studio may know it.' },
      )
    }
    if (size === undefined) return
    changeState(this.local.home, (next) => {
      next.pins[file] = { size, ...(sha256 ? { sha256 } : {}) }
    })
  }

  /** @returns the bytes that are to be downloaded. @throws StudioError `storage/full` before anything is */
  private async plan(files: string[]): Promise<number> {
    const { local } = this
    const planned = files.map((file): PlannedFile => {
      const { bytes } = localFile(local, file)
      return {
        name: file,
        size: expectedOf(local, file).size,
        have: bytes,
        licence: licenceOf(local.pack, file),
      }
    })
    for (const { name, have } of planned) this.had.set(name, have)
    const bytes = planned.reduce((sum, { size, have }) => sum + Math.max(0, (size ?? 0) - have), 0)
    const { bavail, bsize } = await fs.statfs(local.home)
    const freeBytes = bavail * bsize
    this.tell({ type: 'pull.planned', files: planned, bytes, freeBytes })
    if (bytes > 0 && bytes + RESERVE_BYTES > freeBytes) {
      throw new StudioError(
        'storage/full',
        `${this.name} needs ${sayBytes(bytes + RESERVE_BYTES)} on the disk of ${local.home}, and ${sayBytes(freeBytes)} are free.`,
        { hint: 'Free some space, or choose a data folder on another disk: --data DIR.' },
      )
    }
    return bytes
  }

  private async fetch(file: string): Promise<void> {
    const { local } = this
    const place = path.join(local.home, file)
    const part = `${place}.part`
    const { signal, limits = DOWNLOAD_LIMITS } = this.options
    for (let isSecond = false; ; isSecond = true) {
      const { isFresh } = await download(
        this.tools.hub,
        { source: local.pack.files[file].source!, name: file, part, expected: expectedOf(local, file) },
        {
          onBytes: (bytes) => this.bytesOf.set(file, bytes),
          onWait: (seconds, reason) => this.tell({ type: 'file.waited', file, seconds, reason }),
        },
        signal,
        limits,
      )
      this.tell({ type: 'file.downloaded', file })
      const found = await this.tools.hash(part, { signal })
      const { sha256 } = expectedOf(local, file)
      if (sha256 === undefined || sha256 === found.sha256) {
        await fs.rename(part, place)
        forgetPart(part)
        return this.accept(file, found)
      }
      forgetPart(part)
      // A part of an earlier attempt may have been spoilt; what came in one go is what the server has.
      if (isFresh || isSecond) throw wrongHash(file, sha256, found.sha256)
    }
  }

  private async check(file: string, place: string): Promise<boolean> {
    const found = await this.tools.hash(place, { signal: this.options.signal })
    const { sha256 } = expectedOf(this.local, file)
    if (sha256 !== undefined && sha256 !== found.sha256) return false
    this.accept(file, found)
    return true
  }

  private accept(file: string, found: { sha256: string; size: number }): void {
    noteChecked(this.local, file, found)
    changeState(this.local.home, (state) => {
      if (!this.local.pack.files[file].sha256) state.pins[file] = found // first contact: from now on it is this one
    })
    this.tell({ type: 'file.verified', file, sha256: found.sha256 })
  }

  /** A file that fails is told and remembered, unless nothing more can be done for any. */
  private async tried(file: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof StudioError) || error instanceof CancelledError) throw error
      if (error.code === 'storage/full') throw error
      this.failures.push({ file, error })
      this.tell({ type: 'file.failed', file, error: error.toJSON() })
    }
  }

  private left(files: string[]): string[] {
    return files.filter((file) => !this.failures.some((failure) => failure.file === file))
  }

  private startProgress(total: number): { stop(): void } {
    const speed = new Speed()
    const tell = () => {
      let bytes = 0
      for (const [file, now] of this.bytesOf) bytes += now - (this.had.get(file) ?? 0)
      const bytesPerSecond = speed.add(bytes)
      this.tell({
        type: 'pull.progressed',
        bytes,
        totalBytes: total,
        bytesPerSecond,
        remainingSeconds: bytesPerSecond > 0 ? Math.max(0, total - bytes) / bytesPerSecond : undefined,
        files: Object.fromEntries(this.bytesOf),
      })
    }
    const timer = setInterval(tell, PROGRESS_MS)
    return {
      stop() {
        clearInterval(timer)
        tell()
      },
    }
  }

  private throwFailures(files: number): void {
    if (this.failures.length === 0) return
    const [{ error }] = this.failures
    const others = this.failures.length - 1
    if (others === 0) throw error
    throw new StudioError(error.code, `${error.message} ${others} more of ${files} files failed.`, {
      hint: error.hint,
      cause: error,
    })
  }

  private tell(event: DistributiveOmit<PullEvent, 'pack'>): void {
    this.options.onEvent({ pack: this.name, ...event } as PullEvent)
  }
}

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never

/** Works on so many at a time; the first thing that is thrown stops what has not begun. */
async function atOnce<T>(limit: number, items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  const lanes = Array.from({ length: limit }, () =>
    lane().catch((error) => {
      queue.length = 0
      throw error
    }),
  )
  const settled = await Promise.allSettled(lanes)
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

const notOurs = (name: string, place: string) =>
  new StudioError('pack/wrong-hash', `${place} is not the file that the pack ${name} lists.`, {
    hint: `It was added from elsewhere, so it is not replaced. mmgt models remove ${name} forgets it; then it can be downloaded.`,
  })

const wrongHash = (file: string, wanted: string, found: string) =>
  new StudioError(
    'pack/wrong-hash',
    `${file} arrived with other bytes than it should have (sha256 ${found.slice(0, 12)}…, not ${wanted.slice(0, 12)}…).`,
    {
      hint: 'It was thrown away. Run it again; if that fails too, something between you and the hub changes it.',
    },
  )
