import type { Steps } from './run-steps'
import { lowPassKernel } from './smooth'

const RATE = 8000 // Hz, after halving
const WINDOW = 240 // samples, 30 ms
const LAG_MIN = 18 // 444 Hz
const LAG_MAX = 133 // 60 Hz
const LAGS = LAG_MAX + 2 // from 0, the upper neighbour of the last lag included
const SUMMED = 4 * Math.ceil((LAGS - 1) / 4) + 1 // correlations are summed four at a time, from lag 1
const DIP = 0.18 // the first dip under this wins over a deeper later one (an octave below)

export interface PitchEstimate {
  /** Fundamental frequency in Hz. */
  f0: number
  /** Cumulative-mean normalised difference at that lag: 0 periodic, about 1 noise. */
  aperiodicity: number
}

const HALVING = lowPassKernel(3400 / 16_000, 41, 5)
const SAMPLES_PER_SLICE = 1 << 16

/** Speech at 16 kHz → low-passed at 3400 Hz and halved to 8 kHz, as `pitchTracker` wants it. */
export function* halveForPitch(samples16k: Float32Array): Steps<Float32Array> {
  const last = samples16k.length - 1
  const reach = (HALVING.length - 1) / 2
  const out = new Float32Array((samples16k.length + 1) >> 1)
  for (let i = 0; i < out.length; i++) {
    if (i % SAMPLES_PER_SLICE === 0) yield i / out.length
    const at = 2 * i
    let sum = HALVING[reach] * samples16k[at]
    for (let k = 1; k <= reach; k++) {
      sum += HALVING[reach + k] * (samples16k[Math.max(0, at - k)] + samples16k[Math.min(last, at + k)])
    }
    out[i] = sum
  }
  return out
}

/**
 * Fundamental frequency by YIN (de Cheveigné and Kawahara 2002), steps 1–5.
 *
 * The difference function is energy + energy − 2 · correlation. The correlation is summed directly: for 134 lags of
 * 240 samples that is as fast as by FFT.
 *
 * @param signal speech at 8 kHz; zero outside. Its level does not matter
 * @returns a function of the sample in the middle of the two compared windows
 */
export function pitchTracker(signal: Float32Array): (centre: number) => PitchEstimate {
  const block = new Float64Array(WINDOW + SUMMED)
  const difference = new Float64Array(SUMMED)
  const normalised = new Float64Array(LAGS)

  return (centre) => {
    const start = Math.round(centre) - ((WINDOW + LAGS) >> 1)
    for (let i = 0; i < block.length; i++) {
      const at = start + i
      block[i] = at >= 0 && at < signal.length ? signal[at] : 0
    }
    sumDifferences(block, difference)
    let running = 0
    normalised[0] = 1
    for (let lag = 1; lag < LAGS; lag++) {
      running += difference[lag]
      normalised[lag] = running > 1e-12 ? (difference[lag] * lag) / running : 1
    }
    const best = chooseLag(normalised)
    const [before, at, after] = [normalised[best - 1], normalised[best], normalised[best + 1]]
    const bend = before - 2 * at + after
    const shift = bend > 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend))) : 0
    return { f0: RATE / (best + shift), aperiodicity: at }
  }
}

/** `difference[lag]` = Σ (block[i] − block[i + lag])² over the window, for lags from 1. */
function sumDifferences(block: Float64Array, difference: Float64Array): void {
  for (let lag = 1; lag < SUMMED; lag += 4) {
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let i = 0; i < WINDOW; i++) {
      const x = block[i]
      a += x * block[i + lag]
      b += x * block[i + lag + 1]
      c += x * block[i + lag + 2]
      d += x * block[i + lag + 3]
    }
    difference[lag] = a
    difference[lag + 1] = b
    difference[lag + 2] = c
    difference[lag + 3] = d
  }
  let still = 0
  for (let i = 0; i < WINDOW; i++) still += block[i] * block[i]
  let moved = still
  for (let lag = 1; lag < SUMMED; lag++) {
    moved += block[lag + WINDOW - 1] ** 2 - block[lag - 1] ** 2
    difference[lag] = Math.max(0, still + moved - 2 * difference[lag])
  }
}

function chooseLag(normalised: Float64Array): number {
  let deepest = LAG_MIN
  for (let lag = LAG_MIN; lag <= LAG_MAX; lag++) {
    if (normalised[lag] < DIP) {
      while (lag < LAG_MAX && normalised[lag + 1] < normalised[lag]) lag++
      return lag
    }
    if (normalised[lag] < normalised[deepest]) deepest = lag
  }
  return deepest
}
