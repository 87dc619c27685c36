import { expect, it } from 'vitest'
import { resample } from '../../nodes/lib/dsp/resample'
import { resamplingFilter } from '../../nodes/lib/dsp/resampling-filter'
import { describeGolden, maxAbsDiff, readGolden } from '../support/golden'

describeGolden('resampler', () => {
  const golden = readGolden('stage1/resampler')
  const noise = golden.inputs.noise.data as Float32Array
  const speech = golden.inputs.speech.data as Float32Array
  const output = (name: string) => golden.outputs[name].data as Float32Array

  /** The first samples carry the trace of the reference's inner stages, which is reproduced to 2–10 %. */
  const settled = (samples: Float32Array) => samples.subarray(3)

  it.each([
    ['noise_16000_to_12800', 16_000, 12_800],
    ['noise_16000_to_22050', 16_000, 22_050],
    ['noise_44100_to_16000', 44_100, 16_000],
    ['noise_48000_to_16000', 48_000, 16_000],
    ['noise_2_to_1', 32_000, 16_000],
    ['noise_22050_to_16000', 22_050, 16_000],
  ])('%s agrees to 3e-4 of full-band noise', (name, from, to) => {
    const wanted = output(name)
    const got = resample(noise, from, to)
    // The reference may return one sample fewer than this.
    expect(got.length).toBe(Math.ceil((noise.length * to) / from))
    expect(maxAbsDiff(settled(got.subarray(0, wanted.length)), settled(wanted))).toBeLessThan(3e-4)
    expect(maxAbsDiff(got.subarray(0, wanted.length), wanted)).toBeLessThan(7e-4)
  })

  it('speech from 16000 to 12800 Hz agrees to 5e-6', () => {
    const got = resample(speech, 16_000, 12_800)
    expect(maxAbsDiff(got, output('speech_16000_to_12800'))).toBeLessThan(5e-6)
  })

  it.each([
    ['prototype_16000_to_12800', 4, 5, 4, 3e-5],
    ['prototype_2_to_1', 1, 2, 1, 1e-6],
  ])('%s is the measured impulse response', (name, up, down, tapsPerSample, tolerance) => {
    const measured = output(name)
    const firstOffset = Number(golden.outputs[`${name}_first_offset`].data[0])
    const filter = resamplingFilter(up, down)
    const taps = Float64Array.from(measured, (_, i) => filter.at((firstOffset + i) / tapsPerSample))
    const peak = measured.reduce((a, b) => Math.max(a, b), 0)
    expect(maxAbsDiff(taps, measured) / peak).toBeLessThan(tolerance)
  })
})
