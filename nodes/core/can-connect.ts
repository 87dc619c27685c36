import type { AnyDefinition } from './define-node'
import type { WorkflowDocument } from './document'
import { clash } from './socket-types'
import type { Facts, SocketKind } from './sockets'

const NOUNS: Record<SocketKind, string> = {
  image: 'a picture',
  audio: 'sound',
  speech: 'speech features',
  pose: 'a pose',
  mask: 'masks',
  video: 'a video',
  table: 'a table',
  file: 'a file',
  number: 'a number',
  integer: 'a whole number',
  text: 'text',
  boolean: 'a switch',
  choice: 'a choice',
  any: 'anything',
}

const UNITS = { frames: 'frames', fps: 'fps', width: 'px wide', height: 'px high' } as const

export type ConnectVerdict =
  | { ok: true }
  | {
      ok: false
      code: 'missing' | 'type' | 'taken' | 'cycle' | 'facts'
      message: string
      /** Node type that mends it. */
      fix?: string
    }

export type End = readonly [node: string, socket: string]

/** What of a definition decides about edges; an entry of the catalog has it too. */
export type Sockets = Pick<AnyDefinition, 'id' | 'inputs' | 'outputs' | 'agree'>

export interface SocketsOf {
  get(type: string): Sockets | undefined
  all(): readonly Sockets[]
}

export type KnownFacts = (node: string, output: string) => Facts | undefined

/**
 * Whether an edge may be drawn, and if not, why: sockets, types, a free input, no cycle, and the facts known before
 * running (frame counts, fps, sizes). `replace` allows an input that already has an edge.
 */
export function canConnect(
  document: Pick<WorkflowDocument, 'nodes' | 'edges'>,
  definitions: SocketsOf,
  from: End,
  to: End,
  opts: { facts?: KnownFacts; replace?: boolean } = {},
): ConnectVerdict {
  const source = socketsOf(document, definitions, from[0])
  const target = socketsOf(document, definitions, to[0])
  const output = source && Object.hasOwn(source.outputs, from[1]) ? source.outputs[from[1]] : undefined
  const input = target && Object.hasOwn(target.inputs, to[1]) ? target.inputs[to[1]] : undefined
  if (!source || !target || !output || !input) {
    return {
      ok: false,
      code: 'missing',
      message: `There is no socket ${!output ? from.join('.') : to.join('.')}.`,
    }
  }
  const others = document.edges.filter((edge) => !(edge.to[0] === to[0] && edge.to[1] === to[1]))
  const wrong = clash({ nodes: document.nodes, edges: others }, definitions, from, to)
  if (wrong) {
    const who = input.type === 'any' ? 'What follows' : input.label
    return {
      ok: false,
      code: 'type',
      message: `${who} takes ${NOUNS[wrong.taken]}, not ${NOUNS[wrong.given]}.`,
      fix: converter(definitions, wrong.given, wrong.taken),
    }
  }
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
  return opts.facts ? checkFacts(others, target, from, to, opts.facts) : { ok: true }
}

const socketsOf = (document: Pick<WorkflowDocument, 'nodes'>, definitions: SocketsOf, node: string) =>
  Object.hasOwn(document.nodes, node) ? definitions.get(document.nodes[node].type) : undefined

/** A node type with an input of type `from` and an output of type `to`, to be offered as a bridge. */
function converter(definitions: SocketsOf, from: string, to: string): string | undefined {
  const has = (sockets: Record<string, { type: string }>, type: string) =>
    Object.values(sockets).some((socket) => socket.type === type)
  return definitions.all().find((d) => has(d.inputs, from) && has(d.outputs, to))?.id
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

/** What two inputs of `target` must share, as far as it is known, if `from` fed `to`. */
function checkFacts(
  others: WorkflowDocument['edges'],
  target: Sockets,
  from: End,
  to: End,
  known: KnownFacts,
): ConnectVerdict {
  const sourceOf = (socket: string): End | undefined =>
    socket === to[1] ? from : others.find((edge) => edge.to[0] === to[0] && edge.to[1] === socket)?.from
  for (const { fact, sockets, fix } of target.agree ?? []) {
    if (!sockets.includes(to[1])) continue
    const [a, b] = sockets.map((socket) => {
      const source = sourceOf(socket)
      return source && known(...source)?.[fact]
    })
    if (a === undefined || b === undefined || a === b) continue
    const label = (name: string) => target.inputs[name].label
    return {
      ok: false,
      code: 'facts',
      message: `${a} ${UNITS[fact]} in ${label(sockets[0])}, ${b} in ${label(sockets[1])}.`,
      fix,
    }
  }
  return { ok: true }
}
