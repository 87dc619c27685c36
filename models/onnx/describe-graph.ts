import { type Dim, evaluateDim, type Shape, shapeText } from './dims'
import { DTYPES, elementsOf, type Graph, type GraphNode } from './graph'

export interface GraphDescription {
  /** How often each operator occurs, most frequent first. */
  ops: Record<string, number>
  parameters: number
  /** 2 · multiply-adds of convolutions, matrix products and attention; nothing else is counted. */
  flops: number
  /**
   * Largest sum of live values, when nodes run in order, views share memory and a value is freed after its last use.
   * onnxruntime keeps to it in its parallel execution mode (118 MB of 136 estimated, a UNet at a fifth of its width); in
   * its sequential one it holds a buffer for the next value of the same size, however far away: 620 MB of 136.
   */
  peakActivationBytes: number
  /** FLOPs by module: paths cut after `depth` names. */
  modules: { path: string; parameters: number; flops: number }[]
}

type Bindings = Readonly<Record<string, number>>

/** Measures a graph for given sizes of its symbols. */
export function describeGraph(graph: Graph, bindings: Bindings = {}, depth = 2): GraphDescription {
  const ops = new Map<string, number>()
  const modules = new Map<string, { parameters: number; flops: number }>()
  const moduleOf = (path: string) => {
    const key = path.split('.').slice(0, depth).join('.')
    const found = modules.get(key) ?? { parameters: 0, flops: 0 }
    modules.set(key, found)
    return found
  }
  let flops = 0
  for (const node of graph.nodes) {
    ops.set(node.op, (ops.get(node.op) ?? 0) + 1)
    const own = flopsOf(graph, node, bindings)
    flops += own
    moduleOf(node.name.slice(0, Math.max(node.name.lastIndexOf('/'), 0))).flops += own
  }
  let parameters = 0
  for (const { key, shape } of Object.values(graph.weights)) {
    parameters += elementsOf(shape)
    moduleOf(key.slice(0, Math.max(key.lastIndexOf('.'), 0))).parameters += elementsOf(shape)
  }
  return {
    ops: Object.fromEntries([...ops].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))),
    parameters,
    flops,
    peakActivationBytes: peakBytes(graph, bindings),
    modules: [...modules].map(([path, sums]) => ({ path, ...sums })),
  }
}

function flopsOf(graph: Graph, node: GraphNode, bindings: Bindings): number {
  const shape = (name: string) => graph.values[name].shape.map((dim) => evaluateDim(dim, bindings))
  const [a, b] = node.inputs
  const output = () => elementsOf(shape(node.outputs[0]))
  switch (node.op) {
    case 'Conv':
      return 2 * output() * elementsOf(shape(b).slice(1))
    case 'ConvTranspose':
      return 2 * elementsOf(shape(a)) * elementsOf(shape(b).slice(1))
    case 'Gemm':
    case 'MatMul':
      return 2 * output() * shape(a).at(-1)!
    case 'MultiHeadAttention': {
      const [n, s, channels] = shape(a)
      const [, t, out] = shape(node.inputs[2])
      return 2 * n * s * t * (channels + out)
    }
    default:
      return 0
  }
}

const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Identity'])

function peakBytes(graph: Graph, bindings: Bindings): number {
  const fixed = new Set([...Object.keys(graph.weights), ...Object.keys(graph.constants)])
  const owner = new Map<string, string>()
  const ownerOf = (name: string) => owner.get(name) ?? name
  for (const node of graph.nodes) if (VIEWS.has(node.op)) owner.set(node.outputs[0], ownerOf(node.inputs[0]))
  const lastUse = new Map<string, number>()
  graph.nodes.forEach((node, i) => {
    for (const name of [...node.inputs, ...node.outputs]) lastUse.set(ownerOf(name), i)
  })
  for (const name of graph.outputs) lastUse.set(ownerOf(name), graph.nodes.length)
  const bytes = (name: string) =>
    bytesOf(graph.values[name].shape, bindings) * DTYPES[graph.values[name].dtype].bytes
  const live = new Map(graph.inputs.map((name) => [name, bytes(name)]))
  let sum = [...live.values()].reduce((a, b) => a + b, 0)
  let peak = sum
  for (const [i, node] of graph.nodes.entries()) {
    for (const name of node.outputs) {
      if (ownerOf(name) !== name || fixed.has(name)) continue
      live.set(name, bytes(name))
      sum += bytes(name)
    }
    peak = Math.max(peak, sum)
    for (const name of new Set([...node.inputs, ...node.outputs].map(ownerOf))) {
      if (lastUse.get(name) !== i) continue
      sum -= live.get(name) ?? 0
      live.delete(name)
    }
  }
  return peak
}

const bytesOf = (shape: Shape, bindings: Bindings): number =>
  shape.reduce((product: number, dim: Dim) => product * evaluateDim(dim, bindings), 1)

/** The description as a table for people. */
export function describe(graph: Graph, bindings: Bindings = {}, depth = 2): string {
  const found = describeGraph(graph, bindings, depth)
  const type = (name: string) => `${name} ${graph.values[name].dtype} ${shapeText(graph.values[name].shape)}`
  const rows = found.modules.filter(({ parameters, flops }) => parameters > 0 || flops > 0)
  const width = Math.max(6, ...rows.map(({ path }) => path.length))
  const line = (path: string, parameters: string, flops: string) =>
    `${path.padEnd(width)}  ${parameters.padStart(12)}  ${flops.padStart(12)}`
  return [
    `${graph.name}: opset ${graph.opsets['']}, ${graph.nodes.length} nodes`,
    `inputs   ${graph.inputs.map(type).join(', ')}`,
    `outputs  ${graph.outputs.map(type).join(', ')}`,
    `ops      ${Object.entries(found.ops)
      .map(([op, count]) => `${op} ${count}`)
      .join(', ')}`,
    `memory   ${scaled(found.peakActivationBytes)}B of activations at most`,
    '',
    line('module', 'parameters', 'FLOPs'),
    ...rows.map(({ path, parameters, flops }) => line(path || '.', scaled(parameters), scaled(flops))),
    line('total', scaled(found.parameters), scaled(found.flops)),
  ].join('\n')
}

function scaled(value: number): string {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(value, 1)) / 3)))
  return power === 0 ? `${value} ` : `${(value / 1000 ** power).toPrecision(4)} ${' kMGT'[power]}`
}
