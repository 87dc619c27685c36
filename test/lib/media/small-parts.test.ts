import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitAudio } from '../../../nodes/lib/media/fit-audio'
import { fpsRatio } from '../../../nodes/lib/media/fps-ratio'
import { evenSize, padToEven } from '../../../nodes/lib/media/pad-to-even'
import { safeFileName } from '../../../nodes/lib/media/safe-file-name'
import { sayDuration } from '../../../nodes/lib/media/say-duration'
import { mixToStereo, stereoWeights } from '../../../nodes/lib/media/stereo-mix'

describe('fpsRatio', () => {
  it.each([
    [25, 25, 1],
    [12.5, 25, 2],
    [29.97, 30_000, 1001],
    [30_000 / 1001, 30_000, 1001],
    [23.976, 24_000, 1001],
    [59.94, 60_000, 1001],
    [7.3, 73, 10],
    [1 / 3, 1, 3],
  ])('%d is %d/%d', (fps, num, den) => {
    expect(fpsRatio(fps)).toEqual({ num, den })
  })

  it('is close for any rate, and refuses what is none', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 240, noNaN: true }), (fps) => {
        const { num, den } = fpsRatio(fps)
        expect(Math.abs(num / den - fps)).toBeLessThan(0.001)
      }),
    )
    for (const fps of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => fpsRatio(fps)).toThrow(RangeError)
  })
})

describe('safeFileName', () => {
  it.each([
    ['result', 'result'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d', 'a-b-c-d'],
    ['  .hidden. ', 'hidden'],
    ['', 'result'],
    ['???', 'result'],
    ['con', 'con-file'],
    ['Grüße 你好', 'Grüße 你好'],
    ['tab\there\0', 'tab-here'],
    ['evil\u202egpj', 'evil-gpj'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe)
  })

  it('never is a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const safe = safeFileName(name)
        expect(safe).not.toMatch(/^\.|[/\\\0]|^$/)
        expect(safe.length).toBeLessThanOrEqual(105)
      }),
    )
  })
})

it('fitAudio shares what it cuts, copies what it fills, and never touches its input', () => {
  const channels = [Float32Array.of(1, 2, 3, 4)]
  const audio = { sampleRate: 4, channels }
  expect([...fitAudio(audio, 0.5, 1).audio.channels[0]]).toEqual([1, 2])
  expect([...fitAudio(audio, 1.5, 1).audio.channels[0]]).toEqual([1, 2, 3, 4, 0, 0])
  expect([...channels[0]]).toEqual([1, 2, 3, 4])
})

it('padToEven repeats the last row and column', () => {
  const frame = Uint8Array.from({ length: 3 * 3 * 3 }, (_, i) => Math.floor(i / 3))
  const red = [...padToEven(frame, 3, 3)].filter((_, i) => i % 3 === 0)
  expect(red).toEqual([0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 6, 7, 8, 8])
  expect(evenSize(3, 4)).toEqual({ width: 4, height: 4 })
  const even = new Uint8Array(2 * 2 * 3)
  expect(padToEven(even, 2, 2)).toBe(even)
})

describe('mixToStereo', () => {
  it.each([3, 4, 5, 6, 7, 8, 11])('of %d channels: each side sums to one', (count) => {
    const weights = stereoWeights(count)
    expect(weights).toHaveLength(count)
    for (const side of [0, 1])
      expect(weights.reduce((sum, weight) => sum + weight[side], 0)).toBeCloseTo(1, 12)
  })

  it('keeps left left, right right, and the centre in the middle', () => {
    const [left, right] = mixToStereo([
      Float32Array.of(1, 0, 0),
      Float32Array.of(0, 1, 0),
      Float32Array.of(0, 0, 1),
    ])
    expect(left[0]).toBeGreaterThan(0.5)
    expect(right[0]).toBe(0)
    expect(left[1]).toBe(0)
    expect(left[2]).toBe(right[2])
  })
})

it('sayDuration reads at a glance', () => {
  expect([4.25, 59.94, 60, 61, 3_599.6, 3_600, 7_320].map(sayDuration)).toEqual([
    ...['4.3 s', '59.9 s', '1 min', '1 min 1 s', '1 h 0 min', '1 h 0 min', '2 h 2 min'],
  ])
})
