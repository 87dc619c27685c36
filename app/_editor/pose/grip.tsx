'use client'
import type { PointerEvent, ReactNode } from 'react'
import type { Grab } from './gestures'

export type OnGrab = (grab: Grab, event: PointerEvent) => void

export interface At {
  x: number
  y: number
}

/** Something to take hold of: drawn by `children`, felt a little beyond. */
export function Grip({
  at,
  reach = 11,
  cursor = 'grab',
  label,
  onGrab,
  children,
}: {
  at: At
  reach?: number
  cursor?: string
  label?: string
  onGrab(event: PointerEvent): void
  children?: ReactNode
}) {
  return (
    <g
      data-handle={label}
      style={{ pointerEvents: 'auto', cursor }}
      onPointerDown={onGrab}
      transform={`translate(${at.x} ${at.y})`}
    >
      <circle r={reach} fill="transparent" />
      {children}
    </g>
  )
}

export function Handle({
  at,
  small,
  label,
  onGrab,
}: {
  at: At
  small?: boolean
  label: string
  onGrab(event: PointerEvent): void
}) {
  return (
    <Grip at={at} reach={small ? 6 : 11} label={label} onGrab={onGrab}>
      <circle r={small ? 2.6 : 4.6} fill="#111" stroke="#fff" strokeWidth={small ? 1.2 : 1.8} />
    </Grip>
  )
}
