/** A thread of the worker process: runs nodes and tasks, reads and writes artifacts, knows no database. */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { heldMemory } from '../../models/runtime/process-memory'
import type { CancelSignal, NodeContext, PreparedData, TaskContext } from '../../nodes/core/define-node'
import type { Device } from '../../nodes/core/devices'
import { CancelledError, StudioError, toErrorJson } from '../../nodes/core/errors'
import type { Registry } from '../../nodes/core/registry'
import type { SocketType } from '../../nodes/core/values'
import { keyWith } from '../engine/step-key'
import { openDataFolder } from '../storage/data-folder'
import type { ValueRef } from '../storage/value-ref'
import { loadValue, type SaveOptions, savePrepared, saveValue } from '../storage/values'
import { LiveJob } from './live-job'
import { OpenInputs } from './open-inputs'
import type { FromThread, Job, ToThread, WorkerOptions } from './protocol'

const options = workerData as WorkerOptions
const port = parentPort!
const data = openDataFolder(options.data)
const registry = import(options.registry).then((module) => module.registry as Registry)

const MESSAGES_PER_SECOND = 10
const KEPT = 4

const post = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

const kept = new Map<string, Promise<unknown>>()
const keep: TaskContext['keep'] = <T>(key: string, make: () => T | Promise<T>): Promise<T> => {
  const found = kept.get(key) ?? Promise.resolve().then(make)
  kept.delete(key)
  kept.set(key, found)
  found.catch(() => kept.delete(key))
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
  return found as Promise<T>
}

function cancelSignal(flag: SharedArrayBuffer): CancelSignal {
  const view = new Int32Array(flag)
  return {
    get aborted() {
      return Atomics.load(view, 0) === 1
    },
    throwIfAborted() {
      if (Atomics.load(view, 0) === 1) throw new CancelledError()
    },
  }
}

/** Lets the first call through and then at most ten a second. */
function throttle<A extends unknown[]>(call: (...args: A) => void): (...args: A) => void {
  let last = Number.NEGATIVE_INFINITY
  return (...args) => {
    const now = performance.now()
    if (now - last < 1000 / MESSAGES_PER_SECOND) return
    last = now
    call(...args)
  }
}

let nextTask = 1
const waiting = new Map<number, { resolve(result: unknown): void; reject(error: unknown): void }>()

function askTask(job: Job, name: string, payload: unknown): Promise<unknown> {
  const task = nextTask++
  return new Promise((resolve, reject) => {
    waiting.set(task, { resolve, reject })
    post({ type: 'ask-task', job: job.id, task, node: job.type, name, payload })
  })
}

interface JobContext extends NodeContext {
  /** How far the node said it is. */
  reached(): number
  /** What it wants done when its outputs are stored. */
  later: (() => Promise<void>)[]
}

function makeContext(job: Job, signal: CancelSignal, tempFiles: string[], devices: Set<Device>): JobContext {
  let reached = 0
  const later: JobContext['later'] = []
  const tell = throttle((fraction: number, text?: string) =>
    post({ type: 'progress', job: job.id, fraction, text }),
  )
  return {
    signal,
    keep,
    key: job.key,
    keyOf: (params) => keyWith(job.parts, params),
    run: job.run,
    fresh: job.fresh,
    live: liveJobs.get(job.id)!,
    wanted: new Set(job.wanted),
    progress(fraction, text) {
      reached = Math.max(reached, fraction)
      tell(fraction, text)
    },
    reached: () => reached,
    later,
    afterwards: (work) => void later.push(work),
    watched: job.watched,
    preview: throttle((bytes: Uint8Array, mime: string, frame?: number) =>
      post({ type: 'preview', job: job.id, mime, bytes, frame }),
    ),
    warn: (message) => post({ type: 'warning', job: job.id, message }),
    asset: (id) => data.assets.open(id),
    network: (role) => {
      const found = job.networks[role]
      if (!found) throw new StudioError('internal', `${job.type} did not say that it needs ${role}.`)
      return found
    },
    machine: { ...options.networks, folder: data.networks },
    ranOn: (device) => void devices.add(device),
    tempFile: async (extension) => {
      const file = path.join(data.temp, `${process.pid}-${randomBytes(6).toString('hex')}.${extension}`)
      tempFiles.push(file)
      return file
    },
    task: async <T>(name: string, payload: unknown) => (await askTask(job, name, payload)) as T,
    workflow: () => job.workflow,
  }
}

const openInputs = new Map<number, OpenInputs>()
const liveJobs = new Map<number, LiveJob>()

/** Payloads by socket name. `never`: which payloads they are is the definition's knowledge, not ours. */
async function loadInputs(job: Job): Promise<never> {
  const open = openInputs.get(job.id)
  const loaded = Object.entries(job.inputs).map(async ([input, ref]) => [
    input,
    await loadValue(data.blobs, ref, open && ((name) => open.part(input, name))),
  ])
  return Object.fromEntries(await Promise.all(loaded)) as never
}

async function runJob(
  job: Job,
  signal: CancelSignal,
  devices: Set<Device>,
): Promise<Record<string, ValueRef>> {
  const definition = (await registry).get(job.type)
  if (!definition)
    throw new StudioError('graph/unknown-type', `This worker does not know the node type ${job.type}.`)
  const tempFiles: string[] = []
  const ctx = makeContext(job, signal, tempFiles, devices)
  try {
    const inputs = await loadInputs(job)
    signal.throwIfAborted()
    if (job.kind === 'prepare') {
      const prepared = await definition.prepare!.run(ctx, { inputs, params: job.params })
      return { prepared: await savePrepared(data.blobs, prepared) }
    }
    const prepared = job.prepared ? ((await loadValue(data.blobs, job.prepared)) as PreparedData) : {}
    const outputs = await definition.run(ctx, { inputs, params: job.params, prepared })
    liveJobs.get(job.id)!.checkSettled(job.type)
    const refs = await saveOutputs(job, definition.outputs, outputs, ctx)
    for (const work of ctx.later) await work()
    return refs
  } finally {
    for (const file of tempFiles) await rm(file, { recursive: true, force: true })
  }
}

async function saveOutputs(
  job: Job,
  sockets: Record<string, { type: SocketType }>,
  outputs: Record<string, unknown>,
  ctx: JobContext,
): Promise<Record<string, ValueRef>> {
  const refs: Record<string, ValueRef> = {}
  for (const name of job.wanted) {
    const value = outputs[name]
    if (value === undefined) throw new StudioError('internal', `${job.type} gave no output "${name}".`)
    const { signal } = ctx
    // More lanes than threads: one chunk is stored while the next ones are computed.
    const save = {
      signal,
      parallel: options.threads + 1,
      // Chunks that are stored say how far a node is that makes nothing but chunks; others know better.
      onProgress(fraction: number) {
        if (fraction > ctx.reached()) ctx.progress(fraction)
      },
      follower: job.followed.includes(name) ? followerOf(job, name) : undefined,
    }
    refs[name] = await saveValue(data.blobs, sockets[name].type, value as never, save)
  }
  return refs
}

const followerOf = (job: Job, output: string): SaveOptions['follower'] => ({
  onOpened: (ref) => post({ type: 'opened', job: job.id, output, ref }),
  onPart: (name, blob) => post({ type: 'made', job: job.id, output, name, blob }),
})

async function onRun(job: Job, flag: SharedArrayBuffer): Promise<void> {
  const started = performance.now()
  if (job.openInputs.length > 0) openInputs.set(job.id, new OpenInputs())
  liveJobs.set(job.id, new LiveJob(job, post))
  post({ type: 'started', job: job.id })
  try {
    const devices = new Set<Device>()
    const outputs = await runJob(job, cancelSignal(flag), devices)
    const effort = {
      seconds: (performance.now() - started) / 1000,
      memoryBytes: heldMemory(),
      device: [...devices].join(', ') || 'cpu',
    }
    post({ type: 'done', job: job.id, outputs, ...effort })
  } catch (error) {
    post({ type: 'failed', job: job.id, error: toErrorJson(error) })
  } finally {
    openInputs.delete(job.id)
    liveJobs.delete(job.id)
  }
}

async function onTask(message: Extract<ToThread, { type: 'task' }>): Promise<void> {
  const { task, node, name, payload } = message
  try {
    const signal = cancelSignal(message.cancelled)
    signal.throwIfAborted()
    const definition = (await registry).get(node)
    const result = await definition!.tasks![name]({ signal, keep }, payload as never)
    const whole =
      ArrayBuffer.isView(result) &&
      result.buffer instanceof ArrayBuffer &&
      result.byteLength === result.buffer.byteLength
    post({ type: 'task-done', task, result }, whole ? [result.buffer as ArrayBuffer] : [])
  } catch (error) {
    post({ type: 'task-failed', task, error: toErrorJson(error) })
  }
}

port.on('message', (message: ToThread) => {
  if (message.type === 'run') void onRun(message.job, message.cancelled)
  else if (message.type === 'task') void onTask(message)
  else if (message.type === 'part')
    openInputs.get(message.job)?.add(message.input, message.name, message.blob)
  else if (message.type === 'tune') liveJobs.get(message.job)?.change(message.params)
  else if (message.type === 'cancelled') openInputs.get(message.job)?.cancel()
  else {
    const asker = waiting.get(message.task)
    waiting.delete(message.task)
    if (message.type === 'task-done') asker?.resolve(message.result)
    else asker?.reject(StudioError.fromJSON(message.error))
  }
})
