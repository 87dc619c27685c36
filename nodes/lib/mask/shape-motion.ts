import type { ShapeKey } from './mask-layers'

/** Where a shape is, relative to where it was drawn; `rotation` in degrees. */
export interface Placement {
  dx: number
  dy: number
  scale: number
  rotation: number
}

export const AT_REST: Placement = { dx: 0, dy: 0, scale: 1, rotation: 0 }

/** Where keys (ascending frames) put a shape at `frame`. Scales are interpolated by ratio, so that growth looks even. */
export function placementAt(keys: readonly ShapeKey[], frame: number): Placement {
  if (keys.length === 0) return AT_REST
  let next = 0
  let end = keys.length // the first key after `frame` lies in [next, end]
  while (next < end) {
    const half = (next + end) >> 1
    if (keys[half].frame <= frame) next = half + 1
    else end = half
  }
  const a = keys[Math.max(0, next - 1)]
  const b = keys[Math.min(keys.length - 1, next)]
  const span = b.frame - a.frame
  const t = span > 0 ? ease(a.easing, Math.max(0, frame - a.frame) / span) : 0
  return {
    dx: a.dx + (b.dx - a.dx) * t,
    dy: a.dy + (b.dy - a.dy) * t,
    scale: a.scale * (b.scale / a.scale) ** t,
    rotation: a.rotation + (b.rotation - a.rotation) * t,
  }
}

function ease(easing: ShapeKey['easing'], t: number): number {
  if (easing === 'hold') return 0
  return easing === 'ease' ? t * t * (3 - 2 * t) : t
}

/**
 * @param outline flat `[x, y, …]`
 * @param centre  what is scaled and turned about
 * @returns the outline moved to its place
 */
export function placeOutline(
  outline: ArrayLike<number>,
  centre: readonly [number, number],
  { dx, dy, scale, rotation }: Placement,
): Float64Array {
  const angle = (rotation * Math.PI) / 180
  const [c, s] = rotation === 0 ? [scale, 0] : [scale * Math.cos(angle), scale * Math.sin(angle)]
  const placed = new Float64Array(outline.length)
  for (let i = 0; i < outline.length; i += 2) {
    const x = outline[i] - centre[0]
    const y = outline[i + 1] - centre[1]
    placed[i] = centre[0] + dx + c * x - s * y
    placed[i + 1] = centre[1] + dy + s * x + c * y
  }
  return placed
}
