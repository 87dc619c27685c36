'use client'
import { create } from 'zustand'
import { type ConnectVerdict, canConnect, type End } from '../../../nodes/core/can-connect'
import { edgeKey } from '../../../nodes/core/live-document'
import { cardHeight, cardWidth } from '../card/card-size'
import { boxOf } from '../state/boxes'
import type { Editor } from '../state/editor-context'
import { socketTypeOf } from '../state/use-socket-type'

/** Which side of a node a socket is on. */
export type Side = 'input' | 'output'

export interface Refusal {
  /** Middle of the socket that does not fit, in px of the window. */
  at: { x: number; y: number }
  from: End
  to: End
  verdict: Extract<ConnectVerdict, { ok: false }>
}

interface Connecting {
  /** The end that is held while an edge is dragged. */
  from?: { end: End; side: Side; type: string }
  /** Per socket, as `side node.socket`: whether the dragged edge fits there. Only while one is dragged. */
  fits: ReadonlyMap<string, boolean>
  /** The edge that was taken off its input and is dragged now. */
  detached?: string
  /** What the pointer is over and why it does not fit. */
  refusal?: Refusal
  /** The refusal stays, so that its button can be pressed. */
  pinned: boolean
  /** An edge that would take what is dragged in. */
  insertInto?: string
}

const NONE: ReadonlyMap<string, boolean> = new Map()

export const useConnecting = create<Connecting>(() => ({ fits: NONE, pinned: false }))

export const socketKey = (side: Side, node: string, socket: string): string => `${side} ${node}.${socket}`

/** Source and target of an edge between two ends of which one is held. */
export const asEdge = (held: { end: End; side: Side }, other: End): { from: End; to: End } =>
  held.side === 'output' ? { from: held.end, to: other } : { from: other, to: held.end }

export const verdictFor = (editor: Editor, from: End, to: End): ConnectVerdict =>
  canConnect(editor.document.getState(), editor.definitions, from, to, {
    replace: true,
    facts: (node, output) => editor.runs.store.getState().analysis?.facts[node]?.[output],
  })

/** An edge begins to be dragged: says of every socket of the other side whether it fits. */
export function startConnecting(editor: Editor, end: End, side: Side, detached?: string): void {
  const document = editor.document.getState()
  const type = socketTypeOf(editor, document, end[0], end[1], side)
  const held = { end, side, type }
  // Without the edge in the hand, or it would be in the way of itself.
  const rest = detached
    ? { ...document, edges: document.edges.filter(({ to }) => edgeKey(to) !== detached) }
    : document
  const fits = new Map<string, boolean>()
  const facts = (node: string, output: string) => editor.runs.store.getState().analysis?.facts[node]?.[output]
  for (const [id, node] of Object.entries(document.nodes)) {
    const sockets = editor.definitions.get(node.type)?.[side === 'output' ? 'inputs' : 'outputs'] ?? {}
    for (const name of Object.keys(sockets)) {
      const { from, to } = asEdge(held, [id, name])
      const verdict = canConnect(rest, editor.definitions, from, to, { replace: true, facts })
      fits.set(socketKey(side === 'output' ? 'input' : 'output', id, name), verdict.ok)
    }
  }
  useConnecting.setState({ from: held, fits, detached, refusal: undefined, pinned: false })
}

export function stopConnecting(): void {
  useConnecting.setState({ from: undefined, fits: NONE, detached: undefined })
}

export const dismissRefusal = (): void => useConnecting.setState({ refusal: undefined, pinned: false })

/** Puts the node that mends a refusal between the two ends, with its other inputs left to the user. */
export function insertFix(editor: Editor, { from, to, verdict }: Refusal): void {
  if (!verdict.fix) return
  const document = editor.document.getState()
  const size = (id: string) => {
    const definition = editor.definitions.get(document.nodes[id]?.type ?? '')
    return { w: cardWidth(document.layout[id]), h: cardHeight(id, definition, document.layout[id]) }
  }
  const [a, b] = [boxOf(document, from[0], size), boxOf(document, to[0], size)]
  if (!a || !b) return
  const definition = editor.definitions.get(verdict.fix)
  const w = cardWidth(undefined)
  const h = cardHeight('', definition, undefined)
  const at = {
    x: (a.x + a.w + b.x) / 2 - w / 2,
    y: b.x - (a.x + a.w) > w + 40 ? (a.y + b.y) / 2 : Math.max(a.y + a.h, b.y + b.h) + 40, // below, when there is no room between
  }
  editor.commands.addNode(verdict.fix, { x: at.x, y: h > 0 ? at.y : b.y }, { connect: { from, to } })
}
