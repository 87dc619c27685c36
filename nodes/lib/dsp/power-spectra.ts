import { FramePair, frameCount } from './frame-pair'
import { periodicHann } from './hann-window'
import type { Steps } from './run-steps'

/** Window of the short-time transform in samples; 160 ms at 12800 Hz. */
export const FFT_SIZE = 2048

/** Samples from frame to frame. At 12800 Hz that is exactly one video frame of 25 fps. */
export const HOP = 512

/** Bins of a spectrum: 0 … sampleRate / 2. */
export const BINS = FFT_SIZE / 2 + 1

/** Pairs of frames between two pauses: about 4 ms of work. */
const PAIRS_PER_STEP = 64

/**
 * Calls `visit` with the power spectrum `|X|²`, `[BINS]`, of each frame in order; 1 + ⌊n / 512⌋ frames, frame t
 * centred on sample 512·t, periodic Hann window, zeros outside the signal (stage 1 reference, section 2.1).
 * The array is reused: `visit` must copy what it keeps.
 */
export function* powerSpectra(
  samples: Float32Array,
  visit: (power: Float64Array, frame: number) => void,
): Steps<void> {
  const frames = frameCount(samples.length, HOP)
  const pair = new FramePair(samples, HOP, FFT_SIZE, periodicHann(FFT_SIZE))
  const first = new Float64Array(BINS)
  const second = new Float64Array(BINS)
  for (let frame = 0; frame < frames; frame += 2) {
    pair.load(frame)
    pair.power(first, second)
    visit(first, frame)
    if (frame + 1 < frames) visit(second, frame + 1)
    if (frame % (2 * PAIRS_PER_STEP) === 0) yield frame / frames
  }
}
