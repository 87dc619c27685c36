import type { CancelSignal } from '../../core/define-node'
import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../core/values'
import { LEFT_PALM, PARTS, RIGHT_PALM, VISIBLE_SCORE } from './keypoints'

export type SmoothMethod = 'gaussian' | 'savitzky-golay' | 'adaptive'

export interface SmoothOptions {
  method: SmoothMethod
  /**
   * Strength per region, milliseconds; 0 leaves the region's own motion as it is. Gaussian: σ. Savitzky–Golay: half
   * the window. Adaptive: the time constant at rest, which falls as the point gets faster.
   */
  body: number
  hands: number
  face: number
  lips: number
  signal?: CancelSignal
  /** Called with the fraction done, 0…1. */
  onProgress?: (fraction: number) => void
}

/** A filter of one coordinate over consecutive frames; never changes the number of frames. */
type Filter = (values: Float64Array) => Float64Array

/**
 * Points that stand for where a face or a hand is. The part's place is smoothed like the body and its own motion
 * (relative to the mean of these) with its own strength, so a face that keeps its fast lips does not lag its head.
 */
const FACE_ANCHOR = [51, 52, 53, 54, 63, 66] // bridge of the nose, inner corners of the eyes

/**
 * Removes jitter without delay: every filter here treats past and future alike. A gap (score under 0.3) ends a run;
 * each run is filtered alone, its ends mirrored through their end values so that trends survive and, with the linear
 * filters, first and last frames stay. Missing points and all scores are left as they are.
 */
export function smoothPose(pose: PoseValue, options: SmoothOptions): PoseValue {
  const data = pose.data.slice()
  const filter = (milliseconds: number) =>
    makeFilter(options.method, (milliseconds / 1000) * pose.fps, pose.fps)
  const body = filter(options.body)
  const groups: { points: readonly number[]; anchor: readonly number[]; filter: Filter | null }[] = [
    { points: [...PARTS.body, ...PARTS.feet], anchor: [], filter: body },
    { points: range(24, 71), anchor: FACE_ANCHOR, filter: filter(options.face) },
    { points: PARTS.lips, anchor: FACE_ANCHOR, filter: filter(options.lips) },
    { points: PARTS.leftHand, anchor: LEFT_PALM, filter: filter(options.hands) },
    { points: PARTS.rightHand, anchor: RIGHT_PALM, filter: filter(options.hands) },
  ]
  let done = 0
  for (const group of groups) {
    const anchor = anchorTrack(pose, group.anchor)
    for (const point of group.points) {
      options.signal?.throwIfAborted()
      for (const run of visibleRuns(pose, point, anchor?.known)) {
        const place = run.anchored ? anchor : null
        for (let k = 0; k < 2; k++) smoothRun(pose, data, point, k, run, group.filter, body, place)
      }
      options.onProgress?.(++done / KEYPOINTS)
    }
  }
  return { ...pose, data }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

/** Frames `[start, end)` in which a point is visible and its anchor either always or never known. */
interface Run {
  start: number
  end: number
  anchored: boolean
}

function visibleRuns(pose: PoseValue, point: number, known: Uint8Array | undefined): Run[] {
  const runs: Run[] = []
  let run: Run | null = null
  for (let f = 0; f < pose.frames; f++) {
    const visible = pose.data[f * POSE_STRIDE + 3 * point + 2] >= VISIBLE_SCORE
    const anchored = known?.[f] === 1
    if (run && visible && run.anchored === anchored) run.end = f + 1
    else {
      run = visible ? { start: f, end: f + 1, anchored } : null
      if (run) runs.push(run)
    }
  }
  return runs
}

interface Anchor {
  /** Mean x and y of the anchor's points, `[2][frames]`; 0 where unknown. */
  place: [Float64Array, Float64Array]
  /** 1 where all of the anchor's points are visible. */
  known: Uint8Array
}

function anchorTrack(pose: PoseValue, points: readonly number[]): Anchor | null {
  if (points.length === 0) return null
  const known = new Uint8Array(pose.frames)
  const place: Anchor['place'] = [new Float64Array(pose.frames), new Float64Array(pose.frames)]
  for (let f = 0; f < pose.frames; f++) {
    const at = (i: number, k: number) => pose.data[f * POSE_STRIDE + 3 * i + k]
    if (!points.every((i) => at(i, 2) >= VISIBLE_SCORE)) continue
    known[f] = 1
    for (const i of points) {
      place[0][f] += at(i, 0) / points.length
      place[1][f] += at(i, 1) / points.length
    }
  }
  return { place, known }
}

/** Smooths coordinate `k` of a point over one run, relative to `anchor` where there is one. */
function smoothRun(
  pose: PoseValue,
  out: Float32Array,
  point: number,
  k: number,
  { start, end }: Run,
  own: Filter | null,
  body: Filter | null,
  anchor: Anchor | null,
): void {
  if (!own && !(anchor && body)) return
  const at = (f: number) => f * POSE_STRIDE + 3 * point + k
  const place = anchor?.place[k].subarray(start, end)
  const values = new Float64Array(end - start)
  for (let i = 0; i < values.length; i++) values[i] = pose.data[at(start + i)] - (place ? place[i] : 0)
  const smooth = own ? own(values) : values
  const smoothPlace = place && (body ? body(place) : place)
  for (let i = 0; i < smooth.length; i++) out[at(start + i)] = smooth[i] + (smoothPlace?.[i] ?? 0)
}

/** `frames`: the strength in frames. @returns null when it is too weak to change anything. */
function makeFilter(method: SmoothMethod, frames: number, fps: number): Filter | null {
  if (method === 'adaptive') return frames <= 0 ? null : adaptiveFilter(frames / fps, fps)
  const kernel = method === 'gaussian' ? gaussianKernel(frames) : savitzkyGolayKernel(Math.round(frames))
  return kernel.length === 1 ? null : (values) => convolve(values, kernel)
}

/** Weights from the middle outwards; cut at 3 σ and normalised. */
function gaussianKernel(sigma: number): Float64Array {
  const radius = sigma < 0.15 ? 0 : Math.ceil(3 * sigma) // below that the neighbours weigh under 1e-9
  const kernel = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2))
  kernel[0] = 1
  const sum = kernel.reduce((total, weight, i) => total + (i === 0 ? weight : 2 * weight), 0)
  return kernel.map((weight) => weight / sum)
}

/**
 * Least-squares parabola over 2·radius + 1 frames, read at its middle (Savitzky and Golay 1964): keeps the height of
 * peaks that a Gaussian of the same width flattens. A window of three frames would be an exact fit, so radius 1
 * changes nothing.
 */
function savitzkyGolayKernel(radius: number): Float64Array {
  if (radius < 2) return new Float64Array([1])
  const m = radius
  const norm = (2 * m - 1) * (2 * m + 1) * (2 * m + 3)
  return Float64Array.from({ length: m + 1 }, (_, i) => (3 * (3 * m * m + 3 * m - 1 - 5 * i * i)) / norm)
}

/**
 * Symmetric convolution. Beyond an end e the run goes on as 2·e minus its mirror image, so the weights on both sides
 * of an end value cancel and it stays where it is.
 */
function convolve(values: Float64Array, kernel: Float64Array): Float64Array {
  const last = values.length - 1
  if (last === 0) return values
  const beyond = (i: number): number => {
    if (i < 0) return 2 * values[0] - beyond(-i)
    if (i > last) return 2 * values[last] - beyond(2 * last - i)
    return values[i]
  }
  const radius = kernel.length - 1
  const result = new Float64Array(values.length)
  for (let i = 0; i <= last; i++) {
    const inside = i >= radius && i + radius <= last
    let sum = kernel[0] * values[i]
    for (let r = 1; r <= radius; r++) {
      sum += kernel[r] * (inside ? values[i - r] + values[i + r] : beyond(i - r) + beyond(i + r))
    }
    result[i] = sum
  }
  return result
}

/** Speed (px per second) that halves the time constant; a hand in a stroke moves several hundred. */
const HALVING_SPEED = 60

/** Cut-off of the speed estimate, Hz, as the paper recommends. */
const SPEED_CUTOFF = 1

/**
 * The 1 € filter (Casiez, Roussel, Vogel, CHI 2012): a low-pass whose cut-off rises with speed, so that rest is calm
 * and strokes stay sharp. Run forwards and backwards and averaged, which cancels its delay.
 */
function adaptiveFilter(restSeconds: number, fps: number): Filter {
  const restCutoff = 1 / (2 * Math.PI * restSeconds)
  const beta = restCutoff / HALVING_SPEED
  const alpha = (cutoff: number) => 1 / (1 + fps / (2 * Math.PI * cutoff))
  const pass = (values: Float64Array) => {
    let speed = 0
    let state = values[0]
    return values.map((value, i) => {
      const step = i === 0 ? 0 : (value - values[i - 1]) * fps
      speed += alpha(SPEED_CUTOFF) * (step - speed)
      state += alpha(restCutoff + beta * Math.abs(speed)) * (value - state)
      return state
    })
  }
  return (values) => {
    const forwards = pass(values)
    const backwards = pass(values.slice().reverse()).reverse()
    return forwards.map((value, i) => (value + backwards[i]) / 2)
  }
}
