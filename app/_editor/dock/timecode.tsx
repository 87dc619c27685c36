'use client'
import { useLayoutEffect, useRef } from 'react'
import { transport, useTransport } from '../state/transport'

/** `00:01.76` */
export function timecode(seconds: number): string {
  const hundredths = Math.round(seconds * 100)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(hundredths / 6_000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`
}

/** Where the transport stands, of how much. */
export function Timecode() {
  const frames = useTransport((state) => state.frames)
  const fps = useTransport((state) => state.fps)
  return (
    <span className="ml-2 shrink-0 whitespace-pre font-mono text-13 text-text-1 tabular-nums">
      <FrameText text={(frame) => timecode(frame / fps)} />
      <span className="text-text-3"> / {timecode(frames / fps)}</span>
    </span>
  )
}

/** Something about the frame that is shown, written outside React: it changes with every picture. */
export function FrameText({ text, className }: { text(frame: number): string; className?: string }) {
  const element = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    const write = (frame: number) => {
      if (element.current) element.current.textContent = text(frame)
    }
    write(transport.store.getState().frame)
    return transport.onFrame(write)
  }, [text])
  return <span ref={element} className={className} />
}
