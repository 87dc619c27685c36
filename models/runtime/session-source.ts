import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { checkGraph } from '../onnx/check-graph'
import { describeGraph } from '../onnx/describe-graph'
import { encodeModel } from '../onnx/encode-model'
import { DTYPES, elementsOf, type Graph } from '../onnx/graph'
import { hideSizes } from '../onnx/hide-sizes'
import { inspectModel } from '../onnx/inspect-model'
import type { DeviceName } from './devices'
import type { GraphCache } from './graph-cache'
import type { NetworkWeights } from './network-weights'

const { version: RUNTIME_VERSION } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
  version: string
}

type Options = InferenceSession.SessionOptions

/** Bytes of activations from which on a CPU gives them back at once: DECISIONS.md, 2026-11-27. */
const LARGE_BYTES = 1e9

/** Bytes of weights from which on a CPU computes with them where they are mapped, not with copies in its own layout. */
const HEAVY_BYTES = 2e9

/** How long a thread asks for the next operation before it sleeps, µs: DECISIONS.md, 2026-11-27. */
const WAITING = { intra_op: { spin_duration_us: '50' } }

/** What a session is made of, and how. */
export interface SessionSource {
  /** Equal keys are equal networks. */
  key: string
  name: string
  /** Of weights, unless the system may take them back, and of activations where they are known. */
  bytes: number
  open(options: Options): Promise<{ session: InferenceSession; fromCache: boolean }>
}

/** Of the machine; part of the key, because an optimised graph depends on them. */
export interface Place {
  device: DeviceName
  threads: number
  cache: GraphCache | undefined
}

/** Sizes of symbols in a graph's shapes that will never change, so that it is optimised for them. */
export type Sizes = Readonly<Record<string, number>>

/** A graph of ours, with its weights in the files they were published in. */
export function graphSource(
  graph: Graph,
  weights: NetworkWeights,
  sizes: Sizes,
  { device, threads, cache }: Place,
): SessionSource {
  checkGraph(graph)
  const activations = activationBytes(graph, sizes)
  const isLarge = device === 'cpu' && hasNumbers(graph) && activations > LARGE_BYTES
  const model = encodeModel(isLarge ? hideSizes(graph) : graph, (weight) => weights.place(weight))
  const said = JSON.stringify([RUNTIME_VERSION, device, threads, sizes, weights.identity])
  const key = createHash('sha256').update(model).update(said).digest('hex').slice(0, 32)
  const heavy = weightBytes(graph)
  const isMapped = device === 'cpu' && heavy > HEAVY_BYTES
  const session = {
    ...WAITING,
    model_external_initializers_file_folder_path: `${weights.folder}/`,
    ...(isMapped && { disable_prepacking: '1' }),
  }
  return {
    key,
    name: graph.name,
    bytes: (isMapped ? 0 : heavy) + activations,
    async open(plain) {
      const large = { enableCpuMemArena: false, extra: { session, optimization: NO_RESHAPE_FUSION } }
      const own = isLarge ? large : { extra: { session } }
      const level = isMapped ? { graphOptimizationLevel: 'extended' as const } : {} // beyond, filters are copied
      const options = { ...plain, freeDimensionOverrides: { ...sizes }, ...own, ...level }
      const kept = await cache?.read(key)
      const optimised = kept ?? (await cache?.make(key, (file) => optimise(model, options, file))) ?? model
      return { session: await InferenceSession.create(optimised, options), fromCache: kept !== undefined }
    },
  }
}

const NO_RESHAPE_FUSION = { disable_specified_optimizers: 'ReshapeFusion' } // see `hideSizes`

const hasNumbers = (graph: Graph): boolean =>
  graph.inputs.every((name) => graph.values[name].shape.every((dim) => typeof dim === 'number'))

/** Writes the graph after the optimisations that do not touch weights; those that do are left to every opening. */
async function optimise(model: Uint8Array, options: Options, file: string): Promise<void> {
  const session = { ...(options.extra?.session as object), disable_prepacking: '1' } // it will never run
  const passing = await InferenceSession.create(model, {
    ...options,
    graphOptimizationLevel: 'extended',
    optimizedModelFilePath: file,
    extra: { ...options.extra, session },
  })
  await passing.release()
}

const weightBytes = (graph: Graph): number =>
  Object.values(graph.weights).reduce(
    (sum, { shape, dtype }) => sum + elementsOf(shape) * DTYPES[dtype].bytes,
    0,
  )

/** At their peak, when every size is known. */
function activationBytes(graph: Graph, sizes: Sizes): number {
  const isKnown = graph.inputs.every((name) =>
    graph.values[name].shape.every((dim) => typeof dim === 'number' || dim in sizes),
  )
  return isKnown ? describeGraph(graph, sizes).peakActivationBytes : 0
}

/**
 * An ONNX file as somebody published it, after it has been looked through. What it needs besides its weights is not known.
 * @throws ModelError `weights/…` when the file is not one to be opened
 */
export function publishedSource(file: string): SessionSource {
  inspectModel(file)
  const { size, mtimeMs } = statSync(file)
  return {
    key: JSON.stringify([file, size, mtimeMs]),
    name: path.basename(file),
    bytes: size,
    async open(plain) {
      const options = { ...plain, extra: { session: WAITING } }
      return { session: await InferenceSession.create(file, options), fromCache: false }
    },
  }
}
