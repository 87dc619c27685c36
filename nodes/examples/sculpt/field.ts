/**
 * Solid shapes as signed distance fields, the clay of the example portraits.
 *
 * Coordinates are pixels of the picture: x right, y down, z towards the viewer. A field returns the (approximate)
 * distance to its surface, negative inside. Formulas after Inigo Quilez, "Distance functions".
 */

export type Vec3 = readonly [number, number, number]
export type Field = (x: number, y: number, z: number) => number

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const sub = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scale = (a: Vec3, k: number): Vec3 => [a[0] * k, a[1] * k, a[2] * k]
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const length = (a: Vec3): number => Math.sqrt(dot(a, a))
export const normalize = (a: Vec3): Vec3 => scale(a, 1 / (length(a) || 1))
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t
export const mix3 = (a: Vec3, b: Vec3, t: number): Vec3 => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
]
export const clamp = (v: number, lo = 0, hi = 1): number => (v < lo ? lo : v > hi ? hi : v)
export const smoothstep = (a: number, b: number, v: number): number => {
  const t = clamp((v - a) / (b - a))
  return t * t * (3 - 2 * t)
}
/** Bell of height 1 and standard width `w`. */
export const bell = (v: number, w: number): number => Math.exp(-(v * v) / (w * w))

/** Remembers the last point asked for: several parts that share a field ask for the same point in turn. */
export const remembered = (field: Field): Field => {
  let lx = Number.NaN
  let ly = Number.NaN
  let lz = Number.NaN
  let value = 0
  return (x, y, z) => {
    if (x !== lx || y !== ly || z !== lz) {
      value = field(x, y, z)
      lx = x
      ly = y
      lz = z
    }
    return value
  }
}

/** Polynomial smooth minimum: shapes closer than `k` melt into one another. */
export const smoothMin = (a: number, b: number, k: number): number => {
  const h = k - Math.abs(a - b)
  return h <= 0 ? Math.min(a, b) : Math.min(a, b) - (h * h) / (4 * k)
}
export const smoothMax = (a: number, b: number, k: number): number => -smoothMin(-a, -b, k)

export const sphere =
  ([cx, cy, cz]: Vec3, r: number): Field =>
  (x, y, z) =>
    Math.sqrt((x - cx) * (x - cx) + (y - cy) * (y - cy) + (z - cz) * (z - cz)) - r

export const ellipsoid =
  ([cx, cy, cz]: Vec3, [rx, ry, rz]: Vec3): Field =>
  (x, y, z) => {
    const px = (x - cx) / rx
    const py = (y - cy) / ry
    const pz = (z - cz) / rz
    const k0 = Math.sqrt(px * px + py * py + pz * pz)
    if (k0 < 1e-6) return -Math.min(rx, ry, rz)
    const qx = px / rx
    const qy = py / ry
    const qz = pz / rz
    return (k0 * (k0 - 1)) / Math.sqrt(qx * qx + qy * qy + qz * qz)
  }

/** A tapered capsule: sphere of radius `ra` at `a`, swept to radius `rb` at `b`. */
export const roundCone = (a: Vec3, b: Vec3, ra: number, rb: number): Field => {
  const [ax, ay, az] = a
  const bx = b[0] - ax
  const by = b[1] - ay
  const bz = b[2] - az
  const inverse = 1 / (bx * bx + by * by + bz * bz || 1)
  return (x, y, z) => {
    const px = x - ax
    const py = y - ay
    const pz = z - az
    let t = (px * bx + py * by + pz * bz) * inverse
    t = t < 0 ? 0 : t > 1 ? 1 : t
    const dx = px - bx * t
    const dy = py - by * t
    const dz = pz - bz * t
    return Math.sqrt(dx * dx + dy * dy + dz * dz) - (ra + (rb - ra) * t)
  }
}

/** Rows of numbers by ascending first column, interpolated with a Catmull-Rom curve; flat beyond the ends. */
export const profile = (rows: readonly (readonly number[])[]): ((at: number, column: number) => number) => {
  const last = rows.length - 1
  return (at, column) => {
    if (at <= rows[0][0]) return rows[0][column]
    if (at >= rows[last][0]) return rows[last][column]
    let i = 0
    while (rows[i + 1][0] < at) i++
    const t = (at - rows[i][0]) / (rows[i + 1][0] - rows[i][0])
    const b = rows[i][column]
    const c = rows[i + 1][column]
    const a = i > 0 ? rows[i - 1][column] : b
    const d = i + 2 <= last ? rows[i + 2][column] : c
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
  }
}

/** Signed distance to a simple polygon in the picture plane. */
export const polygon = (
  points: readonly (readonly [number, number])[],
): ((x: number, y: number) => number) => {
  return (x, y) => {
    let best = Number.POSITIVE_INFINITY
    let inside = false
    for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
      const [ax, ay] = points[j]
      const [bx, by] = points[i]
      const ex = bx - ax
      const ey = by - ay
      const t = clamp(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey))
      const dx = x - ax - ex * t
      const dy = y - ay - ey * t
      best = Math.min(best, dx * dx + dy * dy)
      if (by > y !== ay > y && x < ax + ((y - ay) / ey) * ex) inside = !inside
    }
    return inside ? -Math.sqrt(best) : Math.sqrt(best)
  }
}
