import { readFileSync } from 'node:fs'
import { readdir, stat, statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { DEVICE_CHOICES } from '../../nodes/core/devices'
import type { Database } from '../db/open-database'
import { DEFAULT_LIMIT_BYTES } from '../engine/engine-options'
import { cleanUp, pinnedBlobs } from '../storage/clean-up'
import type { DataFolder } from '../storage/data-folder'

export const settingsSchema = z.object({
  /** Room for results, bytes; above it, those used longest ago are removed. */
  resultsLimitBytes: z.number().min(1e8).max(1e15).default(DEFAULT_LIMIT_BYTES),
  /** Memory of the worker, bytes; one that takes more is ended, and the node says so. */
  memoryLimitBytes: z
    .number()
    .min(5e8)
    .max(1e15)
    .default(Math.max(5e8, Math.round(totalmem() * 0.8))),
  /** Where networks run; `auto` takes the fastest that is there. */
  device: z.enum(DEVICE_CHOICES).default('auto'),
  /** Threads of the worker. */
  threads: z.int().min(1).max(256).default(Math.max(2, availableParallelism())),
})
export type Settings = z.infer<typeof settingsSchema>

/** What takes room in the data folder, and how much of it can be computed again. */
export interface StoragePart {
  part: 'results' | 'assets' | 'packs' | 'networks' | 'database' | 'history'
  label: string
  bytes: number
  count: number
  freeableBytes: number
}

/** What the studio runs on, what it stores, and its settings. */
export class SystemService {
  private current: Settings = settingsSchema.parse({})

  constructor(
    private readonly database: Database,
    private readonly data: DataFolder,
    private readonly root: string,
  ) {}

  /** Reads the settings once; they are asked for all the time. */
  async load(): Promise<void> {
    const rows = await this.database.read.setting.findMany()
    const stored = Object.fromEntries(rows.map(({ key, value }) => [key, JSON.parse(value) as unknown]))
    const parsed = settingsSchema.safeParse(stored)
    if (parsed.success) this.current = parsed.data
  }

  get settings(): Settings {
    return this.current
  }

  async change(changes: Partial<Settings>): Promise<Settings> {
    this.current = settingsSchema.parse({ ...this.current, ...changes })
    await this.database.transaction(async (tx) => {
      for (const [key, value] of Object.entries(changes)) {
        const text = JSON.stringify(value)
        await tx.setting.upsert({ where: { key }, create: { key, value: text }, update: { value: text } })
      }
    })
    return this.current
  }

  info() {
    const { version } = JSON.parse(readFileSync(path.join(this.root, 'package.json'), 'utf8')) as {
      version: string
    }
    return {
      version,
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      dataFolder: this.data.root,
    }
  }

  async storage(): Promise<{
    usedBytes: number
    freeBytes: number
    limitBytes: number
    parts: StoragePart[]
  }> {
    const { data } = this
    const assetIds = new Set((await readdir(data.assets.folder)).map((name) => name.replace('.json', '')))
    const blobs = await sizes(data.blobs.folder)
    const pinned = new Set(await pinnedBlobs(data.pins))
    const own = blobs.filter(({ name }) => assetIds.has(name))
    const results = blobs.filter(({ name }) => !assetIds.has(name))
    const part = (
      name: StoragePart['part'],
      label: string,
      files: { name: string; bytes: number }[],
      freeable = 0,
    ) => ({
      part: name,
      label,
      bytes: sum(files),
      count: files.length,
      freeableBytes: freeable,
    })
    const history = [...(await sizes(data.runs)), ...(await sizes(data.history))]
    const database = (await sizes(data.root, false)).filter(({ name }) => name.startsWith('studio.db'))
    const parts = [
      part('results', 'Results of nodes', results, sum(results.filter(({ name }) => !pinned.has(name)))),
      part('assets', 'Your files', own),
      part('packs', 'Model packs', await sizes(data.packs.folder)),
      part('networks', 'Prepared networks', await sizes(data.networks)),
      part('history', 'History of runs', history),
      { ...part('database', 'Workflows', database), count: await this.database.read.workflow.count() },
    ]
    const { bavail, bsize } = await statfs(data.root)
    return {
      usedBytes: parts.reduce((total, { bytes }) => total + bytes, 0),
      freeBytes: bavail * bsize,
      limitBytes: this.current.resultsLimitBytes,
      parts,
    }
  }

  /** Removes every result that nothing relies on; it would be computed again when asked for. */
  async cleanUp(): Promise<{ freedBytes: number; removedResults: number }> {
    const report = await cleanUp(this.data, 0)
    return {
      freedBytes: report.bytesBefore - report.bytesAfter,
      removedResults: report.removedResults,
    }
  }
}

const sum = (files: readonly { bytes: number }[]) => files.reduce((total, { bytes }) => total + bytes, 0)

async function sizes(folder: string, deep = true): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found: { name: string; bytes: number }[] = []
  for (const entry of entries) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) {
      if (deep) found.push(...(await sizes(file)))
    } else found.push({ name: entry.name, bytes: (await stat(file).catch(() => null))?.size ?? 0 })
  }
  return found
}
