/** What counts more than the rest: keypoints 24 to 91, the face. */
const FACE = { from: 3 * 24, to: 3 * 92, weight: 3 }

/** Mean squared errors of a motion, of its first differences and of its second ones; of all values, then of the face. */
export type LossTerms = [
  motion: number,
  velocity: number,
  acceleration: number,
  face: number,
  faceVelocity: number,
  faceAcceleration: number,
]

/**
 * SMGA's loss, whose sum is what training lessens; those of the face have their weight of 3 already. Source:
 * reference/stage1.md, section 5.1.
 * @param predicted [n, frames, values], at least three frames
 * @param target the clean motion, of the same shape
 */
export function smgaLoss(
  predicted: Float32Array,
  target: Float32Array,
  { frames, values }: { frames: number; values: number },
): LossTerms {
  const error = Float64Array.from(predicted, (value, i) => value - target[i])
  const mean = (order: number, from: number, to: number) =>
    meanSquare(differences(error, frames, values, order), values, from, to)
  const face = (order: number) => FACE.weight * mean(order, FACE.from, FACE.to)
  const all = (order: number) => mean(order, 0, values)
  return [all(0), all(1), all(2), face(0), face(1), face(2)]
}

/** Differences of neighbouring frames, `order` times. [n, frames, values] → [n, frames - order, values] */
function differences(motion: Float64Array, frames: number, values: number, order: number): Float64Array {
  if (order === 0) return motion
  const kept = (frames - 1) * values
  const next = new Float64Array((motion.length / frames / values) * kept)
  for (let i = 0; i < next.length; i++) {
    const at = Math.floor(i / kept) * frames * values + (i % kept)
    next[i] = motion[at + values] - motion[at]
  }
  return differences(next, frames - 1, values, order - 1)
}

/** Over the values `from` to `to` of every frame. */
function meanSquare(motion: Float64Array, values: number, from: number, to: number): number {
  let sum = 0
  for (let row = 0; row < motion.length; row += values) {
    for (let i = row + from; i < row + to; i++) sum += motion[i] ** 2
  }
  return sum / ((motion.length / values) * (to - from))
}

/** A motion of -1…1 with the noise of a time: √ᾱ x + √(1 - ᾱ) noise. */
export function addNoise(x: Float32Array, noise: Float32Array, alpha: number): Float32Array {
  const [kept, added] = [Math.sqrt(alpha), Math.sqrt(1 - alpha)]
  return x.map((value, i) => kept * value + added * noise[i])
}
