'use client'
import { type PointerEvent, useRef } from 'react'
import { transport } from '../state/transport'

/** Handlers for a time axis: press and drag move the one play position; what was playing goes on after. */
export function useScrub(secondsAt: (clientX: number, element: HTMLElement) => number) {
  const resume = useRef(false)
  const seek = (event: PointerEvent<HTMLElement>) =>
    transport.seek(Math.floor(secondsAt(event.clientX, event.currentTarget) * transport.store.getState().fps))
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0 || transport.store.getState().frames === 0) return
      event.stopPropagation()
      event.currentTarget.setPointerCapture(event.pointerId)
      resume.current = transport.store.getState().playing
      transport.pause()
      seek(event)
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(event)
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
      event.currentTarget.releasePointerCapture(event.pointerId)
      if (resume.current) transport.play()
    },
  }
}

/** Seconds under the pointer on an element as wide as the clip. */
export const secondsAcross =
  (seconds: number) =>
  (clientX: number, element: HTMLElement): number => {
    const { left, width } = element.getBoundingClientRect()
    return Math.max(0, Math.min(0.999999, (clientX - left) / width)) * seconds
  }
