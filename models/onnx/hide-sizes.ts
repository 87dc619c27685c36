import type { DType, Graph, GraphNode } from './graph'

/** Operators whose second input says sizes. */
const SIZED = new Set(['Reshape', 'Split', 'Expand'])
const PREFIX = 'hidden'

/**
 * The same graph, in which onnxruntime learns sizes only when it runs. Where it knows them before, it keeps a buffer for
 * the next value of the same size, however far away, and so holds for each size as many as are ever live at once;
 * otherwise it frees a value after its last use, which is what `peakActivationBytes` counts. Constants that say sizes are
 * multiplied by a 1 made from the size of the first input, whose axes must be numbers. onnxruntime's ReshapeFusion must
 * be off: it does not expect this.
 */
export function hideSizes(graph: Graph): Graph {
  const [first] = graph.inputs
  const { dtype, shape } = graph.values[first]
  const hidden: Graph = {
    ...graph,
    nodes: [],
    values: { ...graph.values, [first]: { dtype, shape: [PREFIX, ...shape.slice(1)] } },
    constants: { ...graph.constants },
  }
  const one = unfoldableOne(hidden, first, Number(shape[0]))
  const multiplied = new Map<string, string>()
  for (const node of graph.nodes) {
    const [x, sizes] = node.inputs
    const constant = graph.constants[sizes]
    if (!SIZED.has(node.op) || !constant || x in graph.weights) {
      hidden.nodes.push(node)
      continue
    }
    const key = JSON.stringify([constant.shape, constant.data])
    const at = multiplied.get(key) ?? add(hidden, 'Mul', [sizes, one], 'int64', constant.shape)
    multiplied.set(key, at)
    hidden.nodes.push({ ...node, inputs: [x, at] })
  }
  forgetShapes(hidden)
  return hidden
}

/** [1], 1 whenever the first axis of an input has its size. */
function unfoldableOne(graph: Graph, input: string, size: number): string {
  const sizes = add(graph, 'Shape', [input], 'int64', [graph.values[input].shape.length])
  const first = add(graph, 'Gather', [sizes, constant(graph, 0)], 'int64', [1])
  return add(graph, 'Div', [first, constant(graph, size)], 'int64', [1])
}

function constant(graph: Graph, value: number): string {
  const name = `${PREFIX}/constant_${Object.keys(graph.constants).length}`
  graph.constants[name] = { dtype: 'int64', shape: [1], data: [value] }
  graph.values[name] = { dtype: 'int64', shape: [1] }
  return name
}

function add(graph: Graph, op: string, inputs: string[], dtype: DType, shape: readonly number[]): string {
  const name = `${PREFIX}/${op}_${graph.nodes.length}`
  const node: GraphNode = { name, op, domain: '', inputs, outputs: [`${name}:out`], attributes: {} }
  graph.nodes.push(node)
  graph.values[node.outputs[0]] = { dtype, shape }
  return node.outputs[0]
}

/** Of what nodes make: every axis a symbol of its own. */
function forgetShapes(graph: Graph): void {
  let count = 0
  for (const name of graph.nodes.flatMap(({ outputs }) => outputs)) {
    if (graph.outputs.includes(name)) continue
    const { dtype, shape } = graph.values[name]
    graph.values[name] = { dtype, shape: shape.map(() => `${PREFIX}${count++}`) }
  }
}
