import { InferenceSession, Tensor } from 'onnxruntime-node'
import { checkGraph } from '../../models/onnx/check-graph'
import { evaluateDim } from '../../models/onnx/dims'
import { encodeModel, toHalf } from '../../models/onnx/encode-model'
import { DTYPES, type DType, elementsOf, type Graph } from '../../models/onnx/graph'
import { type WeightEntry, WeightTable } from '../../models/onnx/scope'
import { floatBitsOfHalf } from '../../models/weights/float-conversion'
import type { Tensor as GoldenTensor } from './golden'

export interface Numbers {
  shape: readonly number[]
  data: ArrayLike<number | bigint>
}

/** Weights by their checkpoint names, or a rule that makes them one after another. */
export type WeightSource = Record<string, Numbers> | ((key: string, shape: readonly number[]) => Float32Array)

/**
 * Runs a graph by onnxruntime on the CPU. Inputs, weights and outputs are numbers, whatever type they have in it.
 * Outputs must have the shapes that the builder inferred.
 */
export async function runGraph(
  graph: Graph,
  inputs: Record<string, Numbers>,
  weights: WeightSource = {},
  options: RunOptions = {},
): Promise<Results> {
  const open = await openGraph(graph, weights, options)
  const results = await open.run(inputs)
  await open.close()
  return results
}

export interface RunOptions {
  threads?: number
  provider?: 'cpu' | 'webgpu'
}

export type Results = Record<string, { shape: number[]; data: number[] }>

/** The same for a graph that runs several times. */
export async function openGraph(graph: Graph, weights: WeightSource = {}, options: RunOptions = {}) {
  checkGraph(graph)
  const session = await openSession(graph, weights, options)
  return {
    run: (inputs: Record<string, Numbers>) => runSession(graph, session, inputs),
    close: () => session.release(),
  }
}

async function runSession(
  graph: Graph,
  session: InferenceSession,
  inputs: Record<string, Numbers>,
): Promise<Results> {
  const feeds = Object.entries(inputs).map(([name, input]) => [name, tensor(graph.values[name].dtype, input)])
  const results = await session.run(Object.fromEntries(feeds))
  for (const [name, { dims }] of Object.entries(results)) {
    const declared = graph.values[name].shape.map((dim) => evaluateDim(dim, bindings(graph, inputs)))
    if (`${dims}` !== `${declared}`)
      throw new Error(`${name} is declared [${declared}] and runs to [${dims}]`)
  }
  return Object.fromEntries(
    Object.entries(results).map(([name, { dims, data, type }]) => {
      const numbers = Array.from(data as ArrayLike<number>, Number)
      return [name, { shape: [...dims], data: type === 'float16' ? numbers.map(fromHalf) : numbers }]
    }),
  )
}

/** All weights lie in one array beside the model: networks may have more of them than a protobuf message holds. */
async function openSession(
  graph: Graph,
  weights: WeightSource,
  { threads = 1, provider = 'cpu' }: RunOptions,
): Promise<InferenceSession> {
  const sizes = Object.values(graph.weights).map(
    ({ shape, dtype }) => elementsOf(shape) * DTYPES[dtype].bytes,
  )
  const all = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0))
  let end = 0
  const bytes = encodeModel(graph, ({ key, shape, dtype }) => {
    const given = typeof weights === 'function' ? weights(key, shape) : weights[key].data
    const stored = storedNumbers(dtype, given)
    const start = end
    all.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), start)
    end += stored.byteLength
    return { location: 'weights', offset: start, length: end - start }
  })
  return InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    executionProviders: [provider],
    // What WebGPU cannot run is an error, not a detour over the CPU.
    extra: { session: { disable_cpu_ep_fallback: provider === 'cpu' ? '0' : '1' } },
    logSeverityLevel: 3,
    externalData: all.length > 0 ? [{ path: 'weights', data: all }] : [],
  })
}

/** What the symbols of the inputs' shapes are. */
function bindings(graph: Graph, inputs: Record<string, Numbers>): Record<string, number> {
  const sizes = graph.inputs.flatMap((name) =>
    graph.values[name].shape.map((dim, i) => [dim, inputs[name].shape[i]]),
  )
  return Object.fromEntries(sizes.filter(([dim]) => typeof dim === 'string'))
}

function tensor(dtype: DType, { shape, data }: Numbers): Tensor {
  if (dtype === 'int64') return new Tensor('int64', BigInt64Array.from(Array.from(data, BigInt)), shape)
  if (dtype === 'bool') return new Tensor('bool', Uint8Array.from(Array.from(data, Number)), shape)
  const stored = storedNumbers(dtype, data)
  if (stored instanceof Uint16Array) return new Tensor('float16', stored, shape)
  return new Tensor('float32', stored, shape)
}

/** float32, or the bits of the nearest float16. */
function storedNumbers(dtype: DType, data: Numbers['data']): Float32Array | Uint16Array {
  if (dtype === 'float16') return Uint16Array.from(Array.from(data, Number), toHalf)
  return data instanceof Float32Array ? data : Float32Array.from(Array.from(data, Number))
}

const single = new DataView(new ArrayBuffer(4))
function fromHalf(half: number): number {
  single.setUint32(0, floatBitsOfHalf(half))
  return single.getFloat32(0)
}

/** The table of a checkpoint's tensors, all of one type. */
export const weightTable = (
  weights: Record<string, Numbers | GoldenTensor>,
  dtype: 'float32' | 'float16' = 'float32',
): WeightTable =>
  new WeightTable(
    Object.entries(weights).map(([name, { shape }]): [string, WeightEntry] => [name, { dtype, shape }]),
  )

/** Makes outputs of what modules end with, under the module's path: a golden case has values from within a network. */
export function tapModules(graph: Graph, paths: readonly string[]): void {
  const nodes = [...graph.nodes]
  for (const path of paths) {
    const last = nodes.findLast(({ name }) => name.startsWith(`${path}/`) || name.startsWith(`${path}.`))
    if (!last) throw new Error(`nothing in ${graph.name} is called ${path}`)
    const [value] = last.outputs
    graph.values[path] = graph.values[value]
    const names = { name: `${path}/tap`, inputs: [value], outputs: [path] }
    graph.nodes.push({ ...names, op: 'Identity', domain: '', attributes: {} })
    graph.outputs.push(path)
  }
}

/** Numbers between -1 and 1 that are the same every time. */
export function noise(shape: readonly number[], seed = 1): { shape: readonly number[]; data: number[] } {
  let state = seed
  const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0 // Numerical Recipes' generator
    return Math.fround(state / 2 ** 31 - 1)
  })
  return { shape, data }
}
