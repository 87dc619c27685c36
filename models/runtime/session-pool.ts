import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ModelError } from '../errors'
import { checkGraph } from '../onnx/check-graph'
import { describeGraph } from '../onnx/describe-graph'
import { encodeModel } from '../onnx/encode-model'
import { DTYPES, elementsOf, type Graph } from '../onnx/graph'
import type { StopSignal } from '../stop-signal'
import { type DeviceName, threadsFor } from './devices'
import { GraphCache } from './graph-cache'
import { inDtype, type Network, type NetworkTensor } from './network'
import type { NetworkWeights } from './network-weights'

const { version: RUNTIME_VERSION } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
  version: string
}

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
  /** Weights, and activations where sizes are known. */
  bytes: number
  opened: number
  loadSeconds: number
  /** Whether its optimised graph was on disk when it was last opened. */
  fromCache: boolean
  runs: number
  runSeconds: number
}

interface Entry {
  graph: Graph
  model: Uint8Array
  folder: string
  key: string
  session?: InferenceSession
  metrics: SessionMetrics
}

/**
 * The sessions of one device. A network is opened when it first runs, shared by all who ask for the same graph with the
 * same weights, and closed when others need its memory, the one that has not run for longest first. Runs follow one
 * another: onnxruntime-node holds up its thread while it computes, so belongs into a process of its own.
 */
export class SessionPool {
  readonly #options: SessionPoolOptions
  readonly #cache: GraphCache | undefined
  /** In the order of their last runs. */
  readonly #entries = new Map<string, Entry>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: SessionPoolOptions) {
    this.#options = options
    this.#cache = options.cacheFolder === undefined ? undefined : new GraphCache(options.cacheFolder)
  }

  /**
   * Nothing is loaded yet.
   * @param sizes of symbols in the graph's shapes that will never change, so that it is optimised for them
   */
  network(graph: Graph, weights: NetworkWeights, sizes: Readonly<Record<string, number>> = {}): Network {
    checkGraph(graph)
    const model = encodeModel(graph, (weight) => weights.place(weight))
    const { device, threads = threadsFor() } = this.#options
    const said = JSON.stringify([RUNTIME_VERSION, device, threads, sizes, weights.identity])
    const key = createHash('sha256').update(model).update(said).digest('hex').slice(0, 32)
    if (!this.#entries.has(key)) {
      const metrics = {
        name: graph.name,
        device,
        open: false,
        bytes: bytesOf(graph, sizes),
        fromCache: false,
      }
      this.#entries.set(key, {
        ...{ graph, model, key, folder: weights.folder },
        metrics: { ...metrics, opened: 0, loadSeconds: 0, runs: 0, runSeconds: 0 },
      })
    }
    return {
      run: (inputs, { signal } = {}) =>
        this.#queue(() => this.#run(this.#entries.get(key)!, sizes, inputs, signal)),
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

  #queue<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task)
    this.#turn = result.catch(() => {})
    return result
  }

  async #run(
    entry: Entry,
    sizes: Readonly<Record<string, number>>,
    inputs: Readonly<Record<string, NetworkTensor>>,
    signal: StopSignal | undefined,
  ): Promise<Record<string, NetworkTensor>> {
    signal?.throwIfAborted()
    const feeds = feedsOf(entry.graph, inputs)
    this.#entries.delete(entry.key)
    this.#entries.set(entry.key, entry) // last in the order
    const session = entry.session ?? (await this.#open(entry, sizes))
    signal?.throwIfAborted()
    const start = performance.now()
    const results = await session.run(feeds).catch((cause: Error) => {
      throw new ModelError(
        'runtime/run',
        `${entry.graph.name} failed on ${this.#options.device}: ${cause.message}`,
        {
          hint: 'If memory ran out, take a smaller picture or window, or another device.',
          cause,
        },
      )
    })
    entry.metrics.runs++
    entry.metrics.runSeconds += (performance.now() - start) / 1000
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => [
        name,
        { dtype: type, shape: dims, data } as NetworkTensor,
      ]),
    )
  }

  async #open(entry: Entry, sizes: Readonly<Record<string, number>>): Promise<InferenceSession> {
    await this.#makeRoom(entry)
    const { device, threads = threadsFor() } = this.#options
    const options: InferenceSession.SessionOptions = {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      freeDimensionOverrides: { ...sizes },
      logSeverityLevel: 3,
    }
    const session = { model_external_initializers_file_folder_path: `${entry.folder}/` }
    const start = performance.now()
    try {
      const model = await this.#optimised(entry, { ...options, extra: { session } })
      entry.session = await InferenceSession.create(model, { ...options, extra: { session } })
    } catch (cause) {
      throw new ModelError(
        'runtime/open',
        `${entry.graph.name} cannot be opened on ${device}: ${messageOf(cause)}`,
        {
          hint:
            device === 'cpu'
              ? 'Check that its weights are still where they were, and that memory is left.'
              : 'See which devices are available, and choose another.',
          cause,
        },
      )
    }
    entry.metrics.open = true
    entry.metrics.opened++
    entry.metrics.loadSeconds += (performance.now() - start) / 1000
    return entry.session
  }

  /** The graph after the optimisations that do not touch weights; those that do are left to every opening. */
  async #optimised(entry: Entry, options: InferenceSession.SessionOptions): Promise<Uint8Array> {
    if (!this.#cache) return entry.model
    const kept = await this.#cache.read(entry.key)
    entry.metrics.fromCache = kept !== undefined
    if (kept) return kept
    return this.#cache.make(entry.key, async (file) => {
      const session = { ...(options.extra?.session as object), disable_prepacking: '1' } // it will never run
      const passing = await InferenceSession.create(entry.model, {
        ...options,
        graphOptimizationLevel: 'extended',
        optimizedModelFilePath: file,
        extra: { session },
      })
      await passing.release()
    })
  }

  async #makeRoom({ metrics: { name, bytes } }: Entry): Promise<void> {
    const { budgetBytes, device } = this.#options
    if (bytes > budgetBytes) {
      throw new ModelError(
        'runtime/memory',
        `${name} needs ${gigabytes(bytes)}, and ${gigabytes(budgetBytes)} are allowed on ${device}.`,
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

async function shut(entry: Entry): Promise<void> {
  await entry.session?.release()
  entry.session = undefined
  entry.metrics.open = false
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`
const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

/** Weights and, when every size is known, the activations at their peak. */
function bytesOf(graph: Graph, sizes: Readonly<Record<string, number>>): number {
  const weights = Object.values(graph.weights).reduce(
    (sum, { shape, dtype }) => sum + elementsOf(shape) * DTYPES[dtype].bytes,
    0,
  )
  const isKnown = graph.inputs.every((name) =>
    graph.values[name].shape.every((dim) => typeof dim === 'number' || dim in sizes),
  )
  return weights + (isKnown ? describeGraph(graph, sizes).peakActivationBytes : 0)
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
      return [name, new Tensor(dtype as 'float32', data as Float32Array, shape)]
    }),
  )
}
