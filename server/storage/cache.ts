import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { BlobStore } from './blobs'
import { writeAtomicSync, writeError } from './files'
import { isAlive } from './process'
import { blobsOf, type ValueRef } from './value-ref'

/** What a finished job left: its outputs as far as somebody wanted them. */
export interface CacheEntry {
  key: string
  node: string
  outputs: Record<string, ValueRef>
  warnings: string[]
  seconds: number
  /** What was computed for it and when; several when outputs were added later, none when nothing was or is known. */
  work?: Work[]
}

/** A job that a worker did. */
export interface Work {
  /** Milliseconds since 1970. */
  endedAt: number
  seconds: number
  /** The most that the worker process held meanwhile. */
  memoryBytes: number
  device: string
}

interface Known {
  /** Parsed when first asked for: most entries of a long history never are. */
  json: string
  entry?: CacheEntry
  usedAt: number
}

/** Segments of dead processes are merged when there are more of them than this. */
const MANY_SEGMENTS = 32

/**
 * Results under the Merkle key of the job that made them.
 *
 * Each process appends to a log of its own, `cache/<pid>-<random>.log`, and reads everybody's, so any number of
 * processes share the cache without a lock, and a record costs an append instead of a file (measured: 4 ms against
 * 100 ms for a thousand). A line is `op milliseconds key [json]`, with op `+` result, `@` used, `-` forgotten. A line
 * torn by a kill, a full disk or a power cut does not parse and counts as absent: the job runs again.
 */
export class ResultCache {
  private readonly known = new Map<string, Known>()
  /** Bytes of each segment that have been read. */
  private readonly readUpTo = new Map<string, number>()
  private readonly own = `${process.pid}-${randomBytes(4).toString('hex')}.log`
  private file: number | undefined

  constructor(
    readonly folder: string,
    private readonly blobs: BlobStore,
  ) {}

  /** The entry if all its artifacts are still there. */
  find(key: string): CacheEntry | undefined {
    const known = this.known.get(key)
    if (!known) return undefined
    known.entry ??= parseEntry(known.json, key)
    if (!known.entry) return undefined
    const whole = Object.values(known.entry.outputs).every((ref) =>
      blobsOf(ref).every((blob) => this.blobs.has(blob.sha256)),
    )
    return whole ? known.entry : undefined
  }

  put(entry: CacheEntry): void {
    const json = JSON.stringify(entry)
    const usedAt = Date.now()
    this.append(`+ ${usedAt} ${entry.key} ${json}`)
    this.known.set(entry.key, { json, entry, usedAt })
  }

  /** Marks as used now, for least-recently-used clean-up. */
  touch(keys: string[]): void {
    const usedAt = Date.now()
    for (const key of keys) {
      const known = this.known.get(key)
      if (known) known.usedAt = usedAt
    }
    if (keys.length > 0) this.append(keys.map((key) => `@ ${usedAt} ${key}`).join('\n'))
  }

  forget(key: string): void {
    if (this.known.delete(key)) this.append(`- ${Date.now()} ${key}`)
  }

  /** Everything known, with the time of its last use in milliseconds since 1970. */
  entries(): { entry: CacheEntry; usedAt: number }[] {
    return [...this.known].flatMap(([key, known]) => {
      known.entry ??= parseEntry(known.json, key)
      return known.entry ? [{ entry: known.entry, usedAt: known.usedAt }] : []
    })
  }

  /** Reads what other processes have appended since the last look. */
  refresh(): void {
    for (const name of this.segments()) if (name !== this.own) this.readTail(name)
  }

  /** Merges the segments of processes that are gone into one. */
  compact(): void {
    const dead = this.segments().filter((name) => !isAlive(Number.parseInt(name, 10)))
    if (dead.length <= MANY_SEGMENTS) return
    const lines = [...this.known].map(([key, { json, usedAt }]) => `+ ${usedAt} ${key} ${json}\n`)
    const merged = `0-${randomBytes(4).toString('hex')}.log`
    writeAtomicSync(path.join(this.folder, merged), lines.join(''))
    this.readUpTo.set(merged, Number.POSITIVE_INFINITY)
    for (const name of dead) rmSync(path.join(this.folder, name), { force: true })
  }

  private segments(): string[] {
    return readdirSync(this.folder)
      .filter((name) => name.endsWith('.log'))
      .sort()
  }

  private append(lines: string): void {
    const file = path.join(this.folder, this.own)
    try {
      this.file ??= openSync(file, 'a')
      // The newline in front separates this record from one that a full disk has cut short.
      writeSync(this.file, `\n${lines}\n`)
    } catch (error) {
      throw writeError(error, file)
    }
  }

  private readTail(name: string): void {
    const from = this.readUpTo.get(name) ?? 0
    const text = readFrom(path.join(this.folder, name), from)
    const end = text.lastIndexOf('\n') + 1 // a record being written is read next time
    if (end === 0) return
    this.readUpTo.set(name, from + Buffer.byteLength(text.slice(0, end)))
    for (const line of text.slice(0, end).split('\n')) this.readLine(line)
  }

  private readLine(line: string): void {
    const op = line[0]
    const at = line.indexOf(' ', 2)
    const usedAt = Number(line.slice(2, at))
    const key = line.slice(at + 1, at + 65)
    if (!/^[0-9a-f]{64}$/.test(key) || !Number.isFinite(usedAt)) return
    const known = this.known.get(key)
    if (op === '+' && (!known || known.usedAt <= usedAt))
      this.known.set(key, { json: line.slice(at + 66), usedAt })
    else if (op === '@' && known) known.usedAt = Math.max(known.usedAt, usedAt)
    else if (op === '-' && known && known.usedAt <= usedAt) this.known.delete(key)
  }
}

function readFrom(file: string, from: number): string {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size <= from) return ''
  const bytes = Buffer.alloc(size - from)
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch {
    return '' // merged away by another process; its records come with the merged segment
  }
  try {
    return bytes.toString('utf8', 0, readSync(handle, bytes, 0, bytes.length, from))
  } finally {
    closeSync(handle)
  }
}

function parseEntry(json: string, key: string): CacheEntry | undefined {
  try {
    const entry = JSON.parse(json) as CacheEntry
    return entry.key === key ? entry : undefined
  } catch {
    return undefined
  }
}
