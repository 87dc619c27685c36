'use client'
import { useEffect, useRef } from 'react'
import { transport } from '../state/transport'

/** Where the middle of a frame of the transport lies on a time axis of a clip, in its widths. */
export const placeOf = (frame: number, clipSeconds: number, fps: number): number =>
  clipSeconds <= 0 ? 0 : Math.min(1, (frame + 0.5) / fps / clipSeconds)

/** The azure line of the play position over something as long as a clip. Moved outside React. */
export function NowLine({ seconds, width }: { seconds: number; width: number }) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const move = (frame: number) => {
      const { fps } = transport.store.getState()
      if (line.current)
        line.current.style.transform = `translateX(${placeOf(frame, seconds, fps) * width - 0.75}px)`
    }
    move(transport.store.getState().frame)
    return transport.onFrame(move)
  }, [seconds, width])
  return (
    <div ref={line} aria-hidden className="pointer-events-none absolute inset-y-0 left-0 w-[1.5px] bg-now" />
  )
}
