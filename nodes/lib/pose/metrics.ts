import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../core/values'
import { fftPlan } from '../dsp/fft'
import { mean, median } from '../dsp/order-statistics'
import { filterZeroPhase, lowPassKernel } from '../dsp/smooth'
import { isVisible, JOINT, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT, SKULL } from './keypoints'
import { personUnit } from './procedural/rig'

/** x and y of one point over time, in shoulder widths; NaN where the point is missing. */
interface Path {
  x: Float64Array
  y: Float64Array
}

export const METRIC_REGIONS = [
  'body',
  'head',
  'leftArm',
  'rightArm',
  'leftHand',
  'rightHand',
  'lips',
  'brows',
  'eyes',
] as const
export type MetricRegion = (typeof METRIC_REGIONS)[number]

/** Points of each region, and what their motion is measured against. */
const REGIONS: Record<MetricRegion, { points: readonly number[]; against: 'canvas' | 'skull' | number }> = {
  body: { points: PARTS.torso, against: 'canvas' },
  head: { points: [JOINT.nose, JOINT.rightEye, JOINT.leftEye, 51, 54], against: 'canvas' },
  leftArm: { points: [JOINT.leftElbow, JOINT.leftWrist], against: 'canvas' },
  rightArm: { points: [JOINT.rightElbow, JOINT.rightWrist], against: 'canvas' },
  leftHand: { points: PARTS.leftHand.slice(1), against: LEFT_HAND_ROOT },
  rightHand: { points: PARTS.rightHand.slice(1), against: RIGHT_HAND_ROOT },
  lips: { points: PARTS.lips, against: 'skull' },
  brows: { points: PARTS.brows, against: 'skull' },
  eyes: { points: PARTS.eyes, against: 'skull' },
}

export const regionPoints = (region: MetricRegion): readonly number[] => REGIONS[region].points

export interface RegionMotion {
  /** Root mean square distance of its points from their mean places, shoulder widths: how far, whatever the speed. */
  amount: number | null
  /** Mean path speed, shoulder widths per second. */
  speed: number | null
  /** Highest speed of any of its points, shoulder widths per second. */
  peak: number | null
  /** Share of the energy of its velocity above 8 Hz, 0…1: what no limb does. */
  highShare: number | null
  /** Mean absolute jerk, shoulder widths per s³. */
  jerk: number | null
}

/** Median over the frames of the person's shoulder width, px. */
export function medianUnit(pose: PoseValue): number {
  return median(Array.from({ length: pose.frames }, (_, f) => personUnit(frameOf(pose, f))))
}

const frameOf = (pose: PoseValue, frame: number): Float32Array =>
  pose.data.subarray(frame * POSE_STRIDE, (frame + 1) * POSE_STRIDE)

/**
 * How one region moves. Hands are measured against their root, face parts against the skull (shift, turn in the
 * plane and size removed), the rest against the canvas. Missing points are left out; null where nothing is left.
 */
export function regionMotion(pose: PoseValue, region: MetricRegion, unit = medianUnit(pose)): RegionMotion {
  const paths = relativePaths(pose, region, unit)
  const { fps } = pose
  let travelled = 0
  let steps = 0
  let peak = Number.NEGATIVE_INFINITY
  let jerk = 0
  let jerks = 0
  for (const { x, y } of paths) {
    for (let f = 1; f < x.length; f++) {
      const step = Math.hypot(x[f] - x[f - 1], y[f] - y[f - 1])
      if (Number.isNaN(step)) continue
      travelled += step
      steps++
      peak = Math.max(peak, step * fps)
      if (f < 3) continue
      const third = Math.hypot(
        x[f] - 3 * x[f - 1] + 3 * x[f - 2] - x[f - 3],
        y[f] - 3 * y[f - 1] + 3 * y[f - 2] - y[f - 3],
      )
      if (Number.isNaN(third)) continue
      jerk += third
      jerks++
    }
  }
  return {
    amount: amountOf(paths),
    speed: steps > 0 ? (travelled * fps) / steps : null,
    peak: steps > 0 ? peak : null,
    highShare: highShare(paths, fps),
    jerk: jerks > 0 ? (jerk * fps ** 3) / jerks : null,
  }
}

/** Root mean square distance of all points from their mean places. */
function amountOf(paths: Path[]): number | null {
  let squares = 0
  let count = 0
  for (const { x, y } of paths) {
    const [seenX, seenY] = [x, y].map((values) => values.filter((value) => !Number.isNaN(value)))
    const [mx, my] = [mean(seenX), mean(seenY)]
    for (let i = 0; i < seenX.length; i++) squares += (seenX[i] - mx) ** 2 + (seenY[i] - my) ** 2
    count += seenX.length
  }
  return count > 0 ? Math.sqrt(squares / count) : null
}

/** (right − left) / (right + left) of the arms' path speeds: −1 only the left arm moves … 1 only the right one. */
export function armBalance(right: RegionMotion, left: RegionMotion): number | null {
  if (right.speed === null || left.speed === null) return null
  const sum = right.speed + left.speed
  return sum > 0 ? (right.speed - left.speed) / sum : null
}

function relativePaths(pose: PoseValue, region: MetricRegion, unit: number): Path[] {
  const { points, against } = REGIONS[region]
  const paths = points.map((point) => pathOf(pose, point, unit))
  if (against === 'canvas') return paths
  if (against === 'skull') return withoutSkullMotion(pose, paths, unit)
  const root = pathOf(pose, against, unit)
  return paths.map(({ x, y }) => ({ x: x.map((v, f) => v - root.x[f]), y: y.map((v, f) => v - root.y[f]) }))
}

function pathOf(pose: PoseValue, point: number, unit: number): Path {
  const axis = (offset: 0 | 1) =>
    Float64Array.from({ length: pose.frames }, (_, f) =>
      isVisible(pose.data, f, point) ? pose.data[(f * KEYPOINTS + point) * 3 + offset] / unit : Number.NaN,
    )
  return { x: axis(0), y: axis(1) }
}

/** Maps every frame back onto the first usable one by the similarity that fits the skull best (least squares). */
function withoutSkullMotion(pose: PoseValue, paths: Path[], unit: number): Path[] {
  const skull = SKULL.map((point) => pathOf(pose, point, unit))
  const out = paths.map(({ x, y }) => ({ x: x.map(() => Number.NaN), y: y.map(() => Number.NaN) }))
  const complete = (f: number) => skull.every(({ x, y }) => !Number.isNaN(x[f] + y[f]))
  let reference = 0
  while (reference < pose.frames && !complete(reference)) reference++
  if (reference === pose.frames) return out
  const middle = (f: number): [number, number] => [
    skull.reduce((sum, { x }) => sum + x[f], 0) / skull.length,
    skull.reduce((sum, { y }) => sum + y[f], 0) / skull.length,
  ]
  const [rx, ry] = middle(reference)
  for (let f = reference; f < pose.frames; f++) {
    if (!complete(f)) continue
    const [mx, my] = middle(f)
    let [along, across, size] = [0, 0, 0]
    for (const { x, y } of skull) {
      const [ax, ay] = [x[f] - mx, y[f] - my]
      const [bx, by] = [x[reference] - rx, y[reference] - ry]
      along += ax * bx + ay * by
      across += ax * by - ay * bx
      size += ax * ax + ay * ay
    }
    if (size < 1e-12) continue
    const [c, s] = [along / size, across / size]
    paths.forEach(({ x, y }, i) => {
      const [dx, dy] = [x[f] - mx, y[f] - my]
      out[i].x[f] = rx + c * dx - s * dy
      out[i].y[f] = ry + s * dx + c * dy
    })
  }
  return out
}

const HIGH_HERTZ = 8
const LONGEST_SEGMENT = 64

/** Welch's method: Hann segments of up to 64 frames, half overlapping, of the velocity of every path. */
function highShare(paths: Path[], fps: number): number | null {
  const frames = (paths[0]?.x.length ?? 0) - 1
  if (frames < 16 || fps <= 2 * HIGH_HERTZ) return null
  const size = Math.min(LONGEST_SEGMENT, 2 ** Math.floor(Math.log2(frames)))
  const plan = fftPlan(size)
  const block = new Float64Array(2 * size)
  const bins = new Float64Array(2 * size)
  let total = 0
  let high = 0
  for (const path of paths) {
    for (const values of [path.x, path.y]) {
      for (let start = 0; start + size <= frames; start += size / 2) {
        let mean = 0
        for (let i = 0; i < size; i++) mean += (values[start + i + 1] - values[start + i]) / size
        if (Number.isNaN(mean)) continue
        for (let i = 0; i < size; i++) {
          const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)
          block[2 * i] = (values[start + i + 1] - values[start + i] - mean) * hann
        }
        plan.transform(bins, block)
        for (let k = 1; k <= size / 2; k++) {
          const energy = bins[2 * k] ** 2 + bins[2 * k + 1] ** 2
          total += energy
          if ((k * fps) / size > HIGH_HERTZ) high += energy
        }
      }
    }
  }
  return total > 1e-18 ? high / total : null
}

export interface BeatOptions {
  /** Low-pass of the wrist positions before anything else, Hz: for detected, jittering poses. */
  lowPassHertz?: number
  /** How far the speed must rise on both sides of a minimum, shoulder widths per second. */
  prominence?: number
}

/**
 * Motion beats: moments where a wrist stops or turns, as local minima of its speed, of both wrists together.
 *
 * @returns seconds, rising
 */
export function motionBeats(pose: PoseValue, options: BeatOptions = {}): number[] {
  const unit = medianUnit(pose)
  return [JOINT.rightWrist, JOINT.leftWrist]
    .flatMap((wrist) => wristBeats(pathOf(pose, wrist, unit), pose.fps, options))
    .sort((a, b) => a - b)
}

function wristBeats(path: Path, fps: number, { lowPassHertz, prominence = 0.1 }: BeatOptions): number[] {
  const beats: number[] = []
  for (const [from, to] of visibleRuns(path)) {
    if (to - from < 5) continue
    const axis = (values: Float64Array) => {
      const run = values.subarray(from, to)
      if (lowPassHertz === undefined || lowPassHertz >= fps / 2) return run
      return filterZeroPhase(run, lowPassKernel(lowPassHertz / fps, 2 * Math.ceil(0.3 * fps) + 1, 5))
    }
    const [x, y] = [axis(path.x), axis(path.y)]
    const speed = x.map((_, f) =>
      f === 0 || f === x.length - 1
        ? Number.NaN
        : (Math.hypot(x[f + 1] - x[f - 1], y[f + 1] - y[f - 1]) * fps) / 2,
    )
    for (const minimum of prominentMinima(speed.subarray(1, speed.length - 1), prominence)) {
      beats.push((from + 1 + minimum) / fps)
    }
  }
  return beats
}

function visibleRuns({ x }: Path): [number, number][] {
  const found: [number, number][] = []
  for (let f = 0; f < x.length; f++) {
    if (Number.isNaN(x[f])) continue
    const from = f
    while (f < x.length && !Number.isNaN(x[f])) f++
    found.push([from, f])
  }
  return found
}

/** Positions (parabolic, between samples) of minima whose surroundings rise by `least` before falling lower. */
function prominentMinima(values: Float64Array, least: number): number[] {
  const found: number[] = []
  for (let i = 1; i + 1 < values.length; i++) {
    if (values[i] > values[i - 1] || values[i] >= values[i + 1]) continue
    const rise = (step: 1 | -1) => {
      let highest = values[i]
      for (let k = i + step; k >= 0 && k < values.length && values[k] >= values[i]; k += step) {
        highest = Math.max(highest, values[k])
        if (highest - values[i] >= least) break
      }
      return highest - values[i]
    }
    if (rise(-1) < least || rise(1) < least) continue
    const bend = values[i - 1] - 2 * values[i] + values[i + 1]
    const shift = bend > 0 ? (values[i - 1] - values[i + 1]) / (2 * bend) : 0
    found.push(i + Math.max(-0.5, Math.min(0.5, shift)))
  }
  return found
}

export interface LipCorrelation {
  r: number
  /** Frames by which the lips are late against the sound (negative: early). */
  lag: number
}

const CORNERS = [84, 88] as const
const INNER_LIPS = [
  [85, 91],
  [86, 90],
  [87, 89],
] as const
const MOST_LAG = 2

/** Inner opening over width of the mouth per frame; NaN where a point of it is missing. */
export function lipOpening(pose: PoseValue): Float64Array {
  const { data } = pose
  return Float64Array.from({ length: pose.frames }, (_, f) => {
    const span = ([a, b]: readonly [number, number]) => {
      if (!isVisible(data, f, a) || !isVisible(data, f, b)) return Number.NaN
      const [i, k] = [(f * KEYPOINTS + a) * 3, (f * KEYPOINTS + b) * 3]
      return Math.hypot(data[i] - data[k], data[i + 1] - data[k + 1])
    }
    return (
      INNER_LIPS.reduce((sum, pair) => sum + span(pair), 0) /
      INNER_LIPS.length /
      Math.max(1e-6, span(CORNERS))
    )
  })
}

/**
 * Correlation (Pearson) of the mouth's opening with the level of the sound around each frame (RMS over one frame's
 * time), at the lag of at most ±2 frames where it is highest.
 *
 * @param samples mono
 * @returns null when lips or sound do not vary or fewer than 10 frames can be compared
 */
export function lipEnergyCorrelation(
  pose: PoseValue,
  samples: Float32Array,
  sampleRate: number,
): LipCorrelation | null {
  const lips = lipOpening(pose)
  const half = sampleRate / pose.fps / 2
  const energy = Float64Array.from({ length: pose.frames }, (_, f) => {
    const centre = (f * sampleRate) / pose.fps
    const from = Math.max(0, Math.round(centre - half))
    const to = Math.min(samples.length, Math.round(centre + half))
    let sum = 0
    for (let i = from; i < to; i++) sum += samples[i] * samples[i]
    return to > from ? Math.sqrt(sum / (to - from)) : Number.NaN
  })
  let best: LipCorrelation | null = null
  for (let lag = -MOST_LAG; lag <= MOST_LAG; lag++) {
    const r = pearson(lips, energy, lag)
    if (r !== null && (best === null || r > best.r)) best = { r, lag }
  }
  return best
}

/** Correlation of a[f + lag] with b[f] over the frames where both are numbers. */
function pearson(a: Float64Array, b: Float64Array, lag: number): number | null {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0]
  for (let f = Math.max(0, -lag); f < b.length && f + lag < a.length; f++) {
    const [x, y] = [a[f + lag], b[f]]
    if (Number.isNaN(x + y)) continue
    n++
    sa += x
    sb += y
    saa += x * x
    sbb += y * y
    sab += x * y
  }
  const spread = Math.sqrt(Math.max(0, saa - (sa * sa) / n) * Math.max(0, sbb - (sb * sb) / n))
  return n >= 10 && spread > 1e-9 ? (sab - (sa * sb) / n) / spread : null
}
