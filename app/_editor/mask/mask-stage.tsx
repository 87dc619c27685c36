'use client'
import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react'
import type { StageView } from '../full-screen/stage-view'
import { transport } from '../state/transport'
import { type Brush, extendPath, type MaskTool, type Place } from './mask-edits'
import type { MaskLook } from './mask-engine'
import type { EditedMask, MaskPreview } from './mask-preview'

export interface StrokeEvents {
  /** While the pointer is down, or a polygon is open. */
  draw(path: readonly Place[], erase: boolean): void
  finish(path: readonly Place[], erase: boolean): void
  cancel(): void
  /** The selected shape is moved by this since the start of the drag. */
  move(by: Place): void
  moved(): void
}

/** Picture, mask and the tool over it. */
export function MaskStage({
  stage,
  mask,
  preview,
  picture,
  look,
  tool,
  brush,
  colour,
  strokes,
}: {
  stage: StageView
  mask: EditedMask
  preview: MaskPreview | undefined
  /** The picture below at a frame. */
  picture(frame: number, changed: () => void): CanvasImageSource | undefined
  look: MaskLook
  tool: MaskTool
  brush: Brush
  colour: string
  strokes: StrokeEvents
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const path = useRef<readonly Place[] | null>(null)
  const from = useRef<Place | null>(null)
  const [pointer, setPointer] = useState<Place | null>(null)
  const [corners, setCorners] = useState<readonly Place[]>([])
  const { width, height } = stage.size

  const paint = useCallback(() => {
    const g = canvas.current?.getContext('2d')
    if (!g || width === 0) return
    const ratio = Math.max(1, devicePixelRatio)
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (g.canvas.width !== w) g.canvas.width = w
    if (g.canvas.height !== h) g.canvas.height = h
    g.setTransform(1, 0, 0, 1, 0, 0)
    g.clearRect(0, 0, w, h)
    const scale = stage.view.scale * ratio
    g.setTransform(1, 0, 0, 1, stage.view.x * ratio, stage.view.y * ratio)
    const [pw, ph] = [mask.width * scale, mask.height * scale]
    g.fillStyle = '#000'
    g.fillRect(0, 0, pw, ph)
    g.imageSmoothingQuality = 'high'
    const below = look === 'mask' ? undefined : picture(transport.store.getState().frame, paint)
    if (below) g.drawImage(below, 0, 0, pw, ph)
    if (preview?.picture) g.drawImage(preview.picture.bitmap, 0, 0, pw, ph)
  }, [width, height, stage.view, mask, preview, picture, look])
  useEffect(paint, [paint])
  useEffect(() => preview?.onPicture(paint), [preview, paint])

  const erases = (event: { altKey: boolean }) => event.altKey || tool === 'erase'
  const closePolygon = (erase: boolean) => {
    if (corners.length >= 3) strokes.finish(corners, erase)
    else strokes.cancel()
    setCorners([])
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tool lets an open outline go
  useEffect(() => {
    setCorners([])
    strokes.cancel()
  }, [tool])
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (stage.panWith(event) || event.button !== 0) return
    transport.pause()
    const at = stage.toPicture(event)
    if (tool === 'polygon') {
      const first = corners[0]
      const near = first && Math.hypot(at.x - first.x, at.y - first.y) < 9 / stage.view.scale
      if (near && corners.length >= 3) return closePolygon(event.altKey)
      const next = [...corners, at]
      setCorners(next)
      return strokes.draw(next, event.altKey)
    }
    event.currentTarget.setPointerCapture(event.pointerId)
    from.current = at
    if (tool === 'select') return
    path.current = [at]
    strokes.draw(path.current, erases(event))
  }
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const at = stage.toPicture(event)
    setPointer(at)
    if (tool === 'select' && from.current) {
      return strokes.move({ x: at.x - from.current.x, y: at.y - from.current.y })
    }
    if (tool === 'polygon')
      return corners.length > 0 ? strokes.draw([...corners, at], event.altKey) : undefined
    if (!path.current) return
    const spacing = tool === 'lasso' ? 2 / stage.view.scale : Math.max(0.5, brush.radius * 0.15)
    path.current = extendPath(path.current, at, tool === 'rectangle' || tool === 'ellipse' ? 0 : spacing)
    strokes.draw(path.current, erases(event))
  }
  const up = (event: PointerEvent<HTMLDivElement>) => {
    if (tool === 'select' && from.current) strokes.moved()
    from.current = null
    if (!path.current) return
    strokes.finish(path.current, erases(event))
    path.current = null
  }
  const scale = stage.view.scale
  const toStage = (p: Place) => ({ x: stage.view.x + p.x * scale, y: stage.view.y + p.y * scale })
  const at = pointer && toStage(pointer)
  const brushing = tool === 'brush' || tool === 'erase'
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a surface to paint on; its tools have keys of their own
    <div
      ref={stage.box}
      data-mask-stage
      className="absolute inset-0 touch-none overflow-hidden"
      style={{ cursor: brushing ? 'none' : tool === 'select' ? 'move' : 'crosshair' }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={() => setPointer(null)}
      onDoubleClick={(event) => tool === 'polygon' && closePolygon(event.altKey)}
    >
      <canvas
        ref={canvas}
        role="img"
        aria-label="Mask over the picture"
        className="absolute inset-0 size-full"
      />
      <svg aria-hidden className="pointer-events-none absolute inset-0 size-full">
        {brushing && at && (
          <g fill="none" stroke="#fff" transform={`translate(${at.x} ${at.y})`}>
            <circle r={brush.radius * scale} stroke="#000" strokeOpacity={0.5} strokeWidth={3} />
            <circle r={brush.radius * scale} strokeWidth={1.3} />
            <circle
              r={brush.radius * scale * brush.hardness}
              strokeWidth={1}
              strokeDasharray="4 3"
              opacity={0.8}
            />
            <path d="M-4 0H4M0-4V4" strokeWidth={1.2} />
          </g>
        )}
        {corners.map((corner, i) => {
          const p = toStage(corner)
          return (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: corners have no identity but their order
              key={i}
              cx={p.x}
              cy={p.y}
              r={i === 0 ? 6 : 4}
              fill={colour}
              stroke="#fff"
              strokeWidth={1.4}
            />
          )
        })}
      </svg>
    </div>
  )
}
