'use client'
import { useRef } from 'react'
import { classNames } from './class-names'

const RADIUS = 7 // in a box of 18
const LENGTH = 2 * Math.PI * RADIUS

/**
 * A share of 1 as a ring; without a share it turns, for work whose length is not known. It eases forward and never
 * runs backwards: a figure that was revised down waits until work has caught up. A new piece of work takes a new `key`.
 */
export function ProgressRing({
  fraction,
  size = 14,
  label,
  className,
}: {
  fraction?: number
  size?: number
  /** Said to a screen reader; left out where words stand beside the ring. */
  label?: string
  className?: string
}) {
  const furthest = useRef(0)
  if (fraction !== undefined) furthest.current = Math.max(furthest.current, Math.min(1, fraction))
  const known = fraction !== undefined
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 18 18"
      className={classNames('block flex-none', !known && 'turning', className)}
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={!label}
    >
      <circle cx="9" cy="9" r={RADIUS} fill="none" stroke="var(--bg-active)" strokeWidth="2.4" />
      <circle
        cx="9"
        cy="9"
        r={RADIUS}
        fill="none"
        stroke="var(--accent)"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeDasharray={LENGTH}
        strokeDashoffset={LENGTH * (1 - (known ? furthest.current : 0.6))}
        transform="rotate(-90 9 9)"
        style={{ transition: 'stroke-dashoffset var(--t-base) var(--ease-out)' }}
      />
    </svg>
  )
}
