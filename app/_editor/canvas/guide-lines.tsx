'use client'
import { ViewportPortal } from '@xyflow/react'
import { useLifted } from './lifted'

/** What dragged items line up with. */
export function GuideLines() {
  const guides = useLifted((state) => state.guides)
  if (guides.length === 0) return null
  return (
    <ViewportPortal>
      <svg className="pointer-events-none absolute size-px overflow-visible" aria-hidden>
        {guides.map(({ axis, at, from, to }) => (
          <line
            key={axis}
            {...(axis === 'x' ? { x1: at, x2: at, y1: from, y2: to } : { y1: at, y2: at, x1: from, x2: to })}
            stroke="var(--accent)"
            strokeWidth={1}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
    </ViewportPortal>
  )
}
