import {
  alongEye,
  browAt,
  browMask,
  browTaper,
  EYE_RADIUS,
  EYE_Z,
  type FaceShape,
  GAZE,
  headField,
  innerFacePoints,
  lipMask,
  lipSeam,
  lowerLid,
  onFace,
  upperLid,
} from './face'
import type { SkinTone } from './hand'
import { bell, clamp, ellipsoid, type Field, mix, remembered, smoothstep, type Vec3 } from './sculpt/field'
import { fractal, noise, randomFrom } from './sculpt/noise'
import type { Colour, Part, Strand } from './sculpt/scene'

export interface HeadPlace {
  /** Pixels of the point between the eyes. */
  centre: Vec3
  /** Pixels per head unit: half the width of the face. */
  unit: number
  /** Degrees: positive turns to the viewer's right, nods down, tilts clockwise. */
  yaw: number
  pitch: number
  roll: number
}

export interface FaceColours {
  skin: SkinTone
  lips: Colour
  iris: Colour
  /** Hair of brows and lashes. */
  brow: Colour
  /** Strength of the cheeks' flush, 0…1. */
  blush: number
  /** Length of the lashes in head units; 0.03 plain, 0.08 made up. */
  lashes: number
  freckles: number
}

/** A head in the picture: its field, and both ways between head space and pixels. */
export interface Head {
  place: HeadPlace
  shape: FaceShape
  field: Field
  toPixels: (p: Vec3) => Vec3
  toHead: (x: number, y: number, z: number) => Vec3
}

const DEGREES = Math.PI / 180

export function placeHead(place: HeadPlace, shape: FaceShape): Head {
  const [cy, sy] = [Math.cos(place.yaw * DEGREES), Math.sin(place.yaw * DEGREES)]
  const [cp, sp] = [Math.cos(place.pitch * DEGREES), Math.sin(place.pitch * DEGREES)]
  const [cr, sr] = [Math.cos(place.roll * DEGREES), Math.sin(place.roll * DEGREES)]
  // Rows of roll · pitch · yaw.
  const m = [
    [cr * cy - sr * sp * sy, -sr * cp, cr * sy + sr * sp * cy],
    [sr * cy + cr * sp * sy, cr * cp, sr * sy - cr * sp * cy],
    [-cp * sy, sp, cp * cy],
  ]
  const [ox, oy, oz] = place.centre
  const k = place.unit
  return {
    place,
    shape,
    field: remembered(headField(shape)),
    toPixels: ([x, y, z]) => [
      ox + k * (m[0][0] * x + m[0][1] * y + m[0][2] * z),
      oy + k * (m[1][0] * x + m[1][1] * y + m[1][2] * z),
      oz + k * (m[2][0] * x + m[2][1] * y + m[2][2] * z),
    ],
    toHead: (px, py, pz) => {
      const x = (px - ox) / k
      const y = (py - oy) / k
      const z = (pz - oz) / k
      return [
        m[0][0] * x + m[1][0] * y + m[2][0] * z,
        m[0][1] * x + m[1][1] * y + m[2][1] * z,
        m[0][2] * x + m[1][2] * y + m[2][2] * z,
      ]
    },
  }
}

/** A field of head space as a field of the picture. */
export const inPicture = (head: Head, field: Field): Field => {
  const k = head.place.unit
  return (x, y, z) => {
    const p = head.toHead(x, y, z)
    return field(p[0], p[1], p[2]) * k
  }
}

export const headBounds = (head: Head, reach: number, up: number, down: number): Part['bounds'] => {
  const { centre: c, unit: k } = head.place
  return [c[0] - reach * k, c[1] - up * k, c[2] - 2 * k, c[0] + reach * k, c[1] + down * k, c[2] + 1.6 * k]
}

/** How much a place of the head is covered by stubble or cropped hair, 0…1, head space. */
export type HairMask = (x: number, y: number, z: number) => number

export function headParts(
  head: Head,
  colours: FaceColours,
  group: number,
  shadeOf?: { mask: HairMask; colour: Colour },
): Part[] {
  const { shape: f } = head
  const tone = colours.skin
  const skin: Part = {
    name: 'head',
    field: inPicture(head, head.field),
    bounds: headBounds(head, 1.3, 2, 1.95),
    group,
    paint: (finish, px, py, pz) => {
      const [x, y, z] = head.toHead(px, py, pz)
      const a: [number, number, number] = [...tone.base]
      const blend = (c: Colour, t: number) => {
        for (let i = 0; i < 3; i++) a[i] += (c[i] - a[i]) * t
      }
      const ax = Math.abs(x)
      blend(tone.flush, colours.blush * 0.5 * Math.exp(-(((ax - 0.56) / 0.27) ** 2) - ((y - 0.5) / 0.2) ** 2))
      blend(tone.flush, colours.blush * 0.4 * Math.exp(-((x / 0.2) ** 2) - ((y - f.noseY + 0.1) / 0.14) ** 2))
      blend(tone.flush, 0.45 * smoothstep(0.9, 1.05, ax) * (z > -0.7 ? 1 : 0))
      blend(tone.flush, 0.2 * Math.exp(-((x / 0.25) ** 2) - ((y - f.chinY + 0.15) / 0.16) ** 2))
      if (z > 0.2) {
        // Lids are thinner skin: redder and a little darker, more so at the lashes.
        const t = alongEye(f, x)
        const near = smoothstep(-0.1, 0.16, t) * smoothstep(1.3, 0.9, t)
        const up = upperLid(f, clamp(t, 0.02, 0.98)) - y
        const low = y - lowerLid(f, clamp(t, 0.02, 0.98))
        blend(tone.crease, near * (0.26 * smoothstep(0.12, 0, up) * smoothstep(-0.03, 0.0, up)))
        blend(tone.crease, near * 0.42 * bell(up - 0.068 - 0.02 * clamp(t), 0.02))
        blend(tone.crease, near * 0.2 * bell(low - 0.01, 0.03))
        blend(tone.flush, near * 0.22 * bell(low - 0.05, 0.08))
        blend(colours.brow, near * 0.85 * bell(up + 0.004, 0.02) * smoothstep(-0.05, 0.1, t))
        blend(colours.brow, near * 0.35 * bell(low + 0.002, 0.012) * smoothstep(0.2, 0.7, t))
        blend(colours.brow, 0.62 * browMask(f, x, y))
        // Nostrils and the crease around the wings.
        blend(
          [tone.crease[0] * 0.25, tone.crease[1] * 0.2, tone.crease[2] * 0.2],
          0.9 * Math.exp(-(((ax - f.noseWidth * 0.42) / 0.072) ** 4) - ((y - f.noseY - 0.028) / 0.036) ** 4),
        )
        const lips = lipMask(f, x, y)
        const s = Math.min(1, ax / f.mouthWidth)
        if (lips > 0) {
          const ridges = 1 - 0.09 * (0.5 + 0.5 * noise(x * 60, y * 6, 3))
          const upper = smoothstep(0.015, -0.015, y - lipSeam(f, s))
          const deep = 0.2 * upper + 0.22 * bell(y - lipSeam(f, s), 0.05)
          const c: Colour = [0, 1, 2].map(
            (i) => mix(colours.lips[i], tone.crease[i] * 0.6, deep) * ridges,
          ) as never
          blend(c, lips * 0.92)
        }
        blend(
          [0.035, 0.008, 0.008],
          0.9 * bell(y - lipSeam(f, s), 0.011) * smoothstep(1.02, 0.85, ax / f.mouthWidth),
        )
        finish.gloss =
          0.05 +
          0.16 * lips * smoothstep(0.0, 0.06, y - lipSeam(f, s)) +
          0.03 * bell(x, 0.12) * bell(y - f.noseY + 0.14, 0.14)
        finish.sharpness = lips > 0.5 ? 34 : 16
      }
      if (colours.freckles > 0) {
        const spot = smoothstep(0.42, 0.62, noise(x * 26, y * 26, z * 26))
        const where = Math.exp(-((ax - 0.3) ** 2) / 0.1 - (y - 0.42) ** 2 / 0.06)
        blend(tone.crease, colours.freckles * spot * where)
      }
      if (shadeOf) blend(shadeOf.colour, shadeOf.mask(x, y, z))
      const mottle = 1 + 0.05 * fractal([x * 7, y * 7, z * 7], 3)
      for (let i = 0; i < 3; i++) finish.albedo[i] = a[i] * mottle
      finish.flesh = 1
    },
  }
  return [skin, eyePart(head, colours, -1, group), eyePart(head, colours, 1, group)]
}

function eyePart(head: Head, colours: FaceColours, side: 1 | -1, group: number): Part {
  const f = head.shape
  const ex = side * f.eyeX
  const ball = ellipsoid([ex, 0.005, EYE_Z], [EYE_RADIUS, EYE_RADIUS, EYE_RADIUS])
  const pupil = [ex + GAZE.x - side * 0.012, GAZE.y]
  const iris = f.eyeOpen * 1.05
  const c = head.toPixels([ex, 0, EYE_Z])
  const r = EYE_RADIUS * head.place.unit * 1.1
  return {
    name: side < 0 ? 'right eye' : 'left eye',
    field: inPicture(head, ball),
    bounds: [c[0] - r, c[1] - r, c[2] - r, c[0] + r, c[1] + r, c[2] + r],
    group,
    paint: (finish, px, py, pz) => {
      const [x, y] = head.toHead(px, py, pz)
      const dx = x - pupil[0]
      const dy = y - pupil[1]
      const r2 = Math.hypot(dx, dy)
      const t = clamp(alongEye(f, x))
      const under = y - upperLid(f, t)
      const white: [number, number, number] = [0.72, 0.68, 0.63]
      const inner = bell(t, 0.13)
      white[1] *= 1 - 0.35 * inner
      white[2] *= 1 - 0.4 * inner
      const shadow = 0.38 + 0.62 * smoothstep(0.0, 0.13, under)
      const edge = 0.55 + 0.45 * smoothstep(0, 0.2, Math.min(t, 1 - t))
      const disc = 1 - smoothstep(iris - 0.012, iris + 0.012, r2)
      const hole = 1 - smoothstep(iris * 0.42 - 0.01, iris * 0.42 + 0.01, r2)
      const angle = Math.atan2(dy, dx)
      const fibre = 0.75 + 0.4 * noise(angle * 7, r2 * 14, 5) + 0.2 * noise(angle * 17, r2 * 8, 9)
      const ring = 1 - 0.75 * smoothstep(iris * 0.7, iris, r2)
      const lower = 0.75 + 0.75 * smoothstep(-iris, iris, dy)
      for (let i = 0; i < 3; i++) {
        let a = white[i] * edge
        a = mix(a, colours.iris[i] * fibre * ring * lower, disc)
        a = mix(a, 0.004, hole)
        finish.albedo[i] = a * shadow
      }
      finish.gloss = 0.05
      finish.sharpness = 60
      // The window in the eye, painted rather than traced so that both eyes always have one.
      finish.glow =
        0.85 * (1 - smoothstep(0.026, 0.042, Math.hypot(dx + 0.045, dy + 0.05))) +
        0.22 * (1 - smoothstep(0.014, 0.026, Math.hypot(dx - 0.05, dy - 0.055)))
    },
  }
}

/** Brows hair by hair, and lashes. */
export function browsAndLashes(head: Head, colours: FaceColours, group: number, seed: number): Strand[] {
  const f = head.shape
  const random = randomFrom(seed)
  const strands: Strand[] = []
  const k = head.place.unit
  const lift = (x: number, y: number, out: number): Vec3 => {
    const p = onFace(head.field, x, y)
    return head.toPixels([p[0], p[1], p[2] + out])
  }
  for (const side of [-1, 1]) {
    for (let i = 0; i < 420; i++) {
      const t = random()
      const [bx, by] = browAt(f, t)
      const thick = f.browThick * browTaper(t)
      const v = random() * 2 - 1
      const y = by + v * thick * 0.9
      // Hairs rise at the inner end, lie along the brow further out, and close in from above and below.
      const angle = mix(-0.7, 0.3, smoothstep(0, 0.5, t)) - v * 0.4 + (random() - 0.5) * 0.3
      const long = mix(0.09, 0.13, random()) * (t > 0.8 ? 0.8 : 1)
      const points = [0, 0.5, 1].map((q) =>
        lift(side * (bx + Math.cos(angle) * long * q), y + Math.sin(angle) * long * q, 0.012 + 0.012 * q),
      )
      const tint = 0.8 + 1.1 * random()
      strands.push({ points, width: 0.0095 * k, colour: scaled(colours.brow, tint), group })
    }
    const lid: Vec3[] = []
    for (let i = 0; i <= 16; i++) {
      const t = 0.03 + (0.97 * i) / 16
      lid.push(onLid(head, side, t, upperLid(f, t), 0.02))
    }
    strands.push({
      points: lid.slice().reverse(),
      width: 0.027 * k,
      colour: scaled(colours.brow, 0.45),
      group,
    })
    for (let i = 0; i < 62; i++) {
      const t = 0.1 + (0.9 * (i + random() * 0.6)) / 62
      const y = upperLid(f, t)
      const long = colours.lashes * (0.2 + 0.8 * t)
      const aim = (t - 0.3) * 1.5 + (random() - 0.5) * 0.25
      const points = [0, 0.5, 1].map((q) => {
        const p = onLid(head, side, t, y, 0.02 + 0.05 * q)
        return [
          p[0] + side * aim * long * q * k,
          p[1] - long * k * (q * 0.25 + 0.75 * q * q),
          p[2] + 4,
        ] as Vec3
      })
      strands.push({ points, width: 0.012 * k, colour: scaled(colours.brow, 0.4), group })
    }
  }
  return strands
}

const scaled = (c: Colour, k: number): Colour => [c[0] * k, c[1] * k, c[2] * k]

/** Point on the edge of a lid, which lies on a sphere around the eyeball. */
function onLid(head: Head, side: number, t: number, y: number, out: number): Vec3 {
  const f = head.shape
  const x = f.eyeX - f.eyeWidth + 2 * f.eyeWidth * t
  const r = EYE_RADIUS + 0.045
  const flat = (x - f.eyeX) ** 2 + (y - 0.005) ** 2
  const z = EYE_Z + Math.sqrt(Math.max(0.01, r * r - flat)) + out
  return head.toPixels([side * x, y, z])
}

/** 68 points of the face in pixels and the eyes, nose and ears of the body, from the same curves as the picture. */
export function headKeypoints(head: Head) {
  const inner = innerFacePoints(head.shape).map(([x, y]) => {
    const p = head.toPixels(onFace(head.field, x, y))
    return [p[0], p[1]] as const
  })
  const at = (p: Vec3) => head.toPixels(p).slice(0, 2) as [number, number]
  const f = head.shape
  return {
    face: [...jawLine(head), ...inner],
    nose: at(onFace(head.field, 0, f.noseY - 0.1)),
    rightEye: at([-f.eyeX + GAZE.x + 0.012, GAZE.y, EYE_Z + EYE_RADIUS]),
    leftEye: at([f.eyeX + GAZE.x - 0.012, GAZE.y, EYE_Z + EYE_RADIUS]),
    rightEar: at([-1.02, 0.22, -0.25]),
    leftEar: at([1.02, 0.22, -0.25]),
  }
}

/** 17 points along the lower outline of the face as the viewer sees it, from the viewer's left over the chin to the right. */
function jawLine(head: Head): [number, number][] {
  const { unit, roll } = head.place
  const [cx, cy] = head.toPixels([0, 0.1, 0.25])
  const points: [number, number][] = []
  for (let i = 0; i < 17; i++) {
    const angle = Math.PI * (1 - i / 16) + roll * DEGREES
    let inside = 0.3 * unit
    let outside = 2.2 * unit
    for (let step = 0; step < 30; step++) {
      const r = (inside + outside) / 2
      if (coversPixel(head, cx + Math.cos(angle) * r, cy + Math.sin(angle) * r)) inside = r
      else outside = r
    }
    const r = inside - 0.015 * unit // on the skin, not on the edge's mixed pixels
    points.push([cx + Math.cos(angle) * r, cy + Math.sin(angle) * r])
  }
  return points
}

/** Whether the face, without ears, covers a pixel. */
function coversPixel(head: Head, px: number, py: number): boolean {
  const { centre, unit } = head.place
  for (let z = 1.25; z > -0.4; z -= 0.04) {
    const [x, y, depth] = head.toHead(px, py, centre[2] + z * unit)
    if (depth > -0.05 && Math.abs(x) < 0.97 && head.field(x, y, depth) < 0) return true
  }
  return false
}
