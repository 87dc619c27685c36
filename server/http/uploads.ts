import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, statfs } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { StudioError, toErrorJson } from '../../nodes/core/errors'
import type { FileWorker } from '../files/file-worker'
import { sayBytes } from '../say-bytes'
import type { DataFolder } from '../storage/data-folder'
import { makeFolder, writeAtomic } from '../storage/files'
import type { AssetRow, AssetService } from '../workflows/asset-service'
import { sendProblem } from './send-file'

export interface UploadService {
  /** What a finished upload became. @throws StudioError `asset/missing`, or why it was refused */
  assetOf(upload: string): Promise<AssetRow>
}

export interface UploadLimits {
  /** Of one file. */
  maxBytes: number
  /** Room that must stay on the disk. */
  reserveBytes: number
}

export const UPLOAD_LIMITS: UploadLimits = { maxBytes: 4e9, reserveBytes: 200e6 }

const PATH = '/api/uploads'
/** Unfinished uploads and notes of finished ones are kept this long. */
const KEPT_MS = 24 * 3_600_000
const SWEEP_MS = 3_600_000
const METHODS = new Set(['POST', 'PATCH', 'HEAD', 'DELETE', 'OPTIONS'])

/** Less than one write of an upload needs. */
const FULL_BYTES = 1e6

const diskFull = (message: string) =>
  new StudioError('storage/full', message, {
    hint: 'Free some space under Settings, Storage, then add the file again.',
  })

/** As tus sends it: a status, and the sentence as JSON. */
const httpError = (status_code: number, error: unknown) => {
  const { code, message, hint } = toErrorJson(error)
  return { status_code, body: JSON.stringify({ code, message, hint }) }
}

/**
 * Resumable uploads (tus). A finished one is looked at by its content and becomes an asset. Which one is noted on disk,
 * so that a client which lost the last answer, even to a studio that was killed, still finds it.
 */
export class Uploads implements UploadService {
  private readonly folder: string
  private opened: { store: FileStore; tus: Server } | undefined
  private readonly taking = new Map<string, Promise<AssetRow>>()
  private readonly sweeper: NodeJS.Timeout

  constructor(
    private readonly data: DataFolder,
    private readonly assets: AssetService,
    private readonly worker: FileWorker,
    private readonly limits: UploadLimits = UPLOAD_LIMITS,
  ) {
    this.folder = path.join(data.root, 'uploads')
    makeFolder(this.folder)
    this.sweeper = setInterval(() => void this.sweep(), SWEEP_MS)
    this.sweeper.unref()
    void this.sweep()
  }

  async assetOf(upload: string): Promise<AssetRow> {
    const noted = await this.noted(upload)
    if (noted) return noted
    if (isId(upload) && (await this.isWhole(upload))) return this.taken(upload)
    throw new StudioError(
      'asset/missing',
      `Upload ${upload.slice(0, 60)} is not finished, or is long over.`,
      { hint: 'Add the file again.' },
    )
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request
    if (!METHODS.has(method)) {
      response.setHeader('Allow', [...METHODS].join(', '))
      return sendProblem(
        response,
        405,
        'asset/method',
        'Files are sent here by the tus protocol and read elsewhere.',
      )
    }
    const id = path.posix.basename(new URL(request.url ?? PATH, 'http://studio').pathname)
    if (method === 'HEAD' && isId(id)) {
      await this.taking.get(id)?.catch(() => {})
      const asset = await this.noted(id)
      if (asset) return sendWhole(response, asset.size)
    }
    await this.open().tus.handle(request, response)
  }

  close(): void {
    clearInterval(this.sweeper)
  }

  /**
   * Opened with the first request: a store makes its folder in the background and throws where nobody can catch it, so
   * that it must not be made for a studio that may be closed, and its folder gone, a moment later.
   */
  private open(): { store: FileStore; tus: Server } {
    if (this.opened) return this.opened
    const store = new FileStore({ directory: this.folder })
    const tus = new Server({
      path: PATH,
      datastore: store,
      maxSize: this.limits.maxBytes,
      relativeLocation: true,
      allowedOrigins: () => false, // pages of this studio need no permission, others get none
      onUploadCreate: async (_request, upload) => {
        await this.checkRoom(upload.size ?? 0)
        return {}
      },
      onUploadFinish: async (_request, upload) => {
        await this.taken(upload.id).catch((error) => {
          const isFull = error instanceof StudioError && error.code === 'storage/full'
          throw httpError(isFull ? 507 : isOurFault(error) ? 500 : 422, error)
        })
        return {}
      },
      onResponseError: (_request, error) => this.explain(error),
    })
    this.opened = { store, tus }
    return this.opened
  }

  private async checkRoom(bytes: number): Promise<void> {
    const free = await this.freeBytes()
    if (bytes + this.limits.reserveBytes <= free) return
    const message = `The file has ${sayBytes(bytes)} and the disk of the data folder ${sayBytes(free)} free.`
    throw httpError(507, diskFull(message))
  }

  private async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  /** One import per upload, however many ask for it. */
  private taken(id: string): Promise<AssetRow> {
    const taking = this.taking.get(id) ?? this.take(id).finally(() => this.taking.delete(id))
    this.taking.set(id, taking)
    return taking
  }

  private async take(id: string): Promise<AssetRow> {
    const file = path.join(this.folder, id)
    const { metadata } = await this.open().store.getUpload(id)
    const name = path.win32.basename(metadata?.filename ?? '').slice(0, 200) || 'file'
    try {
      const record = await this.worker.do({
        type: 'import',
        data: this.data.root,
        file,
        name,
        claimedType: metadata?.filetype ?? undefined,
      })
      const asset = await this.assets.note(record)
      await writeAtomic(this.noteOf(id), asset.id)
      await this.forget(id)
      return asset
    } catch (error) {
      // A refused file goes; one that only found no room waits for another try.
      if (!isOurFault(error)) await this.forget(id)
      throw error instanceof StudioError ? nameless(error, file) : error
    }
  }

  private async forget(id: string): Promise<void> {
    await rm(path.join(this.folder, id), { force: true })
    await rm(path.join(this.folder, `${id}.json`), { force: true })
  }

  private noteOf = (id: string) => path.join(this.folder, `${id}.asset`)

  private async noted(id: string): Promise<AssetRow | undefined> {
    if (!isId(id) || !existsSync(this.noteOf(id))) return undefined
    return this.assets.get(await readFile(this.noteOf(id), 'utf8'))
  }

  private async isWhole(id: string): Promise<boolean> {
    const upload = await this.open()
      .store.getUpload(id)
      .catch(() => undefined)
    return upload !== undefined && upload.size !== undefined && upload.offset === upload.size
  }

  /** What tus says in its own words, as sentences of ours. */
  private async explain(error: unknown): Promise<{ status_code: number; body: string }> {
    const { status_code = 500, body = '' } = error as { status_code?: number; body?: string }
    if (body.startsWith('{')) return { status_code, body }
    switch (status_code) {
      case 404:
      case 410:
        return httpError(
          status_code,
          new StudioError('asset/missing', 'This upload is not here any more.', {
            hint: 'Add the file again.',
          }),
        )
      case 413:
        return httpError(
          413,
          new StudioError('asset/too-large', `A file may have ${sayBytes(this.limits.maxBytes)} at most.`, {
            hint: 'Cut it or save it smaller; mmgt studio --max-upload GB raises the limit.',
          }),
        )
      case 500: {
        // The store says only that it could not write.
        const isFull = (await this.freeBytes().catch(() => 0)) < FULL_BYTES
        return isFull
          ? httpError(507, diskFull('The disk of the data folder is full.'))
          : httpError(500, error)
      }
      default:
        return httpError(status_code, new StudioError('asset/upload', `${body.trim().replace(/\.$/, '')}.`))
    }
  }

  private async sweep(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const file = path.join(this.folder, name)
      // The record of an upload is written once, its bytes are what goes on.
      const info = await stat(file.replace(/\.json$/, '')).catch(() => stat(file).catch(() => null))
      if (info && Date.now() - info.mtimeMs > KEPT_MS) await rm(file, { force: true }).catch(() => {})
    }
  }
}

const isId = (upload: string) => /^[\w-]{1,100}$/.test(upload)

const isOurFault = (error: unknown) => !(error instanceof StudioError) || error.code.startsWith('storage/')

/** What tus says of an upload that has all its bytes. */
function sendWhole(response: ServerResponse, bytes: number): void {
  response.setHeader('Tus-Resumable', '1.0.0')
  response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Upload-Offset', bytes)
  response.setHeader('Upload-Length', bytes)
  response.end()
}

/** The sentence without our own path in front: whoever sent the file knows it by its name. */
const nameless = (error: StudioError, file: string) =>
  new StudioError(error.code, error.message.replace(`${file}: `, ''), { hint: error.hint })
