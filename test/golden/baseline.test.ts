import { beforeAll, expect, it } from 'vitest'
import {
  analyseBaseline,
  type BaselineAnalysis,
  baselineFeatures,
  writeRows,
} from '../../nodes/lib/dsp/baseline-features'
import { constantQ } from '../../nodes/lib/dsp/constant-q'
import { melSpectrogram, melSpectrogramDb } from '../../nodes/lib/dsp/mel-spectrogram'
import { onsetStrength } from '../../nodes/lib/dsp/onset-strength'
import { resample } from '../../nodes/lib/dsp/resample'
import { runSteps } from '../../nodes/lib/dsp/run-steps'
import { describeGolden, goldenPath, maxAbsDiff, readGolden } from '../support/golden'
import { readPcm16 } from '../support/read-pcm16'

const CASES = ['baseline_speech_3s2', 'baseline_synthetic_3s2', 'baseline_speech_9s6']

/** The goldens hold matrices as [feature, frame]; ours are [frame, feature]. */
function transposed(rows: ArrayLike<number>, columns: number): Float32Array {
  const frames = rows.length / columns
  const out = new Float32Array(rows.length)
  for (let t = 0; t < frames; t++)
    for (let c = 0; c < columns; c++) out[c * frames + t] = rows[t * columns + c]
  return out
}

const rowsOf = (data: Float32Array, from: number, to: number) => data.subarray(from * 35, to * 35)
const column = (data: Float32Array, c: number) => data.filter((_, i) => i % 35 === c)

describeGolden.each(CASES)('baseline features: %s', (name) => {
  const { config, outputs } = readGolden(`stage1/${name}`)
  const tolerance = config.tolerance
  const { samples, sampleRate } = readPcm16(goldenPath(`stage1/${name}/${config.config.input_wav}`))
  const wanted = (tensor: string) => outputs[tensor].data as Float32Array
  let analysis: BaselineAnalysis
  beforeAll(() => {
    analysis = analyseBaseline(samples, sampleRate)
  })

  it('resamples to 12800 Hz', () => {
    expect(maxAbsDiff(analysis.wave, wanted('wav_12800'))).toBeLessThan(4e-5)
  })

  it('resamples to 22050 Hz for the tempo', () => {
    const head = wanted('wav_22050_head')
    const got = resample(samples, sampleRate, 22_050).subarray(0, head.length)
    expect(maxAbsDiff(got, head)).toBeLessThan(1e-4)
  })

  it.skipIf(!outputs.mel_power)('has the mel powers', () => {
    const got = transposed(runSteps(melSpectrogram(analysis.wave, 12_800)), 128)
    const power = wanted('mel_power')
    // Quieter than −100 dB is cut off before anyone looks at it.
    const relative = power.map((p, i) => (p < 1e-10 ? 0 : Math.abs(got[i] - p) / p))
    expect(relative.reduce((a, b) => Math.max(a, b))).toBeLessThan(tolerance.mel_power.rel)
  })

  it('has the mel decibels', () => {
    expect(maxAbsDiff(transposed(analysis.melDb, 128), wanted('mel_db'))).toBeLessThan(tolerance.mel_db.abs)
  })

  it('has the MFCC', () => {
    expect(maxAbsDiff(transposed(analysis.mfcc, 20), wanted('mfcc'))).toBeLessThan(tolerance.mfcc.abs)
  })

  it('has the onset strength, at 12800 and at 22050 Hz', () => {
    const limit = tolerance.onset_envelope.abs
    expect(maxAbsDiff(analysis.onsetEnvelope, wanted('onset_envelope'))).toBeLessThan(limit)
    const wave = resample(samples, sampleRate, 22_050)
    const envelope = onsetStrength(runSteps(melSpectrogramDb(wave, 22_050)))
    expect(maxAbsDiff(envelope, wanted('onset_envelope_22050'))).toBeLessThan(limit)
  })

  it('has exactly the onset peaks', () => {
    expect(analysis.onsetPeaks).toEqual(Array.from(wanted('onset_peaks')))
  })

  it('has exactly the tuning', () => {
    expect(Math.fround(analysis.tuning)).toBe(wanted('tuning')[0])
  })

  it('has the constant-Q magnitudes', () => {
    const got = new Float32Array(analysis.frames * 252)
    const steps = constantQ(analysis.wave, 12_800, analysis.tuning, (magnitudes, octave, frame) =>
      got.set(magnitudes, frame * 252 + octave * 36),
    )
    runSteps(steps)
    expect(maxAbsDiff(transposed(got, 252), wanted('cqt_mag'))).toBeLessThan(tolerance.cqt_mag.abs)
  })

  it('has the chroma', () => {
    const got = transposed(analysis.chroma, 12)
    expect(maxAbsDiff(got, wanted('chroma_raw'))).toBeLessThan(tolerance.chroma_raw.abs)
  })

  it('has the CENS without a single flipped quantum', () => {
    const got = transposed(analysis.cens, 12)
    expect(maxAbsDiff(got, wanted('chroma_cens'))).toBeLessThan(tolerance.chroma_cens.abs)
  })

  it('has the tempogram and the start tempo', () => {
    const { startTempo } = analysis
    // 1e-4 of a scale that ends at 1 moves the tempo score by less than the step between two lags.
    expect(maxAbsDiff(startTempo.tempogramMean, wanted('tempogram_mean_22050'))).toBeLessThan(1e-4)
    expect(Math.abs(startTempo.bpm / wanted('start_bpm')[0] - 1)).toBeLessThan(tolerance.start_bpm.rel)
  })

  it('has the beat tempo', () => {
    expect(Math.abs(analysis.tempo.bpm / wanted('beat_tempo')[0] - 1)).toBeLessThan(tolerance.beat_tempo.rel)
    expect(analysis.tempo.lag).toBe(Number(wanted('beat_frames_per_beat')[0]))
  })

  it('has exactly the beats and the chain they come from', () => {
    const { beats, backlink, localScore, cumulativeScore } = analysis.beatTrack
    expect(beats).toEqual(Array.from(wanted('beats')))
    expect(Array.from(backlink)).toEqual(Array.from(wanted('beat_backlink')))
    // Scores are sums of the envelope in units of its deviation; so is their tolerance.
    expect(maxAbsDiff(localScore, wanted('beat_localscore'))).toBeLessThan(1e-3)
    expect(maxAbsDiff(cumulativeScore, wanted('beat_cumscore'))).toBeLessThan(1e-3)
  })

  it('puts them together in 35 columns', () => {
    const { data } = baselineFeatures(samples, sampleRate)
    const features = wanted('features')
    expect(maxAbsDiff(rowsOf(data, 0, 80), features)).toBeLessThan(tolerance.features.abs)
    expect(maxAbsDiff(column(rowsOf(data, 0, 80), 33), column(features, 33))).toBe(0)
    expect(maxAbsDiff(column(rowsOf(data, 0, 80), 34), column(features, 34))).toBe(0)
  })

  it.skipIf(!outputs.features_all_frames)(
    'has every frame of a longer clip, and one row after its end',
    () => {
      const all = new Float32Array(analysis.frames * 35)
      writeRows(analysis, all)
      expect(maxAbsDiff(all, wanted('features_all_frames'))).toBeLessThan(tolerance.features.abs)
      const { frames, data } = baselineFeatures(samples, sampleRate)
      expect(frames).toBe(240)
      expect(data).toEqual(all.subarray(0, 240 * 35))
    },
  )

  it.skipIf(!outputs.features_piece0)('analyses pieces of 80 frames as if each were a recording', () => {
    const { data } = baselineFeatures(samples, sampleRate, { pieceFrames: 80 })
    for (const piece of [0, 1, 2]) {
      const got = rowsOf(data, 80 * piece, 80 * piece + 80)
      const expected = wanted(`features_piece${piece}`)
      expect(maxAbsDiff(got, expected)).toBeLessThan(tolerance.features.abs)
      expect(maxAbsDiff(column(got, 33), column(expected, 33))).toBe(0)
      expect(maxAbsDiff(column(got, 34), column(expected, 34))).toBe(0)
    }
  })
})
