/** What the face is painted with when eyes close and lips open: skin without the eye, lips without teeth. */
import { pullPush } from './fill'
import { clamp, signedDistance } from './geometry'
import { EYES, isVisible, LIPS_END, type Measures, MOUTH_INNER, MOUTH_OUTER } from './keypoints'
import { blur, growMask, toBytes } from './planes'
import type { Box, EyeRig, MouthRig } from './rig'

/** The rectangle around some points, grown and cut to the portrait. */
export function boxAround(xs: number[], ys: number[], grow: number, width: number, height: number): Box {
  const left = clamp(Math.floor(Math.min(...xs) - grow), 0, width - 1)
  const top = clamp(Math.floor(Math.min(...ys) - grow), 0, height - 1)
  const right = clamp(Math.ceil(Math.max(...xs) + grow), 0, width - 1)
  const bottom = clamp(Math.ceil(Math.max(...ys) + grow), 0, height - 1)
  return { left, top, width: right - left + 1, height: bottom - top + 1 }
}

/** Copies a rectangle out of an RGB picture. */
export function crop(rgb: Uint8Array, width: number, box: Box): Uint8Array {
  const out = new Uint8Array(box.width * box.height * 3)
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * 3
    out.set(rgb.subarray(from, from + box.width * 3), y * box.width * 3)
  }
  return out
}

/** One entry per visible eye. */
export function eyePlates(rgb: Uint8Array, width: number, height: number, points: Float32Array): EyeRig[] {
  const eyes: EyeRig[] = []
  for (const first of EYES) {
    if (![0, 1, 2, 3, 4, 5].every((k) => isVisible(points, first + k))) continue
    const eye = eyePlate(rgb, width, height, points, first)
    if (eye) eyes.push(eye)
  }
  return eyes
}

/** Mean distance of the upper lid points above the lower ones, in px. */
export function lidGap(points: ArrayLike<number>, first: number): number {
  const ax = points[3 * first]
  const ay = points[3 * first + 1]
  const dx = points[3 * (first + 3)] - ax
  const dy = points[3 * (first + 3) + 1] - ay
  const length = Math.max(1e-6, Math.hypot(dx, dy))
  const off = (k: number) =>
    ((points[3 * (first + k)] - ax) * -dy + (points[3 * (first + k) + 1] - ay) * dx) / length
  return Math.abs((off(4) + off(5)) / 2 - (off(1) + off(2)) / 2)
}

function eyePlate(
  rgb: Uint8Array,
  width: number,
  height: number,
  points: Float32Array,
  first: number,
): EyeRig | null {
  const xs = [0, 1, 2, 3, 4, 5].map((k) => points[3 * (first + k)])
  const ys = [0, 1, 2, 3, 4, 5].map((k) => points[3 * (first + k) + 1])
  const dx = xs[3] - xs[0]
  const dy = ys[3] - ys[0]
  const half = Math.hypot(dx, dy) / 2
  if (half < 2) return null
  const cx = (xs[0] + xs[3]) / 2
  const cy = (ys[0] + ys[3]) / 2
  const box = boxAround([cx], [cy], 1.9 * half, width, height)
  const pixels = crop(rgb, width, box)
  const n = box.width * box.height
  const ellipse = (scale: number) => ({
    kind: 'ellipse' as const,
    x: cx - box.left,
    y: cy - box.top,
    rx: 1.38 * half * scale,
    ry: 0.85 * half * scale,
    ux: -dy / (2 * half),
    uy: dx / (2 * half),
  })
  const ring: number[] = []
  let darkest = Number.POSITIVE_INFINITY
  let lash = [40, 25, 20]
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      const i = y * box.width + x
      if (signedDistance(ellipse(1), x, y) > 0 && signedDistance(ellipse(1.32), x, y) <= 0) ring.push(i)
      if (signedDistance(ellipse(0.85), x, y) > 0) continue
      const sum = pixels[3 * i] + pixels[3 * i + 1] + pixels[3 * i + 2]
      if (sum < darkest) {
        darkest = sum
        lash = [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]]
      }
    }
  }
  const skin = lighterHalfMedian(pixels, ring)
  const known = new Uint8Array(n)
  for (const i of ring) {
    const off =
      Math.abs(pixels[3 * i] - skin[0]) +
      Math.abs(pixels[3 * i + 1] - skin[1]) +
      Math.abs(pixels[3 * i + 2] - skin[2])
    if (off < 75) known[i] = 1
  }
  const filled = known.includes(1) ? pullPush(pixels, known, box.width, box.height) : null
  const plate = new Uint8Array(n * 3)
  for (let i = 0; i < 3 * n; i++) plate[i] = Math.round(filled ? filled[i] : skin[i % 3])
  return { first, box, plate: soften(plate, box), lash, gap: lidGap(points, first) }
}

/** Blurs a plate a little: the membrane keeps noise of the ring. */
function soften(plate: Uint8Array, box: Box): Uint8Array {
  const out = new Uint8Array(plate.length)
  const plane = new Float32Array(box.width * box.height)
  for (let k = 0; k < 3; k++) {
    for (let i = 0; i < plane.length; i++) plane[i] = plate[3 * i + k]
    const smooth = blur(plane, box.width, box.height, Math.max(1, box.width / 30))
    for (let i = 0; i < plane.length; i++) out[3 * i + k] = Math.round(smooth[i])
  }
  return out
}

function lighterHalfMedian(pixels: Uint8Array, list: number[]): number[] {
  const sum = (i: number) => pixels[3 * i] + pixels[3 * i + 1] + pixels[3 * i + 2]
  const sorted = [...list].sort((p, q) => sum(p) - sum(q))
  const i = sorted[Math.floor(sorted.length * 0.75)] ?? 0
  return [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]]
}

/** @param opening 0…1 at the portrait's size, soft */
export function mouthPlate(
  rgb: Uint8Array,
  width: number,
  height: number,
  points: Float32Array,
  measures: Measures,
  opening: Float32Array,
  open: boolean,
): MouthRig {
  const xs: number[] = []
  const ys: number[] = []
  for (let i = MOUTH_OUTER; i < LIPS_END; i++) {
    if (!isVisible(points, i)) continue
    xs.push(points[3 * i])
    ys.push(points[3 * i + 1])
  }
  const m = Math.max(...xs) - Math.min(...xs)
  const box = boxAround(xs, ys, 0.3 * m, width, height)
  const pixels = crop(rgb, width, box)
  const n = box.width * box.height
  const soft = new Float32Array(n)
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++)
      soft[y * box.width + x] = opening[(box.top + y) * width + box.left + x]
  }
  const hard = new Uint8Array(n)
  for (let i = 0; i < n; i++) hard[i] = soft[i] > 0.4 ? 1 : 0
  const grown = growMask(hard, box.width, box.height, Math.max(1.5, 0.04 * m))
  const clean = pixels.slice()
  if (open) {
    const known = grown.map((v) => (v ? 0 : 1))
    const filled = pullPush(pixels, known, box.width, box.height)
    for (let i = 0; i < 3 * n; i++) if (grown[Math.floor(i / 3)]) clean[i] = Math.round(filled[i])
  }
  const feather = blur(Float32Array.from(grown), box.width, box.height, 0.8)
  let pale = 0
  let inside = 0
  for (let i = 0; i < n; i++) {
    if (!hard[i]) continue
    inside++
    if (pixels[3 * i] + pixels[3 * i + 1] + pixels[3 * i + 2] > 330) pale++
  }
  return {
    box,
    opening: toBytes(feather),
    clean,
    open,
    teeth: open && pale > 0.25 * inside,
    lip: lipColour(rgb, width, height, points),
    bright: brightFace(rgb, width, height, measures),
  }
}

/** Mean colour halfway between outer and inner lower lip. */
function lipColour(rgb: Uint8Array, width: number, height: number, points: Float32Array): number[] {
  const colour = [0, 0, 0]
  let n = 0
  for (const [outer, inner] of [
    [8, 5],
    [9, 6],
    [10, 7],
  ]) {
    const o = MOUTH_OUTER + outer
    const i = MOUTH_INNER + inner
    if (!isVisible(points, o) || !isVisible(points, i)) continue
    const x = Math.round((points[3 * o] + points[3 * i]) / 2)
    const y = Math.round((points[3 * o + 1] + points[3 * i + 1]) / 2)
    if (x < 0 || y < 0 || x >= width || y >= height) continue
    for (let k = 0; k < 3; k++) colour[k] += rgb[3 * (y * width + x) + k]
    n++
  }
  return n > 0 ? colour.map((v) => v / n) : [150, 80, 75]
}

/** 85th percentile of luminance (0…255) in the face: how bright teeth are lit. */
function brightFace(
  rgb: Uint8Array,
  width: number,
  height: number,
  { chin, upX, upY, faceHeight, faceWidth }: Measures,
): number {
  const values: number[] = []
  const r = 0.35 * faceWidth
  const cx = chin[0] + 0.6 * faceHeight * upX
  const cy = chin[1] + 0.6 * faceHeight * upY
  for (let y = Math.max(0, Math.ceil(cy - r)); y < Math.min(height, cy + r); y++) {
    for (let x = Math.max(0, Math.ceil(cx - r)); x < Math.min(width, cx + r); x++) {
      const i = 3 * (y * width + x)
      values.push(0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2])
    }
  }
  values.sort((p, q) => p - q)
  return values[Math.floor(values.length * 0.85)] ?? 200
}
