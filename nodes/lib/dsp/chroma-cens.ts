import { symmetricHann } from './hann-window'
import { SMALLEST_FLOAT } from './smallest-float'
import { BINS_PER_OCTAVE } from './tuning'

/** Pitch classes, C first. */
export const CHROMAS = 12

/** Frames over which the quantised chroma is smoothed. */
const SMOOTHING = 43

/** Shares of a frame's energy from which on a pitch class counts a quarter more. */
const STEPS = [0.4, 0.2, 0.1, 0.05]

/**
 * Adds one octave of constant-Q magnitudes to a frame of chroma: each pitch class takes its bin and the two beside it,
 * where the one below C is the octave's top bin (stage 1 reference, section 2.7).
 */
export function foldOctave(magnitudes: Float64Array, chroma: Float32Array, frame: number): void {
  for (let c = 0; c < CHROMAS; c++) {
    const below = magnitudes[c === 0 ? BINS_PER_OCTAVE - 1 : 3 * c - 1]
    chroma[frame * CHROMAS + c] += below + magnitudes[3 * c] + magnitudes[3 * c + 1]
  }
}

/**
 * Chroma energy normalised statistics: shares of energy per pitch class, quantised, smoothed over 43 frames and scaled
 * to unit length per frame; a frame without any sound around it stays 0 (stage 1 reference, section 2.7).
 * @param chroma `[frames, 12]`
 * @returns `[frames, 12]`, 0 … 1
 */
export function chromaCens(chroma: Float32Array): Float32Array {
  const frames = chroma.length / CHROMAS
  const quantised = new Float32Array(chroma.length)
  for (let frame = 0; frame < frames; frame++) quantise(chroma, quantised, frame * CHROMAS)
  const cens = smooth(quantised, frames)
  for (let frame = 0; frame < frames; frame++) {
    const row = cens.subarray(frame * CHROMAS, (frame + 1) * CHROMAS)
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0))
    if (length >= SMALLEST_FLOAT) for (let c = 0; c < CHROMAS; c++) row[c] /= length
  }
  return cens
}

function quantise(chroma: Float32Array, out: Float32Array, at: number): void {
  let total = 0
  for (let i = at; i < at + CHROMAS; i++) total += chroma[i]
  if (total < SMALLEST_FLOAT) return
  for (let i = at; i < at + CHROMAS; i++) {
    for (const step of STEPS) if (chroma[i] / total > step) out[i] += 0.25
  }
}

function smooth(rows: Float32Array, frames: number): Float32Array {
  const hann = symmetricHann(SMOOTHING)
  const total = hann.reduce((a, b) => a + b, 0)
  const half = (SMOOTHING - 1) / 2
  const out = new Float32Array(rows.length)
  const sums = new Float64Array(CHROMAS)
  for (let frame = 0; frame < frames; frame++) {
    sums.fill(0)
    const from = Math.max(0, frame - half)
    const to = Math.min(frames - 1, frame + half)
    for (let t = from; t <= to; t++) {
      const weight = hann[t - frame + half] / total
      for (let c = 0; c < CHROMAS; c++) sums[c] += weight * rows[t * CHROMAS + c]
    }
    out.set(sums, frame * CHROMAS)
  }
  return out
}
