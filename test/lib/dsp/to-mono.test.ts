import { expect, it } from 'vitest'
import { toMono } from '../../../nodes/lib/dsp/to-mono'

it('averages two channels and leaves both alone', () => {
  const left = Float32Array.of(1, 0.5, -1)
  const right = Float32Array.of(0, 0.5, 1)
  expect(toMono({ sampleRate: 16_000, channels: [left, right] })).toEqual(Float32Array.of(0.5, 0.5, 0))
  expect(left).toEqual(Float32Array.of(1, 0.5, -1))
})

it('returns a mono clip as it is', () => {
  const samples = Float32Array.of(1, 2, 3)
  expect(toMono({ sampleRate: 16_000, channels: [samples] })).toBe(samples)
})

it('refuses audio without channels and channels of different length', () => {
  expect(() => toMono({ sampleRate: 16_000, channels: [] })).toThrow('The audio has no channels.')
  const uneven = [new Float32Array(3), new Float32Array(4)]
  expect(() => toMono({ sampleRate: 16_000, channels: uneven })).toThrow('3 and 4 samples')
})
