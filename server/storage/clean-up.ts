import { promises as fs, readFileSync, type Stats, statSync } from 'node:fs'
import path from 'node:path'
import type { CacheEntry } from './cache'
import type { DataFolder } from './data-folder'
import { writeAtomic } from './files'
import { isAlive } from './process'
import { blobsOf } from './value-ref'

export interface CleanUpReport {
  bytesBefore: number
  bytesAfter: number
  removedResults: number
  removedBlobs: number
}

/** A blob younger than this may belong to a result that another process is about to record. */
const GRACE_MS = 10 * 60_000

/** Between two clean-ups that a run starts by itself. */
const PAUSE_MS = 10 * 60_000

const stampFile = (data: DataFolder) => path.join(data.root, 'cleaned')

/** Whether the last clean-up of this folder, by any process, is some time ago. */
export function isCleanUpDue(data: DataFolder): boolean {
  const last = statSync(stampFile(data), { throwIfNoEntry: false })?.mtimeMs ?? 0
  return Date.now() - last > PAUSE_MS
}

/**
 * Brings the stored results under `limitBytes` by removing those used longest ago. Never touched: assets, results
 * that a live run relies on, results of pinned keys, artifacts of share links, and files of the last ten minutes.
 *
 * @param pinned cache keys that must stay
 * @param now for tests: milliseconds since 1970
 */
export async function cleanUp(
  data: DataFolder,
  limitBytes: number,
  opts: { pinned?: ReadonlySet<string>; now?: number; graceMs?: number } = {},
): Promise<CleanUpReport> {
  const now = opts.now ?? Date.now()
  const graceMs = opts.graceMs ?? GRACE_MS
  await writeAtomic(stampFile(data), '')
  await removeOldTemp(data, now - Math.max(graceMs, 60_000))
  data.cache.compact()
  const blobs = await listFiles(data.blobs.folder)
  const bytesBefore = [...blobs.values()].reduce((sum, info) => sum + info.size, 0)
  const report = { bytesBefore, bytesAfter: bytesBefore, removedResults: 0, removedBlobs: 0 }
  if (bytesBefore <= limitBytes) return report

  const keep = new Set([...(opts.pinned ?? []), ...(await leasedKeys(data.leases))])
  data.cache.refresh()
  const entries = data.cache.entries()
  const readers = new Map<string, number>()
  for (const { entry } of entries)
    for (const id of blobIds(entry)) readers.set(id, (readers.get(id) ?? 0) + 1)
  for (const name of await names(data.assets.folder))
    readers.set(name.replace('.json', ''), Number.POSITIVE_INFINITY)
  for (const id of await pinnedBlobs(data.pins)) readers.set(id, Number.POSITIVE_INFINITY)

  const drop = async (id: string) => {
    const info = blobs.get(id)
    if (!info || now - info.mtimeMs < graceMs) return
    await fs.rm(data.blobs.pathOf(id), { force: true })
    blobs.delete(id)
    report.bytesAfter -= info.size
    report.removedBlobs++
  }
  for (const id of [...blobs.keys()]) if (!readers.has(id)) await drop(id)
  for (const { entry, usedAt } of entries.sort((a, b) => a.usedAt - b.usedAt)) {
    if (report.bytesAfter <= limitBytes) break
    if (keep.has(entry.key) || now - usedAt < graceMs) continue
    data.cache.forget(entry.key)
    report.removedResults++
    for (const id of blobIds(entry)) {
      const left = readers.get(id)! - 1
      readers.set(id, left)
      if (left <= 0) await drop(id)
    }
  }
  return report
}

const blobIds = (entry: CacheEntry) =>
  new Set(Object.values(entry.outputs).flatMap((ref) => blobsOf(ref).map((blob) => blob.sha256)))

const names = (folder: string) => fs.readdir(folder).catch(() => [] as string[])

async function listFiles(folder: string): Promise<Map<string, Stats>> {
  const found = new Map<string, Stats>()
  for (const part of await names(folder)) {
    for (const name of await names(path.join(folder, part))) {
      if (name.endsWith('.tmp')) continue
      const info = await fs.stat(path.join(folder, part, name)).catch(() => null)
      if (info) found.set(name, info)
    }
  }
  return found
}

/** Artifacts that somebody relies on outside the cache: what share links show. One file per link. */
export async function pinnedBlobs(folder: string): Promise<string[]> {
  const files = (await names(folder)).filter((name) => name.endsWith('.json'))
  return files.flatMap((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as string[])
}

/** Keys of runs whose process still lives; leases of dead processes are removed. */
async function leasedKeys(folder: string): Promise<Set<string>> {
  const keys = new Set<string>()
  for (const name of await names(folder)) {
    const file = path.join(folder, name)
    const pid = Number(name.split('-')[0])
    if (!isAlive(pid)) await fs.rm(file, { force: true })
    else for (const key of JSON.parse(readFileSync(file, 'utf8')) as string[]) keys.add(key)
  }
  return keys
}

async function removeOldTemp(data: DataFolder, olderThan: number): Promise<void> {
  for (const name of await names(data.temp)) {
    const file = path.join(data.temp, name)
    const info = await fs.stat(file).catch(() => null)
    if (info && info.mtimeMs < olderThan) await fs.rm(file, { recursive: true, force: true })
  }
}
