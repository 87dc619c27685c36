import { existsSync } from 'node:fs'
import path from 'node:path'
import type { DataFolder } from '../storage/data-folder'
import { makeFolder } from '../storage/files'
import type { FileWorker } from './file-worker'

/** Small pictures of imported ones, made once and kept in the data folder. */
export class Thumbnails {
  private readonly folder: string
  private readonly making = new Map<string, Promise<string>>()

  constructor(
    private readonly data: DataFolder,
    private readonly worker: FileWorker,
  ) {
    this.folder = path.join(data.root, 'thumbnails')
    makeFolder(this.folder)
  }

  /** @returns a JPEG @throws StudioError when the picture cannot be read */
  of(sha256: string): Promise<string> {
    const file = path.join(this.folder, `${sha256}.jpg`)
    if (existsSync(file)) return Promise.resolve(file)
    const made = this.making.get(sha256) ?? this.make(sha256, file)
    this.making.set(sha256, made)
    return made
  }

  private async make(sha256: string, to: string): Promise<string> {
    try {
      await this.worker.do({ type: 'thumbnail', from: this.data.blobs.pathOf(sha256), to })
      return to
    } finally {
      this.making.delete(sha256)
    }
  }
}
