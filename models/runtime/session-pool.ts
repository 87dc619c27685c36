import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { ModelError } from '../errors'
import { gigabytes } from '../gigabytes'
import type { FloatTensor, PublishedNetwork } from '../networks/published-network'
import type { Graph } from '../onnx/graph'
import type { StopSignal } from '../stop-signal'
import { type DeviceName, threadsFor } from './devices'
import { GraphCache } from './graph-cache'
import { inDtype, type Network, type NetworkTensor } from './network'
import type { NetworkWeights } from './network-weights'
import { graphSource, type Place, publishedSource, type SessionSource, type Sizes } from './session-source'

export interface SessionPoolOptions {
  device: DeviceName
  /** Of weights and activations of all open sessions together. */
  budgetBytes: number
  /** Where optimised graphs are kept; nowhere unless given. */
  cacheFolder?: string
  threads?: number
}

/** What a network cost so far. */
export interface SessionMetrics {
  name: string
  device: DeviceName
  open: boolean
  /** Weights, unless the system may take them back, and activations where sizes are known. */
  bytes: number
  opened: number
  loadSeconds: number
  /** Whether its optimised graph was on disk when it was last opened. */
  fromCache: boolean
  runs: number
  runSeconds: number
}

interface Entry {
  source: SessionSource
  session?: InferenceSession
  metrics: SessionMetrics
}

/**
 * The sessions of one device. A network is opened when it first runs, shared by all who ask for the same graph with the
 * same weights, and closed when others need its memory, the one that has not run for longest first. Runs follow one
 * another: onnxruntime-node holds up its thread while it computes, so belongs into a process of its own.
 */
export class SessionPool {
  readonly #budgetBytes: number
  readonly #place: Place
  /** In the order of their last runs. */
  readonly #entries = new Map<string, Entry>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ device, budgetBytes, cacheFolder, threads = threadsFor() }: SessionPoolOptions) {
    this.#budgetBytes = budgetBytes
    const cache = cacheFolder === undefined ? undefined : new GraphCache(cacheFolder)
    this.#place = { device, threads, cache }
  }

  /** A graph of ours. Nothing is loaded yet. */
  network(graph: Graph, weights: NetworkWeights, sizes: Sizes = {}): Network {
    const entry = this.#hold(graphSource(graph, weights, sizes, this.#place))
    return {
      run: async (inputs, { signal } = {}) => {
        const results = await this.#queue(() => this.#run(entry, () => feedsOf(graph, inputs), signal))
        return Object.fromEntries(
          Object.entries(results).map(([name, { type, dims, data }]) => [
            name,
            { dtype: type, shape: dims, data } as NetworkTensor,
          ]),
        )
      },
    }
  }

  /**
   * A network in the ONNX file it was published as, which is looked through and opened at once.
   * @throws ModelError `weights/…` when the file is not one to be opened, `runtime/open` when onnxruntime cannot
   */
  async published(file: string): Promise<PublishedNetwork> {
    const entry = this.#hold(publishedSource(file))
    const { inputNames, outputNames } = await this.#queue(() => this.#sessionOf(entry))
    return {
      inputNames,
      outputNames,
      run: async (inputs) => {
        const results = await this.#queue(() => this.#run(entry, () => floatFeeds(inputs)))
        return Object.fromEntries(Object.entries(results).map(([name, out]) => [name, floats(name, out)]))
      },
    }
  }

  metrics(): SessionMetrics[] {
    return [...this.#entries.values()].map(({ metrics }) => ({ ...metrics }))
  }

  /** Gives the memory of all sessions back; they open again when they run again. */
  async close(): Promise<void> {
    await this.#queue(async () => {
      for (const entry of this.#entries.values()) await shut(entry)
    })
  }

  #hold(source: SessionSource): Entry {
    const { key, name, bytes } = source
    const { device } = this.#place
    const none = { open: false, opened: 0, loadSeconds: 0, fromCache: false, runs: 0, runSeconds: 0 }
    const entry = this.#entries.get(key) ?? { source, metrics: { name, device, bytes, ...none } }
    this.#entries.set(key, entry)
    return entry
  }

  #queue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task)
    this.#turn = result.catch(() => {})
    return result
  }

  async #run(
    entry: Entry,
    feeds: () => Record<string, Tensor>,
    signal?: StopSignal,
  ): Promise<InferenceSession.OnnxValueMapType> {
    signal?.throwIfAborted()
    const given = feeds()
    const session = await this.#sessionOf(entry)
    signal?.throwIfAborted()
    const start = performance.now()
    const results = await session.run(given).catch((cause: Error) => {
      const { name } = entry.source
      const { device } = this.#place
      throw (
        outOfMemory(name, device, cause) ??
        new ModelError('runtime/run', `${name} failed on ${device}: ${cause.message}`, { cause })
      )
    })
    entry.metrics.runs++
    entry.metrics.runSeconds += (performance.now() - start) / 1000
    return results
  }

  async #sessionOf(entry: Entry): Promise<InferenceSession> {
    const { key } = entry.source
    this.#entries.delete(key)
    this.#entries.set(key, entry) // last in the order
    return entry.session ?? this.#open(entry)
  }

  async #open(entry: Entry): Promise<InferenceSession> {
    await this.#makeRoom(entry)
    const { source, metrics } = entry
    const { device, threads } = this.#place
    const start = performance.now()
    const opened = source.open({
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
      // A pattern is one block more beside what the first run took: DECISIONS.md, 2026-11-27.
      enableMemPattern: false,
    })
    const { session, fromCache } = await opened.catch((cause: Error) => {
      if (cause instanceof ModelError) throw cause
      const full = outOfMemory(source.name, device, cause)
      if (full) throw full
      throw new ModelError('runtime/open', `${source.name} cannot be opened on ${device}: ${cause.message}`, {
        hint:
          device === 'cpu'
            ? 'Check that its file is the published one and still where it was, and that memory is left.'
            : 'See which devices are available, and choose another.',
        cause,
      })
    })
    entry.session = session
    metrics.open = true
    metrics.opened++
    metrics.fromCache = fromCache
    metrics.loadSeconds += (performance.now() - start) / 1000
    return session
  }

  async #makeRoom({ metrics: { name, bytes } }: Entry): Promise<void> {
    const budgetBytes = this.#budgetBytes
    if (bytes > budgetBytes) {
      throw new ModelError(
        'runtime/memory',
        `${name} needs ${gigabytes(bytes)}, and ${gigabytes(budgetBytes)} are allowed on ${this.#place.device}.`,
        { hint: 'Allow more, or take a smaller picture, a shorter window or float16.' },
      )
    }
    const open = [...this.#entries.values()].filter(({ session }) => session)
    let total = open.reduce((sum, { metrics }) => sum + metrics.bytes, bytes)
    for (const entry of open) {
      if (total <= budgetBytes) return
      await shut(entry)
      total -= entry.metrics.bytes
    }
  }
}

/** As onnxruntime's arena says it on every device, CUDA's own allocator and C++. */
const NO_MEMORY = /failed to allocate memory(?: for requested buffer of size (\d+))?|out of memory|bad_alloc/i

/** A refusal of memory in our words; undefined for any other failure. */
function outOfMemory(name: string, device: DeviceName, cause: Error): ModelError | undefined {
  const found = NO_MEMORY.exec(cause.message)
  if (!found) return undefined
  const asked = found[1] === undefined ? '' : `: it asked for ${gigabytes(Number(found[1]))} more`
  return new ModelError('runtime/memory', `${name} found too little memory on ${device}${asked}.`, {
    hint: 'Take a smaller picture, a shorter window or float16, close other programs, or choose another device.',
    cause,
  })
}

async function shut(entry: Entry): Promise<void> {
  await entry.session?.release()
  entry.session = undefined
  entry.metrics.open = false
}

function feedsOf(graph: Graph, inputs: Readonly<Record<string, NetworkTensor>>): Record<string, Tensor> {
  const [missing] = graph.inputs.filter((name) => !(name in inputs))
  const [extra] = Object.keys(inputs).filter((name) => !graph.inputs.includes(name))
  if (missing !== undefined || extra !== undefined) {
    const what = missing === undefined ? `has no input ${extra}` : `is not given its input ${missing}`
    throw new ModelError('runtime/inputs', `${graph.name} ${what}.`)
  }
  return Object.fromEntries(
    graph.inputs.map((name) => {
      const { shape } = inputs[name]
      const { dtype, data } = inDtype(inputs[name], graph.values[name].dtype)
      return [name, new Tensor(dtype as 'float32', unshared(data) as Float32Array, shape)]
    }),
  )
}

const floatFeeds = (inputs: Readonly<Record<string, FloatTensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(inputs).map(([name, { dims, data }]) => [name, new Tensor(data, dims)]))

function floats(name: string, { type, dims, data }: Tensor): FloatTensor {
  if (type === 'float32') return { dims, data: data as Float32Array }
  throw new ModelError('network/output', `The output ${name} is ${type}, expected float32.`)
}
/** onnxruntime reads no memory that threads share. */
const unshared = <N extends NetworkTensor['data']>(data: N): N =>
  data.buffer instanceof ArrayBuffer ? data : (data.slice() as N)
