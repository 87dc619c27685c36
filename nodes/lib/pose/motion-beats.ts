import type { PoseValue } from '../../core/values'
import { filterZeroPhase, lowPassKernel } from '../dsp/smooth'
import { JOINT } from './keypoints'
import { medianUnit, type Path, pathOf } from './point-path'

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
