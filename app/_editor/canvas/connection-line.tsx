'use client'
import type { ConnectionLineComponentProps } from '@xyflow/react'
import type { SocketType } from '../../../nodes/core/values'
import { socketColour } from '../../_ui/socket-sign'
import { useConnecting } from './connecting'
import { edgePath } from './edge-path'

/** The edge in the hand. */
export function ConnectionLine({ fromX, fromY, toX, toY }: ConnectionLineComponentProps) {
  const held = useConnecting((state) => state.from)
  const [x1, y1, x2, y2] = held?.side === 'input' ? [toX, toY, fromX, fromY] : [fromX, fromY, toX, toY]
  const colour = socketColour((held?.type ?? 'any') as SocketType | 'any')
  return (
    <>
      <path d={edgePath(x1, y1, x2, y2)} className="wire chosen" style={{ stroke: colour, fill: 'none' }} />
      <circle cx={toX} cy={toY} r={5} fill={colour} />
    </>
  )
}
