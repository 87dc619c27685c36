'use client'
import type { Connection, FinalConnectionState, IsValidConnection, OnConnectStart } from '@xyflow/react'
import { useCallback } from 'react'
import type { End } from '../../../nodes/core/can-connect'
import { fits as typeFits } from '../../../nodes/core/graph'
import { edgeKey } from '../../../nodes/core/live-document'
import type { Point } from '../state/boxes'
import { type Editor, useEditor } from '../state/editor-context'
import { useCanvasView } from './canvas-view'
import {
  asEdge,
  dismissRefusal,
  type Side,
  startConnecting,
  stopConnecting,
  useConnecting,
  verdictFor,
} from './connecting'
import type { CanvasEdge } from './flow-items'

/** The input whose edge was just taken by its end; the drag itself starts at the edge's output. */
let taken: string | undefined

/** What an edge in the hand does: where it fits, what happens where it is let go. */
export function useConnections(toCanvas: (at: Point) => Point) {
  const editor = useEditor()
  const onConnectStart: OnConnectStart = useCallback(
    (_event, { nodeId, handleId, handleType }) => {
      if (!nodeId || !handleId) return
      dismissRefusal()
      startConnecting(editor, [nodeId, handleId], handleType === 'source' ? 'output' : 'input', taken)
      taken = undefined
    },
    [editor],
  )
  const isValidConnection: IsValidConnection<CanvasEdge> = useCallback((connection) => {
    const { from, fits } = useConnecting.getState()
    if (!from || !connection.sourceHandle || !connection.targetHandle) return false
    const other: Side = from.side === 'output' ? 'input' : 'output'
    const [node, socket] =
      other === 'input'
        ? [connection.target, connection.targetHandle]
        : [connection.source, connection.sourceHandle]
    return fits.get(`${other} ${node}.${socket}`) === true
  }, [])
  const onConnect = useCallback(
    ({ source, sourceHandle, target, targetHandle }: Connection) => {
      if (!sourceHandle || !targetHandle) return
      const { detached } = useConnecting.getState()
      const [from, to]: [End, End] = [
        [source, sourceHandle],
        [target, targetHandle],
      ]
      if (detached === edgeKey(to)) return
      if (detached) editor.commands.reconnect(detached, from, to)
      else editor.commands.connect(from, to)
    },
    [editor],
  )
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const { from: held, detached, refusal } = useConnecting.getState()
      stopConnecting()
      if (!held || state.isValid) return dismissRefusal()
      if (refusal) return useConnecting.setState({ pinned: true }) // its button can now be pressed
      const point = 'changedTouches' in event ? event.changedTouches[0] : event
      const at = { x: point.clientX, y: point.clientY }
      const under = document.elementFromPoint(at.x, at.y)
      const card = under?.closest('.react-flow__node')?.getAttribute('data-id')
      if (card && dropOnCard(editor, held, card, detached)) return
      if (card && !detached) return
      if (detached && under?.closest('.react-flow')) return editor.commands.disconnect(detached)
      if (!under?.closest('.react-flow__pane, .react-flow__edge')) return
      useCanvasView.setState({ palette: { at, place: toCanvas(at), held } })
    },
    [editor, toCanvas],
  )
  return { onConnectStart, isValidConnection, onConnect, onConnectEnd }
}

/** Let go over a card and not at a socket: the first free socket that fits takes it. */
function dropOnCard(
  editor: Editor,
  held: { end: End; side: Side; type: string },
  card: string,
  detached: string | undefined,
): boolean {
  const { nodes, edges } = editor.document.getState()
  const definition = editor.definitions.get(nodes[card]?.type ?? '')
  if (!definition || card === held.end[0]) return false
  const names =
    held.side === 'output'
      ? Object.keys(definition.inputs).filter((name) => typeFits(held.type, definition.inputs[name].type))
      : Object.keys(definition.outputs).filter((name) => typeFits(definition.outputs[name].type, held.type))
  const free = names.filter((name) => !edges.some(({ to }) => to[0] === card && to[1] === name))
  for (const name of [...free, ...names]) {
    const { from, to } = asEdge(held, [card, name])
    if (!verdictFor(editor, from, to).ok) continue
    if (detached) editor.commands.reconnect(detached, from, to)
    else editor.commands.connect(from, to)
    return true
  }
  return false
}

/**
 * Pressing on an input that has an edge takes the edge off: the drag goes on from the edge's output, as if it had
 * started there.
 */
export function takeEdgeOff(editor: Editor, event: MouseEvent): void {
  const handle = (event.target as Element | null)?.closest?.('.react-flow__handle.target')
  const node = handle?.getAttribute('data-nodeid')
  const socket = handle?.getAttribute('data-handleid')
  if (!handle || !node || !socket || event.button !== 0) return
  const edge = editor.document.getState().edges.find(({ to }) => to[0] === node && to[1] === socket)
  if (!edge) return
  const source = document.querySelector(
    `.react-flow__handle.source[data-nodeid="${CSS.escape(edge.from[0])}"][data-handleid="${CSS.escape(edge.from[1])}"]`,
  )
  if (!source) return // out of sight: a new edge starts at the input instead
  event.stopPropagation()
  event.preventDefault()
  taken = edgeKey(edge.to)
  source.dispatchEvent(
    new MouseEvent('mousedown', {
      bubbles: true,
      cancelable: true,
      button: 0,
      clientX: event.clientX,
      clientY: event.clientY,
    }),
  )
}
