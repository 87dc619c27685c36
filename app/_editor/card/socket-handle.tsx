'use client'
import { Handle, Position } from '@xyflow/react'
import { Ban } from 'lucide-react'
import { memo } from 'react'
import type { SocketType } from '../../../nodes/core/values'
import { classNames } from '../../_ui/class-names'
import { SocketSign } from '../../_ui/socket-sign'
import { asEdge, dismissRefusal, type Side, socketKey, useConnecting, verdictFor } from '../canvas/connecting'
import { useEditor } from '../state/editor-context'

interface SocketHandleProps {
  nodeId: string
  socket: string
  side: Side
  type: SocketType | 'any'
  y: number
  /** Needed, and nothing is connected. */
  required: boolean
}

/** A socket on the border of a card. While an edge is dragged it says whether the edge fits, and if not, why. */
export const SocketHandle = memo(function SocketHandle(props: SocketHandleProps) {
  const { nodeId, socket, side, type, y, required } = props
  const editor = useEditor()
  const fit = useConnecting(({ from, fits }) => {
    if (!from) return undefined
    if (from.side === side) return from.end[0] === nodeId && from.end[1] === socket ? 'held' : 'no-fit'
    return fits.get(socketKey(side, nodeId, socket)) ? 'fits' : 'no-fit'
  })
  const refused = useConnecting(({ refusal }) => {
    if (!refusal) return false
    const end = side === 'input' ? refusal.to : refusal.from
    return end[0] === nodeId && end[1] === socket && fit !== 'held'
  })
  return (
    <Handle
      id={socket}
      type={side === 'input' ? 'target' : 'source'}
      position={side === 'input' ? Position.Left : Position.Right}
      className={classNames(
        'socket',
        required && !fit && 'required',
        fit === 'fits' && 'fits',
        fit === 'no-fit' && 'no-fit',
        refused && 'refused',
      )}
      style={{ top: y, left: side === 'input' ? 0 : '100%' }}
      data-socket={socket}
      onMouseEnter={(event) => {
        const { from, pinned } = useConnecting.getState()
        if (!from || pinned || from.side === side || fit !== 'no-fit') return
        const edge = asEdge(from, [nodeId, socket])
        const verdict = verdictFor(editor, edge.from, edge.to)
        if (verdict.ok) return
        const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
        useConnecting.setState({
          refusal: { at: { x: left + width / 2, y: top + height / 2 }, ...edge, verdict },
        })
      }}
      onMouseLeave={() => {
        if (!useConnecting.getState().pinned) dismissRefusal()
      }}
    >
      <SocketSign type={type} />
      {refused && <Ban className="absolute text-err" size={26} strokeWidth={1.75} aria-hidden />}
    </Handle>
  )
})
