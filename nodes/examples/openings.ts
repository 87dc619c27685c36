import type { Body } from './garment'
import { add, type Field, roundCone, smoothMin } from './sculpt/field'

/** Distance to an opening of a garment, negative inside. */
export type Opening = Field

/** Around the neck, `ease` pixels wider than it. */
export const neckOpening = (body: Body, ease: number): Opening => {
  const r = body.neckRadius * body.breadth + ease
  return roundCone(body.nape, add(body.neck, [0, 0.06 * body.breadth, 0]), r, r * 1.06)
}

/** A wedge in front: `half` pixels to each side at the height of the neck, closing at `depth` pixels below it. */
export const wedgeOpening = (body: Body, half: number, depth: number): Opening => {
  const [cx, cy] = body.neck
  const slant = half / depth
  const norm = 1 / Math.sqrt(1 + slant * slant)
  return (x, y, z) =>
    Math.max(
      (Math.abs(x - cx) - half + (y - cy) * slant) * norm,
      cy - 0.9 * body.breadth - y,
      -0.25 * body.breadth - z,
    )
}

/** An open front, `half(y)` pixels to each side of the middle. */
export const frontOpening = (body: Body, half: (y: number) => number): Opening => {
  const [cx] = body.neck
  return (x, y, z) => Math.max(Math.abs(x - cx) - half(y), -0.2 * body.breadth - z)
}

/** Both armholes of a garment without sleeves. */
export const armholes = (body: Body): Opening => {
  const u = body.breadth
  return (x, y) => {
    let best = Number.POSITIVE_INFINITY
    body.shoulders.forEach((s, i) => {
      const inward = i === 0 ? 1 : -1
      const dx = Math.max(0, (x - s[0]) * inward + 0.16 * u) / (0.38 * u) // open towards the arm
      const down = y - s[1] - 0.06 * u
      const dy = down / ((down > 0 ? 0.92 : 0.6) * u)
      best = Math.min(best, (Math.hypot(dx, dy) - 1) * 0.38 * u)
    })
    return best
  }
}

export const either =
  (...openings: Opening[]): Opening =>
  (x, y, z) => {
    let d = openings[0](x, y, z)
    for (let i = 1; i < openings.length; i++) d = smoothMin(d, openings[i](x, y, z), 6)
    return d
  }
