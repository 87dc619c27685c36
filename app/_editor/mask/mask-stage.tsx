'use client'
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { MaskLayer, ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
import { type StageView, useStageView } from '../full-screen/stage-view'
import {
  boxLayer,
  type Drawing,
  layerId,
  type MaskTool,
  movedLayer,
  type Point,
  polygonLayer,
  shapeAt,
  strokeLayer,
} from './mask-edits'

export interface MaskStageProps {
  width: number
  height: number
  frame: number
  tool: MaskTool
  drawing: Drawing
  brush: { radius: number; hardness: number }
  layers: readonly MaskLayer[]
  selected: string | undefined
  picture: ImageData | undefined
  /** Draws what lies below the mask into a canvas of `width` × `height`; called again when its result changes. */
  paintBelow(target: CanvasRenderingContext2D): void
  onSelect(id: string | undefined): void
  /** Shows layers while the pointer is down, and writes them when it is up. */
  onHold(layers: MaskLayer[]): void
  onCommit(layers: MaskLayer[]): void
  onStage?(stage: StageView): void
}

type Gesture =
  | { kind: 'stroke' | 'lasso'; points: Point[]; op: Drawing['op'] }
  | { kind: 'box'; shape: 'rectangle' | 'ellipse'; from: Point; op: Drawing['op'] }
  | { kind: 'move'; layer: ShapeLayer; from: Point }

/** The picture, the masks over it, and what the pointer draws. */
export function MaskStage(props: MaskStageProps) {
  const { width, height, tool, brush, drawing, layers, frame, picture, paintBelow } = props
  const stage = useStageView({ width, height })
  const { box, view } = stage
  const below = useRef<HTMLCanvasElement>(null)
  const above = useRef<HTMLCanvasElement>(null)
  const gesture = useRef<Gesture | null>(null)
  const [pointer, setPointer] = useState<Point>()
  const [corners, setCorners] = useState<Point[]>([])

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
  // A polygon that was begun belongs to its tool.
  useEffect(() => void (tool !== 'polygon' && setCorners([])), [tool])

  const place = (event: { clientX: number; clientY: number }): Point => {
    const { x, y } = stage.toPicture(event)
    return [x, y]
  }
  const draw = (now: Point, square: boolean): MaskLayer[] | undefined => {
    const current = gesture.current
    if (!current) return undefined
    if (current.kind === 'move') {
      const moved = movedLayer(current.layer, now[0] - current.from[0], now[1] - current.from[1])
      return layers.map((layer) => (layer.id === moved.id ? moved : layer))
    }
    const with_ = { ...drawing, op: current.op }
    const kept = layers.filter(({ id }) => id !== HELD)
    const made =
      current.kind === 'box'
        ? boxLayer(HELD, current.shape, with_, current.from, now, square)
        : current.kind === 'lasso'
          ? polygonLayer(HELD, with_, current.points)
          : strokeLayer(HELD, with_, current.points, brush)
    return made ? [...kept, made] : undefined
  }
  const finish = (made: MaskLayer[] | undefined) => {
    gesture.current = null
    if (!made) return props.onCommit([...layers.filter(({ id }) => id !== HELD)])
    const id = layerId(made[made.length - 1].kind, made)
    props.onCommit(made.map((layer) => (layer.id === HELD ? ({ ...layer, id } as MaskLayer) : layer)))
    if (made.some((layer) => layer.id === HELD)) props.onSelect(id)
  }
  const closePolygon = (points: Point[]) => {
    setCorners([])
    const made = polygonLayer(layerId('polygon', layers), drawing, points)
    if (!made) return
    props.onCommit([...layers, made])
    props.onSelect(made.id)
  }

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (stage.panWith(event) || event.button !== 0) return
    const at = place(event)
    // Alt turns any tool around: what adds erases, what erases adds.
    const base = tool === 'eraser' ? 'erase' : drawing.op
    const op = event.altKey ? (base === 'add' ? 'erase' : 'add') : base
    if (tool === 'polygon') {
      const first = corners[0]
      if (first && corners.length > 2 && Math.hypot(first[0] - at[0], first[1] - at[1]) * view.scale < 10) {
        return closePolygon(corners)
      }
      return setCorners([...corners, at])
    }
    event.currentTarget.setPointerCapture(event.pointerId)
    if (tool === 'select') {
      const found = shapeAt(layers, frame, at)
      props.onSelect(found?.id)
      if (found) gesture.current = { kind: 'move', layer: found, from: at }
    } else if (tool === 'rectangle' || tool === 'ellipse') {
      gesture.current = { kind: 'box', shape: tool, from: at, op }
    } else {
      gesture.current = { kind: tool === 'lasso' ? 'lasso' : 'stroke', points: [at], op }
      const made = draw(at, false)
      if (made) props.onHold(made)
    }
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const at = place(event)
    setPointer(at)
    const current = gesture.current
    if (!current) return
    if ('points' in current) {
      for (const step of event.nativeEvent.getCoalescedEvents?.() ?? [event.nativeEvent])
        current.points.push(place(step))
    }
    const made = draw(at, event.shiftKey)
    if (made) props.onHold(made)
  }
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const current = gesture.current
    if (!current) return
    if (current.kind === 'move' && samePlace(current.from, place(event))) {
      gesture.current = null
      return
    }
    finish(draw(place(event), event.shiftKey))
  }

  const isBrush = tool === 'brush' || tool === 'eraser'
  const shape = layers.find((layer): layer is ShapeLayer => layer.id === props.selected && 'op' in layer)
  const transform = { transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})` }
  return (
    <div
      ref={box}
      role="application"
      aria-label="Picture with masks"
      className={`absolute inset-0 touch-none overflow-hidden ${isBrush ? 'cursor-none' : tool === 'select' ? 'cursor-default' : 'cursor-crosshair'}`}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerLeave={() => setPointer(undefined)}
      onDoubleClick={() => tool === 'polygon' && closePolygon(corners)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && tool === 'polygon') closePolygon(corners)
      }}
    >
      <div className="absolute top-0 left-0 origin-top-left" style={{ ...transform, width, height }}>
        <canvas ref={below} width={width} height={height} className="absolute inset-0 bg-stage shadow-2" />
        <canvas ref={above} width={width} height={height} className="absolute inset-0" />
        <svg
          role="presentation"
          className="pointer-events-none absolute inset-0 overflow-visible"
          width={width}
          height={height}
          fill="none"
          strokeWidth={1.5 / view.scale}
        >
          {shape && tool === 'select' && <ShapeOutline layer={shape} />}
          {corners.length > 0 && (
            <polyline
              points={[...corners, ...(pointer ? [pointer] : [])].map((p) => p.join()).join(' ')}
              stroke="var(--now)"
            />
          )}
          {corners.map(([x, y], i) => (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: corners are only ever added at the end
              key={i}
              cx={x}
              cy={y}
              r={(i === 0 ? 5 : 3) / view.scale}
              fill="#fff"
              stroke="var(--now)"
            />
          ))}
          {isBrush && pointer && (
            <g stroke="#fff">
              <circle cx={pointer[0]} cy={pointer[1]} r={brush.radius} />
              <circle
                cx={pointer[0]}
                cy={pointer[1]}
                r={brush.radius * brush.hardness}
                strokeDasharray={`${4 / view.scale} ${3 / view.scale}`}
              />
            </g>
          )}
        </svg>
      </div>
      <StageReport stage={stage} onStage={props.onStage} />
    </div>
  )
}

/** Id of the layer that is being drawn; it gets its own when the pointer is up. */
const HELD = 'being-drawn'

const samePlace = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]) < 0.5

function ShapeOutline({ layer }: { layer: ShapeLayer }) {
  const line = { stroke: 'var(--now)' }
  if (layer.kind === 'rectangle') {
    return <rect x={layer.x} y={layer.y} width={layer.w} height={layer.h} {...line} />
  }
  if (layer.kind === 'ellipse') {
    return (
      <ellipse
        cx={layer.x + layer.w / 2}
        cy={layer.y + layer.h / 2}
        rx={layer.w / 2}
        ry={layer.h / 2}
        {...line}
      />
    )
  }
  const points = layer.points.map((p) => p.join()).join(' ')
  return layer.kind === 'polygon' ? (
    <polygon points={points} {...line} />
  ) : (
    <polyline points={points} {...line} />
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
