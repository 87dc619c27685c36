/**
 * The worker process. Its main thread computes nothing: it passes messages, so heartbeats, progress and cancel stay
 * alive while a thread is inside a native call that cannot be interrupted. What cannot be stopped politely is
 * stopped by whoever started this process: it kills the process.
 */
import { Worker } from 'node:worker_threads'
import { heldMemory } from '../../models/runtime/process-memory'
import { CancelledError, toErrorJson } from '../../nodes/core/errors'
import type {
  FromThread,
  FromWorker,
  InputPart,
  Job,
  JobMessage,
  ToThread,
  ToWorker,
  Tune,
  WorkerOptions,
} from './protocol'

const options = JSON.parse(process.argv[2]) as WorkerOptions

interface Thread {
  worker: Worker
  jobs: Map<number, Job>
  cpuJobs: number
  task: number | undefined
}

interface Task {
  id: number
  job: number
  origin: Thread
  /** The number its asker knows it by. */
  asked: number
  message: Extract<ToThread, { type: 'task' }>
}

const threads: Thread[] = Array.from({ length: options.threads }, startThread)
/** For jobs that follow another one: on a thread that computes, each little step of theirs would wait for its turn. */
let followers: Thread | undefined
/** Networks live on a thread of their own, so that each is loaded once; most of its work happens on threads of theirs. */
let modeller: Thread | undefined
const flags = new Map<number, SharedArrayBuffer>()
/** The most memory this process had while a job was at work, bytes. */
const peaks = new Map<number, number>()
const running = new Map<number, Task>()
const queue: Task[] = []
const waitingJobs: Job[] = []
let nextTask = 1

let outbox: FromWorker[] = []

function send(message: FromWorker): void {
  if (outbox.push(message) > 1) return
  setImmediate(() => {
    if (process.connected) process.send!(outbox)
    outbox = []
  })
}

function startThread(): Thread {
  const worker = new Worker(new URL('./executor.js', import.meta.url), { workerData: options })
  const thread: Thread = { worker, jobs: new Map(), cpuJobs: 0, task: undefined }
  worker.on('message', (message: FromThread) => onThreadMessage(thread, message))
  worker.on('error', (error) => failThread(thread, error))
  return thread
}

/** A thread that died takes its jobs with it; the process goes on with a new one. */
function failThread(thread: Thread, error: unknown): void {
  for (const job of [...thread.jobs.keys()])
    endJob({ type: 'failed', job, error: toErrorJson(error) }, thread)
  const task = thread.task === undefined ? undefined : running.get(thread.task)
  if (task) answerTask(task, { type: 'task-failed', task: task.asked, error: toErrorJson(error) })
  if (thread === followers) followers = undefined
  else if (thread === modeller) modeller = undefined
  else threads[threads.indexOf(thread)] = startThread()
}

function onThreadMessage(thread: Thread, message: FromThread): void {
  switch (message.type) {
    case 'ask-task': {
      const { job, node, name, payload } = message
      const id = nextTask++
      const cancelled = flags.get(job) ?? new SharedArrayBuffer(4)
      queue.push({
        id,
        job,
        origin: thread,
        asked: message.task,
        message: { type: 'task', task: id, node, name, payload, cancelled },
      })
      return dispatchTasks()
    }
    case 'task-done':
    case 'task-failed': {
      thread.task = undefined
      const task = running.get(message.task)
      if (task) answerTask(task, { ...message, task: task.asked })
      return dispatchTasks()
    }
    case 'done':
    case 'failed':
      return endJob(message, thread)
    default:
      send(message)
  }
}

function answerTask(task: Task, answer: ToThread): void {
  running.delete(task.id)
  task.origin.worker.postMessage(answer, 'result' in answer ? transferable(answer.result) : [])
}

/** A whole plain buffer is handed over instead of copied; memory that is shared already needs neither. */
function transferable(result: unknown): ArrayBuffer[] {
  if (!ArrayBuffer.isView(result) || !(result.buffer instanceof ArrayBuffer)) return []
  return result.byteLength === result.buffer.byteLength ? [result.buffer] : []
}

/**
 * A task goes to a thread without a job; failing that to one whose job has asked for tasks, because that job is
 * waiting for them and its thread is free.
 */
function dispatchTasks(): void {
  const asking = new Set([...running.values(), ...queue].map((task) => task.origin))
  while (queue.length > 0) {
    const free = threads.filter((thread) => thread.task === undefined)
    const thread = free.find(({ jobs }) => jobs.size === 0) ?? free.find((candidate) => asking.has(candidate))
    if (!thread) return
    const task = queue.shift()!
    thread.task = task.id
    running.set(task.id, task)
    thread.worker.postMessage(task.message)
  }
}

function endJob(message: Extract<JobMessage, { type: 'done' | 'failed' }>, thread: Thread): void {
  if (thread.jobs.get(message.job)?.resource === 'cpu') thread.cpuJobs--
  thread.jobs.delete(message.job)
  flags.delete(message.job)
  const peak = peaks.get(message.job) ?? 0
  peaks.delete(message.job)
  for (let i = queue.length - 1; i >= 0; i--) if (queue[i].job === message.job) queue.splice(i, 1)
  if (message.type === 'done') {
    send({ type: 'alive', memoryBytes: message.memoryBytes })
    send({ ...message, memoryBytes: Math.max(peak, message.memoryBytes) })
  } else send(message)
  dispatchTasks()
  dispatchJobs()
}

/** The studio sends a few jobs ahead, so that no thread waits for a message; they wait here. */
function dispatchJobs(): void {
  for (let i = 0; i < waitingJobs.length; ) {
    const job = waitingJobs[i]
    const candidates = candidatesFor(job)
    if (candidates.length === 0) {
      i++
      continue
    }
    waitingJobs.splice(i, 1)
    startJob(
      job,
      candidates.reduce((best, thread) => (load(thread) < load(best) ? thread : best)),
    )
  }
}

function candidatesFor(job: Job): Thread[] {
  if (job.openInputs.length > 0) {
    followers ??= startThread()
    return [followers]
  }
  if (job.resource === 'model') {
    modeller ??= startThread()
    return modeller.jobs.size === 0 ? [modeller] : []
  }
  return job.resource === 'io' ? threads : threads.filter((thread) => thread.cpuJobs === 0)
}

const load = (thread: Thread) => thread.jobs.size * 2 + (thread.task === undefined ? 0 : 1)

function startJob(job: Job, thread: Thread): void {
  thread.jobs.set(job.id, job)
  peaks.set(job.id, 0)
  if (job.resource === 'cpu') thread.cpuJobs++
  thread.worker.postMessage({ type: 'run', job, cancelled: flags.get(job.id)! } satisfies ToThread)
}

function cancelJob(id: number): void {
  const flag = flags.get(id)
  if (flag) Atomics.store(new Int32Array(flag), 0, 1)
  const at = waitingJobs.findIndex((job) => job.id === id)
  if (at < 0) return toThreadOf(id, { type: 'cancelled', job: id })
  waitingJobs.splice(at, 1)
  flags.delete(id)
  send({ type: 'failed', job: id, error: new CancelledError().toJSON() })
}

function addPart(part: InputPart): void {
  const open = waitingJobs.find((job) => job.id === part.job)?.inputs[part.input]
  if (!open) toThreadOf(part.job, part)
  else if ('blobs' in open) open.blobs[part.name] = part.blob
}

/** A job that waits gets them when it begins. */
function tune(message: Tune): void {
  const job = waitingJobs.find(({ id }) => id === message.job)
  if (job) job.tuned = message.params
  else toThreadOf(message.job, message)
}

function toThreadOf(job: number, message: ToThread): void {
  const all = [followers, modeller, ...threads]
  const thread = all.find((candidate) => candidate?.jobs.has(job))
  thread?.worker.postMessage(message)
}

process.on('message', (messages: ToWorker[]) => {
  for (const message of messages) {
    if (message.type === 'cancel') cancelJob(message.job)
    else if (message.type === 'part') addPart(message)
    else if (message.type === 'tune') tune(message)
    else {
      flags.set(message.job.id, new SharedArrayBuffer(4))
      waitingJobs.push(message.job)
    }
  }
  dispatchJobs()
})
// The studio is gone: nobody wants the results, and what is finished is on disk. Not `exit`, which waits for a thread
// that is inside a native call.
const leave = () => process.kill(process.pid, 'SIGKILL')
process.on('disconnect', leave)
if (!process.connected) leave() // it was gone before this process had begun to listen
// Ctrl-C reaches the whole process group; the studio decides what happens to its workers.
process.on('SIGINT', () => {})

/** Often enough for a peak to be seen; asking takes some 50 µs. */
const PEAK_MS = 50
setInterval(() => {
  if (peaks.size === 0) return
  const now = heldMemory()
  for (const [job, peak] of peaks) if (now > peak) peaks.set(job, now)
}, PEAK_MS)
setInterval(() => send({ type: 'alive', memoryBytes: heldMemory() }), 1000)
send({ type: 'ready' })
