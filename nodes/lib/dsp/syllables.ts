import { median, percentile, standardDeviation } from './order-statistics'

/** Rows of all prosody signals per second. */
export const PROSODY_RATE = 100

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

/** Maximal runs of ones, as [from, to). */
export function runs(flags: Uint8Array): [number, number][] {
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
export function activitySegments(active: Uint8Array, voiced: Uint8Array): [number, number][] {
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

/**
 * Syllables: voiced energy peaks between dips, with onset, end and prominence; the prominent ones are accents.
 *
 * @param segments rows of speech, rising
 * @param envelope dB of the vowel band, one value per row, as all of these
 * @param flux spectral rise
 * @param semitones pitch, interpolated where unvoiced
 * @returns by rising onset
 */
export function findSyllables(
  segments: [number, number][],
  { envelope, flux }: { envelope: Float64Array; flux: Float64Array },
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

/**
 * Phrases: segments that hold a syllable; what is longer than 3.6 s is split before the syllable that follows the
 * deepest dip, again and again.
 */
export function splitPhrases(
  segments: [number, number][],
  syllables: Syllable[],
  envelope: Float64Array,
): Phrase[] {
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
