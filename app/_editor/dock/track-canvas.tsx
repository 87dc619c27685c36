'use client'
import { useEffect, useRef, useState } from 'react'
import { transport, useTransport } from '../state/transport'
import { type Span, useDockView, viewOf } from './dock-view'

export interface TrackPaint {
  context: CanvasRenderingContext2D
  /** Device pixels. */
  width: number
  height: number
  ratio: number
  /** Frames of the transport that are in view. */
  view: Span
  fps: number
  /** Place of the start of a frame of the transport. */
  x(frame: number): number
  /** Value of a colour token in the theme that is on. */
  colour(token: string): string
}

/** A row of the timeline. `paint` changes when what it shows does; time and theme are looked after here. */
export function TrackCanvas({
  paint,
  height,
  label,
}: {
  paint(target: TrackPaint): void
  height: number
  label: string
}) {
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const span = useDockView((view) => view.span)
  const frames = useTransport((state) => state.frames)
  const fps = useTransport((state) => state.fps)
  const theme = useTheme()

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme is read from the page
  useEffect(() => {
    const canvas = canvasRef.current
    const g = canvas?.getContext('2d')
    if (!canvas || !g) return
    const style = getComputedStyle(canvas)
    const draw = () => {
      const ratio = Math.max(1, devicePixelRatio)
      const width = Math.round(canvas.clientWidth * ratio)
      const rows = Math.round(height * ratio)
      if (width === 0) return
      if (canvas.width !== width) canvas.width = width
      if (canvas.height !== rows) canvas.height = rows
      g.clearRect(0, 0, width, rows)
      if (frames === 0) return
      const view = viewOf(span, frames)
      paint({
        context: g,
        width,
        height: rows,
        ratio,
        view,
        fps,
        x: (frame) => ((frame - view.from) / (view.to - view.from)) * width,
        colour: (token) => style.getPropertyValue(token).trim(),
      })
    }
    const painter = transport.addPainter(draw, { still: true })
    const resized = new ResizeObserver(painter.invalidate)
    resized.observe(canvas)
    return () => {
      resized.disconnect()
      painter.remove()
    }
  }, [paint, height, span, frames, fps, theme])

  return <canvas ref={canvasRef} role="img" aria-label={label} className="block w-full" style={{ height }} />
}

function useTheme(): string {
  const [theme, setTheme] = useState('')
  useEffect(() => {
    const read = () => setTheme(document.documentElement.dataset.theme ?? '')
    read()
    const watcher = new MutationObserver(read)
    watcher.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => watcher.disconnect()
  }, [])
  return theme
}
