import { MEL_BANDS } from './mel-filter-bank'
import { FFT_SIZE, HOP } from './power-spectra'

/** Frames by which the envelope lags: half a window, so that a peak marks the sound's full arrival. */
const SHIFT = FFT_SIZE / (2 * HOP)

/**
 * Spectral flux: mean over the bands of the rise in dB since the frame before, shifted by 2 frames; the first three
 * values are 0 (stage 1 reference, section 2.3).
 * @param melDb `[frames, 128]` in dB
 * @returns `[frames]`, dB per frame, never negative
 */
export function onsetStrength(melDb: Float32Array): Float32Array {
  const frames = melDb.length / MEL_BANDS
  const envelope = new Float32Array(frames)
  for (let t = SHIFT + 1; t < frames; t++) {
    const now = (t - SHIFT) * MEL_BANDS
    let rise = 0
    for (let i = now; i < now + MEL_BANDS; i++) rise += Math.max(0, melDb[i] - melDb[i - MEL_BANDS])
    envelope[t] = rise / MEL_BANDS
  }
  return envelope
}
