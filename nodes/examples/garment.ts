import {
  add,
  clamp,
  type Field,
  mix,
  mix3,
  normalize,
  profile,
  roundCone,
  scale,
  smoothMax,
  smoothMin,
  smoothstep,
  sub,
  type Vec3,
} from './sculpt/field'
import { fractal, noise } from './sculpt/noise'
import type { Colour, Part } from './sculpt/scene'

export interface Body {
  /** Half the distance of the shoulder joints, pixels. */
  breadth: number
  neck: Vec3
  /** Under the skull, where the neck begins. */
  nape: Vec3
  shoulders: readonly [Vec3, Vec3] // the person's right, left
  elbows: readonly [Vec3, Vec3]
  wrists: readonly [Vec3, Vec3]
  /** Rows of y below the shoulders, half width, half depth, z of the axis; unit = breadth. */
  torso: readonly (readonly [number, number, number, number])[]
  neckRadius: number
  /** Radii at shoulder, elbow, wrist; unit = breadth. */
  arm: readonly [number, number, number]
}

export interface Cloth {
  colour: Colour
  /** Colour variation and relief of the weave. */
  texture: 'knit' | 'plain' | 'rib'
  /** 0 stiff … 1 soft: depth of folds. */
  folds: number
  /** Pixels by which the cloth stands off the body. */
  thickness: number
}

/** Trunk, shoulders and neck without arms; what both skin and clothes are cut from. */
export function trunkField(body: Body): Field {
  const [rs, ls] = body.shoulders
  const u = body.breadth
  const at = profile(body.torso)
  const cx = (rs[0] + ls[0]) / 2
  const cy = (rs[1] + ls[1]) / 2
  const column: Field = (x, y, z) => {
    const v = (y - cy) / u
    const rx = at(v, 1) * u
    const rz = at(v, 2) * u
    const k = Math.hypot((x - cx) / rx, (z - at(v, 3) * u) / rz)
    return (k - 1) * Math.min(rx, rz) * 0.75
  }
  const nape = add(body.neck, [0, -0.12 * u, -0.06 * u])
  const slopes = [rs, ls].map((s) => roundCone(nape, add(s, [0, 0.02 * u, -0.05 * u]), 0.34 * u, 0.3 * u))
  const stubs = [0, 1].map((i) =>
    roundCone(
      body.shoulders[i],
      mix3(body.shoulders[i], body.elbows[i], 0.3),
      body.arm[0] * u,
      body.arm[0] * u * 0.86,
    ),
  )
  const top = cy - 0.12 * u
  return (x, y, z) => {
    let d = smoothMax(column(x, y, z), top - y, 0.3 * u)
    for (const slope of slopes) d = smoothMin(d, slope(x, y, z), 0.3 * u)
    for (const stub of stubs) d = smoothMin(d, stub(x, y, z), 0.16 * u)
    return d
  }
}

export function neckField(body: Body): Field {
  const u = body.breadth
  const r = body.neckRadius * u
  const pit = add(body.neck, [0, 0.22 * u, 0.12 * u])
  const tube = roundCone(add(body.nape, [0, 0, 0]), add(body.neck, [0, 0.1 * u, -0.05 * u]), r, r * 1.08)
  const cords = [-1, 1].map((side) =>
    roundCone(
      add(body.nape, [side * r * 0.86, -0.02 * u, r * 0.3]),
      add(pit, [side * 0.07 * u, -0.02 * u, 0.06 * u]),
      r * 0.2,
      r * 0.17,
    ),
  )
  const bones = [-1, 1].map((side) =>
    roundCone(
      add(pit, [side * 0.1 * u, 0.03 * u, 0.06 * u]),
      add(pit, [side * 0.62 * u, -0.1 * u, 0.0]),
      0.05 * u,
      0.055 * u,
    ),
  )
  const trunk = trunkField(body)
  return (x, y, z) => {
    let d = tube(x, y, z)
    for (const cord of cords) d = smoothMin(d, cord(x, y, z), 0.12 * u)
    d = smoothMin(d, trunk(x, y, z) + 3, 0.3 * u)
    for (const bone of bones) d = smoothMin(d, bone(x, y, z), 0.09 * u)
    return d
  }
}

/** Pull of hanging cloth: long soft ridges, in pixels. */
const drape = (x: number, y: number, z: number, u: number, seed: number): number => {
  const n = fractal([x / (0.3 * u) + seed, (y + 0.35 * x) / (0.95 * u), z / (0.4 * u)], 2)
  return (1 - Math.abs(n) * 2.6) * 0.5
}

export const weave = (texture: Cloth['texture'], a: number, b: number): number => {
  if (texture === 'knit') {
    const row = Math.floor(b / 5)
    return (
      0.34 *
      Math.cos((a / 5.5) * 2 * Math.PI) *
      (0.55 + 0.45 * Math.cos((b / 5 - row) * 2 * Math.PI + (a / 5.5) * Math.PI))
    )
  }
  if (texture === 'rib') return 0.55 * Math.cos((a / 7) * 2 * Math.PI)
  return 0.1 * noise(a / 1.6, b / 1.6, 7)
}

export function paintCloth(cloth: Cloth) {
  const { colour } = cloth
  return (
    finish: { albedo: number[]; gloss: number; sharpness: number; flesh: number },
    x: number,
    y: number,
    z: number,
  ) => {
    const fade = 1 + 0.06 * fractal([x / 40, y / 40, z / 40], 2) + 0.05 * noise(x / 1.4, y / 1.4, z / 1.4)
    for (let i = 0; i < 3; i++) finish.albedo[i] = colour[i] * fade
    finish.gloss = cloth.texture === 'plain' ? 0.03 : 0.012
    finish.sharpness = 9
    finish.flesh = 0.12
  }
}

const EVERYWHERE = 4000

/** The trunk's garment with its neckline (negative inside the opening) cut out. */
export function torsoPart(
  body: Body,
  cloth: Cloth,
  neckline: (x: number, y: number, z: number) => number,
  group: number,
  extra = 0,
): Part {
  const trunk = trunkField(body)
  const u = body.breadth
  const [cx, cy] = body.neck
  const base: Field = (x, y, z) => {
    const d = trunk(x, y, z) - cloth.thickness - extra
    if (d > 25) return d - 8
    const hang = cloth.folds * 7 * drape(x, y, z, u, group) * smoothstep(0.2 * u, 1.3 * u, y - cy)
    return smoothMax((d - hang) * 0.85, -neckline(x, y, z), 4)
  }
  return {
    name: 'torso',
    field: base,
    relief: (x, y, z) => base(x, y, z) - weave(cloth.texture, x - cx + 0.12 * z, y),
    bounds: [cx - 1.75 * u, cy - 0.7 * u, -1.2 * u, cx + 1.75 * u, EVERYWHERE, 0.9 * u],
    group,
    paint: paintCloth(cloth),
  }
}

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
    const along = mix(dotted(fromElbow, upAxis), dotted(fromElbow, lowAxis), smoothstep(-8, 8, a - b))
    const inside = smoothstep(0.25, -0.25, dotted(fromElbow, bent) / u)
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
  const cut: Field = (x, y, z) => smoothMax(field(x, y, z), dotted(sub([x, y, z], inset), lowAxis), 5)
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
        const a = dotted(p, isUpper ? upLateral : lateral) + z * 0.3
        const b = dotted(p, isUpper ? upAxis : lowAxis)
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
    const slab = Math.max(dotted(sub(p, inset), lowAxis) - 2, -dotted(sub(p, from), lowAxis))
    return smoothMax(ring(x, y, z), slab, 4)
  }
  parts.push({
    name: 'cuff',
    field: capped,
    relief: (x, y, z) =>
      capped(x, y, z) -
      weave(band.texture, dotted(sub([x, y, z], e), lateral) + 0.3 * z, dotted(sub([x, y, z], e), lowAxis)),
    bounds,
    group,
    paint: (finish, x, y, z) => {
      paintCloth(band)(finish, x, y, z)
      const near = clamp(Math.abs(dotted(sub([x, y, z], from), lowAxis)) / 4)
      for (let i = 0; i < 3; i++) finish.albedo[i] *= 0.72 + 0.28 * near
    },
  })
  return parts
}

const dotted = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
