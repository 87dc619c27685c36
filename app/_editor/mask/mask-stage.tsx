'use client'
import { type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { type StoreApi, useStore } from 'zustand'
import type { MaskLayer, ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
import { type StageView, useStageView } from '../full-screen/stage-view'
import type { MaskTool, Point } from './mask-edits'
import { MaskOverlay } from './mask-overlay'
import type { MaskDrawing } from './use-mask-drawing'

/** Where the next press happens, in pixels of the picture, and who moved it there. */
export interface MaskPointer {
  at: Point | undefined
  by: 'pointer' | 'keys'
}

export interface MaskStageProps {
  width: number
  height: number
  tool: MaskTool
  drawing: MaskDrawing
  brush: { radius: number; hardness: number }
  layers: readonly MaskLayer[]
  selected: string | undefined
  /** Beside the state of the editor: it moves far more often than anything else changes. */
  pointer: StoreApi<MaskPointer>
  picture: ImageData | undefined
  /** Draws what lies below the mask into a canvas of `width` × `height`; called again when its result changes. */
  paintBelow(target: CanvasRenderingContext2D): void
  /** `byKeys`: the focus came by the keyboard. */
  onFocus(focus: { byKeys: boolean } | undefined): void
  onStage?(stage: StageView): void
}

/** How close to its first corner a click closes a polygon, px of the page. */
const NEAR = 10

/** The picture, the masks over it, and what the pointer draws. */
export function MaskStage(props: MaskStageProps) {
  const { width, height, tool, brush, layers, picture, paintBelow, drawing } = props
  const pointer = useStore(props.pointer)
  const stage = useStageView({ width, height })
  const { box, view } = stage
  const below = useRef<HTMLCanvasElement>(null)
  const above = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    const target = below.current?.getContext('2d')
    if (target) paintBelow(target)
  }, [paintBelow])
  useEffect(() => {
    const target = above.current?.getContext('2d')
    if (!target) return
    target.clearRect(0, 0, width, height)
    if (picture) target.putImageData(picture, 0, 0)
  }, [picture, width, height])

  const place = (event: { clientX: number; clientY: number }): Point => {
    const { x, y } = stage.toPicture(event)
    return [x, y]
  }
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (stage.panWith(event) || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    drawing.begin(place(event), { alt: event.altKey, near: NEAR / view.scale })
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    props.pointer.setState({ at: place(event), by: 'pointer' })
    const steps = event.nativeEvent.getCoalescedEvents?.() ?? []
    drawing.move([...steps.map(place), place(event)], { square: event.shiftKey })
  }

  const isBrush = tool === 'brush' || tool === 'eraser'
  const shape = layers.find((layer): layer is ShapeLayer => layer.id === props.selected && 'op' in layer)
  const transform = { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }
  return (
    <div
      ref={box}
      role="application"
      aria-label="Picture with masks"
      aria-description="Arrow keys move the point, Enter begins and ends a stroke, shape or corner"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys of its own
      tabIndex={0}
      className={`absolute inset-0 touch-none overflow-hidden focus-visible:shadow-[inset_0_0_0_2px_var(--accent)] focus-visible:outline-none ${isBrush ? 'cursor-none' : tool === 'select' ? 'cursor-default' : 'cursor-crosshair'}`}
      onFocus={({ currentTarget }) => props.onFocus({ byKeys: currentTarget.matches(':focus-visible') })}
      onBlur={() => props.onFocus(undefined)}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={(event) => drawing.end(place(event), { square: event.shiftKey })}
      onPointerCancel={drawing.letGo}
      onPointerLeave={() => props.pointer.setState({ at: undefined })}
      onDoubleClick={() => tool === 'polygon' && drawing.closePolygon()}
    >
      <div className="absolute top-0 left-0 origin-top-left" style={{ ...transform, width, height }}>
        <canvas ref={below} width={width} height={height} className="absolute inset-0 bg-stage shadow-2" />
        <canvas ref={above} width={width} height={height} className="absolute inset-0" />
        <MaskOverlay
          width={width}
          height={height}
          scale={view.scale}
          shape={tool === 'select' ? shape : undefined}
          corners={drawing.corners}
          pointer={pointer.at}
          brush={isBrush ? brush : undefined}
          cross={pointer.by === 'keys'}
        />
      </div>
      {isBrush && pointer.at && !drawing.isDrawing && (
        <BrushLabel at={pointer.at} brush={brush} view={view} stage={stage.size} />
      )}
      <StageReport stage={stage} onStage={props.onStage} />
    </div>
  )
}

/** What the brush is, at its lower right. */
function BrushLabel({
  at,
  brush,
  view,
  stage,
}: {
  at: Point
  brush: MaskStageProps['brush']
  view: StageView['view']
  stage: StageView['size']
}) {
  const reach = (brush.radius * view.scale * 0.9) | 0
  const x = view.x + at[0] * view.scale + reach
  const y = view.y + at[1] * view.scale + reach
  if (x > stage.width - 96 || y > stage.height - 28) return null
  return (
    <span
      className="pointer-events-none absolute top-0 left-0 whitespace-nowrap rounded-2 bg-raised px-1.5 py-0.5 font-strong text-11 shadow-2"
      style={{ transform: `translate(${x}px, ${y}px)` }}
    >
      {Math.round(2 * brush.radius)} px · {brush.hardness < 0.9 ? 'soft' : 'hard'}
    </span>
  )
}

/** Hands the zoom of the stage to whoever shows it. */
function StageReport({ stage, onStage }: { stage: StageView; onStage?: (stage: StageView) => void }) {
  const { view, size } = stage
  const key = useMemo(() => `${view.scale} ${size.width} ${size.height}`, [view.scale, size])
  const latest = useRef(stage)
  latest.current = stage
  // biome-ignore lint/correctness/useExhaustiveDependencies: told when what is shown of it changes
  useEffect(() => onStage?.(latest.current), [key, onStage])
  return null
}
