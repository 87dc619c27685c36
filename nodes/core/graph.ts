import type { AnyDefinition } from './define-node'
import type { WorkflowDocument } from './document'
import type { ErrorCode } from './errors'
import type { Registry } from './registry'
import type { Facts, Socket, SocketKind } from './sockets'

/** Something that keeps a document, or a part of it, from running. */
export interface Problem {
  code: ErrorCode
  message: string
  hint?: string
  nodeId?: string
}

/** Where an input gets its value from. */
export interface Source {
  node: string
  output: string
}

/** A node that takes part in runs: known, not muted, not bypassed. */
export interface GraphNode {
  id: string
  definition: AnyDefinition
  /** Parsed params with defaults filled in. */
  params: Record<string, unknown>
  /** Connected inputs, with bypassed nodes already seen through. */
  inputs: Record<string, Source>
}

/** A document, checked against a registry. `order` is topological; nodes with problems are left out of `nodes`. */
export interface Graph {
  nodes: Map<string, GraphNode>
  order: string[]
  problems: Problem[]
  facts: Map<string, Record<string, Facts | undefined>>
  /** Of nodes with sockets of type `any`: what type they have here. */
  types: Map<string, SocketKind>
}

export type AssetFacts = (id: string) => Facts | undefined

/** "pose/draw" as people read it: the node's own title, or its type, with the id. */
export function nodeLabel(document: WorkflowDocument, nodeId: string): string {
  const node = document.nodes[nodeId]
  return node ? `${node.title ?? node.type} (${nodeId})` : nodeId
}

/**
 * Checks a document and resolves it into what can run: edges, types, cycles, params, required inputs, and the facts
 * that are known before running. Never throws for a bad document; each problem says which node it is about.
 */
export function buildGraph(
  document: WorkflowDocument,
  registry: Registry,
  assetFacts: AssetFacts = () => undefined,
): Graph {
  const problems: Problem[] = []
  const incoming = collectEdges(document, registry, problems)
  const order = topologicalOrder(document, incoming, problems)
  const nodes = new Map<string, GraphNode>()
  const facts: Graph['facts'] = new Map()
  const types: Graph['types'] = new Map()
  for (const nodeId of order) {
    const placed = document.nodes[nodeId]
    if (placed.mode !== 'on') continue
    const definition = registry.get(placed.type)
    if (!definition) {
      problems.push(unknownType(nodeId, placed.type))
      continue
    }
    const found = problems.length
    const params = readParams(nodeId, definition, placed, problems)
    const inputs = resolveInputs(document, registry, nodeId, definition, incoming, types, problems)
    if (problems.length > found || params === undefined) continue
    nodes.set(nodeId, { id: nodeId, definition, params, inputs })
    facts.set(nodeId, outputFacts(definition, params, inputs, facts, assetFacts))
    checkAgreements(document, nodeId, definition, inputs, facts, problems)
  }
  return { nodes, order, problems, facts, types }
}

const unknownType = (nodeId: string, type: string): Problem => ({
  code: 'graph/unknown-type',
  message: `There is no node type "${type}" in this version of MMGT Studio.`,
  hint: 'Update MMGT Studio, or replace the node.',
  nodeId,
})

type Incoming = Map<string, Map<string, Source>>

function collectEdges(document: WorkflowDocument, registry: Registry, problems: Problem[]): Incoming {
  const incoming: Incoming = new Map()
  for (const { from, to } of document.edges) {
    const problem = edgeProblem(document, registry, from, to)
    if (problem) {
      problems.push(problem)
      continue
    }
    const inputs = incoming.get(to[0]) ?? new Map<string, Source>()
    if (inputs.has(to[1])) {
      problems.push({
        code: 'graph/input-taken',
        message: `Input "${to[1]}" of ${nodeLabel(document, to[0])} has two edges.`,
        hint: 'Remove one of them.',
        nodeId: to[0],
      })
      continue
    }
    inputs.set(to[1], { node: from[0], output: from[1] })
    incoming.set(to[0], inputs)
  }
  return incoming
}

function edgeProblem(
  document: WorkflowDocument,
  registry: Registry,
  from: readonly [string, string],
  to: readonly [string, string],
): Problem | undefined {
  for (const nodeId of [from[0], to[0]]) {
    if (!Object.hasOwn(document.nodes, nodeId)) {
      return {
        code: 'graph/dangling-edge',
        message: `An edge ${from.join('.')} → ${to.join('.')} leads to node "${nodeId}", which is not in the workflow.`,
        hint: 'Remove the edge.',
      }
    }
  }
  const source = registry.get(document.nodes[from[0]].type)
  const target = registry.get(document.nodes[to[0]].type)
  if (!source || !target) return undefined // the unknown type is a problem of its own
  const output = Object.hasOwn(source.outputs, from[1]) ? source.outputs[from[1]] : undefined
  const input = Object.hasOwn(target.inputs, to[1]) ? target.inputs[to[1]] : undefined
  if (!output) return noSocket(document, from[0], 'output', from[1], Object.keys(source.outputs))
  if (!input) return noSocket(document, to[0], 'input', to[1], Object.keys(target.inputs))
  if (!fits(output.type, input.type)) {
    return wrongType(document, { node: from[0], output: from[1] }, output.type, to[0], to[1], input.type)
  }
  return undefined
}

const wrongType = (
  document: WorkflowDocument,
  source: Source,
  given: string,
  nodeId: string,
  input: string,
  wanted: string,
): Problem => ({
  code: 'graph/wrong-type',
  message: `${nodeLabel(document, source.node)} gives ${given} at "${source.output}", but "${input}" of ${nodeLabel(document, nodeId)} takes ${wanted}.`,
  hint: 'Connect a socket of the same type.',
  nodeId,
})

const noSocket = (
  document: WorkflowDocument,
  nodeId: string,
  side: string,
  name: string,
  known: string[],
): Problem => ({
  code: 'graph/unknown-socket',
  message: `${nodeLabel(document, nodeId)} has no ${side} "${name}".`,
  hint: known.length ? `It has ${known.join(', ')}.` : `It has no ${side}s.`,
  nodeId,
})

/** An integer may go where a number is wanted, and `any` to and from everything; all else must be the same type. */
export const fits = (output: string, input: string): boolean =>
  output === input || (output === 'integer' && input === 'number') || output === 'any' || input === 'any'

/** Kahn's algorithm; ids of a cycle are reported and left out, with everything behind them. */
function topologicalOrder(document: WorkflowDocument, incoming: Incoming, problems: Problem[]): string[] {
  const waiting = new Map<string, number>()
  const readers = new Map<string, string[]>()
  for (const nodeId of Object.keys(document.nodes)) waiting.set(nodeId, 0)
  for (const [nodeId, inputs] of incoming) {
    waiting.set(nodeId, inputs.size)
    for (const { node } of inputs.values()) {
      const list = readers.get(node)
      if (list) list.push(nodeId)
      else readers.set(node, [nodeId])
    }
  }
  const order = [...waiting].filter(([, count]) => count === 0).map(([nodeId]) => nodeId)
  for (let i = 0; i < order.length; i++) {
    for (const reader of readers.get(order[i]) ?? []) {
      const left = waiting.get(reader)! - 1
      waiting.set(reader, left)
      if (left === 0) order.push(reader)
    }
  }
  if (order.length < waiting.size) problems.push(cycleProblem(document, incoming, waiting))
  return order
}

function cycleProblem(document: WorkflowDocument, incoming: Incoming, waiting: Map<string, number>): Problem {
  const seen: string[] = []
  let at = [...waiting].find(([, count]) => count > 0)![0]
  while (!seen.includes(at)) {
    seen.push(at)
    at = [...incoming.get(at)!.values()].find(({ node }) => waiting.get(node)! > 0)!.node
  }
  const cycle = seen.slice(seen.indexOf(at)).reverse()
  return {
    code: 'graph/cycle',
    message: `The workflow has a cycle: ${[...cycle, cycle[0]].map((n) => nodeLabel(document, n)).join(' → ')}.`,
    hint: 'Remove one of these edges.',
    nodeId: cycle[0],
  }
}

function readParams(
  nodeId: string,
  definition: AnyDefinition,
  placed: { version: number; params: Record<string, unknown> },
  problems: Problem[],
): Record<string, unknown> | undefined {
  if (placed.version > definition.version) {
    problems.push({
      code: 'graph/newer-node',
      message: `This ${definition.id} was saved as version ${placed.version}; this MMGT Studio has version ${definition.version}.`,
      hint: 'Update MMGT Studio.',
      nodeId,
    })
    return undefined
  }
  const parsed = definition.params.safeParse(placed.params)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const place = issue.path.join('.')
    let value: unknown = placed.params
    for (const key of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key]
    problems.push({
      code: 'params/invalid',
      message: `Param ${place || 'set'} of ${definition.id} is ${JSON.stringify(value)?.slice(0, 80) ?? 'missing'}: ${issue.message}.`,
      hint: `mmgt nodes ${definition.id} lists its params and ranges.`,
      nodeId,
    })
    return undefined
  }
  const problem = definition.validate?.(parsed.data)
  if (problem) problems.push({ code: 'params/invalid', message: problem, nodeId })
  return parsed.data
}

function resolveInputs(
  document: WorkflowDocument,
  registry: Registry,
  nodeId: string,
  definition: AnyDefinition,
  incoming: Incoming,
  types: Graph['types'],
  problems: Problem[],
): Record<string, Source> {
  const inputs: Record<string, Source> = {}
  for (const [name, socket] of Object.entries<Socket>(definition.inputs)) {
    const edge = incoming.get(nodeId)?.get(name)
    const source = edge && seeThrough(document, registry, edge, socket.type, incoming)
    if (source) {
      const type = givenType(document, registry, source, types)
      if (!fits(type, socket.type))
        problems.push(wrongType(document, source, type, nodeId, name, socket.type))
      if (socket.type === 'any') types.set(nodeId, type)
      inputs[name] = source
    } else if (!socket.optional) {
      problems.push({
        code: 'graph/missing-input',
        message: edge
          ? `Input "${name}" of ${nodeLabel(document, nodeId)} gets nothing, because ${nodeLabel(document, edge.node)} is switched off.`
          : `Input "${name}" of ${nodeLabel(document, nodeId)} is not connected.`,
        hint: `Connect something that gives ${socket.type}.`,
        nodeId,
      })
    }
  }
  return inputs
}

const givenType = (
  document: WorkflowDocument,
  registry: Registry,
  { node, output }: Source,
  types: Graph['types'],
): SocketKind => {
  // What a node of an unknown type gives is not known; that it is unknown is a problem of its own.
  const type = registry.get(document.nodes[node].type)?.outputs[output]?.type as SocketKind | undefined
  return type === undefined || type === 'any' ? (types.get(node) ?? 'any') : type
}

/** Follows bypassed nodes to their first input of the wanted type; undefined when a muted node is in the way. */
function seeThrough(
  document: WorkflowDocument,
  registry: Registry,
  source: Source,
  type: string,
  incoming: Incoming,
): Source | undefined {
  let wanted = type
  for (let at: Source | undefined = source; at; ) {
    const placed: WorkflowDocument['nodes'][string] = document.nodes[at.node]
    if (placed.mode === 'on') return at
    if (placed.mode === 'mute') return undefined
    const { inputs, outputs } = registry.get(placed.type) ?? { inputs: {}, outputs: {} }
    const given: string = outputs[at.output]?.type ?? 'any'
    if (wanted === 'any') wanted = given
    const passed = given === 'any' ? 'any' : wanted
    const name = Object.keys(inputs).find((key) => inputs[key].type === passed)
    at = name === undefined ? undefined : incoming.get(at.node)?.get(name)
  }
  return undefined
}

function outputFacts(
  definition: AnyDefinition,
  params: Record<string, unknown>,
  inputs: Record<string, Source>,
  facts: Graph['facts'],
  asset: AssetFacts,
): Record<string, Facts | undefined> {
  if (!definition.facts) return {}
  return definition.facts({ params, inputs: inputFacts(inputs, facts), asset })
}

export function inputFacts(
  inputs: Record<string, Source>,
  facts: Graph['facts'],
): Record<string, Facts | undefined> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, source]) => [name, facts.get(source.node)?.[source.output]]),
  )
}

function checkAgreements(
  document: WorkflowDocument,
  nodeId: string,
  definition: AnyDefinition,
  inputs: Record<string, Source>,
  facts: Graph['facts'],
  problems: Problem[],
): void {
  const known = inputFacts(inputs, facts)
  for (const agreement of definition.agree ?? []) {
    const [a, b] = agreement.sockets
    const [left, right] = [known[a]?.[agreement.fact], known[b]?.[agreement.fact]]
    if (left === undefined || right === undefined || left === right) continue
    problems.push({
      code: 'graph/facts-differ',
      message: `${nodeLabel(document, nodeId)} needs the same ${agreement.fact} in "${a}" and "${b}": they have ${left} and ${right}.`,
      hint: `Insert ${agreement.fix} before one of them.`,
      nodeId,
    })
  }
}
