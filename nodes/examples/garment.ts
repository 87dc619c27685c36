import type { Opening } from './openings'
import {
  add,
  bell,
  ellipsoid,
  type Field,
  mix3,
  polygon,
  profile,
  remembered,
  roundCone,
  smoothMax,
  smoothMin,
  smoothstep,
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
  /** Fullness of the chest, 0 flat … 1. */
  bust: number
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

const trunks = new WeakMap<Body, Field>()

/** Trunk, shoulders and neck without arms; what both skin and clothes are cut from. */
export function trunkField(body: Body): Field {
  let field = trunks.get(body)
  if (!field) {
    field = remembered(makeTrunk(body))
    trunks.set(body, field)
  }
  return field
}

function makeTrunk(body: Body): Field {
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
  const bust = [-1, 1].map((side) =>
    ellipsoid(
      [cx + side * 0.4 * u, cy + 0.92 * u, (0.36 + 0.12 * body.bust) * u],
      [0.36 * u, 0.38 * u, (0.1 + 0.2 * body.bust) * u],
    ),
  )
  return (x, y, z) => {
    let d = smoothMax(column(x, y, z), top - y, 0.3 * u)
    for (const slope of slopes) d = smoothMin(d, slope(x, y, z), 0.3 * u)
    if (body.bust > 0) for (const breast of bust) d = smoothMin(d, breast(x, y, z), 0.3 * u)
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
  return (1 - Math.sqrt(n * n + 0.012) * 2.6) * 0.5
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
  return 0.045 * noise(a / 1.8, b / 1.8, 7)
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

const trunkBounds = (body: Body): Part['bounds'] => {
  const u = body.breadth
  const [cx, cy] = body.neck
  return [cx - 1.75 * u, cy - 0.9 * u, -1.2 * u, cx + 1.75 * u, EVERYWHERE, 0.95 * u]
}

/** A garment of the trunk with its openings cut out; `lift` pixels over what is worn below. */
export function torsoPart(body: Body, cloth: Cloth, opening: Opening, group: number, lift = 0): Part {
  const trunk = trunkField(body)
  const u = body.breadth
  const [cx, cy] = body.neck
  const field: Field = (x, y, z) => {
    const d = trunk(x, y, z) - cloth.thickness - lift
    if (d > 25) return d - 8
    const hang = cloth.folds * 7 * drape(x, y, z, u, group) * smoothstep(0.2 * u, 1.3 * u, y - cy)
    const gather = cloth.folds * 2.4 * underarm(body, x, y)
    return smoothMax((d - hang - gather) * 0.85, -opening(x, y, z), 4)
  }
  return {
    name: 'torso',
    field,
    relief: (x, y, z) => field(x, y, z) - weave(cloth.texture, x - cx + 0.12 * z, y),
    bounds: trunkBounds(body),
    group,
    paint: paintCloth(cloth),
  }
}

/** Soft creases that run from the underarm towards the chest. */
function underarm(body: Body, x: number, y: number): number {
  const u = body.breadth
  let h = 0
  body.shoulders.forEach((s, i) => {
    const inward = i === 0 ? 1 : -1
    const dx = (x - s[0] - inward * 0.05 * u) * inward
    const dy = y - s[1] - 0.72 * u
    const across = (dy + 0.55 * dx) / (0.17 * u)
    h +=
      Math.cos(across * Math.PI) *
      Math.exp(-across * across * 0.35) *
      smoothstep(-0.1 * u, 0.06 * u, dx) *
      smoothstep(0.62 * u, 0.1 * u, dx)
  })
  return h
}

/** A ribbed band of `width` pixels along an opening of a garment. */
export function bandPart(
  body: Body,
  cloth: Cloth,
  opening: Opening,
  width: number,
  group: number,
  lift = 0,
): Part {
  const base = trunkField(body)
  const field: Field = (x, y, z) => {
    const shell = Math.abs(base(x, y, z) - cloth.thickness - lift) - 3
    if (shell > 20) return shell - 6
    return smoothMax(shell * 0.85, Math.abs(opening(x, y, z) - width / 2 + 1) - width / 2, 5)
  }
  const [cx, cy] = body.neck
  return {
    name: 'band',
    field,
    // The ribs run across the band: around the neck they point at it.
    relief: (x, y, z) =>
      field(x, y, z) - 0.5 * Math.cos(Math.atan2(y - cy + body.breadth * 0.25, x - cx) * body.breadth * 0.5),
    bounds: trunkBounds(body),
    group,
    paint: paintCloth(cloth),
  }
}

/** Trunk and neck as one surface, for collars that climb from one to the other. */
function smoothTrunk(body: Body): Field {
  const trunk = trunkField(body)
  const r = body.neckRadius * body.breadth
  const tube = roundCone(
    body.nape,
    add(body.neck, [0, 0.1 * body.breadth, -0.05 * body.breadth]),
    r,
    r * 1.08,
  )
  return (x, y, z) => smoothMin(trunk(x, y, z), tube(x, y, z), 0.16 * body.breadth)
}

/** The two flaps of a shirt collar, each a polygon laid over neck and chest. Offsets from the neck in pixels, viewer's left. */
export function collarParts(
  body: Body,
  cloth: Cloth,
  flap: readonly (readonly [number, number])[],
  group: number,
): Part[] {
  const base = smoothTrunk(body)
  const [cx, cy] = body.neck
  const outline = polygon(flap.map(([x, y]) => [x, y] as const))
  const field: Field = (x, y, z) => {
    const flat = outline(-Math.abs(x - cx), y - cy)
    const roll = 3 * smoothstep(0, 30, -flat) // the flap stands off towards its fold
    const shell = Math.abs(base(x, y, z) - cloth.thickness - 5 - roll) - 3.2
    return smoothMax(shell * 0.8, flat, 4)
  }
  return [
    {
      name: 'collar',
      field,
      bounds: trunkBounds(body),
      group,
      paint: (finish, x, y, z) => {
        paintCloth(cloth)(finish, x, y, z)
        const seam = bell(-outline(-Math.abs(x - cx), y - cy) - 6, 1.1)
        for (let i = 0; i < 3; i++) finish.albedo[i] *= 1 - 0.25 * seam
      },
    },
  ]
}
