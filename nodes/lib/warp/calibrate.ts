/** Moves the face points of the first pose to where lips and eyes really are in the portrait. */
import { clamp, signedDistance } from './geometry'
import { EYES, isVisible, LIPS_END, type Measures, MOUTH_INNER, MOUTH_OUTER } from './keypoints'
import type { LabPicture } from './lab'
import { sampleAt } from './planes'

export interface Calibration {
  /** Frame with corrected points, 134 × (x, y, score). */
  points: Float32Array
  /** The opening of the mouth (teeth, dark inside), 1 = open; all 0 when the lips are shut. */
  opening: Uint8Array
  open: boolean
}

/** @param points one frame in pixels of `lab` */
export function calibrate(points: Float32Array, lab: LabPicture, measures: Measures): Calibration {
  const out = points.slice()
  for (const first of EYES) calibrateEye(out, lab, first)
  const { opening, open } = calibrateMouth(out, lab, measures)
  return { points: out, opening, open }
}

function shift(points: Float32Array, from: number, to: number, dx: number, dy: number): void {
  for (let i = from; i < to; i++) {
    points[3 * i] += dx
    points[3 * i + 1] += dy
  }
}

/** Draws the six points of an eye towards the centre of its dark parts (iris, lashes). */
function calibrateEye(points: Float32Array, lab: LabPicture, first: number): void {
  if (![0, 1, 2, 3, 4, 5].every((k) => isVisible(points, first + k))) return
  const ax = points[3 * first]
  const ay = points[3 * first + 1]
  const dx = points[3 * (first + 3)] - ax
  const dy = points[3 * (first + 3) + 1] - ay
  const width = Math.hypot(dx, dy)
  if (width < 6) return
  const cx = ax + dx / 2
  const cy = ay + dy / 2
  let brightest = 0
  const visit = (use: (x: number, y: number, l: number) => void) => {
    for (let v = -0.42; v <= 0.42; v += 1 / width) {
      for (let u = -0.6; u <= 0.6; u += 1 / width) {
        const x = cx + u * dx - v * dy
        const y = cy + u * dy + v * dx
        use(x, y, sampleAt(lab.l, lab.width, lab.height, x, y))
      }
    }
  }
  visit((_x, _y, l) => (brightest = Math.max(brightest, l)))
  let sx = 0
  let sy = 0
  let sum = 0
  visit((x, y, l) => {
    const dark = (brightest - l) ** 2
    sx += dark * (x - cx)
    sy += dark * (y - cy)
    sum += dark
  })
  if (sum <= 0) return
  const limit = (v: number) => clamp(0.6 * (v / sum), -0.25 * width, 0.25 * width)
  shift(points, first, first + 6, limit(sx), limit(sy))
}

function calibrateMouth(
  points: Float32Array,
  lab: LabPicture,
  { upX, upY }: Measures,
): { opening: Uint8Array; open: boolean } {
  const opening = new Uint8Array(lab.width * lab.height)
  for (let i = MOUTH_OUTER; i < LIPS_END; i++) if (!isVisible(points, i)) return { opening, open: false }
  const at = (i: number) => [points[3 * i], points[3 * i + 1]]
  const [ax, ay] = at(MOUTH_OUTER)
  const [bx, by] = at(MOUTH_OUTER + 6)
  const m = Math.hypot(bx - ax, by - ay)
  let gap = 0
  for (const k of [1, 2, 3]) {
    const upper = at(MOUTH_INNER + k)
    const lower = at(MOUTH_INNER + 8 - k)
    gap += ((upper[0] - lower[0]) * upX + (upper[1] - lower[1]) * upY) / 3
  }
  if (gap <= 0.1 * m) {
    shiftToLipLine(points, lab, m, upX, upY)
    return { opening, open: false }
  }
  const found = findOpening(points, lab, m, opening)
  if (found) fitInnerLips(points, found, upX, upY, m)
  return { opening, open: found !== null }
}

/** Shut lips meet in the darkest line near the points. */
function shiftToLipLine(points: Float32Array, lab: LabPicture, m: number, upX: number, upY: number): void {
  const moves: number[] = []
  for (let k = 1; k < 20; k++) {
    const t = 0.15 + (0.7 * k) / 20
    const x0 = points[3 * MOUTH_INNER] * (1 - t) + points[3 * (MOUTH_INNER + 4)] * t
    const y0 = points[3 * MOUTH_INNER + 1] * (1 - t) + points[3 * (MOUTH_INNER + 4) + 1] * t
    let best = Number.POSITIVE_INFINITY
    let move = 0
    for (let d = -0.12 * m; d <= 0.12 * m; d += 0.5) {
      const l = sampleAt(lab.l, lab.width, lab.height, x0 + d * upX, y0 + d * upY)
      if (l < best) {
        best = l
        move = d
      }
    }
    moves.push(move)
  }
  moves.sort((p, q) => p - q)
  const d = moves[moves.length >> 1]
  shift(points, MOUTH_OUTER, LIPS_END, d * upX, d * upY)
}

/** Pixels between the lips that are teeth (bright, pale) or the dark inside; the part nearest the centre. */
function findOpening(
  points: Float32Array,
  { width, height, l, a, b }: LabPicture,
  m: number,
  opening: Uint8Array,
): number[] | null {
  const outline: [number, number][] = []
  for (let i = MOUTH_OUTER; i < MOUTH_INNER; i++) outline.push([points[3 * i], points[3 * i + 1]])
  const region: number[] = []
  for (let y = 0; y < height; y++) {
    if (outline.every((p) => Math.abs(p[1] - y) > 0.6 * m)) continue
    for (let x = 0; x < width; x++) {
      if (outline.every((p) => Math.abs(p[0] - x) > 0.6 * m)) continue
      if (signedDistance({ kind: 'polygon', points: outline, grow: 0.08 * m }, x, y) <= 0)
        region.push(y * width + x)
    }
  }
  if (region.length < 20) return null
  const sortedA = region.map((i) => a[i]).sort((p, q) => p - q)
  const sortedL = region.map((i) => l[i]).sort((p, q) => p - q)
  const medianA = sortedA[sortedA.length >> 1]
  const bright = sortedL[Math.floor(sortedL.length * 0.8)]
  const candidate = new Uint8Array(width * height)
  for (const i of region) {
    const pale = a[i] < medianA - 2 && l[i] > 0.5 * bright && Math.hypot(a[i], b[i]) < 0.4 * l[i]
    if (pale || l[i] < 0.3 * bright) candidate[i] = 1
  }
  let cx = 0
  let cy = 0
  for (let i = MOUTH_INNER; i < LIPS_END; i++) {
    cx += points[3 * i] / 8
    cy += points[3 * i + 1] / 8
  }
  let start = -1
  let nearest = 0.35 * m
  for (const i of region) {
    if (!candidate[i]) continue
    const d = Math.hypot((i % width) - cx, Math.floor(i / width) - cy)
    if (d < nearest) {
      nearest = d
      start = i
    }
  }
  if (start < 0) return null
  const found = [start]
  opening[start] = 1
  for (let k = 0; k < found.length; k++) {
    const i = found[k]
    for (const j of [
      i - 1,
      i + 1,
      i - width,
      i + width,
      i - width - 1,
      i - width + 1,
      i + width - 1,
      i + width + 1,
    ]) {
      if (candidate[j] && !opening[j]) {
        opening[j] = 1
        found.push(j)
      }
    }
  }
  const packed = found.flatMap((i) => [i % width, Math.floor(i / width)])
  if (found.length < 0.01 * m * m) {
    opening.fill(0)
    return null
  }
  return packed
}

/** Scales and shifts the inner lips so that their box is the box of the opening. */
function fitInnerLips(points: Float32Array, found: number[], upX: number, upY: number, m: number): void {
  // Across (to the right) and down, in the head's own directions.
  const across = (x: number, y: number) => -x * upY + y * upX
  const down = (x: number, y: number) => -(x * upX + y * upY)
  const box = (list: [number, number][]) => {
    const u = list.map((p) => p[0])
    const v = list.map((p) => p[1])
    return { u0: Math.min(...u), u1: Math.max(...u), v0: Math.min(...v), v1: Math.max(...v) }
  }
  const pixels: [number, number][] = []
  for (let k = 0; k < found.length; k += 2)
    pixels.push([across(found[k], found[k + 1]), down(found[k], found[k + 1])])
  const lips: [number, number][] = []
  for (let i = MOUTH_INNER; i < LIPS_END; i++) {
    lips.push([across(points[3 * i], points[3 * i + 1]), down(points[3 * i], points[3 * i + 1])])
  }
  const want = box(pixels)
  const have = box(lips)
  const ku = clamp((want.u1 - want.u0 + 1) / Math.max(1, have.u1 - have.u0), 0.8, 1.5)
  const kv = clamp((want.v1 - want.v0 + 1) / Math.max(1, have.v1 - have.v0), 0.7, 1.6)
  const cu = (have.u0 + have.u1) / 2
  const cv = (have.v0 + have.v1) / 2
  const mu = clamp((want.u0 + want.u1) / 2 - cu, -0.15 * m, 0.15 * m)
  const mv = clamp((want.v0 + want.v1) / 2 - cv, -0.15 * m, 0.15 * m)
  for (let k = 0; k < 8; k++) {
    const du = cu + (lips[k][0] - cu) * ku + mu - lips[k][0]
    const dv = cv + (lips[k][1] - cv) * kv + mv - lips[k][1]
    points[3 * (MOUTH_INNER + k)] += -upY * du - upX * dv
    points[3 * (MOUTH_INNER + k) + 1] += upX * du - upY * dv
  }
  // Outer lips follow the shift only: scaled upright they would run into the nose.
  shift(points, MOUTH_OUTER, MOUTH_INNER, -upY * mu - upX * mv, upX * mu - upY * mv)
}
