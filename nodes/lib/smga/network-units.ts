import { POSE_STRIDE, type PoseValue } from '../../core/values'

/** The canvas that SMGA was trained on, pixels. */
const CANVAS = 512
/** Its values: 2 · (v + 200) / 1000 - 1 of pixels, and of scores (stage1.md §7.2). */
const SHIFT = 200
const SPAN = 1000
/** Knees and ankles: 0 in its units goes in, nothing visible comes out (§7.3). */
const LEGS = [9, 10, 12, 13]

/** Where a canvas lies in that of the network: scaled to fit, in the middle. */
export interface CanvasFit {
  scale: number
  left: number
  top: number
}

export function fitCanvas({ width, height }: Pick<PoseValue, 'width' | 'height'>): CanvasFit {
  const scale = CANVAS / Math.max(width, height)
  return { scale, left: (CANVAS - width * scale) / 2, top: (CANVAS - height * scale) / 2 }
}

const toUnit = (value: number) => (2 * (value + SHIFT)) / SPAN - 1
const fromUnit = (value: number) => (SPAN * (value + 1)) / 2 - SHIFT

/** A pose `[134, 3]` of a canvas as SMGA knows poses, `[402]`, without legs. */
export function toNetwork(points: Float32Array, { scale, left, top }: CanvasFit): Float32Array {
  const values = new Float32Array(POSE_STRIDE)
  for (let i = 0; i < POSE_STRIDE; i += 3) {
    values[i] = toUnit(points[i] * scale + left)
    values[i + 1] = toUnit(points[i + 1] * scale + top)
    values[i + 2] = toUnit(points[i + 2])
  }
  for (const point of LEGS) values.fill(0, 3 * point, 3 * point + 3)
  return values
}

/**
 * A motion `[frames, 402]` of the network on a canvas again. Which points are visible, the first pose says: an error of a
 * thousandth in the network's scores is half a score (§7.2).
 */
export function fromNetwork(
  values: Float32Array,
  first: Float32Array,
  { scale, left, top }: CanvasFit,
): Float32Array {
  const points = new Float32Array(values.length)
  for (let i = 0; i < values.length; i += 3) {
    points[i] = (fromUnit(values[i]) - left) / scale
    points[i + 1] = (fromUnit(values[i + 1]) - top) / scale
    points[i + 2] = first[(i + 2) % POSE_STRIDE]
  }
  for (let frame = 0; frame < points.length; frame += POSE_STRIDE) {
    for (const point of LEGS) points.fill(0, frame + 3 * point, frame + 3 * point + 3)
  }
  return points
}
