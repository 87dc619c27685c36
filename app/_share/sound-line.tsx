'use client'
import { type KeyboardEvent, type PointerEvent, useRef } from 'react'

const COLUMNS = 220

export const soundColumns = COLUMNS

/** The sound as bars, played ones in the colour of now, and the now-line; a drag on it scrubs. */
export function SoundLine({
  peaks,
  fraction,
  label,
  valueText,
  onSeek,
  onStep,
}: {
  peaks: Float32Array | null
  /** How much has been played, 0…1. */
  fraction: number
  label: string
  valueText: string
  onSeek: (fraction: number) => void
  /** By so many frames. */
  onStep: (frames: number) => void
}) {
  const line = useRef<HTMLDivElement>(null)
  const seek = (event: PointerEvent) => {
    const box = line.current?.getBoundingClientRect()
    if (box) onSeek(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }
    if (event.key in steps) onStep(steps[event.key])
    else if (event.key === 'Home') onSeek(0)
    else if (event.key === 'End') onSeek(1)
    else return
    event.preventDefault()
  }
  const played = Math.round(fraction * COLUMNS)
  return (
    <div
      ref={line}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fraction * 100)}
      aria-valuetext={valueText}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        seek(event)
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seek(event)}
      className="relative h-11 touch-none rounded-2"
    >
      <svg
        viewBox={`0 0 ${COLUMNS} 44`}
        preserveAspectRatio="none"
        className="absolute inset-0 size-full"
        aria-hidden
      >
        {peaks ? (
          <>
            <path d={bars(peaks, 0, played)} fill="var(--now)" />
            <path d={bars(peaks, played, COLUMNS)} fill="#ffffff" fillOpacity="0.55" />
          </>
        ) : (
          <>
            <rect x="0" y="20.5" width={COLUMNS} height="3" fill="#ffffff" fillOpacity="0.4" />
            <rect x="0" y="20.5" width={fraction * COLUMNS} height="3" fill="var(--now)" />
          </>
        )}
      </svg>
      <span className="absolute inset-y-0 -ml-px w-[2px] bg-white" style={{ left: `${fraction * 100}%` }} />
    </div>
  )
}

function bars(peaks: Float32Array, from: number, to: number): string {
  let path = ''
  for (let at = from; at < to; at++) {
    const half = Math.max(0.8, (peaks[at] ?? 0) * 18)
    path += `M${at + 0.2} ${22 - half}h.6v${half * 2}h-.6z`
  }
  return path
}
