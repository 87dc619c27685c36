/** Frames at the joint that are compared. */
const AT_JOINT = 5

/** How badly a motion continues another; less is better. */
export interface ContinuationScore {
  /** Sum of how far the first five frames are from the last five of the motion before. */
  distance: number
  /** Mean angle between the velocities of both, radians; NaN where a pair of values does not move. */
  angle: number
}

/**
 * Which of several motions continues a motion best. Source: reference/stage1.md, section 6.1, as the original does it:
 * pairs of values mix x, y and score, and the velocity of a candidate is the one at its end.
 *
 * @param previous [frames, values] in normalised units, at least six frames
 * @param candidates the same shape each
 * @returns the index of the smallest sum of distance and angle, the first of equal ones; -1 when all are NaN
 */
export function bestContinuation(
  previous: Float32Array,
  candidates: readonly Float32Array[],
  values: number,
): number {
  let [best, least] = [-1, Number.POSITIVE_INFINITY]
  for (const [i, candidate] of candidates.entries()) {
    const { distance, angle } = continuationScore(previous, candidate, values)
    if (distance + angle < least) [best, least] = [i, distance + angle]
  }
  return best
}

export function continuationScore(
  previous: Float32Array,
  candidate: Float32Array,
  values: number,
): ContinuationScore {
  const end = previous.length - AT_JOINT * values
  let distance = 0
  for (let i = 0; i < AT_JOINT * values; i++) distance += Math.abs(candidate[i] - previous[end + i])
  return { distance, angle: angleBetween(endVelocity(previous, values), endVelocity(candidate, values)) }
}

/** Per frame, over the last five differences. */
function endVelocity(motion: Float32Array, values: number): Float64Array {
  const last = motion.length - values
  return Float64Array.from(
    { length: values },
    (_, i) => (motion[last + i] - motion[last - AT_JOINT * values + i]) / AT_JOINT,
  )
}

/** Neighbouring values are vectors of the plane; the mean of the angles between those of a and b. */
function angleBetween(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 2) {
    const lengths = Math.hypot(a[i], a[i + 1]) * Math.hypot(b[i], b[i + 1])
    const cosine = (a[i] * b[i] + a[i + 1] * b[i + 1]) / lengths
    sum += Math.acos(Math.min(1, Math.max(-1, cosine)))
  }
  return sum / (a.length / 2)
}
