import { SMALLEST_FLOAT } from './smallest-float'

/** How far a frame must stand out from the mean around it, on an envelope scaled to 0 … 1. */
const DELTA = 0.07

/**
 * Frames that stand out by 0.07 from the mean of themselves and two frames on either side. Neighbouring frames may
 * both be peaks: at 25 frames a second the reference's test for a local maximum has shrunk to a single frame (stage 1
 * reference, section 2.4).
 * @param envelope onset strength, `[frames]`
 * @returns frame numbers, rising; none for silence
 */
export function onsetPeaks(envelope: Float32Array): number[] {
  if (envelope.every((x) => x === 0)) return []
  const lowest = envelope.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const shifted = Float64Array.from(envelope, (x) => x - lowest)
  const scale = shifted.reduce((a, b) => Math.max(a, b), 0) + SMALLEST_FLOAT
  const peaks: number[] = []
  for (let n = 0; n < shifted.length; n++) {
    const around = shifted.subarray(Math.max(0, n - 2), n + 3)
    const mean = around.reduce((a, b) => a + b, 0) / around.length
    if (shifted[n] / scale >= mean / scale + DELTA) peaks.push(n)
  }
  return peaks
}
