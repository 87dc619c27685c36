'use client'
import type { ReactNode } from 'react'
import { classNames } from '../../_ui/class-names'
import { useDockView, viewOf } from '../dock/dock-view'
import { useTransport } from '../state/transport'

export function Row({
  height,
  label,
  on,
  onClick,
  children,
}: {
  height: number
  label: ReactNode
  on?: boolean
  onClick?: () => void
  children: ReactNode
}) {
  return (
    <div className="flex border-line-1 border-t" style={{ height }}>
      <button
        type="button"
        tabIndex={onClick ? 0 : -1}
        className={classNames(
          'flex w-(--track-label-w) flex-none cursor-default items-center gap-2 overflow-hidden border-line-1 border-r pr-2 pl-3 text-left text-11',
          on ? 'bg-active font-strong' : 'text-text-2',
        )}
        onClick={onClick}
      >
        {label}
      </button>
      <div className="relative min-w-0 flex-1 bg-field">{children}</div>
    </div>
  )
}

/** Percent of the row at which a frame (fractional) lies. */
export function usePlaces() {
  const span = useDockView((dock) => dock.span)
  const frames = useTransport((state) => state.frames)
  const { from, to } = viewOf(span, frames)
  return {
    last: Math.max(0, frames - 1),
    percent: (frame: number) => ((frame - from) / (to - from)) * 100,
    frameAt: (element: Element | null, clientX: number) => {
      const rect = element?.getBoundingClientRect()
      const share = rect ? (clientX - rect.left) / rect.width : 0
      return Math.max(0, Math.min(frames - 1, Math.floor(from + share * (to - from))))
    },
  }
}
