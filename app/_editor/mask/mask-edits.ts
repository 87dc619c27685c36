import type { MaskLayer, ShapeKey, ShapeLayer } from '../../../nodes/lib/mask/mask-layers'
import { isShape, MAX_POINTS } from '../../../nodes/lib/mask/mask-layers'
import { placementAt } from '../../../nodes/lib/mask/shape-motion'

export type MaskTool = 'select' | 'brush' | 'erase' | 'rectangle' | 'ellipse' | 'polygon' | 'lasso'

export interface Place {
  x: number
  y: number
}

/** First and last frame, both included; null for the ends of the mask. */
export interface FrameRange {
  from: number | null
  to: number | null
}

export interface Brush {
  /** px of the mask. */
  radius: number
  hardness: number
}

export type MaskLayers = readonly MaskLayer[]

export const newMaskId = (layers: MaskLayers): string => {
  for (let n = layers.length + 1; ; n++) if (!layers.some(({ id }) => id === `edit-${n}`)) return `edit-${n}`
}

const rounded = (value: number) => Math.round(Math.max(-32_768, Math.min(32_768, value)) * 10) / 10
const pair = ({ x, y }: Place): [number, number] => [rounded(x), rounded(y)]

/** Adds a place to a path unless it lies too near to the last one to be seen. */
export function extendPath(path: readonly Place[], at: Place, spacing: number): readonly Place[] {
  const last = path[path.length - 1]
  if (last && Math.hypot(at.x - last.x, at.y - last.y) < spacing) return path
  return path.length >= MAX_POINTS ? [...path.slice(0, -1), at] : [...path, at]
}

/** What a gesture with a tool makes; null where it is too small to be meant. */
export function shapeOf(
  tool: Exclude<MaskTool, 'select'>,
  path: readonly Place[],
  at: { id: string; region: string; range: FrameRange; brush: Brush; erase: boolean },
): ShapeLayer | null {
  const { id, region, range, brush } = at
  const op = at.erase || tool === 'erase' ? ('erase' as const) : ('add' as const)
  const base = { id, region, ...range, enabled: true, op, keys: [] }
  if (path.length === 0) return null
  if (tool === 'brush' || tool === 'erase') {
    const radius = Math.max(0.25, Math.min(2_048, brush.radius))
    return {
      ...base,
      kind: 'stroke',
      points: path.slice(0, MAX_POINTS).map(pair),
      radius,
      hardness: brush.hardness,
    }
  }
  if (tool === 'polygon' || tool === 'lasso') {
    return path.length < 3 ? null : { ...base, kind: 'polygon', points: path.slice(0, MAX_POINTS).map(pair) }
  }
  const [a, b] = [path[0], path[path.length - 1]]
  const [w, h] = [Math.abs(b.x - a.x), Math.abs(b.y - a.y)]
  if (w < 1 || h < 1) return null
  const box = {
    x: rounded(Math.min(a.x, b.x)),
    y: rounded(Math.min(a.y, b.y)),
    w: rounded(w),
    h: rounded(h),
    rotation: 0,
  }
  return { ...base, kind: tool, ...box }
}

export const replaceMaskLayer = (
  layers: MaskLayers,
  id: string,
  change: (layer: MaskLayer) => MaskLayer,
): MaskLayer[] => layers.map((layer) => (layer.id === id ? change(layer) : layer))

export const removeMaskLayer = (layers: MaskLayers, id: string): MaskLayer[] =>
  layers.filter((layer) => layer.id !== id)

/** Takes a layer to another place of the order in which they are applied, 0 first. */
export function moveMaskLayer(layers: MaskLayers, id: string, to: number): MaskLayer[] {
  const layer = layers.find((one) => one.id === id)
  if (!layer) return [...layers]
  const rest = removeMaskLayer(layers, id)
  rest.splice(Math.max(0, Math.min(rest.length, to)), 0, layer)
  return rest
}

export function setRange(layers: MaskLayers, id: string, { from, to }: FrameRange): MaskLayer[] {
  const ordered = from !== null && to !== null && from > to ? { from: to, to: from } : { from, to }
  return replaceMaskLayer(layers, id, (layer) => ({ ...layer, ...ordered }))
}

/** A shape moved by a distance: by a key of this frame where it has keys, else where it was drawn. */
export function moveShape(layers: MaskLayers, id: string, frame: number, by: Place): MaskLayer[] {
  return replaceMaskLayer(layers, id, (layer) => {
    if (!isShape(layer)) return layer
    if (layer.keys.length > 0) {
      const now = placementAt(layer.keys, frame)
      return withShapeKey(layer, frame, { dx: now.dx + by.x, dy: now.dy + by.y })
    }
    if (layer.kind === 'stroke' || layer.kind === 'polygon') {
      return { ...layer, points: layer.points.map(([x, y]) => pair({ x: x + by.x, y: y + by.y })) }
    }
    return { ...layer, x: rounded(layer.x + by.x), y: rounded(layer.y + by.y) }
  })
}

/** A key in this frame, with what the shape does there and what changes of it. */
export function withShapeKey(
  layer: ShapeLayer,
  frame: number,
  change: Partial<Omit<ShapeKey, 'frame'>> = {},
): ShapeLayer {
  const now = placementAt(layer.keys, frame)
  const before = layer.keys.findLast((key) => key.frame <= frame)
  const key: ShapeKey = { frame, easing: before?.easing ?? 'ease', ...now, ...change }
  key.dx = rounded(key.dx)
  key.dy = rounded(key.dy)
  key.scale = Math.max(0.01, Math.min(100, key.scale))
  const keys = [...layer.keys.filter((one) => one.frame !== frame), key].sort((a, b) => a.frame - b.frame)
  return { ...layer, keys }
}

export const setShapeKey = (
  layers: MaskLayers,
  id: string,
  frame: number,
  change?: Partial<Omit<ShapeKey, 'frame'>>,
): MaskLayer[] =>
  replaceMaskLayer(layers, id, (layer) => (isShape(layer) ? withShapeKey(layer, frame, change) : layer))

export const removeShapeKey = (layers: MaskLayers, id: string, frame: number): MaskLayer[] =>
  replaceMaskLayer(layers, id, (layer) =>
    isShape(layer) ? { ...layer, keys: layer.keys.filter((key) => key.frame !== frame) } : layer,
  )

const sameRange = (a: FrameRange, b: FrameRange) => a.from === b.from && a.to === b.to

/** How far a region is grown (or feathered) over a range by its own layer; 0 without one. */
export const amountOf = (
  layers: MaskLayers,
  kind: 'grow' | 'feather',
  region: string,
  range: FrameRange,
): number => {
  const found = layers.find(
    (layer) => layer.kind === kind && layer.region === region && sameRange(layer, range),
  )
  return found && 'pixels' in found && found.enabled ? found.pixels : 0
}

/** Sets it; 0 takes the layer away. It lies above the strokes that were there. */
export function setAmount(
  layers: MaskLayers,
  kind: 'grow' | 'feather',
  region: string,
  range: FrameRange,
  pixels: number,
): MaskLayer[] {
  const found = layers.find(
    (layer) => layer.kind === kind && layer.region === region && sameRange(layer, range),
  )
  if (found && pixels === 0) return removeMaskLayer(layers, found.id)
  if (found)
    return replaceMaskLayer(layers, found.id, (layer) => ({ ...layer, enabled: true, pixels }) as MaskLayer) // found as one with pixels
  if (pixels === 0) return [...layers]
  return [...layers, { id: newMaskId(layers), region, ...range, enabled: true, kind, pixels }]
}

export const addOperation = (
  layers: MaskLayers,
  kind: 'invert' | 'fill' | 'clear',
  region: string,
  range: FrameRange,
): MaskLayer[] => [...layers, { id: newMaskId(layers), region, ...range, enabled: true, kind }]

const TITLES: Record<MaskLayer['kind'], string> = {
  stroke: 'Brush',
  rectangle: 'Rectangle',
  ellipse: 'Ellipse',
  polygon: 'Outline',
  grow: 'Grow',
  feather: 'Feather',
  invert: 'Invert',
  fill: 'Fill',
  clear: 'Clear',
}

export function maskLayerTitle(layer: MaskLayer): string {
  if (isShape(layer))
    return layer.op === 'add'
      ? TITLES[layer.kind]
      : `${TITLES[layer.kind]}, ${layer.op === 'erase' ? 'erases' : 'bounds'}`
  if (layer.kind === 'grow')
    return layer.pixels < 0 ? `Shrink ${-layer.pixels} px` : `Grow ${layer.pixels} px`
  return layer.kind === 'feather' ? `Feather ${layer.pixels} px` : TITLES[layer.kind]
}

export function sayRange({ from, to }: FrameRange, frames: number): string {
  if (from === null && to === null) return 'whole clip'
  const [first, last] = [from ?? 0, to ?? frames - 1]
  return first === last ? `f ${first}` : `f ${first} – ${last}`
}

export const isRegionName = (name: string): boolean =>
  /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u.test(name) && name !== 'all'

export const regionTitle = (region: string): string => {
  const words = region.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}
