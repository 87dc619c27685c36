import { type Body, type Cloth, paintCloth, weave } from './garment'
import {
  clamp,
  dot,
  type Field,
  mix,
  mix3,
  normalize,
  roundCone,
  scale,
  smoothMax,
  smoothMin,
  smoothstep,
  sub,
  type Vec3,
} from './sculpt/field'
import { fractal, noise } from './sculpt/noise'
import type { Part } from './sculpt/scene'

/** One sleeve from the shoulder to `end` (0 elbow … 1 wrist) of the forearm, with a cuff. */
export function sleeveParts(
  body: Body,
  side: 0 | 1,
  cloth: Cloth,
  end: number,
  group: number,
  cuff?: Cloth,
): Part[] {
  const u = body.breadth
  const s = body.shoulders[side]
  const e = body.elbows[side]
  const w = body.wrists[side]
  const [r0, r1, r2] = body.arm.map((r) => r * u + cloth.thickness) as [number, number, number]
  const stop = mix3(e, w, end)
  const rEnd = r1 + (r2 - r1) * end
  const upper = roundCone(s, e, r0, r1)
  const lower = roundCone(e, stop, r1, rEnd)
  const upAxis = normalize(sub(e, s))
  const lowAxis = normalize(sub(w, e))
  const bent = normalize(sub(scale(upAxis, -1), lowAxis)) // out of the elbow
  const field: Field = (x, y, z) => {
    const a = upper(x, y, z)
    const b = lower(x, y, z)
    let d = smoothMin(a, b, 0.16 * u)
    if (d > 20) return d - 7
    const p: Vec3 = [x, y, z]
    const fromElbow = sub(p, e)
    const away = Math.hypot(...fromElbow) / u
    const along = mix(dot(fromElbow, upAxis), dot(fromElbow, lowAxis), smoothstep(-8, 8, a - b))
    const inside = smoothstep(0.25, -0.25, dot(fromElbow, bent) / u)
    const twist = 0.9 * noise(x / (0.3 * u), y / (0.3 * u), group)
    // Cloth bunches in the crook of the elbow and above the cuff, and hangs smooth between.
    const crook =
      Math.cos((along / (0.145 * u)) * Math.PI + twist * 2.4) *
      (0.35 + 0.65 * inside) *
      smoothstep(0.85, 0.1, away)
    const toEnd = Math.hypot(...sub(p, stop)) / u
    const bunch = Math.cos((along / (0.12 * u)) * Math.PI + twist * 3) * smoothstep(0.55, 0.15, toEnd) * 0.7
    const loose = fractal([x / (0.33 * u), y / (0.33 * u), z / (0.33 * u) + group], 2)
    d -= cloth.folds * (4.2 * crook + 3 * bunch + 5 * loose)
    return d * 0.85
  }
  const inset = mix3(e, w, end + 0.015)
  const cut: Field = (x, y, z) => smoothMax(field(x, y, z), dot(sub([x, y, z], inset), lowAxis), 5)
  const lateral = normalize([lowAxis[1], -lowAxis[0], 0])
  const upLateral = normalize([upAxis[1], -upAxis[0], 0])
  const reach = r0 * 1.25
  const corners = [s, e, stop]
  const low = [0, 1, 2].map((i) => Math.min(...corners.map((p) => p[i])) - reach)
  const high = [0, 1, 2].map((i) => Math.max(...corners.map((p) => p[i])) + reach)
  const bounds: Part['bounds'] = [low[0], low[1], low[2], high[0], high[1], high[2]]
  const parts: Part[] = [
    {
      name: 'sleeve',
      field: cut,
      relief: (x, y, z) => {
        const p = sub([x, y, z], e)
        const isUpper = upper(x, y, z) < lower(x, y, z)
        const a = dot(p, isUpper ? upLateral : lateral) + z * 0.3
        const b = dot(p, isUpper ? upAxis : lowAxis)
        return cut(x, y, z) - weave(cloth.texture, a, b)
      },
      bounds,
      group,
      paint: paintCloth(cloth),
    },
  ]
  const band = cuff ?? { ...cloth, texture: 'rib' as const, folds: 0 }
  const from = mix3(e, w, end - 0.13)
  const ring = roundCone(from, inset, rEnd + 2.5 + (r1 - rEnd) * 0.1, rEnd + 1.5)
  const capped: Field = (x, y, z) => {
    const p: Vec3 = [x, y, z]
    const slab = Math.max(dot(sub(p, inset), lowAxis) - 2, -dot(sub(p, from), lowAxis))
    return smoothMax(ring(x, y, z), slab, 4)
  }
  parts.push({
    name: 'cuff',
    field: capped,
    relief: (x, y, z) =>
      capped(x, y, z) -
      weave(band.texture, dot(sub([x, y, z], e), lateral) + 0.3 * z, dot(sub([x, y, z], e), lowAxis)),
    bounds,
    group,
    paint: (finish, x, y, z) => {
      paintCloth(band)(finish, x, y, z)
      const near = clamp(Math.abs(dot(sub([x, y, z], from), lowAxis)) / 4)
      for (let i = 0; i < 3; i++) finish.albedo[i] *= 0.72 + 0.28 * near
    },
  })
  return parts
}
