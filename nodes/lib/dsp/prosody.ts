import { fftPlan } from './fft'
import { median, percentile } from './order-statistics'
import { halveForPitch, pitchTracker } from './pitch'
import { portion, runSteps, type StepOptions, type Steps } from './run-steps'
import { filterZeroPhase, gaussianKernel, medianFilter } from './smooth'
import {
  activitySegments,
  findSyllables,
  type Phrase,
  PROSODY_RATE,
  runs,
  type Syllable,
  splitPhrases,
} from './syllables'

/** Sample rate that `analyseProsody` takes, in Hz. */
export const PROSODY_SAMPLE_RATE = 16_000

const HOP = PROSODY_SAMPLE_RATE / PROSODY_RATE
const LEVEL_WINDOW = 400 // samples, 25 ms
const SPECTRUM = 512
const MARGIN = SPECTRUM / 2 // zeros around the clip
const MEL_BANDS = 32
/** Clips whose loud parts stay under this (dBFS) are silence. */
const SILENCE_DB = -52
const VOICED_APERIODICITY = 0.33

/** What `analyseProsody` hears. Arrays have one value per row, row r at r / 100 s. */
export interface Prosody {
  rows: number
  seconds: number
  /** dBFS of 25 ms around the row, after the level was normalised. */
  level: Float64Array
  /** 95th percentile of `level`. */
  loudLevel: number
  /** 1 where there is speech; noise without voice and clicks do not count. */
  active: Uint8Array
  voiced: Uint8Array
  /** Pitch in semitones around the clip's median, interpolated where unvoiced. */
  semitones: Float64Array
  /** dB, 550–1200 Hz over 150–420 Hz: an open vowel has more. */
  openness: Float64Array
  /** dB, 1600–3000 Hz over 250–1200 Hz: spread lips have more, rounded ones less. */
  spread: Float64Array
  /** dB of 250–2800 Hz, smoothed over 22 ms. */
  envelope: Float64Array
  /** dB of 3000–7000 Hz over 250–2800 Hz: hissing consonants have more. */
  hiss: Float64Array
  syllables: Syllable[]
  phrases: Phrase[]
}

/**
 * Rhythm and melody of speech: level, voicing, pitch, syllables with their prominence, and phrases. Everything is
 * computed from the waveform, at 100 rows a second and without lag; the result does not depend on the recording
 * level. Syllables are intensity peaks that are voiced and separated by dips (de Jong and Wempe 2009), pitch is YIN.
 *
 * @param samples mono at 16 kHz, full scale ±1, any length
 */
export function analyseProsody(samples: Float32Array, opts: StepOptions = {}): Prosody {
  return runSteps(prosodySteps(samples), opts)
}

/** `analyseProsody` in slices, for long clips. */
export function* prosodySteps(samples: Float32Array): Steps<Prosody> {
  const gain = normalisingGain(samples)
  const rows = Math.floor(samples.length / HOP) + 1
  const spectra = yield* portion(bandSignals(samples, gain, rows), 0, 0.4)
  const { level, envelope } = spectra
  const loudLevel = percentile(level, 95)

  const active = new Uint8Array(rows)
  if (loudLevel >= SILENCE_DB) {
    const threshold = Math.max(
      Math.min(percentile(level, 8) + 9, loudLevel - 12),
      loudLevel - 32,
      SILENCE_DB - 4,
    )
    for (let r = 0; r < rows; r++) active[r] = level[r] > threshold ? 1 : 0
  }
  const { voiced, semitones } = yield* portion(trackPitch(samples, active), 0.4, 1)
  const segments = activitySegments(active, voiced)
  const speech = new Uint8Array(rows)
  for (const [from, to] of segments) speech.set(active.subarray(from, to), from)
  const syllables = findSyllables(segments, spectra, voiced, semitones)
  const phrases = splitPhrases(segments, syllables, envelope)
  return {
    rows,
    seconds: samples.length / PROSODY_SAMPLE_RATE,
    level,
    loudLevel,
    active: speech,
    voiced,
    semitones,
    openness: spectra.openness,
    spread: spectra.spread,
    hiss: spectra.hiss,
    envelope,
    syllables,
    phrases,
  }
}

/** Rows between two looks at the signal: some milliseconds of work. */
const ROWS_PER_SLICE = 200

/** Factor that brings the loud parts of the clip to −15 dBFS, at most ±24 dB; 1 for silence. */
function normalisingGain(samples: Float32Array): number {
  const blocks = Math.floor(samples.length / LEVEL_WINDOW)
  const rms = new Float64Array(blocks)
  for (let b = 0; b < blocks; b++) {
    let sum = 0
    for (let i = b * LEVEL_WINDOW; i < (b + 1) * LEVEL_WINDOW; i++) sum += samples[i] * samples[i]
    rms[b] = Math.sqrt(sum / LEVEL_WINDOW)
  }
  const loud = decibels(percentile(rms, 95) || 0)
  return loud < SILENCE_DB ? 1 : 10 ** (Math.max(-24, Math.min(24, -15 - loud)) / 20)
}

const decibels = (amplitude: number): number => 20 * Math.log10(amplitude + 1e-6)
const powerRatio = (a: number, b: number): number => 10 * Math.log10((a + 1e-12) / (b + 1e-12))

interface BandSignals {
  level: Float64Array
  envelope: Float64Array
  flux: Float64Array
  openness: Float64Array
  spread: Float64Array
  hiss: Float64Array
}

function* bandSignals(samples: Float32Array, gain: number, rows: number): Steps<BandSignals> {
  const column = () => new Float64Array(rows)
  const [level, sonority, flux, openness, spread, hiss] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ]
  const window = Float64Array.from(
    { length: SPECTRUM },
    (_, i) => (gain * (1 - Math.cos((2 * Math.PI * i) / SPECTRUM))) / SPECTRUM, // sums to `gain`
  )
  const padded = new Float32Array(rows * HOP + 2 * MARGIN)
  padded.set(samples, MARGIN)
  const plan = fftPlan(SPECTRUM)
  const block = new Float64Array(2 * SPECTRUM) // complex; the imaginary parts stay 0
  const bins = new Float64Array(2 * SPECTRUM)
  const power = new Float64Array(SPECTRUM / 2 + 1)
  const filters = melFilters()
  let mel = new Float64Array(MEL_BANDS)
  let before = new Float64Array(MEL_BANDS)

  for (let r = 0; r < rows; r++) {
    if (r % ROWS_PER_SLICE === 0) yield r / rows
    const centre = MARGIN + r * HOP
    let energy = 0
    for (let i = centre - LEVEL_WINDOW / 2; i < centre + LEVEL_WINDOW / 2; i++) {
      energy += padded[i] * padded[i]
    }
    level[r] = decibels(gain * Math.sqrt(energy / LEVEL_WINDOW))

    for (let i = 0; i < SPECTRUM; i++) block[2 * i] = window[i] * padded[centre - MARGIN + i]
    plan.transform(bins, block)
    for (let k = 0; k < power.length; k++) power[k] = bins[2 * k] ** 2 + bins[2 * k + 1] ** 2
    const low = bandPower(power, 250, 1200)
    const vowel = bandPower(power, 250, 2800)
    sonority[r] = 10 * Math.log10(vowel + 1e-10)
    openness[r] = powerRatio(bandPower(power, 550, 1200), bandPower(power, 150, 420))
    spread[r] = powerRatio(bandPower(power, 1600, 3000), low)
    hiss[r] = powerRatio(bandPower(power, 3000, 7000), vowel)

    let rise = 0
    for (let b = 0; b < MEL_BANDS; b++) {
      const { first, weights } = filters[b]
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k] * power[first + k]
      mel[b] = Math.log10(sum * 1e5 + 0.05)
      if (r > 0 && mel[b] > before[b]) rise += mel[b] - before[b]
    }
    flux[r] = rise / MEL_BANDS
    ;[mel, before] = [before, mel]
  }
  return {
    level,
    envelope: filterZeroPhase(sonority, gaussianKernel(2.2)),
    flux: filterZeroPhase(flux, gaussianKernel(1.2)),
    openness,
    spread,
    hiss,
  }
}

const binOf = (hertz: number): number => (hertz * SPECTRUM) / PROSODY_SAMPLE_RATE

function bandPower(power: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let k = Math.ceil(binOf(from)); k <= Math.floor(binOf(to)); k++) sum += power[k]
  return sum
}

/** Triangular filters on the mel scale (HTK formula), 80–7000 Hz, unit peak. */
function melFilters(): { first: number; weights: Float64Array }[] {
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)
  const hertz = (m: number) => 700 * (10 ** (m / 2595) - 1)
  const edge = (i: number) => binOf(hertz(mel(80) + ((mel(7000) - mel(80)) * i) / (MEL_BANDS + 1)))
  return Array.from({ length: MEL_BANDS }, (_, b) => {
    const [left, peak, right] = [edge(b), edge(b + 1), edge(b + 2)]
    const first = Math.ceil(left)
    const weights = Float64Array.from({ length: Math.max(1, Math.floor(right) - first + 1) }, (_, k) => {
      const bin = first + k
      return Math.max(0, bin <= peak ? (bin - left) / (peak - left) : (right - bin) / (right - peak))
    })
    return { first, weights }
  })
}

function* trackPitch(
  samples: Float32Array,
  active: Uint8Array,
): Steps<{ voiced: Uint8Array; semitones: Float64Array }> {
  const rows = active.length
  const voiced = new Uint8Array(rows)
  const semitones = new Float64Array(rows)
  // Inactive rows are never voiced, so their pitch is not needed.
  if (active.includes(1)) {
    const pitchAt = pitchTracker(yield* portion(halveForPitch(samples), 0, 0.2))
    for (let r = 0; r < rows; r++) {
      if (r % ROWS_PER_SLICE === 0) yield 0.2 + (0.8 * r) / rows
      if (!active[r]) continue
      const { f0, aperiodicity } = pitchAt((r * HOP) / 2)
      voiced[r] = aperiodicity < VOICED_APERIODICITY ? 1 : 0
      semitones[r] = 12 * Math.log2(f0 / 100)
    }
  }
  for (const [from, to] of runs(voiced)) if (to - from < 3) voiced.fill(0, from, to)

  const centre = median(semitones.filter((_, r) => voiced[r] === 1))
  if (Number.isNaN(centre)) return { voiced, semitones: semitones.fill(0) }
  for (let r = 0; r < rows; r++) {
    if (!voiced[r]) continue
    semitones[r] -= centre
    // More than 9 semitones off is an octave error of the tracker far more often than a real leap.
    if (semitones[r] > 9) semitones[r] -= 12
    else if (semitones[r] < -9) semitones[r] += 12
  }
  interpolateGaps(semitones, voiced)
  return { voiced, semitones: filterZeroPhase(medianFilter(semitones, 5), gaussianKernel(2.5)) }
}

/** Linear between known values, constant beyond the first and last. */
function interpolateGaps(values: Float64Array, known: Uint8Array): void {
  let last = -1
  for (let r = 0; r < values.length; r++) {
    if (!known[r]) continue
    if (last < 0) values.fill(values[r], 0, r)
    for (let i = last + 1; last >= 0 && i < r; i++) {
      values[i] = values[last] + ((values[r] - values[last]) * (i - last)) / (r - last)
    }
    last = r
  }
  if (last >= 0) values.fill(values[last], last + 1)
}
