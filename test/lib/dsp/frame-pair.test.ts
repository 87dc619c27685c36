import { expect, it } from 'vitest'
import { FramePair } from '../../../nodes/lib/dsp/frame-pair'
import { periodicHann } from '../../../nodes/lib/dsp/hann-window'
import { maxAbsDiff } from '../../support/golden'
import { noise } from '../../support/sounds'

const SIZE = 64
const HOP = 16

/** The spectrum of one frame by the definition of the transform. */
function plainSpectrum(samples: Float32Array, frame: number, window: Float64Array): Float64Array {
  const out = new Float64Array(SIZE)
  for (let k = 0; k < SIZE / 2; k++) {
    for (let i = 0; i < SIZE; i++) {
      const x = (samples[frame * HOP - SIZE / 2 + i] ?? 0) * window[i]
      out[2 * k] += x * Math.cos((2 * Math.PI * k * i) / SIZE)
      out[2 * k + 1] -= x * Math.sin((2 * Math.PI * k * i) / SIZE)
    }
  }
  return out
}

it('separates the spectra of two frames, at the ends of the signal too', () => {
  const samples = noise(100)
  const window = periodicHann(SIZE)
  const pair = new FramePair(samples, HOP, SIZE, window)
  const first = new Float64Array(SIZE)
  const second = new Float64Array(SIZE)
  for (const frame of [0, 2, 5]) {
    pair.load(frame)
    pair.spectrum(first, second, 0, SIZE / 2)
    expect(maxAbsDiff(first, plainSpectrum(samples, frame, window))).toBeLessThan(1e-12)
    expect(maxAbsDiff(second, plainSpectrum(samples, frame + 1, window))).toBeLessThan(1e-12)
    const powers = [new Float64Array(SIZE / 2 + 1), new Float64Array(SIZE / 2 + 1)]
    pair.power(powers[0], powers[1])
    for (let k = 0; k < SIZE / 2; k++) {
      expect(powers[0][k]).toBeCloseTo(first[2 * k] ** 2 + first[2 * k + 1] ** 2, 10)
      expect(powers[1][k]).toBeCloseTo(second[2 * k] ** 2 + second[2 * k + 1] ** 2, 10)
    }
  }
})

it('gives a silent frame exact zeros beside a loud one', () => {
  const samples = new Float32Array(400)
  samples.set(noise(50), 0)
  const pair = new FramePair(samples, 256, SIZE)
  const powers = [new Float64Array(SIZE / 2 + 1), new Float64Array(SIZE / 2 + 1)]
  pair.load(0)
  pair.power(powers[0], powers[1])
  expect(Math.max(...powers[0])).toBeGreaterThan(0.1)
  expect(Math.max(...powers[1])).toBe(0)
})
