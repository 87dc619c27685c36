import { z } from 'zod'
import {
  analyseBaseline,
  BASELINE_DIMS,
  BASELINE_FPS,
  type BaselineAnalysis,
  baselineFeatures,
  writeRows,
} from '../../../nodes/lib/dsp/baseline-features'
import { constantQ } from '../../../nodes/lib/dsp/constant-q'
import { melSpectrogram, melSpectrogramDb } from '../../../nodes/lib/dsp/mel-spectrogram'
import { onsetStrength } from '../../../nodes/lib/dsp/onset-strength'
import { resample } from '../../../nodes/lib/dsp/resample'
import { runSteps } from '../../../nodes/lib/dsp/run-steps'
import { readPcm16 } from '../../support/read-pcm16'
import { type Comparison, EXACT, type Numbers, type Tolerance } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'

const settings = z.object({
  config: z.object({ sr: z.literal(12_800), fps: z.literal(BASELINE_FPS), input_wav: z.string() }),
})

const TEMPO_RATE = 22_050
/** case.json: "only the first two samples; elsewhere 4e-5". */
const WAVE: Tolerance = { abs: 4e-5, rel: 0 }
/** A wave at another rate; and a scale that ends at 1, where it moves the tempo score by less than two lags differ. */
const CLOSE: Tolerance = { abs: 1e-4, rel: 0 }
/** Scores are sums of the envelope in units of its deviation; so is their tolerance. */
const SCORE: Tolerance = { abs: 1e-3, rel: 0 }
/** Quieter than −100 dB is cut off before anyone looks at it. */
const SILENCE = 1e-10
/** case.json: "quantised; allow up to 2% of entries off by <= 0.025". */
const FLIPPED_QUANTA = { share: 0.02, abs: 0.025 }

/** The goldens hold matrices as [feature, frame]; ours are [frame, feature]. */
function transposed(rows: ArrayLike<number>, columns: number): Float32Array {
  const frames = rows.length / columns
  const out = new Float32Array(rows.length)
  for (let t = 0; t < frames; t++)
    for (let c = 0; c < columns; c++) out[c * frames + t] = rows[t * columns + c]
  return out
}

/** The 35 features of a recording and everything that is computed on the way to them (stage1.md §2). */
export async function baseline(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(settings)
  const { samples, sampleRate } = readPcm16(folder.file(config.input_wav))
  const analysis = analyseBaseline(samples, sampleRate)
  return [
    ...waves(folder, analysis, samples, sampleRate),
    ...spectra(folder, analysis),
    ...rhythm(folder, analysis, samples, sampleRate),
    ...features(folder, analysis, samples, sampleRate),
  ]
}

function waves(folder: GoldenFolder, analysis: BaselineAnalysis, samples: Float32Array, rate: number) {
  const { data: expected } = folder.outputs().wav_12800
  const head = folder.outputs().wav_22050_head.data
  return [
    { tensor: 'wav_12800', got: analysis.wave, expected, tolerance: WAVE },
    folder.compare('wav_22050_head', resample(samples, rate, TEMPO_RATE).subarray(0, head.length), CLOSE),
  ]
}

function spectra(folder: GoldenFolder, analysis: BaselineAnalysis): Comparison[] {
  const magnitudes = new Float32Array(analysis.frames * 252)
  runSteps(
    constantQ(analysis.wave, 12_800, analysis.tuning, (found, octave, frame) =>
      magnitudes.set(found, frame * 252 + octave * 36),
    ),
  )
  const cens = { ...folder.tolerance('chroma_cens'), outliers: FLIPPED_QUANTA }
  const comparisons = [
    folder.compare('mel_db', transposed(analysis.melDb, 128)),
    folder.compare('mfcc', transposed(analysis.mfcc, 20)),
    folder.compare('tuning', [Math.fround(analysis.tuning)]),
    folder.compare('cqt_mag', transposed(magnitudes, 252)),
    folder.compare('chroma_raw', transposed(analysis.chroma, 12)),
    folder.compare('chroma_cens', transposed(analysis.cens, 12), cens),
  ]
  if (!('mel_power' in folder.outputs())) return comparisons
  const power = transposed(runSteps(melSpectrogram(analysis.wave, 12_800)), 128)
  return [
    ...comparisons,
    folder.compare('mel_power', power, { ...folder.tolerance('mel_power'), abs: SILENCE }),
  ]
}

function rhythm(folder: GoldenFolder, analysis: BaselineAnalysis, samples: Float32Array, rate: number) {
  const { beatTrack, startTempo, tempo } = analysis
  const mel = melSpectrogramDb(resample(samples, rate, TEMPO_RATE), TEMPO_RATE)
  return [
    folder.compare('onset_envelope', analysis.onsetEnvelope),
    folder.compare('onset_envelope_22050', onsetStrength(runSteps(mel)), folder.tolerance('onset_envelope')),
    folder.compare('onset_peaks', analysis.onsetPeaks),
    folder.compare('tempogram_mean_22050', startTempo.tempogramMean, CLOSE),
    folder.compare('start_bpm', [startTempo.bpm]),
    folder.compare('beat_tempo', [tempo.bpm]),
    folder.compare('beat_frames_per_beat', [tempo.lag], EXACT),
    folder.compare('beats', beatTrack.beats),
    folder.compare('beat_backlink', beatTrack.backlink, EXACT),
    folder.compare('beat_localscore', beatTrack.localScore, SCORE),
    folder.compare('beat_cumscore', beatTrack.cumulativeScore, SCORE),
  ]
}

function features(folder: GoldenFolder, analysis: BaselineAnalysis, samples: Float32Array, rate: number) {
  const { data } = baselineFeatures(samples, rate)
  const rows = (tensor: string) => folder.outputs()[tensor].shape[0] * BASELINE_DIMS
  const comparisons = table(folder, 'features', data.subarray(0, rows('features')))
  const outputs = Object.keys(folder.outputs())
  if (outputs.includes('features_all_frames')) {
    const all = new Float32Array(analysis.frames * BASELINE_DIMS)
    writeRows(analysis, all)
    comparisons.push(...table(folder, 'features_all_frames', all))
  }
  const pieces = outputs.filter((name) => /^features_piece\d+$/.test(name))
  if (pieces.length === 0) return comparisons
  // Each piece is analysed as if it were a recording.
  const [pieceFrames] = folder.outputs()[pieces[0]].shape
  const pieced = baselineFeatures(samples, rate, { pieceFrames }).data
  for (const tensor of pieces) {
    const start = Number(tensor.replace('features_piece', '')) * pieceFrames * BASELINE_DIMS
    comparisons.push(...table(folder, tensor, pieced.subarray(start, start + rows(tensor))))
  }
  return comparisons
}

/** Rows of 35 values; the last two say yes or no, which must agree exactly. */
function table(folder: GoldenFolder, tensor: string, got: Float32Array): Comparison[] {
  const expected = folder.outputs()[tensor].data as Float32Array
  const column = (data: Float32Array, c: number): Numbers => data.filter((_, i) => i % BASELINE_DIMS === c)
  const flags = [33, 34].map((c) => ({
    tensor: `${tensor}, column ${c}`,
    got: column(got, c),
    expected: column(expected, c),
    tolerance: EXACT,
  }))
  return [folder.compare(tensor, got, folder.tolerance('features')), ...flags]
}
