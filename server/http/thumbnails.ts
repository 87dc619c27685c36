import { existsSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { type ErrorJson, StudioError } from '../../nodes/core/errors'
import type { DataFolder } from '../storage/data-folder'
import { makeFolder } from '../storage/files'

/** A thread nobody has asked for this long ends. */
const IDLE_MS = 20_000

/** Small pictures of imported ones, made once by a thread of their own and kept in the data folder. */
export class Thumbnails {
  private readonly folder: string
  private readonly making = new Map<string, Promise<string>>()
  private readonly asked = new Map<number, (error?: ErrorJson) => void>()
  private thread: Worker | undefined
  private idle: NodeJS.Timeout | undefined
  private nextId = 1

  constructor(
    private readonly data: DataFolder,
    /** Bundle of `thumbnail-thread.ts`. */
    private readonly entry: string,
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
    return made.finally(() => this.making.delete(sha256))
  }

  async close(): Promise<void> {
    clearTimeout(this.idle)
    await this.thread?.terminate()
  }

  private make(sha256: string, to: string): Promise<string> {
    const id = this.nextId++
    const thread = (this.thread ??= this.start())
    clearTimeout(this.idle)
    return new Promise((resolve, reject) => {
      this.asked.set(id, (error) => (error ? reject(StudioError.fromJSON(error)) : resolve(to)))
      thread.postMessage({ id, from: this.data.blobs.pathOf(sha256), to })
    })
  }

  private start(): Worker {
    const thread = new Worker(this.entry)
    thread.unref()
    thread.on('message', ({ id, error }: { id: number; error?: ErrorJson }) => {
      this.asked.get(id)?.(error)
      this.asked.delete(id)
      clearTimeout(this.idle)
      this.idle = setTimeout(() => this.asked.size === 0 && this.end(), IDLE_MS)
      this.idle.unref()
    })
    thread.on('error', (error) => {
      for (const answer of this.asked.values()) answer({ code: 'internal', message: error.message })
      this.asked.clear()
      this.thread = undefined
    })
    return thread
  }

  private end(): void {
    void this.thread?.terminate()
    this.thread = undefined
  }
}
