import { toDecibels } from './decibels'
import { frameCount } from './frame-pair'
import { MEL_BANDS, MelFilterBank } from './mel-filter-bank'
import { HOP, powerSpectra } from './power-spectra'
import { portion, type Steps } from './run-steps'

/** Sees every power spectrum on the way, for analyses that share the transform. The array is reused. */
export type SpectrumVisitor = (power: Float64Array, frame: number) => void

/**
 * Powers in 128 mel bands from 0 to sampleRate / 2, `[frames, 128]`, one row per 512 samples and one more at or
 * before the end (stage 1 reference, section 2.1).
 */
export function* melSpectrogram(
  wave: Float32Array,
  sampleRate: number,
  onSpectrum?: SpectrumVisitor,
): Steps<Float32Array> {
  const bank = new MelFilterBank(sampleRate)
  const mel = new Float32Array(frameCount(wave.length, HOP) * MEL_BANDS)
  yield* powerSpectra(wave, (power, frame) => {
    bank.apply(power, mel, frame * MEL_BANDS)
    onSpectrum?.(power, frame)
  })
  return mel
}

/** The same in dB, from at most 80 dB below the loudest value of the clip upwards. */
export function* melSpectrogramDb(
  wave: Float32Array,
  sampleRate: number,
  onSpectrum?: SpectrumVisitor,
): Steps<Float32Array> {
  const mel = yield* portion(melSpectrogram(wave, sampleRate, onSpectrum), 0, 0.9)
  yield* portion(toDecibels(mel), 0.9, 1)
  return mel
}
