import { ModelError } from '../errors'
import { shapeText } from './dims'
import { elementsOf, type Graph } from './graph'

/** Everything that is wrong with a graph, one sentence each; an empty list is a sound graph. */
export function graphFaults(graph: Graph): string[] {
  return [...topologyFaults(graph), ...readingFaults(graph), ...typeFaults(graph)]
}

/** Throws with all faults of a graph. */
export function checkGraph(graph: Graph): void {
  const faults = graphFaults(graph)
  if (faults.length === 0) return
  throw new ModelError(
    'graph/unsound',
    `The graph ${graph.name} has ${faults.length} faults: ${faults.join('; ')}.`,
  )
}

/** Every value is made once, and before it is read. */
function topologyFaults(graph: Graph): string[] {
  const faults: string[] = []
  const made = new Map<string, string>()
  const make = (name: string, by: string) => {
    const other = made.get(name)
    if (other) faults.push(`${name} is made by ${other} and by ${by}`)
    made.set(name, by)
  }
  for (const name of graph.inputs) make(name, 'the inputs')
  for (const name of Object.keys(graph.weights)) make(name, 'the weights')
  for (const name of Object.keys(graph.constants)) make(name, 'the constants')
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      if (name !== '' && !made.has(name)) faults.push(`${node.name} reads ${name} before it is made`)
    }
    for (const name of node.outputs) make(name, node.name)
  }
  for (const name of graph.outputs) if (!made.has(name)) faults.push(`the output ${name} is never made`)
  const names = new Set<string>()
  for (const { name } of graph.nodes) {
    if (names.has(name)) faults.push(`two nodes are called ${name}`)
    names.add(name)
  }
  return faults
}

/** Nothing is made for nobody. Outputs of a node with several may be left. */
function readingFaults(graph: Graph): string[] {
  const read = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs])
  const faults: string[] = []
  for (const name of graph.inputs) if (!read.has(name)) faults.push(`the input ${name} is never read`)
  for (const [name, { key }] of Object.entries(graph.weights)) {
    if (!read.has(name)) faults.push(`the weight ${key} is never read`)
  }
  for (const node of graph.nodes) {
    if (!node.outputs.some((name) => read.has(name))) faults.push(`nobody reads what ${node.name} makes`)
  }
  return faults
}

function typeFaults(graph: Graph): string[] {
  const faults: string[] = []
  const names = [...graph.inputs, ...graph.nodes.flatMap((node) => node.outputs)]
  for (const name of names) if (!graph.values[name]) faults.push(`${name} has no type`)
  for (const [name, known] of [...Object.entries(graph.weights), ...Object.entries(graph.constants)]) {
    const value = graph.values[name]
    if (!value) faults.push(`${name} has no type`)
    else if (value.dtype !== known.dtype || shapeText(value.shape) !== shapeText(known.shape)) {
      faults.push(
        `${name} is ${known.dtype} ${shapeText(known.shape)}, its value ${value.dtype} ${shapeText(value.shape)}`,
      )
    }
  }
  for (const [name, { shape, data }] of Object.entries(graph.constants)) {
    if (elementsOf(shape) !== data.length)
      faults.push(`${name} has ${data.length} numbers for ${shapeText(shape)}`)
  }
  for (const node of graph.nodes) {
    if (!(node.domain in graph.opsets))
      faults.push(`${node.name} is of the domain ${node.domain}, which has no version`)
  }
  return faults
}
