import { type FaceShape, lipBottom, lipTop, onFace } from './face'
import { type HairMask, type Head, headBounds, inPicture } from './head'
import { clamp, mix, normalize, profile, smoothMax, smoothstep, type Vec3 } from './sculpt/field'
import { fractal, noise, randomFrom } from './sculpt/noise'
import type { Colour, Part, Strand } from './sculpt/scene'

/**
 * Combed hair, as a surface around the head: angle φ from the front (0) to the back (180°) on either side, and v from
 * the crown (0) to the tips (1). Hairs run along v and are swept off the face.
 */
export interface CombedHair {
  kind: 'combed'
  /** Rows of v, y, half width, half depth, z of the axis, in head units. */
  rows: readonly (readonly [number, number, number, number, number])[]
  /** Rows of v and the smallest φ in degrees: what keeps hair out of the face; right side, left side. */
  sweep: readonly (readonly [number, number, number])[]
  /** x of the parting. */
  part: number
  /** Sideways waves: how strong, and how many along a hair. */
  wave: number
  waves: number
  colours: readonly Colour[]
  /** The shade between the roots, on the scalp. */
  roots: Colour
  count: number
  width: number
}

/** Hair so short that it follows the skull, and a beard of the same kind. */
export interface CroppedHair {
  kind: 'cropped'
  /** Height of the hair over the skin, head units. */
  height: number
  hairline: number
  beard: number
  colours: readonly Colour[]
  /** Share of the lighter second half of the colours. */
  count: number
  width: number
}

export type HairStyle = CombedHair | CroppedHair

const DEGREES = Math.PI / 180

export function hairParts(head: Head, style: HairStyle, group: number): Part[] {
  return style.kind === 'combed' ? [combedBase(head, style, group)] : [croppedBase(head, style, group)]
}

export function hairStrands(head: Head, style: HairStyle, group: number, seed: number): Strand[] {
  return style.kind === 'combed'
    ? combedStrands(head, style, group, seed)
    : croppedStrands(head, style, group, seed)
}

/** The dark mass under the hairs; hairs lie on top of it. */
function combedBase(head: Head, style: CombedHair, group: number): Part {
  const byHeight = profile(style.rows.map(([v, y, rx, rz, zc]) => [y, rx, rz, zc, v]))
  const sweep = profile(style.sweep)
  const top = style.rows[0][1]
  const end = style.rows[style.rows.length - 1][1]
  const dark = style.colours[0]
  const field = (x: number, y: number, z: number) => {
    const rx = byHeight(y, 1) * 0.955
    const rz = byHeight(y, 2) * 0.955
    const zc = byHeight(y, 3)
    const v = byHeight(y, 4)
    const k = Math.hypot((x - style.part * (1 - smoothstep(0, 0.32, v))) / rx, (z - zc) / rz)
    let d = (k - 1) * Math.min(rx, rz) * 0.6
    d = smoothMax(d, (top + 0.06 - y) * 0.6, 0.12)
    d = smoothMax(d, (y - end + 0.05) * 0.8, 0.1)
    const open = rx * Math.sin(Math.min(88, sweep(v, x < 0 ? 1 : 2) + 4) * DEGREES)
    const face = Math.min(open - Math.abs(x), z + 0.15)
    return Math.max(d, face * 0.8)
  }
  return {
    name: 'hair',
    field: inPicture(head, field),
    bounds: headBounds(head, 1.7, 2.1, Math.max(1, end + 0.2)),
    group,
    paint: (finish) => {
      for (let i = 0; i < 3; i++) finish.albedo[i] = dark[i] * 0.85
    },
  }
}

function combedStrands(head: Head, style: CombedHair, group: number, seed: number): Strand[] {
  const random = randomFrom(seed)
  const row = profile(style.rows)
  const sweep = profile(style.sweep)
  const strands: Strand[] = []
  const k = head.place.unit
  for (let i = 0; i < style.count; i++) {
    const side = random() < 0.5 ? -1 : 1
    const phi0 = random() ** 1.4 * 168
    const layer = random()
    const lock = noise(phi0 / 7, side * 3, 1) // hairs of one lock share a drift
    const start = random() < 0.6 ? 0.0 : random() * 0.45
    const tip = 1 - 0.1 * random() ** 2 - 0.03 * Math.abs(lock)
    const phase = lock * 2.5
    const points: Vec3[] = []
    for (let s = 0; s <= 22; s++) {
      const v = start + ((tip - start) * s) / 22
      const away = sweep(v, side < 0 ? 1 : 2)
      // Fold the front hairs onto the swept line without piling them all on one curve.
      const phi = (away + (180 - away) * (phi0 / 180) ** (1 + 0.25 * v)) * DEGREES
      const ripple = style.wave * Math.sin(v * style.waves * 2 * Math.PI + phase) * smoothstep(0.1, 0.5, v)
      const grow = 0.965 + 0.05 * layer + 0.018 * lock + 0.02 * ripple
      const rx = row(v, 2) * grow
      const rz = row(v, 3) * grow
      const x = side * rx * Math.sin(phi + ripple * 0.25) + style.part * (1 - smoothstep(0, 0.32, v))
      const z = row(v, 4) + rz * Math.cos(phi + ripple * 0.25)
      const stray = 0.02 * noise(i * 7.1, v * 4, 3) * v
      points.push(head.toPixels([x + stray, row(v, 1) + 0.012 * lock + ripple * 0.05, z]))
    }
    const tone = clamp(0.15 + 0.5 * random() + 0.4 * lock + 0.2 * (layer - 0.5))
    strands.push({
      points,
      width: style.width * k * (0.7 + 0.6 * random()),
      colour: pick(style.colours, tone),
      group,
    })
  }
  return [...strands, ...hairlineStrands(head, style, group, random)]
}

/** Hairs that grow along the hairline and are combed back and aside, under those from the parting. */
function hairlineStrands(head: Head, style: CombedHair, group: number, random: () => number): Strand[] {
  const k = head.place.unit
  return Array.from({ length: style.count / 4 }, () => {
    const x = (random() * 2 - 1) * 0.5
    const aside = Math.sign(x - style.part * 0.5) * (0.12 + 0.3 * random())
    const y = HAIRLINE + 0.16 * x * x + 0.06 * (random() - 0.2) - 0.5 * random() ** 1.3
    const points = [0, 0.2, 0.4, 0.6, 0.8, 1].map((q) => {
      const p = onFace(
        head.field,
        clamp(x + aside * q, -0.62, 0.62),
        Math.max(-1.42, y - 0.3 * q * (1 - 0.35 * q)),
      )
      return head.toPixels([p[0], p[1], p[2] + 0.012 + 0.05 * q])
    })
    const colour = pick(style.colours, 0.1 + 0.75 * random())
    return { points, width: style.width * k * (0.5 + 0.5 * random()), colour, group }
  })
}

function pick(colours: readonly Colour[], t: number): Colour {
  const at = clamp(t) * (colours.length - 1)
  const i = Math.min(colours.length - 2, Math.floor(at))
  const f = at - i
  return [0, 1, 2].map((c) => mix(colours[i][c], colours[i + 1][c], f)) as unknown as Colour
}

/** Where cropped hair grows on the scalp: above the hairline, in front of the ears down to the sideburns. */
export const scalpMask =
  (style: CroppedHair): HairMask =>
  (x, y, z) => {
    const ax = Math.abs(x)
    const jag = 0.022 * noise(x * 14, y * 14, z * 14)
    const front =
      style.hairline +
      0.1 * smoothstep(0.25, 0.55, ax) -
      0.16 * smoothstep(0.1, 0.4, ax) * smoothstep(0.62, 0.45, ax)
    // Behind the temples the hairline drops to the ear.
    const line = mix(front, 0.45, smoothstep(0.42, 0.12, z) * smoothstep(0.6, 0.85, ax))
    const ear = smoothstep(0.93, 0.97, ax) * smoothstep(-0.2, -0.05, y)
    return smoothstep(0.07, -0.13, y - line + jag) * (1 - ear)
  }

/** y of the hairline over the middle of the forehead, head units. */
const HAIRLINE = -0.97

/** The roots of combed hair: a rounded hairline high on the forehead. */
export const rootsMask = (x: number, y: number, z: number): number => {
  const line = HAIRLINE + 0.16 * x * x + 0.02 * noise(x * 22, y * 9, z * 9)
  return smoothstep(0.05, -0.06, y - line)
}

/** Where a short beard grows, 0…1. */
export const beardMask =
  (f: FaceShape, strength: number): HairMask =>
  (x, y, z) => {
    const ax = Math.abs(x)
    if (strength === 0 || z < -0.2 || ax > 0.96) return 0
    const jag = 0.03 * noise(x * 10, y * 10, z * 10)
    const cheek = mix(f.mouthY - 0.16, 0.3, smoothstep(0.5, 0.95, ax))
    let m = smoothstep(-0.05, 0.1, y - cheek + jag) * smoothstep(f.mouthWidth + 0.02, f.mouthWidth + 0.18, ax)
    const s = Math.min(1, ax / f.mouthWidth)
    const above = smoothstep(f.noseY + 0.07, f.noseY + 0.14, y) * smoothstep(0.0, 0.05, lipTop(f, s) - y)
    const below =
      smoothstep(0.03, 0.12, y - lipBottom(f, s)) * smoothstep(0.02, 0.12, y - f.mouthY - f.lowerLip - 0.02)
    const patch = smoothstep(0.2, 0.1, ax) * smoothstep(0.02, 0.06, y - lipBottom(f, s))
    const sides =
      smoothstep(f.mouthWidth * 0.95, f.mouthWidth * 1.12, ax) * smoothstep(f.noseY + 0.1, f.mouthY, y)
    const wide = smoothstep(f.mouthWidth + 0.18, f.mouthWidth + 0.04, ax)
    m = Math.max(m, above * wide, below * wide, patch, sides * wide)
    return m * strength
  }

/** How dark the skin is under cropped hair and beard. */
export const croppedMask = (f: FaceShape, style: CroppedHair): HairMask => {
  const scalp = scalpMask(style)
  const beard = beardMask(f, style.beard * 0.75)
  return (x, y, z) => Math.max(beard(x, y, z), 0.85 * smoothstep(0, 0.45, scalp(x, y, z)))
}

function croppedBase(head: Head, style: CroppedHair, group: number): Part {
  const mask = scalpMask(style)
  const field = (x: number, y: number, z: number) => {
    const skin = head.field(x, y, z)
    if (skin > 0.3) return skin - 0.15
    const cover = mask(x, y, z)
    const curl = 0.3 * fractal([x * 13, y * 13, z * 13], 2)
    return (skin - style.height * (cover * (1 + curl) * 1.2 - 0.25)) * 0.8
  }
  const dark = style.colours[0]
  return {
    name: 'hair',
    field: inPicture(head, field),
    bounds: headBounds(head, 1.35, 2.0, 0.6),
    group,
    paint: (finish) => {
      for (let i = 0; i < 3; i++) finish.albedo[i] = dark[i] * 0.8
      finish.flesh = 0
    },
  }
}

function croppedStrands(head: Head, style: CroppedHair, group: number, seed: number): Strand[] {
  const random = randomFrom(seed)
  const scalp = scalpMask(style)
  const beard = beardMask(head.shape, style.beard)
  const strands: Strand[] = []
  const k = head.place.unit
  for (let i = 0; i < style.count; i++) {
    const onBeard = style.beard > 0 && random() < 0.42
    const p = onSkull(head, random, onBeard ? [0, 0.75, 0.1] : [0, -0.45, -0.25])
    if (!p) continue
    const cover = onBeard ? beard(p[0], p[1], p[2]) : scalp(p[0], p[1], p[2])
    if (random() > cover * (onBeard ? 0.95 : 1.3)) continue
    const n = slope(head, p)
    const turn = random() * Math.PI * 2
    const temple = smoothstep(0.55, 0.95, Math.abs(p[0])) * 0.35
    const tone = clamp(random() * random() * 0.8 + (onBeard ? 0.28 : temple) * random() * 1.6)
    const points: Vec3[] = []
    for (let s = 0; s <= 5; s++) {
      const q = s / 5
      const bend = turn + q * (onBeard ? 1.5 : 5)
      const size = (onBeard ? 0.016 : 0.03) * q
      const fall = onBeard ? 0.05 * q : 0
      const out = onBeard ? 0.008 + 0.022 * q : style.height * Math.min(1, cover) * 0.95 + 0.025 * q
      points.push(
        head.toPixels([
          p[0] + n[0] * out + size * Math.cos(bend),
          p[1] + n[1] * out + size * Math.sin(bend) + fall,
          p[2] + n[2] * out,
        ]),
      )
    }
    const width = style.width * k * (0.6 + 0.5 * random()) * (onBeard ? 0.75 : 1)
    strands.push({ points, width, colour: pick(style.colours, tone), group })
  }
  return strands
}

/** A random point of the skin as seen from `from`, or nothing if it faces away from the viewer. */
function onSkull(head: Head, random: () => number, from: Vec3): Vec3 | undefined {
  const z = random() * 1.5 - 0.5
  if (z > 1) return undefined
  const a = random() * Math.PI * 2
  const r = Math.sqrt(Math.max(0, 1 - z * z))
  const d: Vec3 = [r * Math.cos(a), r * Math.sin(a), z]
  let far = 2.4
  for (let i = 0; i < 60; i++) {
    const gap = head.field(from[0] + d[0] * far, from[1] + d[1] * far, from[2] + d[2] * far)
    if (gap < 0.002) break
    far -= gap * 0.8
  }
  return [from[0] + d[0] * far, from[1] + d[1] * far, from[2] + d[2] * far]
}

function slope(head: Head, [x, y, z]: Vec3): Vec3 {
  const e = 0.02
  const f = head.field
  return normalize([
    f(x + e, y, z) - f(x - e, y, z),
    f(x, y + e, z) - f(x, y - e, z),
    f(x, y, z + e) - f(x, y, z - e),
  ])
}
