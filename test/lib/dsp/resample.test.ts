import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resample, resampleAsync } from '../../../nodes/lib/dsp/resample'
import { resamplingFilter } from '../../../nodes/lib/dsp/resampling-filter'
import { maxAbsDiff } from '../../support/golden'
import { noise, sine } from '../../support/sounds'

const rate = fc.constantFrom(
  8000,
  11_025,
  12_800,
  16_000,
  22_050,
  24_000,
  32_000,
  44_100,
  48_000,
  88_200,
  96_000,
)
const anyRate = fc.oneof(rate, fc.integer({ min: 8000, max: 96_000 }))
const clip = fc
  .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 })
  .map((values) => Float32Array.from(values))

/** The filter as a plain sum; the first samples, where the reference's inner stages show, are left to the goldens. */
function plainSum(samples: Float32Array, up: number, down: number): Float64Array {
  const filter = resamplingFilter(up, down)
  const out = new Float64Array(Math.ceil((samples.length * up) / down))
  for (let m = 0; m < out.length; m++) {
    for (let n = 0; n < samples.length; n++) out[m] += samples[n] * filter.at((m * down) / up - n)
  }
  return out
}

describe('resample', () => {
  it.each([
    [16_000, 12_800, 4, 5],
    [48_000, 12_800, 4, 15],
    [44_100, 12_800, 128, 441],
    [16_000, 22_050, 441, 320],
    [44_100, 48_000, 160, 147],
    [96_000, 8000, 1, 12],
    [8000, 96_000, 12, 1],
    [8009, 47_999, 47_999, 8009],
  ])('from %i to %i Hz is the sum over the filter', (from, to, up, down) => {
    const samples = noise(700)
    const skip = Math.ceil((6 * up) / down)
    const got = resample(samples, from, to).subarray(skip)
    expect(maxAbsDiff(got, plainSum(samples, up, down).subarray(skip))).toBeLessThan(2e-7)
  })

  it('crosses the seams between its blocks without a trace', () => {
    const samples = noise(40_000)
    for (const [from, to] of [
      [16_000, 12_800],
      [16_000, 22_050],
    ]) {
      const whole = resample(samples, from, to)
      const later = resample(samples.subarray(16_000), from, to)
      const start = to // one second in, and far from the cut's own edge
      expect(
        maxAbsDiff(whole.subarray(start + 2000, start + 15_000), later.subarray(2000, 15_000)),
      ).toBeLessThan(2e-7)
    }
  })

  it('gives ⌈n·to/from⌉ finite samples at any pair of rates, also for a single sample', () => {
    fc.assert(
      fc.property(clip, anyRate, anyRate, (samples, from, to) => {
        const out = resample(samples, from, to)
        return out.length === Math.ceil((samples.length * to) / from) && out.every(Number.isFinite)
      }),
      { numRuns: 40 },
    )
  })

  it('is linear', () => {
    fc.assert(
      fc.property(
        clip,
        rate,
        rate,
        fc.double({ min: -4, max: 4, noNaN: true }),
        (samples, from, to, gain) => {
          const other = noise(samples.length)
          const mixed = resample(
            samples.map((x, i) => gain * x + other[i]),
            from,
            to,
          )
          const a = resample(samples, from, to)
          const b = resample(other, from, to)
          const expected = a.map((x, i) => gain * x + b[i])
          return maxAbsDiff(mixed, expected) < 2e-5 // 32-bit rounding of sums of 300 values up to 5
        },
      ),
      { numRuns: 40 },
    )
  })

  it('keeps a constant and a tone in the pass band as they are', () => {
    for (const [from, to] of [
      [16_000, 12_800],
      [16_000, 22_050],
      [44_100, 16_000],
      [8000, 48_000],
      [96_000, 12_800],
    ]) {
      const middle = (samples: Float32Array) => samples.subarray(to / 4, (3 * to) / 4)
      const constant = resample(new Float32Array(from).fill(0.5), from, to)
      expect(maxAbsDiff(middle(constant), middle(new Float32Array(to).fill(0.5)))).toBeLessThan(1e-5)
      const hz = 0.9 * (Math.min(from, to) / 2)
      const tone = resample(sine(hz, from, 1), from, to)
      expect(maxAbsDiff(middle(tone), middle(sine(hz, to, 1)))).toBeLessThan(1e-4)
    }
  })

  it('removes what the new rate cannot carry', () => {
    const out = resample(sine(7000, 16_000, 1), 16_000, 12_800)
    expect(maxAbsDiff(out.subarray(3000, 9000), new Float32Array(6000))).toBeLessThan(2e-6)
  })

  it('keeps silence exactly silent, also beside a loud sound', () => {
    const samples = new Float32Array(20_000)
    samples.set(noise(2000), 9000)
    for (const [from, to] of [
      [16_000, 12_800],
      [32_000, 16_000],
      [16_000, 22_050],
      [44_100, 48_000],
    ]) {
      const out = resample(samples, from, to)
      const quiet = Math.floor((8000 * to) / from)
      expect(out.subarray(0, quiet).every((x) => x === 0)).toBe(true)
      expect(out.subarray(-quiet).every((x) => x === 0)).toBe(true)
    }
  })

  it('leaves the input alone, and returns it when there is nothing to do', () => {
    const samples = noise(500)
    const before = samples.slice()
    resample(samples, 16_000, 12_800)
    expect(samples).toEqual(before)
    expect(resample(samples, 16_000, 16_000)).toBe(samples)
    expect(resample(new Float32Array(0), 16_000, 12_800)).toHaveLength(0)
  })

  it('names the sample that is not a number', () => {
    const samples = noise(500)
    samples[320] = Number.NaN
    expect(() => resample(samples, 16_000, 12_800)).toThrow('Sample 320 (at 0.020 s) of the audio is NaN')
    samples[320] = Number.NEGATIVE_INFINITY
    expect(() => resample(samples, 16_000, 16_000)).toThrow('-Infinity')
  })

  it('refuses rates that no recording has', () => {
    for (const rate of [0, -8000, 999, 12_800.5, Number.NaN, 1e6]) {
      expect(() => resample(noise(10), rate, 16_000)).toThrow(`A sample rate of ${rate} Hz is not supported`)
      expect(() => resample(noise(10), 16_000, rate)).toThrow(`A sample rate of ${rate} Hz is not supported`)
    }
  })

  it('stops when it is cancelled, and its progress only rises', async () => {
    const abort = new AbortController()
    const fractions: number[] = []
    const work = resampleAsync(noise(2_000_000), 44_100, 48_000, {
      signal: abort.signal,
      onProgress: (fraction) => {
        fractions.push(fraction)
        if (fraction > 0.2) abort.abort(new Error('enough'))
      },
    })
    await expect(work).rejects.toThrow('enough')
    expect(fractions.at(-1)).toBeLessThan(0.3)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
  })
})
