/** Plane geometry shared by set-up and rendering. Image axes: x right, y down; angles from x towards y. */

export const clamp = (v: number, lo: number, hi: number): number => (v < lo ? lo : v > hi ? hi : v)

export const lerp = (a: number, b: number, t: number): number => a + (b - a) * t

/** 0 below `a`, 1 above `b`, smooth (C1) in between. */
export function smooth(a: number, b: number, t: number): number {
  const s = clamp((t - a) / (b - a), 0, 1)
  return s * s * (3 - 2 * s)
}

/** The same angle within −π…π. */
export const wrapAngle = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))

/**
 * An angle held within ±limit without a jump anywhere: as it is up to the limit, from there back to 0 at half a turn.
 * Drawn bones reverse when they pass the line of sight; a turn that far is foreshortening, not bending.
 */
export function limitTurn(angle: number, limit: number): number {
  const a = wrapAngle(angle)
  const size = Math.abs(a)
  return size <= limit ? a : (Math.sign(a) * limit * (Math.PI - size)) / (Math.PI - limit)
}

/**
 * Like `limitTurn` but smooth: small turns stay nearly as they are, the largest result is `limit` (at most 1 rad), and
 * around half a turn, where a drawn bone has reversed, it goes gently through 0.
 */
export function easeTurn(angle: number, limit: number): number {
  // sin a / (1 + c (1 − cos a)) has slope 1 at 0; its maximum is 1 / √(1 + 2c).
  const c = (1 / (limit * limit) - 1) / 2
  return Math.sin(angle) / (1 + c * (1 - Math.cos(angle)))
}

/** Limit of the palm's turn against the forearm, beyond the first pose's, rad. */
const MAX_WRIST = 1.3

/**
 * A wrist bends so far; but a forearm that points at the camera has no direction to measure against.
 *
 * @param raw    drawn turn of the palm against the forearm, rad
 * @param strict 0…1: how much the limit counts
 * @returns what to add to the turn, rad; and how clear that is, 0 where raw and limited turn are opposite and cancel
 */
export function bendWrist(raw: number, strict: number): { change: number; clear: number } {
  const change = wrapAngle(limitTurn(raw, MAX_WRIST) - raw)
  if (change === 0 || Math.abs(change) < 1e-9 || strict === 0) return { change: 0, clear: 1 }
  const x = 1 - strict + strict * Math.cos(change)
  const y = strict * Math.sin(change)
  return { change: Math.atan2(y, x), clear: Math.hypot(x, y) }
}

/** Distance of (x, y) to the segment a–b. */
export function distanceToSegment(
  x: number,
  y: number,
  ax: number,
  ay: number,
  bx: number,
  by: number,
): number {
  const dx = bx - ax
  const dy = by - ay
  const length2 = dx * dx + dy * dy
  const t = length2 > 0 ? clamp(((x - ax) * dx + (y - ay) * dy) / length2, 0, 1) : 0
  // Not Math.hypot: this runs for every pixel of a set-up, and hypot is ten times slower.
  const ox = x - ax - t * dx
  const oy = y - ay - t * dy
  return Math.sqrt(ox * ox + oy * oy)
}

/** Similarity x' = a·x − b·y + tx, y' = b·x + a·y + ty. */
export interface Similarity {
  a: number
  b: number
  tx: number
  ty: number
}

export const identity = (): Similarity => ({ a: 1, b: 0, tx: 0, ty: 0 })

/**
 * Least-squares similarity that takes `source` to `target` (pairs x, y; `count` of them, weights alike).
 * Writes into `out`. The scale is limited to `minScale`…`maxScale` about the weighted centre.
 * One pair gives a translation; none gives the identity.
 */
export function fitSimilarity(
  source: Float64Array,
  target: Float64Array,
  count: number,
  out: Similarity,
  minScale: number,
  maxScale: number,
): void {
  out.a = 1
  out.b = 0
  out.tx = 0
  out.ty = 0
  if (count === 0) return
  let sx = 0
  let sy = 0
  let tx = 0
  let ty = 0
  for (let i = 0; i < count; i++) {
    sx += source[2 * i]
    sy += source[2 * i + 1]
    tx += target[2 * i]
    ty += target[2 * i + 1]
  }
  sx /= count
  sy /= count
  tx /= count
  ty /= count
  let dot = 0
  let cross = 0
  let norm = 0
  for (let i = 0; i < count; i++) {
    const px = source[2 * i] - sx
    const py = source[2 * i + 1] - sy
    const qx = target[2 * i] - tx
    const qy = target[2 * i + 1] - ty
    dot += px * qx + py * qy
    cross += px * qy - py * qx
    norm += px * px + py * py
  }
  if (norm > 1e-9 && count > 1) {
    const a = dot / norm
    const b = cross / norm
    const scale = Math.hypot(a, b)
    const wanted = clamp(scale, minScale, maxScale)
    if (scale > 1e-6) {
      out.a = (a / scale) * wanted
      out.b = (b / scale) * wanted
    }
  }
  // Exact rest: without this, rounding leaves 1e-14 and nothing compares equal to the identity.
  if (Math.abs(out.a - 1) < 1e-9 && Math.abs(out.b) < 1e-9) {
    out.a = 1
    out.b = 0
  }
  out.tx = tx - out.a * sx + out.b * sy
  out.ty = ty - out.b * sx - out.a * sy
  if (Math.abs(out.tx) < 1e-6 && Math.abs(out.ty) < 1e-6 && out.a === 1 && out.b === 0) {
    out.tx = 0
    out.ty = 0
  }
}

/** Closed shapes that regions are built from. A polygon may be grown (or, negative, shrunk) by `grow` px. */
export type Shape =
  | { kind: 'capsule'; ax: number; ay: number; bx: number; by: number; r: number }
  | { kind: 'polygon'; points: [number, number][]; grow: number }
  | { kind: 'ellipse'; x: number; y: number; rx: number; ry: number; ux: number; uy: number }

/** ≤ 0 inside; outside roughly the distance in px (exact for capsules and polygons). (ux, uy): unit vector of the ry axis. */
export function signedDistance(shape: Shape, x: number, y: number): number {
  if (shape.kind === 'capsule') {
    return distanceToSegment(x, y, shape.ax, shape.ay, shape.bx, shape.by) - shape.r
  }
  if (shape.kind === 'ellipse') {
    const dx = x - shape.x
    const dy = y - shape.y
    const along = dx * shape.ux + dy * shape.uy
    const across = dx * shape.uy - dy * shape.ux
    return (Math.hypot(across / shape.rx, along / shape.ry) - 1) * Math.min(shape.rx, shape.ry)
  }
  const p = shape.points
  let inside = false
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 0, j = p.length - 1; i < p.length; j = i++) {
    const [xi, yi] = p[i]
    const [xj, yj] = p[j]
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
    nearest = Math.min(nearest, distanceToSegment(x, y, xi, yi, xj, yj))
  }
  return (inside ? -nearest : nearest) - shape.grow
}

function bounds(shape: Shape): [number, number, number, number] {
  if (shape.kind === 'capsule') {
    const { ax, ay, bx, by, r } = shape
    return [Math.min(ax, bx) - r, Math.min(ay, by) - r, Math.max(ax, bx) + r, Math.max(ay, by) + r]
  }
  if (shape.kind === 'ellipse') {
    const r = Math.max(shape.rx, shape.ry)
    return [shape.x - r, shape.y - r, shape.x + r, shape.y + r]
  }
  const grow = Math.max(0, shape.grow)
  const xs = shape.points.map((p) => p[0])
  const ys = shape.points.map((p) => p[1])
  return [Math.min(...xs) - grow, Math.min(...ys) - grow, Math.max(...xs) + grow, Math.max(...ys) + grow]
}

/** Sets `value` in `mask` [height, width] wherever the shape is. */
export function fillShape(mask: Uint8Array, width: number, height: number, shape: Shape, value = 1): void {
  const [left, top, right, bottom] = bounds(shape)
  const x0 = Math.max(0, Math.floor(left))
  const x1 = Math.min(width - 1, Math.ceil(right))
  const y0 = Math.max(0, Math.floor(top))
  const y1 = Math.min(height - 1, Math.ceil(bottom))
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) if (signedDistance(shape, x, y) <= 0) mask[y * width + x] = value
  }
}

/** Convex hull, counted around; input is not changed. */
export function convexHull(points: [number, number][]): [number, number][] {
  const sorted = [...points].sort((p, q) => p[0] - q[0] || p[1] - q[1])
  const half = (list: [number, number][]) => {
    const chain: [number, number][] = []
    for (const p of list) {
      while (chain.length > 1) {
        const [ax, ay] = chain[chain.length - 2]
        const [bx, by] = chain[chain.length - 1]
        if ((bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax) > 0) break
        chain.pop()
      }
      chain.push(p)
    }
    chain.pop()
    return chain
  }
  return [...half(sorted), ...half(sorted.reverse())]
}
