import type { WorkflowDocument } from './document'
import { type AssetFacts, buildGraph, fits, inputFacts } from './graph'
import type { Registry } from './registry'

export type ConnectVerdict =
  | { ok: true }
  | {
      ok: false
      code: 'missing' | 'type' | 'taken' | 'cycle' | 'facts'
      message: string
      /** Node type that mends it. */
      fix?: string
    }

type End = readonly [node: string, socket: string]

/**
 * Whether an edge may be drawn, and if not, why: sockets, types, a free input, no cycle, and the facts known before
 * running (frame counts, fps, sizes). `replace` allows an input that already has an edge.
 */
export function canConnect(
  document: WorkflowDocument,
  registry: Registry,
  from: End,
  to: End,
  opts: { assetFacts?: AssetFacts; replace?: boolean } = {},
): ConnectVerdict {
  const source = Object.hasOwn(document.nodes, from[0])
    ? registry.get(document.nodes[from[0]].type)
    : undefined
  const target = Object.hasOwn(document.nodes, to[0]) ? registry.get(document.nodes[to[0]].type) : undefined
  const output = source && Object.hasOwn(source.outputs, from[1]) ? source.outputs[from[1]] : undefined
  const input = target && Object.hasOwn(target.inputs, to[1]) ? target.inputs[to[1]] : undefined
  if (!source || !target || !output || !input) {
    return {
      ok: false,
      code: 'missing',
      message: `There is no socket ${!output ? from.join('.') : to.join('.')}.`,
    }
  }
  if (!fits(output.type, input.type)) {
    return {
      ok: false,
      code: 'type',
      message: `${output.label} is ${output.type}; ${input.label} takes ${input.type}.`,
      fix: converter(registry, output.type, input.type),
    }
  }
  const others = document.edges.filter((edge) => !(edge.to[0] === to[0] && edge.to[1] === to[1]))
  if (!opts.replace && others.length < document.edges.length) {
    return { ok: false, code: 'taken', message: `${input.label} already has an edge.` }
  }
  if (reaches(others, to[0], from[0])) {
    return {
      ok: false,
      code: 'cycle',
      message: 'This edge would close a cycle: a node would wait for itself.',
    }
  }
  const edge = { from: [...from] as [string, string], to: [...to] as [string, string] }
  return checkFacts({ ...document, edges: [...others, edge] }, registry, to[0], opts.assetFacts)
}

/** A node type with an input of type `from` and an output of type `to`, to be offered as a bridge. */
function converter(registry: Registry, from: string, to: string): string | undefined {
  const has = (sockets: Record<string, { type: string }>, type: string) =>
    Object.values(sockets).some((socket) => socket.type === type)
  return registry.all().find((d) => has(d.inputs, from) && has(d.outputs, to))?.id
}

function reaches(edges: WorkflowDocument['edges'], start: string, goal: string): boolean {
  const seen = new Set([start])
  const queue = [start]
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (at === goal) return true
    for (const edge of edges) {
      if (edge.from[0] !== at || seen.has(edge.to[0])) continue
      seen.add(edge.to[0])
      queue.push(edge.to[0])
    }
  }
  return false
}

function checkFacts(
  document: WorkflowDocument,
  registry: Registry,
  nodeId: string,
  assetFacts?: AssetFacts,
): ConnectVerdict {
  const definition = registry.get(document.nodes[nodeId].type)
  if (!definition?.agree?.length) return { ok: true }
  const graph = buildGraph(document, registry, assetFacts)
  const inputs = Object.fromEntries(
    document.edges
      .filter((e) => e.to[0] === nodeId)
      .map((e) => [e.to[1], { node: e.from[0], output: e.from[1] }]),
  )
  const facts = inputFacts(inputs, graph.facts)
  for (const { fact, sockets, fix } of definition.agree) {
    const [a, b] = [facts[sockets[0]]?.[fact], facts[sockets[1]]?.[fact]]
    if (a === undefined || b === undefined || a === b) continue
    const label = (name: string) => definition.inputs[name].label
    return {
      ok: false,
      code: 'facts',
      message: `${label(sockets[0])} has ${fact} ${a}, ${label(sockets[1])} has ${b}.`,
      fix,
    }
  }
  return { ok: true }
}
