import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import type { Facts } from '../../nodes/core/sockets'
import type { Database } from '../db/open-database'
import type { AssetRecord } from '../storage/assets'
import type { DataFolder } from '../storage/data-folder'

export interface AssetRow {
  id: string
  name: string
  kind: string
  mime: string
  size: number
  facts: Facts
  /** Came with the studio: it travels with every share. */
  example: boolean
  createdAt: number
}

/** The files people brought. The data folder has the bytes and a record; the database has the list. */
export class AssetService {
  private readonly shipped: Record<string, string>

  constructor(
    private readonly database: Database,
    private readonly data: DataFolder,
    private readonly examples: string,
  ) {
    const manifest = path.join(examples, 'manifest.json')
    this.shipped = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')) : {}
  }

  async list(): Promise<AssetRow[]> {
    const rows = await this.database.read.asset.findMany({
      where: { deletedAt: null },
      orderBy: { createdAt: 'desc' },
    })
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      kind: row.kind,
      mime: row.mime,
      size: Number(row.size),
      facts: JSON.parse(row.facts) as Facts,
      example: row.isExample,
      createdAt: row.createdAt.getTime(),
    }))
  }

  /** @throws StudioError `asset/missing` */
  get(id: string): AssetRow {
    const record = this.data.assets.find(id)
    if (!record) {
      throw new StudioError('asset/missing', `The file ${id.slice(0, 24)}… is not in this studio.`, {
        hint: 'Import it again.',
      })
    }
    return this.asRow(record)
  }

  /** Copies a file into the data folder and onto the list. @throws StudioError when it is of no use */
  async import(file: string, name?: string): Promise<AssetRow> {
    return this.note(await this.data.assets.import(file, name))
  }

  /** The shipped files that a document names and the data folder does not have yet. */
  async importExamples(document: WorkflowDocument): Promise<void> {
    for (const id of assetsOf(document)) {
      if (!this.isExample(id)) continue
      const record = this.data.assets.find(id)
      if (record) await this.note(record)
      else await this.import(path.join(this.examples, this.shipped[id]))
    }
  }

  /** The record of a file; a shipped one is copied into the data folder when it is asked for the first time. */
  async find(id: string): Promise<AssetRecord | undefined> {
    const record = this.data.assets.find(id)
    if (record || !this.isExample(id)) return record
    await this.import(path.join(this.examples, this.shipped[id]))
    return this.data.assets.find(id)
  }

  /** Off the list. Workflows that use it go on working: the bytes stay as long as anything names them. */
  async remove(id: string): Promise<void> {
    await this.database.write((client) =>
      client.asset.updateMany({ where: { id }, data: { deletedAt: new Date() } }),
    )
  }

  isExample(id: string): boolean {
    return Object.hasOwn(this.shipped, id)
  }

  /** Puts a file that is in the data folder onto the list. */
  async note(record: AssetRecord): Promise<AssetRow> {
    const { id, name, mime, kind, facts, size } = record
    const fields = { name, mime, kind, facts: JSON.stringify(facts), size: BigInt(size), deletedAt: null }
    await this.database.write((client) =>
      client.asset.upsert({
        where: { id },
        create: { id, ...fields, isExample: this.isExample(id) },
        update: fields,
      }),
    )
    return this.asRow(record)
  }

  private asRow({ id, name, mime, kind, facts, size }: AssetRecord): AssetRow {
    return { id, name, kind, mime, size, facts, example: this.isExample(id), createdAt: Date.now() }
  }
}

/** Ids of the files a document is made from. */
export function assetsOf(document: WorkflowDocument): string[] {
  const ids = Object.values(document.nodes).flatMap(({ params }) =>
    Object.values(params).filter(
      (value): value is string => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value),
    ),
  )
  return [...new Set(ids)]
}
