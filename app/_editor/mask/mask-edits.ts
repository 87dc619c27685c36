import { isShape, MAX_POINTS, type MaskLayer, type ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
import { newId } from '../state/new-id'

/** Tools that draw; `select` moves what was drawn. */
export type MaskTool = 'select' | 'brush' | 'eraser' | 'rectangle' | 'ellipse' | 'polygon' | 'lasso'

/** Frames that new layers hold for. */
export type MaskRange = { from: number | null; to: number | null }

export type Point = [x: number, y: number]

export interface Drawing {
  region: string
  op: 'add' | 'erase'
  range: MaskRange
}

/** Points of a hand-drawn line nearer than this to the one before say nothing, px. */
const LEAST_STEP = 0.75

const round = (value: number) => Math.round(value * 100) / 100

export const layerId = (word: string, layers: readonly MaskLayer[]): string =>
  newId(word, (id) => layers.some((layer) => layer.id === id))

/** A line as few points: no two at the same place, at most as many as a layer may have. */
export function thinned(points: readonly Point[]): Point[] {
  const kept: Point[] = []
  for (const [x, y] of points) {
    const last = kept[kept.length - 1]
    if (!last || Math.hypot(x - last[0], y - last[1]) >= LEAST_STEP) kept.push([round(x), round(y)])
  }
  const step = Math.ceil(kept.length / MAX_POINTS)
  return step <= 1 ? kept : kept.filter((_, i) => i % step === 0)
}

const base = ({ region, range }: Drawing, id: string) => ({
  id,
  region,
  from: range.from,
  to: range.to,
  enabled: true,
})

export function strokeLayer(
  id: string,
  drawing: Drawing,
  points: readonly Point[],
  brush: { radius: number; hardness: number },
): MaskLayer {
  return { ...base(drawing, id), kind: 'stroke', op: drawing.op, keys: [], points: thinned(points), ...brush }
}

/** Between two corners; nothing when there is no area. `square` keeps both sides equal. */
export function boxLayer(
  id: string,
  kind: 'rectangle' | 'ellipse',
  drawing: Drawing,
  a: Point,
  b: Point,
  square = false,
): MaskLayer | undefined {
  let w = Math.abs(b[0] - a[0])
  let h = Math.abs(b[1] - a[1])
  if (square) w = h = Math.max(w, h)
  if (w < 1 || h < 1) return undefined
  const x = round(b[0] < a[0] ? a[0] - w : a[0])
  const y = round(b[1] < a[1] ? a[1] - h : a[1])
  return {
    ...base(drawing, id),
    kind,
    op: drawing.op,
    keys: [],
    x,
    y,
    w: round(w),
    h: round(h),
    rotation: 0,
  }
}

export function polygonLayer(id: string, drawing: Drawing, points: readonly Point[]): MaskLayer | undefined {
  const kept = thinned(points)
  if (kept.length < 3) return undefined
  return { ...base(drawing, id), kind: 'polygon', op: drawing.op, keys: [], points: kept }
}

/** A shape somewhere else. Its keys move along, because they are relative to where it was drawn. */
export function movedLayer(layer: ShapeLayer, dx: number, dy: number): MaskLayer {
  if ('points' in layer) {
    return { ...layer, points: layer.points.map(([x, y]): Point => [round(x + dx), round(y + dy)]) }
  }
  return { ...layer, x: round(layer.x + dx), y: round(layer.y + dy) }
}

const sameRange = (layer: MaskLayer, { from, to }: MaskRange) => layer.from === from && layer.to === to

/** How far a region is grown or feathered over a range, px: the last such layer decides. */
export function amountOf(
  layers: readonly MaskLayer[],
  kind: 'grow' | 'feather',
  region: string,
  range: MaskRange,
): number {
  const found = layers.findLast(
    (layer) => layer.kind === kind && layer.region === region && sameRange(layer, range),
  )
  return found && 'pixels' in found ? found.pixels : 0
}

/** Sets it; 0 takes the layer away again. */
export function withAmount(
  layers: readonly MaskLayer[],
  kind: 'grow' | 'feather',
  region: string,
  range: MaskRange,
  pixels: number,
): MaskLayer[] {
  const at = layers.findLastIndex(
    (layer) => layer.kind === kind && layer.region === region && sameRange(layer, range),
  )
  if (pixels === 0) return layers.filter((_, i) => i !== at)
  if (at >= 0) return layers.map((layer, i) => (i === at ? ({ ...layer, pixels } as MaskLayer) : layer))
  const made: MaskLayer = { ...base({ region, op: 'add', range }, layerId(kind, layers)), kind, pixels }
  return [...layers, made]
}

export function withOperation(
  layers: readonly MaskLayer[],
  kind: 'invert' | 'fill' | 'clear',
  region: string,
  range: MaskRange,
): MaskLayer[] {
  return [...layers, { ...base({ region, op: 'add', range }, layerId(kind, layers)), kind }]
}

/** From one place of the list to another; later layers lie on top. */
export function moveLayer(layers: readonly MaskLayer[], from: number, to: number): MaskLayer[] {
  const out = [...layers]
  const [layer] = out.splice(from, 1)
  out.splice(Math.max(0, Math.min(out.length, to)), 0, layer)
  return out
}

export const duplicateLayer = (layers: readonly MaskLayer[], id: string): MaskLayer[] =>
  layers.flatMap((layer) =>
    layer.id === id ? [layer, { ...layer, id: layerId(layer.kind, layers) }] : [layer],
  )

/** The top shape whose area or line is under a place, of those that hold in this frame. */
export function shapeAt(layers: readonly MaskLayer[], frame: number, [x, y]: Point): ShapeLayer | undefined {
  return layers.findLast(
    (layer): layer is ShapeLayer =>
      isShape(layer) && layer.enabled && holdsAt(layer, frame) && isUnder(layer, x, y),
  )
}

export const holdsAt = ({ from, to }: MaskLayer, frame: number): boolean =>
  (from === null || frame >= from) && (to === null || frame <= to)

function isUnder(layer: ShapeLayer, x: number, y: number): boolean {
  if (layer.kind === 'stroke') {
    return layer.points.some(([px, py]) => Math.hypot(px - x, py - y) <= layer.radius)
  }
  if (layer.kind === 'polygon') return isInside(layer.points, x, y)
  const u = (x - layer.x) / layer.w
  const v = (y - layer.y) / layer.h
  if (layer.kind === 'rectangle') return u >= 0 && u <= 1 && v >= 0 && v <= 1
  return (u - 0.5) ** 2 + (v - 0.5) ** 2 <= 0.25
}

function isInside(points: readonly Point[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [xi, yi] = points[i]
    const [xj, yj] = points[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

const NAMES: Record<MaskLayer['kind'], string> = {
  stroke: 'Stroke',
  rectangle: 'Rectangle',
  ellipse: 'Ellipse',
  polygon: 'Polygon',
  grow: 'Grow',
  feather: 'Feather',
  invert: 'Invert',
  fill: 'Fill',
  clear: 'Clear',
}

/** `Stroke, erases`, `Grow 8 px` */
export function sayLayer(layer: MaskLayer): string {
  const name = NAMES[layer.kind]
  if ('pixels' in layer) {
    return layer.kind === 'grow' && layer.pixels < 0
      ? `Shrink ${-layer.pixels} px`
      : `${name} ${layer.pixels} px`
  }
  if (!isShape(layer) || layer.op === 'add') return name
  return layer.op === 'erase' ? `${name}, erases` : `${name}, keeps only this`
}

/** `all frames`, `f 12`, `f 12 to 30` */
export function sayRange({ from, to }: MaskRange): string {
  if (from === null && to === null) return 'all frames'
  if (from !== null && from === to) return `f ${from}`
  if (to === null) return `from f ${from}`
  return from === null ? `to f ${to}` : `f ${from} to ${to}`
}
