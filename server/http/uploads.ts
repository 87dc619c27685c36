import { readdir, rm, stat, statfs } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { StudioError, toErrorJson } from '../../nodes/core/errors'
import type { DataFolder } from '../storage/data-folder'
import { makeFolder } from '../storage/files'
import type { AssetRow, AssetService } from '../workflows/asset-service'

export interface UploadService {
  /** What a finished upload became. @throws StudioError `asset/missing` */
  assetOf(upload: string): AssetRow
}

const PATH = '/api/uploads'
const MAX_BYTES = 4e9
/** Room that must stay on the disk. */
const RESERVE_BYTES = 200e6
const STALE_MS = 24 * 3_600_000
/** Answers that are remembered: a client asks right after its upload. */
const KEPT = 500

const httpError = (status_code: number, error: unknown) => ({
  status_code,
  body: JSON.stringify(toErrorJson(error)),
})

/** Resumable uploads (tus). A finished one is looked at by its content and becomes an asset. */
export class Uploads implements UploadService {
  private readonly folder: string
  private readonly tus: Server
  private readonly finished = new Map<string, AssetRow>()

  constructor(
    data: DataFolder,
    private readonly assets: AssetService,
    private readonly maxBytes = MAX_BYTES,
  ) {
    this.folder = path.join(data.root, 'uploads')
    makeFolder(this.folder)
    this.tus = new Server({
      path: PATH,
      datastore: new FileStore({ directory: this.folder }),
      maxSize: this.maxBytes,
      relativeLocation: true,
      onUploadCreate: async (_request, upload) => {
        await this.checkRoom(upload.size ?? 0)
        return {}
      },
      onUploadFinish: async (_request, upload) => {
        await this.take(upload.id, upload.metadata?.filename ?? 'file')
        return {}
      },
    })
    void this.removeStale()
  }

  assetOf(upload: string): AssetRow {
    const asset = this.finished.get(upload)
    if (asset) return asset
    throw new StudioError(
      'asset/missing',
      `Upload ${upload.slice(0, 60)} is not finished, or is long over.`,
      {
        hint: 'Add the file again.',
      },
    )
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    void this.tus.handle(request, response)
  }

  private async checkRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder)
    // The file is copied once it is whole.
    if (2 * bytes + RESERVE_BYTES <= bavail * bsize) return
    throw httpError(
      507,
      new StudioError(
        'storage/full',
        `The file has ${bytes} bytes and the disk of the data folder ${bavail * bsize} free.`,
        { hint: 'Free some space under Settings, Storage, then add the file again.' },
      ),
    )
  }

  private async take(id: string, name: string): Promise<void> {
    const file = path.join(this.folder, id)
    try {
      const asset = await this.assets.import(file, path.basename(name).slice(0, 200) || 'file')
      this.finished.set(id, asset)
      if (this.finished.size > KEPT) this.finished.delete(this.finished.keys().next().value!)
    } catch (error) {
      throw httpError(422, error instanceof StudioError ? nameless(error, file) : error)
    } finally {
      await rm(file, { force: true })
      await rm(`${file}.json`, { force: true })
    }
  }

  private async removeStale(): Promise<void> {
    for (const name of await readdir(this.folder)) {
      const file = path.join(this.folder, name)
      const info = await stat(file).catch(() => null)
      if (info && Date.now() - info.mtimeMs > STALE_MS) await rm(file, { force: true })
    }
  }
}

/** The sentence without our own path in front: whoever sent the file knows it by its name. */
const nameless = (error: StudioError, file: string) =>
  new StudioError(error.code, error.message.replace(`${file}: `, ''), { hint: error.hint })
