import { type ChildProcess, fork } from 'node:child_process'
import { statSync } from 'node:fs'
import { StudioError } from '../../nodes/core/errors'
import type { FileAnswer, FileResults, FileTask } from './file-work'

/** Files that are read at the same time, each in a process of its own. */
const AT_ONCE = 2

/** A process nobody has asked for this long ends. */
const IDLE_MS = 20_000

/** What a file may take, ms: a minute, and the time a slow disk (20 MB a second) needs for its bytes. */
function timeFor(task: FileTask): number {
  const file = task.type === 'thumbnail' ? task.from : task.file
  return 60_000 + (statSync(file, { throwIfNoEntry: false })?.size ?? 0) / 20_000
}

interface Asked {
  task: FileTask
  resolve(result: FileResults[FileTask['type']]): void
  reject(error: unknown): void
}

/**
 * Processes that read files of strangers for the web process: it neither waits for them nor dies of them. A file that
 * takes its process down, or does not come to an end, is alone in that.
 */
export class FileWorker {
  private readonly waiting: Asked[] = []
  private readonly readers: Reader[]

  /** @param entry bundle of `file-worker-main.ts` */
  constructor(entry: string, limitMs: (task: FileTask) => number = timeFor) {
    this.readers = Array.from({ length: AT_ONCE }, () => new Reader(entry, limitMs, () => this.dispatch()))
  }

  /** Process ids of those that live, for tests and diagnostics. */
  get pids(): number[] {
    return this.readers.flatMap(({ pid }) => pid ?? [])
  }

  /** @throws StudioError what is wrong with the file */
  do<T extends FileTask>(task: T): Promise<FileResults[T['type']]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ task, resolve: resolve as Asked['resolve'], reject })
      this.dispatch()
    })
  }

  async close(): Promise<void> {
    await Promise.all(this.readers.map((reader) => reader.close()))
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      const free = this.readers.filter(({ isFree }) => isFree)
      const reader = free.find(({ pid }) => pid !== undefined) ?? free[0]
      if (!reader) return
      reader.take(this.waiting.shift()!)
    }
  }
}

/** One process, started with its first file, ended when it is idle, and started anew when it was lost. */
class Reader {
  private child: ChildProcess | undefined
  private asked: Asked | undefined
  private idle: NodeJS.Timeout | undefined
  private late: NodeJS.Timeout | undefined

  constructor(
    private readonly entry: string,
    private readonly limitMs: (task: FileTask) => number,
    private readonly onFree: () => void,
  ) {}

  get isFree(): boolean {
    return this.asked === undefined
  }

  get pid(): number | undefined {
    return this.child?.pid
  }

  take(asked: Asked): void {
    this.asked = asked
    clearTimeout(this.idle)
    const child = (this.child ??= this.start())
    const ms = this.limitMs(asked.task)
    this.late = setTimeout(() => {
      child.kill('SIGKILL')
      this.lose(child, `Reading this file was given up after ${Math.ceil(ms / 1000)} s.`)
    }, ms)
    child.send(asked.task, () => {}) // a dead child answers through its exit event
  }

  /** Resolves when the process is gone, and what it was writing with it. */
  async close(): Promise<void> {
    clearTimeout(this.idle)
    clearTimeout(this.late)
    const { child } = this
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }

  private start(): ChildProcess {
    const child = fork(this.entry, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    child.on('message', (answer: FileAnswer) => {
      if (this.child !== child) return
      this.idle = setTimeout(() => child.disconnect(), IDLE_MS)
      this.idle.unref()
      this.settle((asked) => {
        if ('error' in answer) asked.reject(StudioError.fromJSON(answer.error))
        else asked.resolve(answer.result)
      })
    })
    const ended = (how: string) =>
      this.lose(child, `The program that reads files ended while it read this one (${how}).`)
    child.on('error', () => {}) // exit follows
    child.once('disconnect', () => ended('disconnected'))
    child.once('exit', (code, signal) => ended(signal ?? `code ${code}`))
    return child
  }

  private lose(child: ChildProcess, why: string): void {
    if (this.child !== child) return
    this.child = undefined
    clearTimeout(this.idle)
    this.settle((asked) =>
      asked.reject(
        new StudioError('asset/unreadable', why, {
          hint: 'Try again; if it happens again, save the file anew in another program.',
        }),
      ),
    )
  }

  private settle(answer: (asked: Asked) => void): void {
    clearTimeout(this.late)
    const { asked } = this
    this.asked = undefined
    if (asked) answer(asked)
    this.onFree()
  }
}
