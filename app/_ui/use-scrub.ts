'use client'
import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { type NumberScale, stepBy, stepFactor } from './number-scale'

/** Pixels before a press becomes a drag. */
const SLOP = 3

interface Drag {
  start: number
  steps: number
  travelled: number
  gesture: string
  moving: boolean
  element: HTMLElement
  pointer: number
}

/**
 * Dragging sideways over a number: 1 px is 1 step, Shift ×10, Alt ×0.1, with the pointer locked in place so that it
 * never meets the edge of the screen. Escape brings the first value back. A press that does not move is a click.
 */
export function useScrub({
  value,
  scale,
  onChange,
  onClick,
  disabled,
}: {
  value: number
  scale: NumberScale
  /** All changes of one drag carry the same `gesture`, so that they undo as one. */
  onChange: (value: number, gesture: string) => void
  onClick?: () => void
  disabled?: boolean
}) {
  const drag = useRef<Drag | null>(null)
  const [scrubbing, setScrubbing] = useState(false)
  const latest = useRef({ value, scale, onChange, onClick })
  latest.current = { value, scale, onChange, onClick }

  const end = useRef((restore: boolean) => {
    const now = drag.current
    if (!now) return
    drag.current = null
    setScrubbing(false)
    if (now.element.hasPointerCapture(now.pointer)) now.element.releasePointerCapture(now.pointer)
    if (document.pointerLockElement === now.element) document.exitPointerLock()
    if (restore && now.moving) latest.current.onChange(now.start, now.gesture)
    if (!restore && !now.moving) latest.current.onClick?.()
  }).current

  useEffect(() => {
    if (!scrubbing) return
    const giveUp = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      event.preventDefault()
      event.stopPropagation()
      end(true)
    }
    // While the pointer is locked the browser takes Escape for itself and only says that the lock is gone.
    const lock = () => drag.current?.moving && !document.pointerLockElement && end(true)
    window.addEventListener('keydown', giveUp, true)
    document.addEventListener('pointerlockchange', lock)
    return () => {
      window.removeEventListener('keydown', giveUp, true)
      document.removeEventListener('pointerlockchange', lock)
    }
  }, [scrubbing, end])

  return {
    scrubbing,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (disabled || event.button !== 0) return
        const element = event.currentTarget
        element.setPointerCapture(event.pointerId)
        drag.current = {
          start: latest.current.value,
          steps: 0,
          travelled: 0,
          gesture: `scrub ${crypto.randomUUID()}`,
          moving: false,
          element,
          pointer: event.pointerId,
        }
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const now = drag.current
        if (!now || event.pointerId !== now.pointer) return
        now.travelled += event.movementX
        if (!now.moving) {
          if (Math.abs(now.travelled) < SLOP) return
          now.moving = true
          setScrubbing(true)
          // A refused lock (a touch screen, a page without focus) leaves the captured pointer, which scrubs as well.
          void Promise.resolve(now.element.requestPointerLock?.()).catch(() => {})
        }
        const modifiers = { shift: event.shiftKey, alt: event.altKey }
        now.steps += event.movementX * stepFactor(modifiers)
        const next = stepBy(now.start, now.steps, modifiers.alt, latest.current.scale)
        if (next !== latest.current.value) latest.current.onChange(next, now.gesture)
      },
      onPointerUp: () => end(false),
      onPointerCancel: () => end(true),
    },
  }
}
