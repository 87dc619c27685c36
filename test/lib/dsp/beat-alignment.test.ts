import { expect, it } from 'vitest'
import { beatAlignment, shiftControl } from '../../../nodes/lib/dsp/beat-alignment'
import { nearestDistance } from '../../../nodes/lib/dsp/nearest-distance'
import { detectOnsets } from '../../../nodes/lib/dsp/onsets'
import { syntheticVoice } from '../../support/voice'

it('beat alignment is 1 for equal times, exp(−½) one sigma away, null without beats', () => {
  expect(beatAlignment([1, 2, 3], [1, 2, 3])).toBe(1)
  expect(beatAlignment([1, 2], [1.1, 2.1])).toBeCloseTo(Math.exp(-0.5), 12)
  expect(beatAlignment([1, 2], [1])).toBeCloseTo(0.5, 6)
  expect(beatAlignment([], [1])).toBeNull()
  expect(beatAlignment([1], [])).toBeNull()
})

it('the shifted-sound control finds motion that follows the sound, and nothing in motion that does not', () => {
  const sound = syntheticVoice({ seconds: 20 }).accents
  const follows = sound.map((t) => t + 0.02)
  const regular = Array.from({ length: 40 }, (_, i) => 0.25 + i / 2)
  expect(shiftControl(sound, follows, 20, 'audio-to-motion')?.z).toBeGreaterThan(4)
  expect(shiftControl(sound, follows, 20, 'motion-to-audio')?.atLeast).toBe(0)
  expect(Math.abs(shiftControl(sound, regular, 20, 'audio-to-motion')?.z ?? 9)).toBeLessThan(3)
  expect(shiftControl(sound, follows, 1.5, 'audio-to-motion')).toBeNull()
})

it('shifting the sound around once changes nothing', () => {
  const times = [0.4, 1.1, 3.2, 5]
  const all = shiftControl(times, times, 6, 'audio-to-motion', { shifts: 11 })
  expect(all?.score).toBe(1)
  expect(all?.shifted).toHaveLength(11)
  expect(all?.mean).toBeLessThan(1)
})

it('distance to the nearest of nothing is infinite', () => {
  expect(nearestDistance([])(3)).toBe(Number.POSITIVE_INFINITY)
  expect(nearestDistance([1, 5])(2)).toBe(1)
  expect(nearestDistance([1, 5])(9)).toBe(4)
})

it('onsets are found within 30 ms of the vowels of a made voice, at any sample rate and level', () => {
  for (const sampleRate of [16_000, 44_100]) {
    const voice = syntheticVoice({ seconds: 8, sampleRate })
    const onsets = detectOnsets(
      voice.samples.map((x) => x * 0.1),
      sampleRate,
    )
    const near = voice.onsets.filter((t) => nearestDistance(onsets)(t) < 0.03)
    expect(near.length / voice.onsets.length).toBeGreaterThan(0.9)
    expect(onsets.length).toBeLessThan(2.2 * voice.onsets.length)
  }
})

it('silence has no onsets', () => {
  expect(detectOnsets(new Float32Array(32_000), 16_000)).toEqual([])
  expect(detectOnsets(new Float32Array(0), 16_000)).toEqual([])
})
