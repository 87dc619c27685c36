import { describe, expect, it } from 'vitest'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { type SmoothMethod, type SmoothOptions, smoothPose } from '../../../nodes/lib/pose/smooth-pose'
import { maxAbsDiff } from '../../support/golden'
import { swayingPose, withoutPoints } from '../../support/poses'

const METHODS: SmoothMethod[] = ['gaussian', 'savitzky-golay', 'adaptive']
const EVENLY = { body: 100, hands: 100, face: 100, lips: 100 }

const smooth = (pose: PoseValue, options: Partial<SmoothOptions> = {}) =>
  smoothPose(pose, { method: 'gaussian', ...EVENLY, ...options })

/** Adds ±`amount` px that flips with every frame, another way round for every point. */
function jittered(pose: PoseValue, amount: number): PoseValue {
  const data = pose.data.map((v, i) =>
    i % 3 === 2 || pose.data[i - (i % 3) + 2] === 0 ? v : v + (Math.sin(i * 12.9898) > 0 ? amount : -amount),
  )
  return { ...pose, data }
}

/** Mean change of speed per frame over all points, px. */
function roughness({ data, frames }: PoseValue): number {
  let sum = 0
  for (let i = POSE_STRIDE; i < (frames - 1) * POSE_STRIDE; i++) {
    sum += Math.abs(data[i - POSE_STRIDE] - 2 * data[i] + data[i + POSE_STRIDE])
  }
  return sum / ((frames - 2) * POSE_STRIDE)
}

/** The motion played backwards. */
function reversed(pose: PoseValue): PoseValue {
  const data = new Float32Array(pose.data.length)
  for (let f = 0; f < pose.frames; f++) {
    data.set(pose.data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE), (pose.frames - 1 - f) * POSE_STRIDE)
  }
  return { ...pose, data }
}

describe.each(METHODS)('%s smoothing', (method) => {
  const clean = swayingPose(60)

  it('takes away most of the jitter and little of the motion', () => {
    const noisy = jittered(clean, 1.5)
    const result = smooth(noisy, { method })
    expect(roughness(result)).toBeLessThan(roughness(noisy) / (method === 'gaussian' ? 4 : 2))
    expect(maxAbsDiff(result.data, clean.data)).toBeLessThan(12)
  })

  it('has no direction in time: backwards in, backwards out', () => {
    const noisy = jittered(clean, 2)
    const there = smooth(reversed(noisy), { method }).data
    expect(maxAbsDiff(there, reversed(smooth(noisy, { method })).data)).toBeLessThan(1e-3)
  })

  it('changes nothing at strength 0, and never the input', () => {
    const before = clean.data.slice()
    const off = smooth(clean, { method, body: 0, hands: 0, face: 0, lips: 0 })
    expect(maxAbsDiff(off.data, before)).toBe(0)
    smooth(clean, { method })
    expect(maxAbsDiff(clean.data, before)).toBe(0)
  })

  it('leaves missing points alone and does not let one side of a gap see the other', () => {
    const gap = withoutPoints(jittered(clean, 2), [4], [20, 21])
    const result = smooth(gap, { method }).data
    for (const f of [20, 21])
      expect([...result.subarray(f * POSE_STRIDE + 12, f * POSE_STRIDE + 15)]).toEqual([0, 0, 0])

    const other = { ...gap, data: gap.data.slice() }
    for (let f = 22; f < 60; f++) other.data[f * POSE_STRIDE + 12] += 300
    const changed = smooth(other, { method }).data
    for (let f = 0; f < 20; f++) expect(changed[f * POSE_STRIDE + 12]).toBe(result[f * POSE_STRIDE + 12])
  })
})

it('linear filters keep the first and the last frame, also of motions shorter than the window', () => {
  for (const method of ['gaussian', 'savitzky-golay'] as const) {
    for (const frames of [1, 2, 3, 5, 40]) {
      const noisy = jittered(swayingPose(frames), 2)
      const { data } = smooth(noisy, { method, body: 300, hands: 300, face: 300, lips: 300 })
      for (const f of [0, frames - 1]) {
        const frame = (from: Float32Array) => from.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
        expect(maxAbsDiff(frame(data), frame(noisy.data))).toBeLessThan(1e-3)
      }
    }
  }
})

it('a straight line stays a straight line', () => {
  const line = swayingPose(30)
  for (let f = 0; f < 30; f++) line.data[f * POSE_STRIDE + 3 * 4] = 100 + 7 * f
  const { data } = smooth(line, { method: 'gaussian' })
  for (let f = 0; f < 30; f++) expect(data[f * POSE_STRIDE + 3 * 4]).toBeCloseTo(100 + 7 * f, 3)
})

it('a hand whose own strength is 0 stays on its smoothed wrist', () => {
  const fast = swayingPose(60)
  for (let f = 0; f < 60; f++) {
    const shake = 25 * Math.sin(f * 1.1)
    for (const i of [7, ...Array.from({ length: 21 }, (_, k) => 92 + k)])
      fast.data[f * POSE_STRIDE + 3 * i] += shake
  }
  const { data } = smooth(fast, { hands: 0, body: 120 })
  for (let f = 0; f < 60; f++) {
    const gap = data[f * POSE_STRIDE + 3 * 92] - data[f * POSE_STRIDE + 3 * 7]
    const before = fast.data[f * POSE_STRIDE + 3 * 92] - fast.data[f * POSE_STRIDE + 3 * 7]
    expect(Math.abs(gap - before)).toBeLessThan(1.5)
  }
  expect(maxAbsDiff(data, fast.data)).toBeGreaterThan(15)
})

it('stops when it is cancelled', () => {
  const signal = AbortSignal.abort(new Error('enough'))
  expect(() => smooth(swayingPose(5), { signal })).toThrow('enough')
})
