import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism, totalmem } from 'node:os'
import { NETWORK_ENVIRONMENT } from '../../models/runtime/process-memory'
import type { DeviceChoice } from '../../nodes/core/devices'
import { CancelledError, StudioError } from '../../nodes/core/errors'
import type { BlobRef, ValueRef } from '../../nodes/core/value-ref'
import { sayBytes } from '../say-bytes'
import type { Effort, FromWorker, Job, JobMessage, ToWorker, WorkerOptions } from './protocol'

export interface JobResult extends Effort {
  outputs: Record<string, ValueRef>
}

/** A picture of the state of a job; `frame` (from 0) when it shows one frame of the result. */
export interface JobPreview {
  bytes: Uint8Array
  mime: string
  frame?: number
}

export interface JobListener {
  onStarted?(): void
  onProgress?(fraction: number, text: string | undefined, memoryBytes: number): void
  onWarning?(message: string): void
  onPreview?(preview: JobPreview): void
  /** A followed output has begun: `ref` is all of it but its chunks, which come with `onMade`. */
  onOpened?(output: string, ref: ValueRef): void
  onMade?(output: string, name: string, blob: BlobRef): void
  /** Changed params act from now on. */
  onTuned?(params: Record<string, unknown>): void
  /** No change of params counts any more; `as`: params that give the same result without one. */
  onSettled?(as: Record<string, unknown>): void
}

/** Passes the chunks of an open input to `pass`, those that there are already and those that come; @returns a stop */
export type Follow = (pass: (name: string, blob: BlobRef) => void) => () => void

/** A job as it is asked for. */
export type JobRequest = Omit<Job, 'id' | 'openInputs'> & {
  open: Record<string, Follow>
  /** Passes params that are changed while it runs, and returns a stop. */
  tuning?: (pass: (params: Record<string, unknown>) => void) => () => void
}

/** Thrown when the process of a job ended under it. `innocent`: it was killed to stop another job. */
export class WorkerLost extends Error {
  constructor(
    readonly reason: string,
    readonly innocent: boolean,
  ) {
    super(reason)
  }
}

/** Where jobs are computed. */
export interface JobRunner {
  readonly threads: number
  /** @throws WorkerLost, StudioError of the node, CancelledError */
  run(job: JobRequest, listener: JobListener, signal: AbortSignal): Promise<JobResult>
  close(): Promise<void>
}

export interface WorkerPoolOptions {
  data: string
  /** Bundle of `server/worker/main.ts`. */
  entry: string
  /** Module that exports `registry`. */
  registry: string
  /** Asked for again whenever a process is started. */
  threads?: () => number
  /** Where networks run; `auto` unless given. Asked for again whenever a process is started. */
  device?: () => DeviceChoice
  /** A worker that takes more is ended, with a sentence that names what it took. Asked for all the time. */
  memoryLimitBytes?: () => number
  /** How long a cancelled job may take to stop by itself before its process is killed. */
  graceMs?: number
  /** Without a sign of life for this long a worker counts as dead. */
  heartbeatMs?: number
}

const HEARTBEAT_MS = 10_000

/** A worker at rest that holds on to more than this share of the limit is replaced before its next job. */
const KEPT_SHARE = 0.7

/** Of the worker's memory, what networks on the CPU may take; the rest is for frames and masks. */
const NETWORK_SHARE = 0.75
/** Of a GPU whose size nobody asks for; a window of 512² in float16 fits. */
const GPU_BYTES = 12e9

export interface WorkerHealth {
  state: 'alive' | 'silent' | 'none'
  memoryBytes: number
}

interface Pending {
  listener: JobListener
  resolve(result: JobResult): void
  reject(error: unknown): void
  cancelled: boolean
}

/**
 * One forked worker process with a thread per core. It is started with the first job and again after it died;
 * cancelling asks first and kills the process when the answer takes longer than `graceMs`.
 */
export class WorkerPool implements JobRunner {
  private child: ChildProcess | undefined
  private pending = new Map<number, Pending>()
  private nextJob = 1
  private memoryBytes = 0
  private lastSign = 0
  private watchdog: NodeJS.Timeout | undefined
  private stderr = ''
  private outbox: ToWorker[] = []
  /** Threads of the process that runs. */
  private started = 0
  private device: DeviceChoice = 'auto'
  /** Why the process was ended, when it took too much memory. */
  private tooLarge: StudioError | undefined

  constructor(private readonly options: WorkerPoolOptions) {}

  get threads(): number {
    return this.options.threads?.() ?? Math.max(2, availableParallelism())
  }

  /** Process id of the live worker, for tests and diagnostics. */
  get pid(): number | undefined {
    return this.child?.pid
  }

  /** `none`: it is started with the next job. `silent`: it has given no sign of life for longer than it should. */
  health(): WorkerHealth {
    if (!this.child) return { state: 'none', memoryBytes: 0 }
    const isSilent = Date.now() - this.lastSign > (this.options.heartbeatMs ?? HEARTBEAT_MS)
    return { state: isSilent ? 'silent' : 'alive', memoryBytes: this.memoryBytes }
  }

  /** Starts the process without waiting: its start-up then overlaps with planning. */
  warmUp(): void {
    this.child ??= this.start()
  }

  run({ open, tuning, ...job }: JobRequest, listener: JobListener, signal: AbortSignal): Promise<JobResult> {
    if (signal.aborted) return Promise.reject(new CancelledError())
    if (this.pending.size === 0 && this.isOutworn()) this.drop()
    this.child ??= this.start()
    const id = this.nextJob++
    return new Promise((resolve, reject) => {
      const onAbort = () => this.cancel(id)
      const stops: (() => void)[] = []
      const settle = () => {
        signal.removeEventListener('abort', onAbort)
        for (const stop of stops) stop()
      }
      this.pending.set(id, {
        listener,
        cancelled: false,
        resolve: (result) => {
          settle()
          resolve(result)
        },
        reject: (error) => {
          settle()
          reject(error)
        },
      })
      signal.addEventListener('abort', onAbort, { once: true })
      this.send({ type: 'run', job: { ...job, id, openInputs: Object.keys(open) } })
      for (const [input, follow] of Object.entries(open))
        stops.push(follow((name, blob) => this.send({ type: 'part', job: id, input, name, blob })))
      if (tuning) stops.push(tuning((params) => this.send({ type: 'tune', job: id, params })))
    })
  }

  /** Whether the process has other threads or another device than it should by now, or holds on to memory that the next job needs. */
  private isOutworn(): boolean {
    const limit = this.options.memoryLimitBytes?.() ?? Number.POSITIVE_INFINITY
    return (
      this.child !== undefined &&
      (this.started !== this.threads ||
        this.device !== (this.options.device?.() ?? 'auto') ||
        this.memoryBytes > KEPT_SHARE * limit)
    )
  }

  /** Ends a process without jobs; the next job starts another one. */
  private drop(): void {
    this.child?.kill('SIGKILL')
    this.child = undefined
    clearInterval(this.watchdog)
  }

  private checkMemory(child: ChildProcess): void {
    const limit = this.options.memoryLimitBytes?.() ?? Number.POSITIVE_INFINITY
    if (this.memoryBytes <= limit || this.pending.size === 0) return
    this.tooLarge = new StudioError(
      'worker/memory',
      `The worker took ${sayBytes(this.memoryBytes)} of memory; the limit is ${sayBytes(limit)}.`,
      { hint: 'Raise the limit under Settings, Device and memory, or try a smaller size or a shorter clip.' },
    )
    child.kill('SIGKILL')
  }

  async close(): Promise<void> {
    const child = this.child
    if (!child) return
    clearInterval(this.watchdog)
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }

  private send(message: ToWorker): void {
    if (this.outbox.push(message) > 1) return
    setImmediate(() => {
      const messages = this.outbox
      this.outbox = []
      this.child?.send(messages, () => {}) // a dead child answers through its exit event
    })
  }

  private start(): ChildProcess {
    const { data, registry } = this.options
    this.started = this.threads
    this.memoryBytes = 0
    this.tooLarge = undefined
    const limit = this.options.memoryLimitBytes?.() ?? 0.8 * totalmem()
    const networks: WorkerOptions['networks'] = {
      device: this.options.device?.() ?? 'auto',
      memoryBytes: { cpu: NETWORK_SHARE * limit, cuda: GPU_BYTES, webgpu: GPU_BYTES },
    }
    this.device = networks.device
    const workerOptions: WorkerOptions = { data, registry, threads: this.started, networks }
    const child = fork(this.options.entry, [JSON.stringify(workerOptions)], {
      env: { ...NETWORK_ENVIRONMENT, ...process.env },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.lastSign = Date.now()
    this.stderr = ''
    child.stderr!.on('data', (text) => {
      this.stderr = (this.stderr + text).slice(-4000)
    })
    child.on('message', (messages: FromWorker[]) => {
      if (this.child !== child) return
      for (const message of messages) this.onMessage(message)
      this.checkMemory(child)
    })
    child.on('error', () => {}) // exit follows
    child.once('exit', (code, name) => this.onExit(child, name ?? `code ${code}`))
    const heartbeatMs = this.options.heartbeatMs ?? HEARTBEAT_MS
    clearInterval(this.watchdog)
    this.watchdog = setInterval(() => {
      if (Date.now() - this.lastSign > heartbeatMs) child.kill('SIGKILL')
    }, heartbeatMs / 4)
    this.watchdog.unref()
    return child
  }

  private onMessage(message: FromWorker): void {
    this.lastSign = Date.now()
    if (message.type === 'ready') return
    if (message.type === 'alive') this.memoryBytes = message.memoryBytes
    else this.onJobMessage(message)
  }

  private onJobMessage(message: JobMessage): void {
    const job = this.pending.get(message.job)
    if (!job) return
    switch (message.type) {
      case 'started':
        return job.listener.onStarted?.()
      case 'progress':
        return job.listener.onProgress?.(message.fraction, message.text, this.memoryBytes)
      case 'warning':
        return job.listener.onWarning?.(message.message)
      case 'preview': {
        const { bytes, mime, frame } = message
        return job.listener.onPreview?.({ bytes, mime, frame })
      }
      case 'opened':
        return job.listener.onOpened?.(message.output, message.ref)
      case 'tuned':
        return job.listener.onTuned?.(message.params)
      case 'settled':
        return job.listener.onSettled?.(message.as)
      case 'made':
        return job.listener.onMade?.(message.output, message.name, message.blob)
      case 'done':
        this.pending.delete(message.job)
        return job.cancelled ? job.reject(new CancelledError()) : job.resolve(message)
      case 'failed':
        this.pending.delete(message.job)
        return job.reject(job.cancelled ? new CancelledError() : StudioError.fromJSON(message.error))
    }
  }

  private cancel(id: number): void {
    const job = this.pending.get(id)
    if (!job) return
    job.cancelled = true
    this.send({ type: 'cancel', job: id })
    const child = this.child
    setTimeout(() => {
      if (this.pending.has(id) && this.child === child) child?.kill('SIGKILL')
    }, this.options.graceMs ?? 100)
  }

  private onExit(child: ChildProcess, how: string): void {
    if (this.child !== child) return
    this.child = undefined
    clearInterval(this.watchdog)
    const jobs = [...this.pending.values()]
    this.pending.clear()
    const deliberate = jobs.some((job) => job.cancelled)
    const { tooLarge } = this
    const detail = this.stderr.trim().split('\n').at(-1)
    for (const job of jobs) {
      if (job.cancelled) job.reject(new CancelledError())
      // One of several: which one will be seen when each is tried alone.
      else if (tooLarge && jobs.length > 1) job.reject(new WorkerLost(tooLarge.message, deliberate))
      else if (tooLarge) job.reject(tooLarge)
      else job.reject(new WorkerLost(detail ? `${how}: ${detail}` : how, deliberate))
    }
  }
}
