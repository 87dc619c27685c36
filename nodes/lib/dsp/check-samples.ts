import { StudioError } from '../../core/errors'

/** Below 1 kHz nothing of speech is left; above 384 kHz no recorder works. */
const LOWEST_RATE = 1000
const HIGHEST_RATE = 384_000

/** @throws StudioError `audio/sample-rate` unless `rate` is a whole number of Hz from 1000 to 384000. */
export function checkSampleRate(rate: number): void {
  if (Number.isInteger(rate) && rate >= LOWEST_RATE && rate <= HIGHEST_RATE) return
  throw new StudioError(
    'audio/sample-rate',
    `A sample rate of ${rate} Hz is not supported; it must be a whole number from ${LOWEST_RATE} to ${HIGHEST_RATE}.`,
    { hint: 'Convert the recording to 16000, 44100 or 48000 Hz.' },
  )
}

/**
 * Stops at the first value that is not a number one can compute with: filters would smear it over everything.
 * @throws StudioError `audio/not-finite` naming the sample.
 */
export function checkFinite(samples: Float32Array, sampleRate?: number): void {
  for (let i = 0; i < samples.length; i++) {
    // x − x is 0 for every finite x and NaN for NaN and ±Infinity.
    if (samples[i] - samples[i] === 0) continue
    const at = sampleRate === undefined ? '' : ` (at ${(i / sampleRate).toFixed(3)} s)`
    throw new StudioError(
      'audio/not-finite',
      `Sample ${i}${at} of the audio is ${samples[i]}, not a finite number.`,
      { hint: 'The recording is damaged: export it again, for example as 16-bit WAV.' },
    )
  }
}
