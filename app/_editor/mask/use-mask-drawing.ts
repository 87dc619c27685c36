'use client'
import { useEffect, useRef, useState } from 'react'
import type { MaskLayer, ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
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

/** `id` is that of the layer it makes: should the editor close meanwhile, the layer is whole. */
type Gesture =
  | { kind: 'stroke' | 'lasso'; id: string; points: Point[]; op: Drawing['op'] }
  | { kind: 'box'; id: string; shape: 'rectangle' | 'ellipse'; from: Point; op: Drawing['op'] }
  | { kind: 'move'; layer: ShapeLayer; from: Point }

interface DrawingOptions {
  tool: MaskTool
  frame: number
  target: Drawing
  brush: { radius: number; hardness: number }
  layers: readonly MaskLayer[]
  onSelect(id: string | undefined): void
  /** Shows layers while something is drawn, without writing them. */
  onHold(layers: MaskLayer[]): void
  /** Forgets what was held. */
  onLetGo(): void
  onCommit(layers: MaskLayer[]): void
}

/** What the pointer, or the keys, are drawing. */
export interface MaskDrawing {
  /** Of the polygon that was begun. */
  corners: readonly Point[]
  isDrawing: boolean
  /** `near`: how close to its first corner a polygon is closed, px of the picture. */
  begin(at: Point, options: { alt: boolean; near: number }): void
  /** `steps`: places on the way, the last one where the pointer is. */
  move(steps: readonly Point[], options: { square: boolean }): void
  end(at: Point, options: { square: boolean }): void
  /** Ends the polygon that was begun; fewer than three corners are dropped. */
  closePolygon(): void
  /** Takes the last corner back. @returns whether there was one */
  dropCorner(): boolean
  /** Esc: a stroke or shape under way is dropped, a polygon is kept as far as it got. @returns whether there was one */
  letGo(): boolean
}

export function useMaskDrawing(options: DrawingOptions): MaskDrawing {
  const { tool, frame, target, brush, onSelect, onHold, onLetGo, onCommit } = options
  const gesture = useRef<Gesture | null>(null)
  const [isDrawing, setDrawing] = useState(false)
  const [corners, setCorners] = useState<{ points: Point[]; op: Drawing['op'] }>({ points: [], op: 'add' })
  const held = gesture.current && 'id' in gesture.current ? gesture.current.id : undefined
  const layers = options.layers.filter(({ id }) => id !== held)

  const drawn = (now: Point, square: boolean): MaskLayer[] | undefined => {
    const current = gesture.current
    if (!current) return undefined
    if (current.kind === 'move') {
      const moved = movedLayer(current.layer, now[0] - current.from[0], now[1] - current.from[1])
      return layers.map((layer) => (layer.id === moved.id ? moved : layer))
    }
    const made = shapeOf(current, { ...target, op: current.op }, brush, now, square)
    return made && [...layers, made]
  }
  const start = (next: Gesture) => {
    gesture.current = next
    setDrawing(true)
  }
  const stop = () => {
    gesture.current = null
    setDrawing(false)
  }
  const add = (made: MaskLayer) => {
    onCommit([...layers, made])
    onSelect(made.id)
  }
  const closePolygon = () => {
    setCorners({ points: [], op: 'add' })
    const made = polygonLayer(layerId('polygon', layers), { ...target, op: corners.op }, corners.points)
    if (made) add(made)
  }
  // A polygon that was begun is done when another tool is taken.
  const close = useRef(closePolygon)
  close.current = closePolygon
  useEffect(() => () => void (tool === 'polygon' && close.current()), [tool])

  return {
    corners: corners.points,
    isDrawing: isDrawing || corners.points.length > 0,
    begin(at, { alt, near }) {
      // Alt turns any tool around: what adds erases, what erases adds.
      const op = (tool === 'eraser') === alt ? 'add' : 'erase'
      if (tool === 'polygon') {
        const [first] = corners.points
        const closes = corners.points.length > 2 && Math.hypot(first[0] - at[0], first[1] - at[1]) < near
        if (closes) return closePolygon()
        return setCorners({ points: [...corners.points, at], op: first ? corners.op : op })
      }
      if (tool === 'select') {
        const found = shapeAt(layers, frame, at)
        onSelect(found?.id)
        if (found) start({ kind: 'move', layer: found, from: at })
      } else if (tool === 'rectangle' || tool === 'ellipse') {
        start({ kind: 'box', id: layerId(tool, layers), shape: tool, from: at, op })
      } else {
        const kind = tool === 'lasso' ? 'lasso' : 'stroke'
        start({ kind, id: layerId(kind === 'lasso' ? 'polygon' : kind, layers), points: [at], op })
        const made = drawn(at, false)
        if (made) onHold(made)
      }
    },
    move(steps, { square }) {
      const current = gesture.current
      const at = steps[steps.length - 1]
      if (!current || !at) return
      if ('points' in current) current.points.push(...steps)
      const made = drawn(at, square)
      if (made) onHold(made)
    },
    end(at, { square }) {
      const current = gesture.current
      if (!current) return
      const made = drawn(at, square)
      stop()
      if (current.kind === 'move') {
        if (!made || samePlace(current.from, at)) onLetGo()
        else onCommit(made)
        return
      }
      const last = made?.at(-1)
      if (last) add(last)
      else onLetGo()
    },
    closePolygon,
    dropCorner() {
      if (corners.points.length === 0) return false
      setCorners({ ...corners, points: corners.points.slice(0, -1) })
      return true
    },
    letGo() {
      if (gesture.current) {
        stop()
        onLetGo()
        return true
      }
      if (corners.points.length === 0) return false
      closePolygon()
      return true
    },
  }
}

function shapeOf(
  gesture: Exclude<Gesture, { kind: 'move' }>,
  target: Drawing,
  brush: DrawingOptions['brush'],
  now: Point,
  square: boolean,
): MaskLayer | undefined {
  switch (gesture.kind) {
    case 'box':
      return boxLayer(gesture.id, gesture.shape, target, gesture.from, now, square)
    case 'lasso':
      return polygonLayer(gesture.id, target, gesture.points)
    case 'stroke':
      return strokeLayer(gesture.id, target, gesture.points, brush)
  }
}

const samePlace = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]) < 0.5
