import path from 'node:path'
import { CancelledError, type ErrorJson, toErrorJson } from '../../nodes/core/errors'
import type { Role } from '../../nodes/core/pack-roles'
import type { HashFile } from './hash-file'
import { type PackEntry, reportAll } from './pack-report'
import type { PackStore } from './pack-store'
import { forgetPart } from './part-file'
import type { PullEvent } from './pull'
import { verifyPack } from './verify'

export interface PullProgress {
  /** Bytes of this download, and all of it. */
  bytes: number
  totalBytes: number
  bytesPerSecond: number
  remainingSeconds?: number
  /** Bytes on disk of the files that are on their way. */
  files: Record<string, number>
}

/** How a download stands. After a restart of the studio there is none, and its files are partly there. */
export interface PullStatus {
  state: 'running' | 'paused' | 'failed'
  /** Unknown until the hub has said how large everything is. */
  progress?: PullProgress
  /** Files that have arrived and are being hashed. */
  checking: string[]
  /** Files that this download could not get. */
  failed: string[]
  /** Why nothing comes at the moment. */
  waiting?: string
  error?: ErrorJson
}

interface Running {
  status: PullStatus
  controller: AbortController
  /** Parts that it gets; all when undefined. */
  roles?: readonly Role[]
  ended: Promise<void>
}

interface PackListener {
  onChanged(pack: string): void
  /** At most four a second. */
  onProgress(progress: PullProgress & { pack: string }): void
}

/** The packs of this machine for the studio's pages: downloads go on while pages come and go. */
export class PackService {
  private readonly pulls = new Map<string, Running>()

  constructor(
    private readonly store: PackStore,
    private readonly hash: HashFile,
    private readonly listener: PackListener,
  ) {}

  list(): (PackEntry & { pull?: PullStatus })[] {
    return reportAll(this.store).map((entry) => ({ ...entry, pull: this.pulls.get(entry.name)?.status }))
  }

  /** @throws StudioError `pack/unknown`, `usage/endpoint` */
  async pull(pack: string, wanted?: readonly Role[]): Promise<void> {
    this.store.get(pack)
    const before = this.pulls.get(pack)
    if (before?.status.state === 'running') return
    const roles = wanted ?? before?.roles // a paused download goes on as it was begun
    const controller = new AbortController()
    const status: PullStatus = { state: 'running', checking: [], failed: [] }
    const running: Running = { status, controller, roles, ended: Promise.resolve() }
    this.pulls.set(pack, running)
    running.ended = this.work(pack, running)
    this.listener.onChanged(pack)
  }

  /** What has come stays. */
  async pause(pack: string): Promise<void> {
    const running = this.pulls.get(pack)
    running?.controller.abort()
    await running?.ended
  }

  async discard(pack: string): Promise<void> {
    await this.pause(pack)
    const { home, pack: manifest } = this.store.get(pack)
    for (const name of Object.keys(manifest.files)) forgetPart(`${path.join(home, name)}.part`)
    this.pulls.delete(pack)
    this.listener.onChanged(pack)
  }

  /** @returns how many files are not what they should be */
  async verify(pack: string): Promise<{ wrong: number }> {
    const { signal } = new AbortController()
    const wrong = await verifyPack({ store: this.store, hash: this.hash }, pack, {
      signal,
      onEvent: () => this.listener.onChanged(pack),
    })
    return { wrong }
  }

  async remove(pack: string): Promise<{ freedBytes: number }> {
    await this.pause(pack)
    const removed = await this.store.remove(pack)
    this.pulls.delete(pack)
    this.listener.onChanged(pack)
    return removed
  }

  async close(): Promise<void> {
    await Promise.all([...this.pulls.keys()].map((pack) => this.pause(pack)))
  }

  private async work(pack: string, { status, controller, roles }: Running): Promise<void> {
    try {
      const [{ hubFromEnvironment }, { pullPack }] = await Promise.all([import('./hub'), import('./pull')])
      const hub = hubFromEnvironment()
      const onEvent = (event: PullEvent) => this.hear(event, status)
      try {
        await pullPack({ store: this.store, hub, hash: this.hash }, pack, {
          roles,
          signal: controller.signal,
          onEvent,
        })
      } finally {
        await hub.close()
      }
      this.pulls.delete(pack)
    } catch (error) {
      status.state = error instanceof CancelledError ? 'paused' : 'failed'
      if (!(error instanceof CancelledError)) {
        const { stack: _, ...json } = toErrorJson(error)
        status.error = json
      }
      status.checking = []
      status.waiting = undefined
    }
    this.listener.onChanged(pack)
  }

  private hear(event: PullEvent, status: PullStatus): void {
    switch (event.type) {
      case 'pull.progressed': {
        const { type: _, ...progress } = event
        if (status.waiting && progress.bytes > (status.progress?.bytes ?? 0)) {
          status.waiting = undefined
          this.listener.onChanged(event.pack)
        }
        status.progress = progress
        return this.listener.onProgress(progress)
      }
      case 'file.waited':
        status.waiting = event.reason
        break
      case 'file.downloaded':
        status.checking.push(event.file)
        break
      case 'file.failed':
        status.failed.push(event.file)
        status.checking = status.checking.filter((file) => file !== event.file)
        break
      case 'file.verified':
        status.checking = status.checking.filter((file) => file !== event.file)
    }
    this.listener.onChanged(event.pack)
  }
}
