import { filterZeroPhase, gaussianKernel, lowPassKernel } from '../../dsp/smooth'
import { PROSODY_RATE } from '../../dsp/syllables'
import { minimumJerk } from './random'

/**
 * One control channel: a value every 10 ms. Motion is planned and low-passed at this rate and only then sampled at
 * the frame rate; planning at 25 fps would alias.
 */
export type Track = Float64Array
export const TRACK_RATE = PROSODY_RATE

const BODY = lowPassKernel(5.6 / TRACK_RATE, 73, 5)
const LIPS = lowPassKernel(5.6 / TRACK_RATE, 41, 6)
/** Seconds within which the motion leaves the first pose. */
const START_SECONDS = 0.3

/** Zero-phase low-pass at 5.6 Hz, for everything but lips and blinks. */
export const smoothBody = (track: Track): Track => filterZeroPhase(track, BODY)

/** Zero-phase low-pass for lips: a short kernel with little undershoot, or closing lips would bounce. */
export const smoothLips = (track: Track): Track => filterZeroPhase(track, LIPS)

export const smoothOver = (track: Track, seconds: number): Track =>
  filterZeroPhase(track, gaussianKernel(seconds * TRACK_RATE))

/** Makes a displacement start at exactly 0 by fading out what it has at the beginning. In place. */
export function startAtZero(track: Track): Track {
  const offset = track[0]
  const fade = Math.min(track.length, Math.ceil(START_SECONDS * TRACK_RATE))
  for (let i = 0; i < fade; i++) track[i] -= offset * (1 - minimumJerk(i / TRACK_RATE / START_SECONDS))
  return track
}

/**
 * A rise to 1 that ends at `apex`, a plateau, and a fall, with minimum jerk, times `size`: added to `track` in place.
 * All times in seconds.
 */
export function addPulse(
  track: Track,
  { apex, up, hold, down, size }: { apex: number; up: number; hold: number; down: number; size: number },
): void {
  const first = Math.max(0, Math.ceil((apex - up) * TRACK_RATE))
  const last = Math.min(track.length - 1, Math.floor((apex + hold + down) * TRACK_RATE))
  for (let i = first; i <= last; i++) {
    const t = i / TRACK_RATE
    track[i] += size * minimumJerk((t - apex + up) / up) * (1 - minimumJerk((t - apex - hold) / down))
  }
}

/** Where a moment lies between track values. */
export interface Moment {
  tick: number
  /** Catmull-Rom weights of ticks −1, 0, 1, 2 around it. */
  weights: [number, number, number, number]
}

export function momentAt(seconds: number): Moment {
  const position = seconds * TRACK_RATE
  // 25 fps falls on every fourth tick exactly; rounding errors must not turn that into an interpolation.
  const nearest = Math.round(position)
  const tick = Math.abs(position - nearest) < 1e-6 ? nearest : Math.floor(position)
  const f = tick === nearest && Math.abs(position - nearest) < 1e-6 ? 0 : position - tick
  return {
    tick,
    weights: [
      0.5 * f * (-1 + f * (2 - f)),
      1 + 0.5 * f * f * (3 * f - 5),
      0.5 * f * (1 + f * (4 - 3 * f)),
      0.5 * f * f * (f - 1),
    ],
  }
}

export function sample(track: Track, { tick, weights }: Moment): number {
  const last = track.length - 1
  if (tick >= last) return track[last]
  return (
    weights[0] * track[Math.max(0, tick - 1)] +
    weights[1] * track[tick] +
    weights[2] * track[tick + 1] +
    weights[3] * track[Math.min(last, tick + 2)]
  )
}
