import { KEYPOINTS, type PoseValue } from '../../core/values'
import { isVisible } from './keypoints'
import { randomStream } from './procedural/random'

/** Jumps at the places where a motion was put together, beside those elsewhere in it. */
export interface SeamScore {
  /** Of how many seams. */
  seams: number
  /** Mean of the largest change of velocity at a seam, divided by that of other places as long; 1: as elsewhere. */
  velocity: number
  /** The same of the change of acceleration. */
  acceleration: number
  /**
   * How often as many places elsewhere, drawn at random, jump as much or more (the smaller of both kinds of jump): below
   * 0.05 the seams show.
   */
  p: number
}

const DRAWS = 2000

/**
 * Whether one can tell from a motion's jumps where it was put together. A jump of frame t is the mean over the visible
 * points of the length of the second (velocity) or third (acceleration) difference that ends there.
 *
 * @param seams the first frame of each seam; those too near to an end are left out
 * @param length frames of a seam, 1 for a cut: what ends in them and in the three behind counts
 * @returns null when nothing is left to compare
 */
export function seamScore(pose: PoseValue, seams: readonly number[], length = 1): SeamScore | null {
  const span = length + 3
  const inside = seams.filter((seam) => seam >= 3 && seam + span <= pose.frames)
  const touches = (start: number) => inside.some((seam) => Math.abs(seam - start) < span)
  const elsewhere = Array.from({ length: Math.max(0, pose.frames - span - 2) }, (_, i) => i + 3).filter(
    (start) => !touches(start),
  )
  if (inside.length === 0 || elsewhere.length < 2 * inside.length) return null
  const compared = [2, 3].map((order) => {
    const jumps = jumpsOf(pose, order)
    const largest = (start: number) => Math.max(...jumps.subarray(start, start + span))
    return compare(inside.map(largest), elsewhere.map(largest))
  })
  const [velocity, acceleration] = compared
  return {
    seams: inside.length,
    velocity: velocity.ratio,
    acceleration: acceleration.ratio,
    p: Math.min(velocity.p, acceleration.p),
  }
}

function jumpsOf(pose: PoseValue, order: number): Float64Array {
  const weights = order === 2 ? [1, -2, 1] : [-1, 3, -3, 1]
  const jumps = new Float64Array(pose.frames)
  for (let frame = order; frame < pose.frames; frame++) {
    let sum = 0
    let points = 0
    for (let point = 0; point < KEYPOINTS; point++) {
      const frames = weights.map((_, k) => frame - order + k)
      if (!frames.every((each) => isVisible(pose.data, each, point))) continue
      const along = (axis: number) =>
        frames.reduce(
          (total, each, k) => total + weights[k] * pose.data[(each * KEYPOINTS + point) * 3 + axis],
          0,
        )
      sum += Math.hypot(along(0), along(1))
      points++
    }
    jumps[frame] = points > 0 ? sum / points : 0
  }
  return jumps
}

function compare(here: readonly number[], elsewhere: readonly number[]): { ratio: number; p: number } {
  const observed = meanOf(here)
  const usual = meanOf(elsewhere)
  const random = randomStream(1, 'seams')
  let asLarge = 0
  for (let draw = 0; draw < DRAWS; draw++) {
    const drawn = here.map(
      (_, i) => elsewhere[Math.floor(random.uniform(draw * here.length + i) * elsewhere.length)],
    )
    if (meanOf(drawn) >= observed) asLarge++
  }
  return {
    ratio: usual > 0 ? observed / usual : observed > 0 ? Number.POSITIVE_INFINITY : 1,
    p: asLarge / DRAWS,
  }
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
