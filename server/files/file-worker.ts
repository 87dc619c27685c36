import { type ChildProcess, fork } from 'node:child_process'
import { StudioError } from '../../nodes/core/errors'
import type { FileAnswer, FileRequest, FileResults, FileTask } from './file-work'

/** A process nobody has asked for this long ends. */
const IDLE_MS = 20_000

interface Pending {
  resolve(result: FileResults[FileTask['type']]): void
  reject(error: unknown): void
}

/**
 * A process that reads files of strangers for the web process: it neither waits for them nor dies of them. Started when
 * it is asked, ended when it is idle.
 */
export class FileWorker {
  private child: ChildProcess | undefined
  private readonly pending = new Map<number, Pending>()
  private nextId = 1
  private idle: NodeJS.Timeout | undefined

  /** @param entry bundle of `file-worker-main.ts` */
  constructor(private readonly entry: string) {}

  /** @throws StudioError what is wrong with the file */
  do<T extends FileTask>(task: T): Promise<FileResults[T['type']]> {
    const child = (this.child ??= this.start())
    clearTimeout(this.idle)
    const request: FileRequest = { id: this.nextId++, task }
    return new Promise((resolve, reject) => {
      this.pending.set(request.id, { resolve: resolve as Pending['resolve'], reject })
      child.send(request, () => {}) // a dead child answers through its exit event
    })
  }

  close(): void {
    clearTimeout(this.idle)
    this.child?.kill('SIGKILL')
  }

  private start(): ChildProcess {
    const child = fork(this.entry, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.on('message', (answer: FileAnswer) => {
      const asked = this.pending.get(answer.id)
      this.pending.delete(answer.id)
      if ('error' in answer) asked?.reject(StudioError.fromJSON(answer.error))
      else asked?.resolve(answer.result)
      if (this.pending.size > 0) return
      this.idle = setTimeout(() => child.disconnect(), IDLE_MS)
      this.idle.unref()
    })
    child.on('error', () => {}) // exit follows
    child.once('disconnect', () => this.forget(child, 'disconnected'))
    child.once('exit', (code, signal) => this.forget(child, signal ?? `code ${code}`))
    return child
  }

  private forget(child: ChildProcess, how: string): void {
    if (this.child !== child) return
    this.child = undefined
    const asked = [...this.pending.values()]
    this.pending.clear()
    for (const { reject } of asked) {
      reject(
        new StudioError(
          'asset/unreadable',
          `The program that reads files ended while it read this one (${how}).`,
          {
            hint: 'Try again; if it happens again, save the file anew in another program.',
          },
        ),
      )
    }
  }
}
