import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { AssetFile } from '../../nodes/core/define-node'
import { aboutFile, StudioError } from '../../nodes/core/errors'
import type { Facts } from '../../nodes/core/sockets'
import type { Probed } from '../../nodes/lib/media/probe'
import type { BlobRef, BlobStore } from './blobs'
import { writeAtomic } from './files'

/** A file the user brought: its bytes are a blob, its name and facts are a record. Assets are never cleaned up. */
export interface AssetRecord extends BlobRef {
  /** `sha256:…`, the form that documents use. */
  id: string
  name: string
  mime: string
  kind: string
  facts: Facts
}

export class AssetStore {
  constructor(
    readonly folder: string,
    private readonly blobs: BlobStore,
  ) {}

  /**
   * Copies a file into the data folder, or moves it there. Importing the same bytes again gives the same asset; `name` is what people
   * see.
   *
   * @throws StudioError `asset/missing` for an unreadable path; what `probe` says, with the path in front, for a file
   *   of no use.
   */
  async import(
    file: string,
    name = path.basename(file),
    opts: { move: boolean; check?: (found: Probed) => void } = { move: false },
  ): Promise<AssetRecord> {
    const info = await stat(file).catch(() => null)
    if (!info)
      throw new StudioError('asset/missing', `There is no file ${file}.`, { hint: 'Check the path.' })
    if (!info.isFile())
      throw new StudioError('asset/missing', `${file} is not a file.`, { hint: 'Give one file.' })
    const { probe } = await import('../../nodes/lib/media/probe')
    const probed = await aboutFile(file, probe(file))
    opts.check?.(probed) // may still refuse it
    const blob = await this.blobs.adopt(file, opts)
    const record: AssetRecord = {
      ...blob,
      id: `sha256:${blob.sha256}`,
      name,
      mime: probed.mime,
      kind: probed.kind,
      facts: probed.facts,
    }
    await writeAtomic(this.recordPath(blob.sha256), JSON.stringify(record))
    return record
  }

  /** The record of `sha256:…`, if the data folder has it. */
  find(id: string): AssetRecord | undefined {
    const digest = /^sha256:([0-9a-f]{64})$/.exec(id)?.[1]
    if (!digest) return undefined
    try {
      return JSON.parse(readFileSync(this.recordPath(digest), 'utf8')) as AssetRecord
    } catch {
      return undefined
    }
  }

  /** What a node gets. The bytes are verified. @throws StudioError `asset/missing`, `storage/corrupt` */
  async open(id: string): Promise<AssetFile> {
    const record = this.find(id)
    if (!record) {
      throw new StudioError('asset/missing', `The file ${id.slice(0, 24)}… is not in this data folder.`, {
        hint: 'Import it again, or set the param to a file: --set NODE.PARAM=FILE.',
      })
    }
    const { name, mime, size } = record
    return { id, name, mime, size, path: await this.blobs.verifiedPath(record) }
  }

  private recordPath(digest: string): string {
    return path.join(this.folder, `${digest}.json`)
  }
}
