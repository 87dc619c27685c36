import { StudioError } from '../../core/errors'
import { type BeatTrack, trackBeats } from './beats'
import { checkFinite, checkSampleRate } from './check-samples'
import { CHROMAS, chromaCens, foldOctave } from './chroma-cens'
import { constantQ } from './constant-q'
import { frameCount } from './frame-pair'
import { melSpectrogramDb } from './mel-spectrogram'
import { MFCC_COUNT, mfcc } from './mfcc'
import { onsetPeaks } from './onset-peaks'
import { onsetStrength } from './onset-strength'
import { HOP } from './power-spectra'
import { resampleSteps } from './resample'
import { portion, runSteps, runStepsAsync, type StepOptions, type Steps } from './run-steps'
import { type Tempo, tempo } from './tempo'
import { TuningEstimator } from './tuning'

/** Values per frame: onset strength, 20 MFCC, 12 chroma (C … B), onset yes/no, beat yes/no. */
export const BASELINE_DIMS = 35

export const BASELINE_FPS = 25

/** Rate of the analysis: 512 samples are one video frame. */
const RATE = BASELINE_FPS * HOP

/** Rate of the copy that the first guess of the tempo is made on, because the reference's was. */
const TEMPO_RATE = 22_050

/** Tempo that is likely before anything was heard. */
const COMMON_BPM = 120

export interface BaselineOptions extends StepOptions {
  /**
   * Analyse pieces of this many frames each by itself, as if they were separate recordings, instead of the whole
   * clip; 80 gives what the reference computes. It matters for everything that looks at a whole clip: the decibel
   * floor, the tuning, the tempo and where beats begin and end. The last piece is as long as what is left.
   */
  pieceFrames?: number
}

export interface BaselineFeatures {
  fps: number
  /** ⌈duration · 25⌉, the video frames that the sound covers. */
  frames: number
  /** `[frames, 35]` */
  data: Float32Array
}

/** Everything that is computed on the way; arrays are `[frames, …]` with frames = 1 + ⌊wave.length / 512⌋. */
export interface BaselineAnalysis {
  frames: number
  /** The clip at 12800 Hz. */
  wave: Float32Array
  /** `[frames, 128]` */
  melDb: Float32Array
  /** `[frames]` */
  onsetEnvelope: Float32Array
  /** `[frames, 20]` */
  mfcc: Float32Array
  /** Thirds of a semitone off concert pitch, −0.5 … 0.49. */
  tuning: number
  /** `[frames, 12]`, sums of constant-Q magnitudes. */
  chroma: Float32Array
  /** `[frames, 12]` */
  cens: Float32Array
  onsetPeaks: number[]
  /** First guess of the tempo, made at 22050 Hz. */
  startTempo: Tempo
  tempo: Tempo
  beatTrack: BeatTrack
}

/** Video frames at 25 fps that `samples` samples cover, a frame begun counting whole. */
export const baselineFrames = (samples: number, sampleRate: number): number =>
  Math.ceil((samples * BASELINE_FPS) / sampleRate)

/**
 * The 35 audio features per video frame that MMGT calls "baseline" (stage 1 reference, section 2), for a mono clip of
 * any length and rate.
 *
 * Row t is centred on the time of video frame t. The centred analysis of a clip that ends exactly with a video frame
 * has one more row, centred on the end itself; it belongs to no frame and is left out, as the reference leaves out
 * row 80 of its 3.2 s pieces. A clip that ends inside a video frame has a row for that frame.
 * @throws StudioError `audio/empty`, `audio/sample-rate`, `audio/not-finite`
 */
export function baselineFeatures(
  samples: Float32Array,
  sampleRate: number,
  opts: BaselineOptions = {},
): BaselineFeatures {
  return runSteps(baselineSteps(samples, sampleRate, opts.pieceFrames), opts)
}

/** `baselineFeatures` that leaves the thread to others every few milliseconds. */
export function baselineFeaturesAsync(
  samples: Float32Array,
  sampleRate: number,
  opts: BaselineOptions = {},
): Promise<BaselineFeatures> {
  return runStepsAsync(baselineSteps(samples, sampleRate, opts.pieceFrames), opts)
}

/** The whole clip's features with everything computed on the way. */
export function analyseBaseline(
  samples: Float32Array,
  sampleRate: number,
  opts: StepOptions = {},
): BaselineAnalysis {
  checkClip(samples, sampleRate)
  return runSteps(analysisSteps(samples, sampleRate), opts)
}

function* baselineSteps(
  samples: Float32Array,
  sampleRate: number,
  pieceFrames = Number.POSITIVE_INFINITY,
): Steps<BaselineFeatures> {
  checkClip(samples, sampleRate)
  const frames = baselineFrames(samples.length, sampleRate)
  const data = new Float32Array(frames * BASELINE_DIMS)
  for (let start = 0; start < frames; start += pieceFrames) {
    const end = Math.min(frames, start + pieceFrames)
    const piece = samples.subarray(sampleOfFrame(start, sampleRate), sampleOfFrame(end, sampleRate))
    const analysis = yield* portion(analysisSteps(piece, sampleRate), start / frames, end / frames)
    writeRows(analysis, data.subarray(start * BASELINE_DIMS, end * BASELINE_DIMS))
  }
  return { fps: BASELINE_FPS, frames, data }
}

function checkClip(samples: Float32Array, sampleRate: number): void {
  checkSampleRate(sampleRate)
  if (samples.length === 0) throw new StudioError('audio/empty', 'The audio has no samples.')
  checkFinite(samples, sampleRate)
}

const sampleOfFrame = (frame: number, sampleRate: number): number =>
  Math.floor((frame * sampleRate) / BASELINE_FPS)

function* analysisSteps(samples: Float32Array, sampleRate: number): Steps<BaselineAnalysis> {
  const wave = yield* portion(resampleSteps(samples, sampleRate, RATE), 0, 0.1)
  const frames = frameCount(wave.length, HOP)
  const estimator = new TuningEstimator(RATE)
  const melDb = yield* portion(
    melSpectrogramDb(wave, RATE, (power) => estimator.add(power)),
    0.1,
    0.3,
  )
  const cepstrum = yield* portion(mfcc(melDb), 0.3, 0.32)
  const onsetEnvelope = onsetStrength(melDb)
  const tuning = estimator.estimate()
  const chroma = yield* portion(constantQChroma(wave, tuning), 0.32, 0.55)
  const startTempo = yield* portion(startingTempo(samples, sampleRate), 0.55, 0.98)
  const beatTempo = yield* portion(tempo(onsetEnvelope, RATE, startTempo.bpm), 0.98, 0.99)
  const beatTrack = yield* portion(trackBeats(onsetEnvelope, beatTempo.lag), 0.99, 1)
  return {
    frames,
    wave,
    melDb,
    onsetEnvelope,
    mfcc: cepstrum,
    tuning,
    chroma,
    cens: chromaCens(chroma),
    onsetPeaks: onsetPeaks(onsetEnvelope),
    startTempo,
    tempo: beatTempo,
    beatTrack,
  }
}

function* constantQChroma(wave: Float32Array, tuning: number): Steps<Float32Array> {
  const chroma = new Float32Array(frameCount(wave.length, HOP) * CHROMAS)
  yield* constantQ(wave, RATE, tuning, (magnitudes, _octave, frame) => foldOctave(magnitudes, chroma, frame))
  return chroma
}

/** Stage 1 reference, section 2.5. */
function* startingTempo(samples: Float32Array, sampleRate: number): Steps<Tempo> {
  const wave = yield* portion(resampleSteps(samples, sampleRate, TEMPO_RATE), 0, 0.4)
  const melDb = yield* portion(melSpectrogramDb(wave, TEMPO_RATE), 0.4, 0.9)
  return yield* portion(tempo(onsetStrength(melDb), TEMPO_RATE, COMMON_BPM), 0.9, 1)
}

/** Fills `out`, `[rows, 35]`, with the first rows of the analysis. */
export function writeRows(analysis: BaselineAnalysis, out: Float32Array): void {
  const { onsetEnvelope, mfcc, cens, onsetPeaks, beatTrack } = analysis
  const rows = out.length / BASELINE_DIMS
  for (let t = 0; t < rows; t++) {
    const at = t * BASELINE_DIMS
    out[at] = onsetEnvelope[t]
    out.set(mfcc.subarray(t * MFCC_COUNT, (t + 1) * MFCC_COUNT), at + 1)
    out.set(cens.subarray(t * CHROMAS, (t + 1) * CHROMAS), at + 1 + MFCC_COUNT)
  }
  for (const t of onsetPeaks) if (t < rows) out[t * BASELINE_DIMS + BASELINE_DIMS - 2] = 1
  for (const t of beatTrack.beats) if (t < rows) out[t * BASELINE_DIMS + BASELINE_DIMS - 1] = 1
}
