import type { TaskName, TaskPayload, TaskValue, WorkerReply, WorkerRequest } from './decode-tasks'

export interface TaskOptions {
  signal?: AbortSignal
  /**
   * Asked whenever a worker is free: the highest goes first, a negative one is dropped (nobody looks any more). Left
   * out: somebody waits for just this, so it goes before all that is only likely to be looked at.
   */
  priority?(): number
}

interface Pending {
  id: number
  name: TaskName
  payload: unknown
  transfer: Transferable[]
  options: TaskOptions
  resolve(value: unknown): void
  reject(error: unknown): void
  /** Who works on it. */
  worker?: PoolWorker
}

interface PoolWorker {
  postMessage(message: WorkerRequest, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<WorkerReply>) => void) | null
  onerror: ((event: ErrorEvent) => void) | null
  terminate(): void
}

const notWanted = () => new DOMException('No longer wanted.', 'AbortError')

/** Runs decode tasks on a few workers, the most wanted first. */
export class DecodePool {
  private readonly idle: PoolWorker[] = []
  private readonly queue: Pending[] = []
  private readonly running = new Map<number, Pending>()
  private started = 0
  private nextId = 1

  constructor(
    private readonly size: number,
    private readonly spawn: () => PoolWorker,
  ) {}

  run<K extends TaskName>(
    name: K,
    payload: TaskPayload<K>,
    options: TaskOptions = {},
    transfer: Transferable[] = [],
  ): Promise<TaskValue<K>> {
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) return reject(notWanted())
      const pending: Pending = {
        id: this.nextId++,
        name,
        payload,
        transfer,
        options,
        resolve: resolve as (value: unknown) => void,
        reject,
      }
      this.queue.push(pending)
      this.next()
    })
  }

  private next(): void {
    while (this.queue.length > 0) {
      const worker = this.idle.pop() ?? (this.started < this.size ? this.start() : undefined)
      if (!worker) return
      const pending = this.take()
      if (!pending) {
        this.idle.push(worker)
        return
      }
      this.give(worker, pending)
    }
  }

  /** The most wanted task; the ones nobody wants any more are dropped on the way. */
  private take(): Pending | undefined {
    let best = -1
    let highest = -1
    for (let i = this.queue.length - 1; i >= 0; i--) {
      const { options, reject } = this.queue[i]
      const priority = options.signal?.aborted ? -1 : (options.priority?.() ?? Number.POSITIVE_INFINITY)
      if (priority < 0) {
        reject(notWanted())
        this.queue.splice(i, 1)
        if (best > i) best--
      } else if (priority >= highest) {
        highest = priority
        best = i
      }
    }
    return best < 0 ? undefined : this.queue.splice(best, 1)[0]
  }

  private give(worker: PoolWorker, pending: Pending): void {
    const { id, name, payload, transfer, options } = pending
    pending.worker = worker
    this.running.set(id, pending)
    options.signal?.addEventListener('abort', () => worker.postMessage({ id, abort: true }, []), {
      once: true,
    })
    worker.postMessage({ id, name, payload }, transfer)
  }

  private start(): PoolWorker {
    this.started++
    const worker = this.spawn()
    worker.onmessage = ({ data }) => {
      const pending = this.running.get(data.id)
      this.running.delete(data.id)
      this.idle.push(worker)
      if (pending) {
        if ('value' in data) pending.resolve(data.value)
        else pending.reject(data.aborted ? notWanted() : new Error(data.message))
      }
      this.next()
    }
    worker.onerror = (event) => {
      event.preventDefault() // told to whoever asked, not to the page
      this.drop(worker, event.message)
    }
    return worker
  }

  /** A worker whose script could not be loaded, because the studio is away, never answers: another takes its place. */
  private drop(worker: PoolWorker, why: string): void {
    this.started--
    worker.terminate()
    const at = this.idle.indexOf(worker)
    if (at >= 0) this.idle.splice(at, 1)
    for (const [id, pending] of this.running) {
      if (pending.worker !== worker) continue
      this.running.delete(id)
      pending.reject(
        new Error(`The page could not load a part of itself: ${why || 'the studio does not answer'}.`),
      )
    }
    this.next()
  }
}

let shared: DecodePool | undefined

/** The one pool of this page. */
export function decodePool(): DecodePool {
  const size = Math.min(4, Math.max(2, navigator.hardwareConcurrency - 1))
  shared ??= new DecodePool(
    size,
    () => new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' }),
  )
  return shared
}
