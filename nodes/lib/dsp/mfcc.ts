import { MEL_BANDS } from './mel-filter-bank'
import type { Steps } from './run-steps'

/** Cepstral coefficients of the features: the level (0) and the coarse shape of the spectrum (1 … 19). */
export const MFCC_COUNT = 20

/** Frames between two pauses: about 5 ms of work. */
const FRAMES_PER_STEP = 2048

/**
 * Orthonormal DCT-II over the mel bands, coefficients 0 … 19, no lifter (stage 1 reference, section 2.2).
 * @param melDb `[frames, 128]` in dB
 * @returns `[frames, 20]`
 */
export function* mfcc(melDb: Float32Array): Steps<Float32Array> {
  const frames = melDb.length / MEL_BANDS
  const basis = cosineBasis()
  const out = new Float32Array(frames * MFCC_COUNT)
  for (let frame = 0; frame < frames; frame++) {
    for (let c = 0; c < MFCC_COUNT; c++) {
      let sum = 0
      for (let band = 0; band < MEL_BANDS; band++) {
        sum += basis[c * MEL_BANDS + band] * melDb[frame * MEL_BANDS + band]
      }
      out[frame * MFCC_COUNT + c] = sum
    }
    if (frame % FRAMES_PER_STEP === 0) yield frame / frames
  }
  return out
}

function cosineBasis(): Float64Array {
  const basis = new Float64Array(MFCC_COUNT * MEL_BANDS)
  for (let c = 0; c < MFCC_COUNT; c++) {
    const scale = Math.sqrt((c === 0 ? 1 : 2) / MEL_BANDS)
    for (let band = 0; band < MEL_BANDS; band++) {
      basis[c * MEL_BANDS + band] = scale * Math.cos((Math.PI * c * (2 * band + 1)) / (2 * MEL_BANDS))
    }
  }
  return basis
}
