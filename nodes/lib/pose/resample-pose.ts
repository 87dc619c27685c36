import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../core/values'
import { VISIBLE_SCORE } from './keypoints'
import { MAX_FRAMES } from './limits'

export type PoseInterpolation = 'linear' | 'cubic'

export interface ResampleOptions {
  /** Frames of the result, 1…100,000. */
  frames: number
  /** Frame rate the result is labelled with. */
  fps: number
  /** Source frames per frame of the result: 2 plays twice as fast. Positions past the last frame hold it. */
  step: number
  interpolation: PoseInterpolation
  signal?: CancelSignal
}

/** Nearer to a source frame than this (in frames) counts as that frame: rates such as 29.97 do not divide exactly. */
const SAME_FRAME = 1e-6

/**
 * Samples a motion at frames 0, step, 2·step, … of it.
 *
 * A position on a source frame copies that frame bit for bit. Between two frames a point seen in both is interpolated
 * (linear, or cubic after Catmull and Rom, "A class of local interpolating splines", 1974, which passes through every
 * frame and keeps speed continuous) and its score linearly; a point missing in either is taken from the nearer frame
 * as it is, so nothing is made up across a gap. There is no low-pass filter: smooth first when slowing a jittery
 * motion down to few frames.
 */
export function resamplePose(pose: PoseValue, options: ResampleOptions): PoseValue {
  const { frames, fps, step, interpolation, signal } = options
  if (!Number.isInteger(frames) || frames < 1 || frames > MAX_FRAMES) {
    throw new StudioError(
      'pose/resample',
      `The result would have ${frames} frames; 1 to ${MAX_FRAMES} are possible.`,
      {
        hint: 'Choose another frame rate, speed or frame count.',
      },
    )
  }
  const data = new Float32Array(frames * POSE_STRIDE)
  for (let f = 0; f < frames; f++) {
    if (f % 256 === 0) signal?.throwIfAborted()
    const position = Math.min(f * step, pose.frames - 1)
    const nearest = Math.round(position)
    if (Math.abs(position - nearest) < SAME_FRAME) {
      data.set(pose.data.subarray(nearest * POSE_STRIDE, (nearest + 1) * POSE_STRIDE), f * POSE_STRIDE)
    } else {
      sampleBetween(pose, position, interpolation, data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE))
    }
  }
  return { ...pose, fps, frames, data }
}

function sampleBetween(pose: PoseValue, position: number, how: PoseInterpolation, out: Float32Array): void {
  const before = Math.floor(position)
  const t = position - before
  const source = pose.data
  for (let i = 0; i < KEYPOINTS; i++) {
    const a = before * POSE_STRIDE + 3 * i
    const b = a + POSE_STRIDE
    if (source[a + 2] < VISIBLE_SCORE || source[b + 2] < VISIBLE_SCORE) {
      const nearer = t < 0.5 ? a : b
      out.set(source.subarray(nearer, nearer + 3), 3 * i)
      continue
    }
    const hasEarlier = before > 0 && source[a - POSE_STRIDE + 2] >= VISIBLE_SCORE
    const hasLater = before + 2 < pose.frames && source[b + POSE_STRIDE + 2] >= VISIBLE_SCORE
    for (let k = 0; k < 2; k++) {
      const [p, q] = [source[a + k], source[b + k]]
      if (how === 'linear') out[3 * i + k] = p + t * (q - p)
      else {
        // A neighbour that is missing is replaced by going straight on.
        const earlier = hasEarlier ? source[a - POSE_STRIDE + k] : 2 * p - q
        const later = hasLater ? source[b + POSE_STRIDE + k] : 2 * q - p
        out[3 * i + k] = catmullRom(earlier, p, q, later, t)
      }
    }
    out[3 * i + 2] = source[a + 2] + t * (source[b + 2] - source[a + 2])
  }
}

function catmullRom(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const a = -p0 + 3 * p1 - 3 * p2 + p3
  const b = 2 * p0 - 5 * p1 + 4 * p2 - p3
  return p1 + 0.5 * t * (p2 - p0 + t * (b + t * a))
}
