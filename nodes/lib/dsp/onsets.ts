import { checkSampleRate } from './check-samples'
import { fftPlan } from './fft'
import { resampleSteps } from './resample'
import { portion, runSteps, type StepOptions, type Steps } from './run-steps'

const RATE = 12_800 // Hz
const HOP = 128 // samples: 100 rows a second
const WINDOW = 1024
const BANDS = 40
const REACH_MAX = 3 // rows; an onset is the maximum of ±30 ms
const REACH_MEAN = 10 // and stands out of the mean of ±100 ms
const THRESHOLD = 0.05
const ROWS_PER_SLICE = 200

/**
 * Onsets of a sound, in seconds, rising: peaks of the flux of a log-mel spectrogram.
 *
 * Deliberately independent of the prosody that the procedural gestures are made from, so that it can judge them. It
 * knows no phonemes: speech gives 4–7 onsets a second.
 *
 * @param samples mono
 * @throws StudioError as `resample`
 */
export function detectOnsets(samples: Float32Array, sampleRate: number, opts: StepOptions = {}): number[] {
  return runSteps(onsetSteps(samples, sampleRate), opts)
}

/** `detectOnsets` in slices, for long clips. */
export function* onsetSteps(samples: Float32Array, sampleRate: number): Steps<number[]> {
  checkSampleRate(sampleRate)
  const sound = yield* portion(resampleSteps(samples, sampleRate, RATE), 0, 0.5)
  const flux = yield* portion(logMelFlux(sound), 0.5, 1)
  const onsets: number[] = []
  for (let r = 1; r < flux.length; r++) {
    const from = Math.max(0, r - REACH_MEAN)
    const to = Math.min(flux.length - 1, r + REACH_MEAN)
    let sum = 0
    let highest = true
    for (let k = from; k <= to; k++) {
      sum += flux[k]
      if (Math.abs(k - r) > REACH_MAX) continue
      // Of equal neighbours the first counts.
      if (flux[k] > flux[r] || (k < r && flux[k] === flux[r])) highest = false
    }
    if (highest && flux[r] > sum / (to - from + 1) + THRESHOLD) onsets.push((r * HOP) / RATE)
  }
  return onsets
}

/** Mean rise of log₁₀ mel energies from row to row; the loudest bin of the clip is the reference. */
function* logMelFlux(samples: Float32Array): Steps<Float64Array> {
  const rows = Math.floor(samples.length / HOP) + 1
  const plan = fftPlan(WINDOW)
  const block = new Float64Array(2 * WINDOW)
  const bins = new Float64Array(2 * WINDOW)
  const filters = melFilters()
  const energies = new Float32Array(rows * BANDS)
  let loudest = 0
  for (let r = 0; r < rows; r++) {
    if (r % ROWS_PER_SLICE === 0) yield r / rows
    const start = r * HOP - WINDOW / 2
    for (let i = 0; i < WINDOW; i++) {
      const at = start + i
      const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW)
      block[2 * i] = at >= 0 && at < samples.length ? samples[at] * hann : 0
    }
    plan.transform(bins, block)
    for (let b = 0; b < BANDS; b++) {
      const { first, weights } = filters[b]
      let sum = 0
      for (let k = 0; k < weights.length; k++) {
        const bin = first + k
        sum += weights[k] * (bins[2 * bin] ** 2 + bins[2 * bin + 1] ** 2)
      }
      energies[r * BANDS + b] = sum
      loudest = Math.max(loudest, sum)
    }
  }
  const flux = new Float64Array(rows)
  if (loudest === 0) return flux
  // −50 dB of the loudest: what is softer than that has no onsets.
  const log = (energy: number) => Math.log10(energy / loudest + 1e-5)
  for (let r = 1; r < rows; r++) {
    let rise = 0
    for (let b = 0; b < BANDS; b++) {
      rise += Math.max(0, log(energies[r * BANDS + b]) - log(energies[(r - 1) * BANDS + b]))
    }
    flux[r] = rise / BANDS
  }
  return flux
}

/** Triangles on the mel scale (HTK formula), 60 Hz to 6 kHz. */
function melFilters(): { first: number; weights: Float64Array }[] {
  const low = 2595 * Math.log10(1 + 60 / 700)
  const high = 2595 * Math.log10(1 + 6000 / 700)
  const edge = (i: number) =>
    (700 * (10 ** ((low + ((high - low) * i) / (BANDS + 1)) / 2595) - 1) * WINDOW) / RATE
  return Array.from({ length: BANDS }, (_, b) => {
    const [left, peak, right] = [edge(b), edge(b + 1), edge(b + 2)]
    const first = Math.ceil(left)
    const weights = Float64Array.from({ length: Math.max(1, Math.floor(right) - first + 1) }, (_, k) => {
      const bin = first + k
      return Math.max(0, bin <= peak ? (bin - left) / (peak - left) : (right - bin) / (right - peak))
    })
    return { first, weights }
  })
}
