import type { ValueRef } from '../../../nodes/core/value-ref'
import type { SocketType } from '../../../nodes/core/values'

/** What is needed of a workflow to find values in it. */
export interface Wiring {
  nodes: Readonly<Record<string, { type: string; title?: string | null; params?: Record<string, unknown> }>>
  edges: readonly { from: readonly [string, string]; to: readonly [string, string] }[]
}

/** node → output → value */
export type Values = Readonly<Record<string, Readonly<Record<string, ValueRef>> | undefined>>

export interface Found {
  node: string
  output: string
  ref: ValueRef
}

type Fits = (ref: ValueRef) => boolean

const ofType = (
  values: Values,
  node: string,
  type: SocketType,
  fits: Fits = () => true,
): Found | undefined => {
  const entry = Object.entries(values[node] ?? {}).find(([, ref]) => ref.type === type && fits(ref))
  return entry && { node, output: entry[0], ref: entry[1] }
}

/** Nodes by their distance from `start` along the edges, `start` first. */
function* nearest({ edges }: Wiring, start: string, direction: 'up' | 'down'): Generator<string> {
  const seen = new Set([start])
  let ring = [start]
  while (ring.length > 0) {
    yield* ring
    const next: string[] = []
    for (const node of ring) {
      for (const { from, to } of edges) {
        const [here, there] = direction === 'up' ? [to[0], from[0]] : [from[0], to[0]]
        if (here !== node || seen.has(there)) continue
        seen.add(there)
        next.push(there)
      }
    }
    ring = next
  }
}

/** The nearest value of a type that leads to `start`; its own does not count. */
export function upstreamValue(
  wiring: Wiring,
  values: Values,
  start: string,
  type: SocketType,
  fits?: Fits,
): Found | undefined {
  for (const node of nearest(wiring, start, 'up')) {
    const found = node === start ? undefined : ofType(values, node, type, fits)
    if (found) return found
  }
  return undefined
}

/**
 * The portrait below a pose or mask: the nearest picture among what leads to the node; when there is none, the nearest
 * picture among what leads to the nodes that use it, the nearest of those first. A motion made from speech alone thus
 * lies over the portrait that will be moved by it.
 */
export function portraitFor(wiring: Wiring, values: Values, start: string): ValueRef | undefined {
  for (const node of nearest(wiring, start, 'down')) {
    const found = upstreamValue(wiring, values, node, 'image')
    if (found) return found.ref
  }
  return undefined
}

export type TrackType = 'audio' | 'pose' | 'mask' | 'video'

/**
 * What the timeline shows of each type: the value of the selected node or the nearest that leads to it; without one,
 * the value nearest to the end of the workflow (the one most others lead to).
 */
export function trackValues(
  wiring: Wiring,
  values: Values,
  selected: string | undefined,
): Partial<Record<TrackType, Found>> {
  const depth = depths(wiring)
  const last = (type: TrackType): Found | undefined =>
    Object.keys(wiring.nodes)
      .map((node) => ofType(values, node, type, isMotion))
      .filter((found) => found !== undefined)
      .sort((a, b) => depth(b.node) - depth(a.node) || (a.node < b.node ? -1 : 1))[0]
  const found: Partial<Record<TrackType, Found>> = {}
  for (const type of ['audio', 'pose', 'mask', 'video'] as const) {
    const value =
      (selected !== undefined ? nearestTo(wiring, values, selected, type) : undefined) ?? last(type)
    if (value) found[type] = value
  }
  return found
}

const nearestTo = (wiring: Wiring, values: Values, node: string, type: TrackType) =>
  ofType(values, node, type, isMotion) ?? upstreamValue(wiring, values, node, type, isMotion)

/** A single frame is a place to start from, not a motion. */
const isMotion: Fits = (ref) => framesOf(ref) !== 1

export const framesOf = (ref: ValueRef): number | undefined =>
  'meta' in ref && typeof ref.meta.frames === 'number' ? ref.meta.frames : undefined

/** Length of the longest way to each node; edges that close a circle are not followed. */
function depths({ edges }: Wiring): (node: string) => number {
  const known = new Map<string, number>()
  const depth = (node: string, way: ReadonlySet<string>): number => {
    const before = known.get(node)
    if (before !== undefined) return before
    if (way.has(node)) return 0
    const next = new Set(way).add(node)
    const sources = edges.filter(({ to }) => to[0] === node)
    const value = sources.reduce((most, { from }) => Math.max(most, depth(from[0], next) + 1), 0)
    known.set(node, value)
    return value
  }
  return (node) => depth(node, new Set())
}
