import { readFileSync, rmSync, utimesSync } from 'node:fs'
import path from 'node:path'
import type { BlobStore } from './blobs'
import { writeAtomicSync } from './files'
import { blobsOf, type ValueRef } from './value-ref'

/** What a finished job left: its outputs as far as somebody wanted them. */
export interface CacheEntry {
  key: string
  node: string
  outputs: Record<string, ValueRef>
  warnings: string[]
  seconds: number
}

/**
 * Results under the Merkle key of the job that made them, one small file each (`cache/ab/abcdef….json`), so that
 * several processes can share them and nothing is lost when one is killed. The time of a file is its last use.
 */
export class ResultCache {
  constructor(
    readonly folder: string,
    private readonly blobs: BlobStore,
  ) {}

  pathOf(key: string): string {
    return path.join(this.folder, key.slice(0, 2), `${key}.json`)
  }

  /** The entry if all its artifacts are still there. */
  find(key: string): CacheEntry | undefined {
    const entry = this.readEntry(key)
    if (!entry) return undefined
    for (const ref of Object.values(entry.outputs)) {
      if (!blobsOf(ref).every((blob) => this.blobs.has(blob.sha256))) return undefined
    }
    return entry
  }

  put(entry: CacheEntry): void {
    writeAtomicSync(this.pathOf(entry.key), JSON.stringify(entry))
  }

  forget(key: string): void {
    rmSync(this.pathOf(key), { force: true })
  }

  /** Marks as used now, for least-recently-used clean-up. */
  touch(key: string): void {
    const now = Date.now() / 1000
    try {
      utimesSync(this.pathOf(key), now, now)
    } catch {
      // Another process cleaned it up; the next look finds out.
    }
  }

  private readEntry(key: string): CacheEntry | undefined {
    try {
      const entry = JSON.parse(readFileSync(this.pathOf(key), 'utf8')) as CacheEntry
      return entry.key === key ? entry : undefined
    } catch {
      return undefined // absent or torn by a power cut: both mean "not cached"
    }
  }
}
