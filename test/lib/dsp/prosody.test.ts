import { describe, expect, it } from 'vitest'
import { analyseProsody } from '../../../nodes/lib/dsp/prosody'
import { describeGolden, goldenPath } from '../../support/golden'
import { readPcm16 } from '../../support/read-pcm16'
import { syntheticVoice } from '../../support/voice'

const noise = (length: number, size: number) => {
  let state = 1
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return size * (state / 2 ** 31 - 1)
  })
}

/** Share of `wanted` that has a value of `found` within `tolerance`. */
const matched = (wanted: number[], found: number[], tolerance: number) =>
  wanted.filter((t) => found.some((f) => Math.abs(f - t) <= tolerance)).length / wanted.length

describeGolden('prosody of recorded speech', () => {
  it('finds the syllables, accents and phrases of the reference clip', () => {
    const { samples } = readPcm16(goldenPath('stage1/baseline_speech_9s6/speech_9s6.wav'))
    const { syllables, phrases } = analyseProsody(samples)
    const accents = syllables.filter((s) => s.accent).map((s) => s.onset)
    const wanted = [
      0.04, 0.39, 1.65, 2.23, 2.82, 3.14, 4.07, 4.53, 5.62, 5.87, 6.14, 6.7, 7.16, 7.81, 8.66, 9.0,
    ]
    expect(syllables).toHaveLength(37)
    expect(accents).toHaveLength(wanted.length)
    wanted.forEach((t, i) => void expect(Math.abs(accents[i] - t)).toBeLessThan(0.0101))
    const ends = [
      [0, 1.06],
      [1.48, 3.1],
      [3.1, 5.58],
      [5.58, 8.25],
      [8.67, 9.61],
    ]
    expect(phrases).toHaveLength(ends.length)
    ends.forEach(([start, end], i) => {
      expect(Math.abs(phrases[i].start - start)).toBeLessThan(0.0101)
      expect(Math.abs(phrases[i].end - end)).toBeLessThan(0.0101)
    })
  })
})

describe('prosody of a voice with known syllables', () => {
  const voice = syntheticVoice({ seconds: 12 })
  const prosody = analyseProsody(voice.samples)

  it('finds every syllable within 30 ms of its onset, and invents none', () => {
    const onsets = prosody.syllables.map((s) => s.onset)
    expect(matched(voice.onsets, onsets, 0.03)).toBeGreaterThan(0.95)
    expect(matched(onsets, voice.onsets, 0.03)).toBeGreaterThan(0.95)
  })

  it('tells accented syllables from the others', () => {
    const accents = prosody.syllables.filter((s) => s.accent).map((s) => s.onset)
    expect(matched(voice.accents, accents, 0.03)).toBeGreaterThan(0.85)
    expect(matched(accents, voice.accents, 0.03)).toBeGreaterThan(0.85)
  })

  it('keeps to the pauses: no phrase reaches across one, and vowels are voiced', () => {
    for (const { start, end } of prosody.phrases) {
      expect(voice.phrases.some((p) => start > p.start - 0.06 && end < p.end + 0.06)).toBe(true)
    }
    for (const onset of voice.onsets) expect(prosody.voiced[Math.round(100 * onset) + 6]).toBe(1)
  })

  it('does not depend on the recording level', () => {
    for (const gain of [0.06, 0.25, 2]) {
      const scaled = analyseProsody(voice.samples.map((x) => x * gain))
      expect(scaled.syllables.map((s) => s.onset)).toEqual(prosody.syllables.map((s) => s.onset))
    }
  })
})

it('silence, white noise and almost nothing hold no syllables and give finite signals', () => {
  for (const samples of [
    new Float32Array(0),
    new Float32Array(1),
    new Float32Array(100).fill(0.5),
    new Float32Array(48_000),
    noise(48_000, 0.3),
    noise(48_000, 1e-4),
  ]) {
    const prosody = analyseProsody(samples)
    expect(prosody.syllables).toEqual([])
    expect(prosody.phrases).toEqual([])
    expect(prosody.active.includes(1)).toBe(false)
    for (const signal of [
      prosody.level,
      prosody.envelope,
      prosody.semitones,
      prosody.openness,
      prosody.spread,
    ]) {
      expect(signal.every(Number.isFinite)).toBe(true)
    }
  }
})

it('stops when it is cancelled', () => {
  const signal = {
    aborted: true,
    throwIfAborted() {
      throw new Error('cancelled')
    },
  }
  expect(() => analyseProsody(new Float32Array(160_000), { signal })).toThrow('cancelled')
})
