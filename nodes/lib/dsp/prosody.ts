import { fftPlan } from './fft'
import { median, percentile, standardDeviation } from './order-statistics'
import { halveForPitch, pitchTracker } from './pitch'
import { portion, runSteps, type StepOptions, type Steps } from './run-steps'
import { filterZeroPhase, gaussianKernel, medianFilter } from './smooth'

/** Sample rate that `analyseProsody` takes, in Hz. */
export const PROSODY_SAMPLE_RATE = 16_000
/** Rows of its signals per second. */
export const PROSODY_RATE = 100

const HOP = PROSODY_SAMPLE_RATE / PROSODY_RATE
const LEVEL_WINDOW = 400 // samples, 25 ms
const SPECTRUM = 512
const MARGIN = SPECTRUM / 2 // zeros around the clip
const MEL_BANDS = 32
/** Clips whose loud parts stay under this (dBFS) are silence. */
const SILENCE_DB = -52
const VOICED_APERIODICITY = 0.33

export interface Syllable {
  /** Seconds: steepest rise of energy before the nucleus. Everything that moves is aligned to it. */
  onset: number
  nucleus: number
  end: number
  /** dB of the vowel band at the nucleus, relative to its neighbourhood, in units of 3.5 dB; ±2.5. */
  loudness: number
  /** Highest pitch, relative to its neighbourhood, in units of 2 semitones; ±2.5. */
  pitch: number
  score: number
  /** 0…1, how strongly the syllable stands out. */
  prominence: number
  accent: boolean
}

/** A stretch of speech between pauses or deep dips; `[first, last)` indexes `syllables`. */
export interface Phrase {
  start: number
  end: number
  first: number
  last: number
}

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
  const { voiced, semitones } = yield* portion(trackPitch(samples, gain, active), 0.4, 1)
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
  gain: number,
  active: Uint8Array,
): Steps<{ voiced: Uint8Array; semitones: Float64Array }> {
  const rows = active.length
  const voiced = new Uint8Array(rows)
  const semitones = new Float64Array(rows)
  // Inactive rows are never voiced, so their pitch is not needed.
  if (active.includes(1)) {
    const pitchAt = pitchTracker(halveForPitch(samples).map((x) => x * gain))
    for (let r = 0; r < rows; r++) {
      if (r % ROWS_PER_SLICE === 0) yield r / rows
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

/** Maximal runs of ones, as [from, to). */
function runs(flags: Uint8Array): [number, number][] {
  const found: [number, number][] = []
  for (let r = 0; r < flags.length; r++) {
    if (!flags[r]) continue
    const from = r
    while (r < flags.length && flags[r]) r++
    found.push([from, r])
  }
  return found
}

/** Rows [from, to) of speech: gaps under 220 ms filled; noise (under 15 % voiced) and clicks (under 80 ms) dropped. */
function activitySegments(active: Uint8Array, voiced: Uint8Array): [number, number][] {
  const merged: [number, number][] = []
  for (const run of runs(active)) {
    const last = merged.at(-1)
    if (last && run[0] - last[1] < 22) last[1] = run[1]
    else merged.push([...run])
  }
  return merged.filter(([from, to]) => {
    let count = 0
    for (let r = from; r < to; r++) count += voiced[r]
    return to - from >= 8 && count >= 0.15 * (to - from)
  })
}

function findSyllables(
  segments: [number, number][],
  { envelope, flux }: BandSignals,
  voiced: Uint8Array,
  semitones: Float64Array,
): Syllable[] {
  const floor =
    percentile(
      envelope.filter((_, r) => voiced[r] === 1),
      90,
    ) - 20
  const rows = envelope.length
  const found: {
    onset: number
    nucleus: number
    end: number
    level: number
    seconds: number
    pitch: number
    flux: number
  }[] = []
  for (const [from, to] of segments) {
    const nuclei = nucleiOf(envelope, voiced, from, to, floor)
    nuclei.forEach((nucleus, i) => {
      const before = i > 0 ? nuclei[i - 1] : Math.max(0, from - 25)
      const valley = lowest(envelope, Math.max(before, nucleus - 25), nucleus)
      let onset = nucleus
      let steepest = 0
      for (let r = valley + 1; r <= nucleus; r++) {
        const rise = envelope[Math.min(r + 1, rows - 1)] - envelope[r - 1]
        if (rise > steepest) [steepest, onset] = [rise, r]
      }
      const limit = i + 1 < nuclei.length ? lowest(envelope, nucleus, nuclei[i + 1]) : to
      let end = nucleus
      while (end < limit && envelope[end] > envelope[nucleus] - 7) end++
      let pitch = Number.NEGATIVE_INFINITY
      for (let r = onset; r < Math.max(end, onset + 1); r++)
        if (voiced[r]) pitch = Math.max(pitch, semitones[r])
      found.push({
        onset: onset / PROSODY_RATE,
        nucleus: nucleus / PROSODY_RATE,
        end: end / PROSODY_RATE,
        level: envelope[nucleus],
        seconds: Math.max(1, end - onset) / PROSODY_RATE,
        pitch: pitch === Number.NEGATIVE_INFINITY ? semitones[nucleus] : pitch,
        flux: Math.max(...flux.subarray(Math.max(0, onset - 2), onset + 3)),
      })
    })
  }
  found.sort((a, b) => a.onset - b.onset)

  const fluxUnit = standardDeviation(found.map((s) => s.flux)) || 1
  let first = 0
  let past = 0
  const syllables = found.map((syllable): Syllable => {
    while (found[first].onset < syllable.onset - 2) first++
    while (past < found.length && found[past].onset <= syllable.onset + 2) past++
    const near = found.slice(first, past)
    const against = (value: (s: typeof syllable) => number, unit: number) =>
      Math.max(-2.5, Math.min(2.5, (value(syllable) - median(near.map(value))) / unit))
    const loudness = against((s) => s.level, 3.5)
    const pitch = against((s) => s.pitch, 2)
    const length = against((s) => Math.log(s.seconds), 0.4)
    const attack = against((s) => s.flux, fluxUnit)
    const score = 0.4 * loudness + 0.3 * length + 0.45 * pitch + 0.2 * attack
    const prominence = 1 / (1 + Math.exp(-1.6 * (score - 0.15)))
    const { onset, nucleus, end } = syllable
    return { onset, nucleus, end, loudness, pitch, score, prominence, accent: false }
  })
  syllables.forEach((syllable, i) => {
    if (syllable.prominence <= 0.5) return
    const beaten = (step: number) => {
      for (
        let k = i + step;
        syllables[k] && Math.abs(syllables[k].onset - syllable.onset) < 0.24;
        k += step
      ) {
        if (syllables[k].score > syllable.score) return true
      }
      return false
    }
    syllable.accent = !beaten(-1) && !beaten(1)
  })
  return syllables
}

/** Rows of the energy peaks in [from, to) that are voiced, loud enough, ≥ 80 ms apart and separated by ≥ 1.8 dB. */
function nucleiOf(
  envelope: Float64Array,
  voiced: Uint8Array,
  from: number,
  to: number,
  floor: number,
): number[] {
  const nuclei: number[] = []
  for (let r = from; r < to; r++) {
    const peak = envelope[r]
    if (peak <= floor || peak < (envelope[r - 1] ?? -Infinity) || peak <= (envelope[r + 1] ?? -Infinity))
      continue
    if (!voiced.subarray(Math.max(0, r - 3), r + 4).includes(1)) continue
    const last = nuclei.at(-1)
    if (last === undefined) {
      nuclei.push(r)
      continue
    }
    const dip = Math.min(envelope[last], peak) - envelope[lowest(envelope, last, r)]
    if (dip >= 1.8 && r - last >= 8) nuclei.push(r)
    else if (peak > envelope[last]) nuclei[nuclei.length - 1] = r
  }
  return nuclei
}

/** Row of the smallest value in [from, to]; the last one of equals. */
function lowest(values: Float64Array, from: number, to: number): number {
  let best = from
  for (let r = from; r <= Math.min(to, values.length - 1); r++) if (values[r] <= values[best]) best = r
  return best
}

const LONGEST_PHRASE = 3.6 // s

function splitPhrases(segments: [number, number][], syllables: Syllable[], envelope: Float64Array): Phrase[] {
  const phrases: Phrase[] = []
  let next = 0
  for (const [from, to] of segments) {
    const first = next
    while (next < syllables.length && syllables[next].nucleus < to / PROSODY_RATE) next++
    const add = (start: number, end: number, a: number, b: number): void => {
      if (a === b) return
      let cut = -1
      let depth = Number.POSITIVE_INFINITY
      for (let i = a + 1; i < b && end - start > LONGEST_PHRASE; i++) {
        const { onset } = syllables[i]
        if (onset < start + 1 || onset > end - 0.9) continue
        const between = [syllables[i - 1].nucleus, syllables[i].nucleus].map((t) =>
          Math.round(t * PROSODY_RATE),
        )
        const dip = envelope[lowest(envelope, between[0], between[1])]
        if (dip < depth) [depth, cut] = [dip, i]
      }
      if (cut < 0) {
        phrases.push({ start, end, first: a, last: b })
        return
      }
      const at = syllables[cut].onset - 0.04 // the hand of the new phrase may start a little before its sound
      add(start, at, a, cut)
      add(at, end, cut, b)
    }
    add(from / PROSODY_RATE, to / PROSODY_RATE, first, next)
  }
  return phrases
}
