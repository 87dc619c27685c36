'use client'
import { type RefObject, useEffect, useState } from 'react'
import { transport } from '../state/transport'

/** A tap on the space bar plays; held longer, or with the pointer moved, it was meant for panning. */
const TAP_MS = 220

/** True while the space bar is held over the canvas: the left button then pans. */
export function useSpacePan(area: RefObject<HTMLElement | null>): boolean {
  const [panning, setPanning] = useState(false)
  useEffect(() => {
    let since = 0
    let dragged = false
    const isOurs = (event: KeyboardEvent) => {
      const target = event.target
      if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false
      if (!(target instanceof HTMLElement) || !area.current?.matches(':hover')) return false
      return !target.closest('input, textarea, [contenteditable], button, a, [role="menu"], [role="dialog"]')
    }
    const down = (event: KeyboardEvent) => {
      if (!isOurs(event)) return
      event.preventDefault() // the transport leaves what is prevented alone
      if (event.repeat) return
      since = event.timeStamp
      dragged = false
      setPanning(true)
    }
    const up = (event: KeyboardEvent) => {
      if (event.key !== ' ' || since === 0) return
      setPanning(false)
      if (!dragged && event.timeStamp - since < TAP_MS) transport.toggle()
      since = 0
    }
    const press = () => {
      dragged = true
    }
    const leave = () => {
      since = 0
      setPanning(false)
    }
    window.addEventListener('keydown', down, true)
    window.addEventListener('keyup', up, true)
    window.addEventListener('pointerdown', press, true)
    window.addEventListener('blur', leave)
    return () => {
      window.removeEventListener('keydown', down, true)
      window.removeEventListener('keyup', up, true)
      window.removeEventListener('pointerdown', press, true)
      window.removeEventListener('blur', leave)
    }
  }, [area])
  return panning
}
