import { fftPlan } from './fft'
import { periodicHann } from './hann-window'
import { HOP } from './power-spectra'
import type { Steps } from './run-steps'
import { SMALLEST_FLOAT } from './smallest-float'

/** Seconds of envelope whose self-similarity is looked at. */
const WINDOW_SECONDS = 8

/** Faster is no tempo. */
const MAX_BPM = 320

/** Pairs of windows between two pauses: about 5 ms of work. */
const PAIRS_PER_STEP = 256

export interface Tempo {
  bpm: number
  /** Frames per beat; `bpm = 60·sampleRate / (512·lag)`. */
  lag: number
  /** Mean over the clip of the local autocorrelation, each scaled to a maximum of 1; `[lags]`, lag 0 first. */
  tempogramMean: Float64Array
}

/**
 * The tempo whose period explains the envelope best, weighted with how far it lies (in octaves) from `priorBpm`
 * (stage 1 reference, sections 2.5 and 2.6).
 * @param envelope onset strength, `[frames]`, made at `sampleRate` Hz with 512 samples a frame
 */
export function* tempo(envelope: Float32Array, sampleRate: number, priorBpm: number): Steps<Tempo> {
  const window = Math.floor(Math.trunc(WINDOW_SECONDS * sampleRate) / HOP)
  const tempogramMean = yield* meanTempogram(envelope, window)
  let lag = 0
  let best = Number.NEGATIVE_INFINITY
  for (let k = 1; k < window; k++) {
    const bpm = bpmOfLag(k, sampleRate)
    if (bpm >= MAX_BPM) continue
    const octaves = Math.log2(bpm) - Math.log2(priorBpm)
    const score = Math.log1p(1e6 * tempogramMean[k]) - 0.5 * octaves * octaves
    if (score > best) {
      best = score
      lag = k
    }
  }
  return { bpm: bpmOfLag(lag, sampleRate), lag, tempogramMean }
}

const bpmOfLag = (lag: number, sampleRate: number): number => (60 * sampleRate) / (HOP * lag)

/**
 * Autocorrelation of a Hann window of `length` frames around every frame, each divided by its largest value, averaged
 * over the frames. That value is the one at lag 0, the energy; so the mean is one inverse transform of the summed
 * power spectra of unit-energy windows, two of which share a complex transform.
 */
function* meanTempogram(envelope: Float32Array, length: number): Steps<Float64Array> {
  const frames = envelope.length
  const padded = padWithRamps(envelope, length / 2)
  const hann = periodicHann(length)
  const size = 2 ** Math.ceil(Math.log2(2 * length))
  const fft = fftPlan(size)
  const block = new Float64Array(2 * size)
  const spectrum = new Float64Array(2 * size)
  const power = new Float64Array(size)
  for (let frame = 0; frame < frames; frame += 2) {
    fillUnitEnergy(block, 0, padded, frame, hann)
    if (frame + 1 < frames) fillUnitEnergy(block, 1, padded, frame + 1, hann)
    else for (let i = 1; i < 2 * length; i += 2) block[i] = 0
    fft.transform(spectrum, block)
    for (let k = 0; k < size; k++) {
      power[k] += spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1]
    }
    if (frame % (2 * PAIRS_PER_STEP) === 0) yield frame / frames
  }
  // |A[k]|² + |B[k]|² = (|Z[k]|² + |Z[−k]|²) / 2 for Z = A + iB: taking the real part below does this averaging.
  for (let k = 0; k < size; k++) {
    block[2 * k] = power[k]
    block[2 * k + 1] = 0
  }
  fft.inverseTransform(spectrum, block)
  return Float64Array.from({ length }, (_, k) => spectrum[2 * k] / frames)
}

/** The envelope with `half` values on either side that fall linearly to 0. */
function padWithRamps(envelope: Float32Array, half: number): Float64Array {
  const frames = envelope.length
  const padded = new Float64Array(frames + 2 * half)
  padded.set(envelope, half)
  for (let j = 0; j < half; j++) {
    padded[j] = (envelope[0] * j) / half
    padded[padded.length - 1 - j] = (envelope[frames - 1] * j) / half
  }
  return padded
}

function fillUnitEnergy(
  block: Float64Array,
  part: number,
  padded: Float64Array,
  start: number,
  hann: Float64Array,
): void {
  let energy = 0
  for (let i = 0; i < hann.length; i++) {
    const x = padded[start + i] * hann[i]
    block[2 * i + part] = x
    energy += x * x
  }
  if (energy < SMALLEST_FLOAT) return // silence stays as it is
  const scale = 1 / Math.sqrt(energy)
  for (let i = 0; i < hann.length; i++) block[2 * i + part] *= scale
}
