import {
  bell,
  clamp,
  ellipsoid,
  type Field,
  mix,
  roundCone,
  smoothMax,
  smoothMin,
  smoothstep,
  sphere,
  type Vec3,
} from './sculpt/field'

/**
 * The head in its own space: unit = half the width of the face, x right in the picture, y down, z out of the face,
 * origin between the eyes. Lids, lips and brows are curves over the x axis; the sculpture, the paint and the
 * keypoints all read the same curves.
 */
export interface FaceShape {
  /** Half distance of the pupils, half width and half height of an eye's opening. */
  eyeX: number
  eyeWidth: number
  eyeOpen: number
  /** Outer corner of the eye above the inner one. */
  eyeSlant: number
  browY: number
  browArch: number
  browThick: number
  noseY: number
  noseWidth: number
  noseOut: number
  mouthY: number
  mouthWidth: number
  upperLip: number
  lowerLip: number
  /** Corners of the mouth above its middle. */
  smile: number
  chinY: number
  jawWidth: number
  cheek: number
  /** Whether the ears show; hair hides them otherwise. */
  ears: boolean
  /** Depth of lines at mouth, eyes and forehead, 0…1. */
  age: number
}

/** Where the pupils look, in head units. */
export const GAZE = { x: 0, y: -0.03 }
export const EYE_Z = 0.56
export const EYE_RADIUS = 0.31

/** Height of the lid over a place along the eye, t = 0 at the inner corner … 1 at the outer one. */
export const upperLid = (f: FaceShape, t: number): number =>
  mix(0.035, 0.035 - f.eyeSlant, t) - f.eyeOpen * 1.25 * lidArc(t, 0.46)
export const lowerLid = (f: FaceShape, t: number): number =>
  mix(0.035, 0.035 - f.eyeSlant, t) + f.eyeOpen * 0.54 * lidArc(t, 0.58)

/** An arch from 0 over 1 at `peak` back to 0, steep at the ends. */
function lidArc(t: number, peak: number): number {
  if (t <= 0 || t >= 1) return 0
  const s = t < peak ? t / peak : (1 - t) / (1 - peak)
  return 1 - (1 - s) ** 2.1
}

/** Place along an eye of a point at distance `x` from the middle of the face. */
export const alongEye = (f: FaceShape, x: number): number =>
  (Math.abs(x) - (f.eyeX - f.eyeWidth)) / (2 * f.eyeWidth)

/** Brow as seen from the middle outwards, t = 0…1. */
export const browAt = (f: FaceShape, t: number): readonly [number, number] => {
  const x = mix(0.15, 0.8, t)
  const rise = f.browArch * (1 - ((t - 0.62) / 0.62) ** 2 * (t < 0.62 ? 1 : 2.2))
  return [x, f.browY + 0.03 * (1 - t) - rise]
}

/** How much of a brow covers a place of the face, 0…1. */
export function browMask(f: FaceShape, x: number, y: number): number {
  const t = (Math.abs(x) - 0.15) / 0.65
  if (t < -0.05 || t > 1.02) return 0
  const [, middle] = browAt(f, clamp(t))
  const thick = f.browThick * browTaper(clamp(t))
  return (
    smoothstep(1.25, 0.35, Math.abs(y - middle) / thick) *
    smoothstep(-0.05, 0.12, t) *
    smoothstep(1.02, 0.8, t)
  )
}
/** Thickness along a brow relative to its thickest place. */
export const browTaper = (t: number): number => (0.6 + 0.4 * smoothstep(0, 0.3, t)) * smoothstep(1.15, 0.5, t)

/** Upper edge of the upper lip, seam, and lower edge of the lower lip at |x| / mouthWidth = s. */
export const lipTop = (f: FaceShape, s: number): number => {
  const bow = bell(s, 0.16) * 0.2 - bell(s - 0.24, 0.2) * 0.08
  return corner(f, s) - f.upperLip * (1 - s ** 2.2) ** 0.75 * (1 - bow)
}
export const lipSeam = (f: FaceShape, s: number): number =>
  corner(f, s) + 0.018 * bell(s, 0.22) - 0.012 * bell(s - 0.45, 0.25)
export const lipBottom = (f: FaceShape, s: number): number =>
  corner(f, s) + f.lowerLip * (1 - s ** 2.4) ** 0.8
const corner = (f: FaceShape, s: number): number => f.mouthY - f.smile * (s ** 2.2 - 0.15)
/** 0 outside the lips, 1 on them, soft over about a pixel. */
export function lipMask(f: FaceShape, x: number, y: number): number {
  const s = Math.abs(x) / f.mouthWidth
  if (s >= 1) return 0
  const soft = 0.016
  return smoothstep(-soft, soft, y - lipTop(f, s)) * smoothstep(-soft, soft, lipBottom(f, s) - y)
}

/** The head without eyeballs and ears' hair; one continuous skin. */
export function headField(f: FaceShape): Field {
  const cranium = ellipsoid([0, -0.42, -0.35], [1.0, 1.2, 1.2])
  const face = ellipsoid([0, 0.34, 0.06], [0.88, 1.1, 0.88])
  const jaw = ellipsoid([0, f.chinY - 0.62, 0.1], [f.jawWidth, 0.62, 0.74])
  const chin = ellipsoid([0, f.chinY - 0.22, 0.6], [0.23, 0.21, 0.24])
  const muzzle = ellipsoid([0, f.mouthY, 0.6], [0.44, 0.34, 0.36])
  const cheek = ellipsoid([0.5, 0.42, 0.58], [0.32, 0.26, 0.26 + f.cheek])
  const ridge = roundCone([0.16, f.browY + 0.03, 0.85], [0.62, f.browY, 0.66], 0.09, 0.07)
  const socket = ellipsoid([f.eyeX - 0.03, 0.0, 1.02], [0.3, 0.19, 0.26])
  const bridge = roundCone([0, -0.12, 0.77], [0, f.noseY - 0.12, 0.97 + f.noseOut], 0.06, 0.105)
  const tip = ellipsoid([0, f.noseY - 0.1, 0.98 + f.noseOut], [0.145, 0.13, 0.15])
  const wing = ellipsoid([f.noseWidth * 0.66, f.noseY - 0.05, 0.85 + f.noseOut * 0.45], [0.095, 0.085, 0.155])
  const nostril = ellipsoid(
    [f.noseWidth * 0.42, f.noseY + 0.035, 0.99 + f.noseOut * 0.5],
    [0.07, 0.032, 0.12],
  )
  const eyelid = sphere([f.eyeX, 0.005, EYE_Z], EYE_RADIUS + 0.045)
  const ear = ellipsoid([1.0, 0.22, -0.28], [0.1, 0.32, 0.2])
  const earHollow = ellipsoid([1.06, 0.18, -0.1], [0.06, 0.19, 0.1])

  return (px, y, z) => {
    // The skull is symmetric; asymmetry comes from pose, light and hair. Rounded, so that the middle has no crease.
    const x = Math.sqrt(px * px + 0.0012)
    let d = smoothMin(cranium(x, y, z), face(x, y, z), 0.3)
    d = smoothMin(d, jaw(x, y, z), 0.3)
    d = smoothMin(d, chin(x, y, z), 0.22)
    d = smoothMin(d, muzzle(x, y, z), 0.22)
    d = smoothMin(d, cheek(x, y, z), 0.3)
    if (z > 0.2) {
      d = smoothMin(d, ridge(x, y, z), 0.16)
      d = smoothMax(d, -socket(x, y, z), 0.2)
      d = smoothMin(d, bridge(x, y, z), 0.2)
      d = smoothMin(d, tip(x, y, z), 0.1)
      d = smoothMin(d, wing(x, y, z), 0.1)
      d = smoothMax(d, -nostril(x, y, z), 0.03)
      // Towards the temple the lid sinks into the skull without an edge.
      d = smoothMin(d, eyelid(x, y, z), 0.09 + 0.2 * smoothstep(0.06, 0.3, x - f.eyeX))
      d -= relief(f, x, y) * smoothstep(0.2, 0.45, z)
      d = smoothMax(d, -eyeOpening(f, x, y), 0.012)
    }
    if (!f.ears) return d
    const ears = smoothMax(ear(x, y + 0.1 * (z + 0.28), z), -earHollow(x, y, z), 0.05)
    return smoothMin(d, ears, 0.06)
  }
}

/** Distance to the cut between the lids, negative inside; only in front of the eyeball's middle. */
function eyeOpening(f: FaceShape, x: number, y: number): number {
  const t = alongEye(f, x)
  const side = Math.max(-t, t - 1) * 2 * f.eyeWidth
  const nearest = clamp(t)
  if (side > 0) return Math.hypot(side, y - upperLid(f, nearest))
  return Math.max(upperLid(f, t) - y, y - lowerLid(f, t)) * 0.85
}

/** Fine sculpture of the skin as height over the smooth head. */
function relief(f: FaceShape, x: number, y: number): number {
  let h = 0
  const s = x / f.mouthWidth
  if (s < 1.25) {
    const inside = Math.min(s, 1)
    const top = lipTop(f, inside)
    const seam = lipSeam(f, inside)
    const bottom = lipBottom(f, inside)
    const fade = smoothstep(1.0, 0.75, s)
    if (y > top && y < seam) h += 0.05 * fade * Math.sin((Math.PI * 0.62 * (y - top)) / (seam - top) + 0.12)
    if (y >= seam && y < bottom)
      h += 0.062 * fade * Math.sin(Math.PI * (0.16 + (0.84 * (y - seam)) / (bottom - seam)))
    h -= 0.05 * bell(y - seam, 0.02) * smoothstep(1.08, 0.9, s)
    h -=
      0.022 * bell(x, 0.045) * smoothstep(f.noseY, f.noseY + 0.08, y) * smoothstep(top + 0.03, top - 0.05, y)
  }
  h -= 0.02 * Math.exp(-(((x - f.mouthWidth * 1.02) / 0.06) ** 2) - ((y - corner(f, 1)) / 0.06) ** 2) // corner of the mouth
  h -= 0.03 * bell(x, 0.26) * bell(y - f.mouthY - f.lowerLip - 0.07, 0.06) // under the lower lip
  // Fold of the upper lid, and the bag below the lower one.
  const t = alongEye(f, x)
  if (t > -0.2 && t < 1.25) {
    const near = smoothstep(-0.08, 0.16, t) * smoothstep(1.25, 0.95, t)
    const fold = upperLid(f, clamp(t, 0.04, 0.96)) - 0.062 - 0.03 * clamp(t)
    h -= 0.022 * near * bell(y - fold, 0.018)
    const bag = lowerLid(f, clamp(t, 0.1, 0.9)) + 0.13 - 0.05 * Math.abs(t - 0.5)
    h -= (0.006 + 0.02 * f.age) * near * bell(y - bag, 0.035)
  }
  // From the nose's wing past the corner of the mouth.
  const fall = (y - (f.noseY - 0.04)) / (f.mouthY + 0.1 - f.noseY)
  if (fall > -0.1 && fall < 1.25) {
    const at = f.noseWidth + 0.08 + (f.mouthWidth + 0.1 - f.noseWidth - 0.08) * clamp(fall) ** 0.8
    h -=
      (0.012 + 0.03 * f.age) * bell(x - at, 0.05) * smoothstep(-0.1, 0.12, fall) * smoothstep(1.25, 0.8, fall)
  }
  if (f.age > 0.2) {
    const front = smoothstep(0.62, 0.3, x) * f.age
    for (const line of [-0.58, -0.7, -0.83]) h -= 0.011 * front * bell(y - line + 0.04 * x * x, 0.014)
    const crow = x - (f.eyeX + f.eyeWidth)
    if (crow > 0.02 && crow < 0.25) {
      const fade = f.age * smoothstep(0.02, 0.07, crow) * smoothstep(0.25, 0.12, crow)
      for (const slope of [-0.45, -0.05, 0.4]) h -= 0.012 * fade * bell(y - 0.01 - slope * crow, 0.013)
    }
  }
  return h
}

/** Point of the skin above (x, y) in head space; halfway down the head where there is none. */
export function onFace(field: Field, x: number, y: number): Vec3 {
  let z = 1.7
  for (let i = 0; i < 200; i++) {
    const d = field(x, y, z)
    if (d < 0.0005) break
    z -= d * 0.7
    if (z < 0) return [x, y, 0]
  }
  return [x, y, z]
}

/** The 68 points of the face in iBUG order without the jaw (which is a silhouette): 51 points, head space. */
export function innerFacePoints(f: FaceShape): [number, number][] {
  const brow = [0.02, 0.27, 0.52, 0.76, 0.99].map((t) => browAt(f, t))
  const points: [number, number][] = []
  for (const [x, y] of [...brow].reverse()) points.push([-x, y])
  for (const [x, y] of brow) points.push([x, y])
  for (const t of [0, 1 / 3, 2 / 3, 1]) points.push([0, mix(-0.02, f.noseY - 0.12, t)])
  for (const t of [-1, -0.5, 0, 0.5, 1]) points.push([t * f.noseWidth * 0.86, f.noseY + 0.04 - 0.045 * t * t])
  for (const side of [-1, 1]) {
    const at = (t: number, lid: typeof upperLid): [number, number] => [
      side * (f.eyeX - f.eyeWidth + 2 * f.eyeWidth * t),
      lid(f, t),
    ]
    const upper = [0, 0.3, 0.68, 1].map((t) => at(t, upperLid))
    const lower = [0.68, 0.3].map((t) => at(t, lowerLid))
    if (side < 0) points.push(...[...upper].reverse(), ...[...lower].reverse())
    else points.push(...upper, ...lower)
  }
  const lip = (s: number, edge: typeof lipTop): [number, number] => [s * f.mouthWidth, edge(f, Math.abs(s))]
  for (const s of [-1, -0.62, -0.24, 0, 0.24, 0.62, 1]) points.push(lip(s, lipTop))
  for (const s of [0.62, 0.28, 0, -0.28, -0.62]) points.push(lip(s, lipBottom))
  // The mouth is shut: the inner contour of both lips is the seam.
  for (const s of [-0.84, -0.32, 0, 0.32, 0.84, 0.32, 0, -0.32]) points.push(lip(s, lipSeam))
  return points
}
