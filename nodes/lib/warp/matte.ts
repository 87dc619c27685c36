/** Splits a picture into an object and its surroundings: colour histograms, two geodesic fronts, a guided filter. */
import { geodesicDistance, WALL } from './geodesic'
import { clamp } from './geometry'
import type { LabPicture } from './lab'
import { blur, boxMean } from './planes'

const BINS = 16
/** Weight of the expected shape, per px of way; an edge of ΔE 10 costs 0.4. */
const SHAPE = 0.3

/** Histogram cell of each pixel: Lab in 16³ (colour axes ±64). */
function histogramCells(lab: LabPicture): Uint16Array {
  const cells = new Uint16Array(lab.l.length)
  for (let i = 0; i < cells.length; i++) {
    const l = clamp(Math.floor((lab.l[i] / 100) * BINS), 0, BINS - 1)
    const a = clamp(Math.floor((lab.a[i] + 64) / 8), 0, BINS - 1)
    const b = clamp(Math.floor((lab.b[i] + 64) / 8), 0, BINS - 1)
    cells[i] = (l * BINS + a) * BINS + b
  }
  return cells
}

/** Blurs a 16³ histogram with [1 2 1] along each axis and makes it sum to 1. */
function smoothHistogram(counts: Float32Array): Float32Array {
  let h = counts
  for (const step of [1, BINS, BINS * BINS]) {
    const out = new Float32Array(h.length)
    for (let i = 0; i < h.length; i++) {
      const at = Math.floor(i / step) % BINS
      out[i] = 2 * h[i] + (at > 0 ? h[i - step] : h[i]) + (at < BINS - 1 ? h[i + step] : h[i])
    }
    h = out
  }
  let sum = 0
  for (const v of h) sum += v
  if (sum > 0) for (let i = 0; i < h.length; i++) h[i] /= sum
  return h
}

/** Probability by colour that a pixel is like `object` rather than like `others`, 0…1. */
export function colourLikelihood(lab: LabPicture, object: Uint8Array, others: Uint8Array): Float32Array {
  const cells = histogramCells(lab)
  const f = new Float32Array(BINS ** 3)
  const b = new Float32Array(BINS ** 3)
  for (let i = 0; i < cells.length; i++) {
    if (object[i]) f[cells[i]]++
    else if (others[i]) b[cells[i]]++
  }
  const fs = smoothHistogram(f)
  const bs = smoothHistogram(b)
  const likely = new Float32Array(cells.length)
  for (let i = 0; i < likely.length; i++) {
    const cell = cells[i]
    likely[i] = (fs[cell] + 1e-6) / (fs[cell] + bs[cell] + 2e-6)
  }
  return likely
}

export interface Split {
  /** 1 = object. */
  inside: Uint8Array
  /** Probability by colour alone that a pixel belongs to the object. */
  likely: Float32Array
}

/**
 * @param object  seeds that surely belong to the object
 * @param outside seeds that surely do not
 * @param near    pixels whose colours stand for the surroundings (a subset of `outside`)
 * @param lambda  weight of colour against edges: 0.8 for a person, 0.6 for an arm on a body
 * @param shape   0…1: how likely a pixel is object by its place alone; decides where colours and edges are silent
 */
export function splitObject(
  lab: LabPicture,
  object: Uint8Array,
  outside: Uint8Array,
  near: Uint8Array,
  lambda: number,
  shape?: Float32Array,
): Split {
  const { width, height, gradient } = lab
  const n = width * height
  const cells = histogramCells(lab)
  const inside = object.slice()
  const likely = new Float32Array(n)
  const costIn = new Float32Array(n)
  const costOut = new Float32Array(n)
  for (let round = 0; round < 2; round++) {
    const f = new Float32Array(BINS ** 3)
    const b = new Float32Array(BINS ** 3)
    for (let i = 0; i < n; i++) {
      if (inside[i]) f[cells[i]]++
      else if (round === 0 ? near[i] : near[i] || !outside[i]) b[cells[i]]++
    }
    const fs = smoothHistogram(f)
    const bs = smoothHistogram(b)
    for (let i = 0; i < n; i++) {
      const fv = fs[cells[i]] + 1e-6
      const p = fv / (fv + bs[cells[i]] + 1e-6)
      likely[i] = p
      const edge = 0.02 + Math.min(1.5, gradient[i] / 12)
      // Seeds of the other side are walls: no front may run through them.
      const s = shape ? shape[i] : 0.5
      costIn[i] = outside[i] ? WALL : edge + lambda * (1 - p) + SHAPE * (1 - s)
      costOut[i] = object[i] ? WALL : outside[i] ? 0.01 : edge + lambda * p + SHAPE * s
    }
    const dIn = geodesicDistance(object, costIn, width, height)
    const dOut = geodesicDistance(outside, costOut, width, height)
    for (let i = 0; i < n; i++) inside[i] = object[i] || (!outside[i] && dIn[i] < dOut[i]) ? 1 : 0
  }
  return { inside, likely }
}

/**
 * Linear model alpha ≈ a·L + b in small windows (guided filter, He et al.), so that a soft edge follows the picture's.
 * The two planes may be enlarged and applied to a larger lightness plane.
 */
export function guidedCoefficients(
  alpha: Float32Array,
  lightness: Float32Array,
  width: number,
  height: number,
  r: number,
): { a: Float32Array; b: Float32Array } {
  const epsilon = 1e-4
  const n = alpha.length
  const guide = new Float32Array(n)
  const both = new Float32Array(n)
  const square = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    guide[i] = lightness[i] / 100
    both[i] = guide[i] * alpha[i]
    square[i] = guide[i] * guide[i]
  }
  const meanG = boxMean(guide, width, height, r)
  const meanA = boxMean(alpha, width, height, r)
  const meanBoth = boxMean(both, width, height, r)
  const meanSquare = boxMean(square, width, height, r)
  const a = new Float32Array(n)
  const b = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    const variance = Math.max(0, meanSquare[i] - meanG[i] * meanG[i])
    a[i] = (meanBoth[i] - meanG[i] * meanA[i]) / (variance + epsilon)
    b[i] = meanA[i] - a[i] * meanG[i]
  }
  return { a: boxMean(a, width, height, r), b: boxMean(b, width, height, r) }
}

/** Soft alpha 0…1 from a hard mask. */
export function softAlpha(inside: Uint8Array, lab: LabPicture): Float32Array {
  const { width, height } = lab
  const hard = Float32Array.from(inside)
  const soft = blur(hard, width, height, 0.7)
  const { a, b } = guidedCoefficients(soft, lab.l, width, height, Math.max(1, Math.round(width / 256)))
  const out = new Float32Array(hard.length)
  for (let i = 0; i < out.length; i++) {
    // The filter may only decide near the edge; in textured cloth it would punch holes.
    const guided = clamp((a[i] * lab.l[i]) / 100 + b[i], 0, 1)
    const edge = 1 - Math.abs(2 * soft[i] - 1)
    const k = Math.min(1, 2 * edge)
    const v = soft[i] * (1 - k) + guided * k
    out[i] = v < 0.03 ? 0 : v > 0.97 ? 1 : v
  }
  return out
}

/** Median |∇Lab| over the free outline: how sure the split is. `counts` says which outline pixels matter. */
export function outlineConfidence(
  inside: Uint8Array,
  lab: LabPicture,
  counts: (i: number) => boolean,
): number {
  const { width, height, gradient } = lab
  const values: number[] = []
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (!inside[i] || (inside[i - 1] && inside[i + 1] && inside[i - width] && inside[i + width])) continue
      if (!counts(i)) continue
      // The strongest edge within a pixel: the outline runs between pixels.
      values.push(
        Math.max(gradient[i], gradient[i - 1], gradient[i + 1], gradient[i - width], gradient[i + width]),
      )
    }
  }
  if (values.length === 0) return 0
  values.sort((p, q) => p - q)
  return values[values.length >> 1]
}
