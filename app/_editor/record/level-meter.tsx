'use client'
import { useEffect, useRef } from 'react'
import type { Microphone } from './microphone'

/** Full scale minus this is the left end. */
const RANGE_DB = 54

/** How loud it is; amber within 3 dB of the end, where it distorts. Falls slowly, so that peaks can be read. */
export function LevelMeter({ microphone }: { microphone: Microphone | undefined }) {
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!microphone) return
    let shown = 0
    let pending = requestAnimationFrame(function draw() {
      const decibels = 20 * Math.log10(Math.max(1e-6, microphone.level()))
      shown = Math.max(shown - 0.015, Math.max(0, 1 + decibels / RANGE_DB))
      if (bar.current) {
        bar.current.style.transform = `scaleX(${Math.min(1, shown)})`
        bar.current.style.background = decibels > -3 ? 'var(--warn)' : 'var(--ok)'
      }
      pending = requestAnimationFrame(draw)
    })
    return () => cancelAnimationFrame(pending)
  }, [microphone])
  return (
    <div
      className="h-2 w-full overflow-hidden rounded-full bg-active"
      role="img"
      aria-label="Level of the microphone"
    >
      <div ref={bar} className="h-full origin-left scale-x-0" />
    </div>
  )
}
