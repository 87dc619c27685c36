'use client'
import { type RefObject, useEffect } from 'react'

/** Wheel events closer than this belong to one movement, which keeps its meaning. */
const TOGETHER_MS = 250

/** One notch of a wheel zooms by about a fifth. */
const ZOOM_PER_PIXEL = 0.0018

/**
 * The wheel of a mouse zooms about the pointer; two fingers on a trackpad pan (React Flow does that, and the pinch). A
 * wheel moves in large whole notches along one axis, fingers in small and slanted steps.
 */
export function useWheelZoom(
  area: RefObject<HTMLElement | null>,
  zoomAt: (at: { x: number; y: number }, factor: number) => void,
): void {
  useEffect(() => {
    const element = area.current
    if (!element) return
    let last = 0
    let wheel = false
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || event.metaKey) return // a pinch
      if ((event.target as Element).closest('.nowheel')) return
      const now = event.timeStamp
      if (now - last > TOGETHER_MS) {
        const notch =
          event.deltaMode !== 0 || (Number.isInteger(event.deltaY) && Math.abs(event.deltaY) >= 50)
        wheel = notch && event.deltaX === 0 && !event.shiftKey
      }
      last = now
      if (!wheel) return
      event.preventDefault()
      event.stopPropagation()
      const pixels = event.deltaMode === 1 ? event.deltaY * 33 : event.deltaY
      zoomAt({ x: event.clientX, y: event.clientY }, Math.exp(-pixels * ZOOM_PER_PIXEL))
    }
    element.addEventListener('wheel', onWheel, { capture: true, passive: false })
    return () => element.removeEventListener('wheel', onWheel, { capture: true })
  }, [area, zoomAt])
}
