import type { End, SocketsOf } from './can-connect'
import type { WorkflowDocument } from './document'
import { fits } from './graph'
import type { SocketKind } from './sockets'

type Drawn = Pick<WorkflowDocument, 'nodes' | 'edges'>

const socketsAt = (document: Drawn, definitions: SocketsOf, node: string) =>
  Object.hasOwn(document.nodes, node) ? definitions.get(document.nodes[node].type) : undefined

/** What a socket is declared to take or give; undefined when there is none. */
function declared(document: Drawn, definitions: SocketsOf, [node, socket]: End, side: 'inputs' | 'outputs') {
  const sockets = socketsAt(document, definitions, node)?.[side]
  return sockets && Object.hasOwn(sockets, socket) ? (sockets[socket].type as SocketKind) : undefined
}

/** What an output gives: of an `any` output, what goes into its node; `any` itself while nothing does. */
export function typeOfOutput(document: Drawn, definitions: SocketsOf, output: End): SocketKind | undefined {
  const own = declared(document, definitions, output, 'outputs')
  if (own !== 'any') return own
  const source = sourceOfAny(document, definitions, firstOfAny(document, definitions, output[0]))
  return (source && declared(document, definitions, source, 'outputs')) ?? 'any'
}

/** What an input takes: of an `any` input, what goes into it, else what follows its node. */
export function typeOfInput(document: Drawn, definitions: SocketsOf, input: End): SocketKind | undefined {
  const own = declared(document, definitions, input, 'inputs')
  if (own !== 'any') return own
  const source = sourceOfAny(document, definitions, input[0])
  const given = source && typeOfOutput(document, definitions, source)
  return given && given !== 'any' ? given : (takenBehind(document, definitions, input[0])[0] ?? 'any')
}

function sourceOfAny(document: Drawn, definitions: SocketsOf, node: string): End | undefined {
  const inputs = socketsAt(document, definitions, node)?.inputs ?? {}
  return document.edges.find(({ to }) => to[0] === node && inputs[to[1]]?.type === 'any')?.from
}

/** Types that are taken behind the `any` outputs of a node, through others like it. */
function takenBehind(document: Drawn, definitions: SocketsOf, start: string): SocketKind[] {
  const taken = new Set<SocketKind>()
  const seen = new Set([start])
  for (const node of seen) {
    for (const { from, to } of document.edges) {
      if (from[0] !== node || declared(document, definitions, from, 'outputs') !== 'any') continue
      const type = declared(document, definitions, to, 'inputs')
      if (type === 'any') seen.add(to[0])
      else if (type) taken.add(type)
    }
  }
  return [...taken]
}

/** The first node of those that hand on what reaches `node`. */
function firstOfAny(document: Drawn, definitions: SocketsOf, node: string): string {
  const seen = new Set<string>()
  for (let at = node; ; ) {
    const source = seen.has(at) ? undefined : sourceOfAny(document, definitions, at)
    seen.add(at)
    if (!source || declared(document, definitions, source, 'outputs') !== 'any') return at
    at = source[0]
  }
}

/**
 * The pair of types that would clash if `from` fed `to`, looking through nodes that hand on whatever they get; undefined
 * when none would.
 */
export function clash(
  document: Drawn,
  definitions: SocketsOf,
  from: End,
  to: End,
): { given: SocketKind; taken: SocketKind } | undefined {
  const given = typeOfOutput(document, definitions, from) ?? 'any'
  const input = declared(document, definitions, to, 'inputs') ?? 'any'
  const behind = input === 'any' ? takenBehind(document, definitions, to[0]) : [input]
  const wrong = behind.find((type) => !fits(given, type))
  if (wrong) return { given, taken: wrong }
  if (given !== 'any') return undefined
  // Nothing is known of what will come, but it must be right for all who get it.
  const others = takenBehind(document, definitions, firstOfAny(document, definitions, from[0]))
  for (const other of others) {
    const differs = behind.find((type) => !fits(other, type) && !fits(type, other))
    if (differs) return { given: other, taken: differs }
  }
  return undefined
}
