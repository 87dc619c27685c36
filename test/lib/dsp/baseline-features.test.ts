import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  analyseBaseline,
  BASELINE_DIMS,
  baselineFeatures,
  baselineFeaturesAsync,
} from '../../../nodes/lib/dsp/baseline-features'
import { clicks, noise, sine } from '../../support/sounds'

const column = (data: Float32Array, c: number) => data.filter((_, i) => i % BASELINE_DIMS === c)
const marks = (data: Float32Array, c: number) =>
  Array.from(column(data, c).entries())
    .filter(([, x]) => x === 1)
    .map(([t]) => t)

describe('baselineFeatures', () => {
  it('has one row for every video frame that the sound reaches', () => {
    const frames = (samples: number, rate: number) => baselineFeatures(noise(samples), rate).frames
    expect(frames(51_200, 16_000)).toBe(80)
    expect(frames(51_201, 16_000)).toBe(81)
    expect(frames(51_199, 16_000)).toBe(80)
    expect(frames(4480, 16_000)).toBe(7) // 0.28 · 25 is more than 7 in floating point
    expect(frames(1, 48_000)).toBe(1)
  })

  it('is finite for any clip of any length and rate, and its rows fit its frames', () => {
    const samples = fc
      .array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 6000 })
      .map((values) => Float32Array.from(values))
    fc.assert(
      fc.property(samples, fc.integer({ min: 8000, max: 96_000 }), (clip, rate) => {
        const { frames, data } = baselineFeatures(clip, rate)
        return (
          frames === Math.ceil((clip.length * 25) / rate) &&
          data.length === frames * BASELINE_DIMS &&
          data.every(Number.isFinite)
        )
      }),
      { numRuns: 15 },
    )
  })

  it('finds in silence no onset, no beat and no pitch', () => {
    const { frames, data } = baselineFeatures(new Float32Array(48_000), 16_000)
    expect(frames).toBe(75)
    for (const c of [0, 21, 32, 33, 34]) expect(Math.max(...column(data, c))).toBe(0)
    expect(column(data, 1)[0]).toBeCloseTo(-100 * Math.sqrt(128), 3) // −100 dB in every band
  })

  it('finds no pitch in digital silence next to speech', () => {
    const clip = new Float32Array(96_000)
    clip.set(noise(16_000), 80_000)
    const { chroma } = analyseBaseline(clip, 16_000)
    // The noise begins at frame 125; windows of the lowest octave reach 1.3 s, and the filters before them 1 s more.
    expect(chroma.subarray(0, 65 * 12).every((x) => x === 0)).toBe(true)
  })

  it('hears an A as an A', () => {
    const { cens, frames } = analyseBaseline(sine(440, 16_000, 3), 16_000)
    for (let t = 0; t < frames; t++) {
      const row = Array.from(cens.subarray(12 * t, 12 * t + 12))
      expect(row.indexOf(Math.max(...row))).toBe(9)
    }
  })

  it('measures how far an instrument is off concert pitch', () => {
    // A quarter of a third of a semitone, which is 1/144 of an octave.
    expect(analyseBaseline(sine(440 * 2 ** (0.25 / 36), 16_000, 2), 16_000).tuning).toBeCloseTo(0.25, 1)
    expect(analyseBaseline(sine(440 * 2 ** (-0.25 / 36), 16_000, 2), 16_000).tuning).toBeCloseTo(-0.25, 1)
  })

  it('beats with a click at 100 a minute', () => {
    const { beatTrack, tempo, onsetPeaks } = analyseBaseline(clicks(100, 16_000, 12), 16_000)
    expect(tempo.bpm).toBe(100)
    const gaps = beatTrack.beats.slice(1).map((beat, i) => beat - beatTrack.beats[i])
    expect(new Set(gaps)).toEqual(new Set([15]))
    for (const beat of beatTrack.beats) expect(onsetPeaks).toContain(beat)
  })

  it('does not care how loud the clip is, except in the level', () => {
    const hiss = noise(64_000)
    const loud = clicks(100, 16_000, 4).map((x, i) => x + 0.1 * hiss[i])
    const a = baselineFeatures(loud, 16_000).data
    const b = baselineFeatures(
      loud.map((x) => x / 4),
      16_000,
    ).data
    expect(marks(a, 33)).toEqual(marks(b, 33))
    expect(marks(a, 34)).toEqual(marks(b, 34))
    const drop = column(a, 1).map((x, t) => x - column(b, 1)[t])
    for (const d of drop) expect(d).toBeCloseTo(20 * Math.log10(4) * Math.sqrt(128), 2)
  })

  it('analyses pieces by themselves, and the last one as long as it is', () => {
    const clip = clicks(130, 16_000, 5)
    const { frames, data } = baselineFeatures(clip, 16_000, { pieceFrames: 80 })
    expect(frames).toBe(125)
    const first = baselineFeatures(clip.subarray(0, 51_200), 16_000).data
    const last = baselineFeatures(clip.subarray(51_200), 16_000).data
    expect(data).toEqual(Float32Array.from([...first, ...last]))
  })

  it('cuts pieces at whole samples when a video frame is none', () => {
    const clip = noise(22_050 * 2 + 1) // 22050 / 25 = 882 samples a frame; 11025 / 25 = 441 exactly; 44099 is neither
    for (const rate of [22_050, 44_099]) {
      const { frames, data } = baselineFeatures(clip, rate, { pieceFrames: 7 })
      expect(data).toHaveLength(frames * BASELINE_DIMS)
      expect(data.every(Number.isFinite)).toBe(true)
    }
  })

  it('refuses an empty clip, a broken sample and an impossible rate in a sentence', () => {
    expect(() => baselineFeatures(new Float32Array(0), 16_000)).toThrow('The audio has no samples.')
    expect(() => baselineFeatures(Float32Array.of(0, Number.NaN), 16_000)).toThrow('Sample 1 (at 0.000 s)')
    expect(() => baselineFeatures(noise(10), 0)).toThrow('A sample rate of 0 Hz is not supported')
  })

  it('gives the same bytes again, at once or in slices', async () => {
    const clip = noise(70_000)
    const once = baselineFeatures(clip, 44_100).data
    expect((await baselineFeaturesAsync(clip, 44_100)).data).toEqual(once)
  })

  it('lets a timer cancel it half-way, and its progress only rises', async () => {
    const abort = new AbortController()
    const fractions: number[] = []
    setTimeout(() => abort.abort(new Error('enough')), 60)
    const work = baselineFeaturesAsync(noise(16_000 * 120), 16_000, {
      signal: abort.signal,
      onProgress: (fraction) => fractions.push(fraction),
    })
    await expect(work).rejects.toThrow('enough')
    expect(fractions.at(-1)).toBeLessThan(0.9)
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
  })
})
