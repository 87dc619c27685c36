import { describe, expect, it } from 'vitest'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { BLEND_REGIONS, type BlendOptions, blendPoses } from '../../../nodes/lib/pose/blend-poses'
import { fitCanvas } from '../../../nodes/lib/pose/fit-canvas'
import { maxAbsDiff } from '../../support/golden'
import { neutralPose, stillPose, swayingPose, withoutPoints } from '../../support/poses'

const FRAMES = 60
const moving = swayingPose(FRAMES)
const still = stillPose(neutralPose(), FRAMES)

const blend = (a: PoseValue, b: PoseValue, options: Partial<BlendOptions> = {}) =>
  blendPoses(a, b, { regions: BLEND_REGIONS, from: 0, to: FRAMES, fade: 0, place: 'fit', ...options })

const point = (pose: PoseValue, f: number, i: number) => ({
  x: pose.data[f * POSE_STRIDE + 3 * i],
  y: pose.data[f * POSE_STRIDE + 3 * i + 1],
})

const gap = (pose: PoseValue, f: number, i: number, j: number) => {
  const [p, q] = [point(pose, f, i), point(pose, f, j)]
  return Math.hypot(p.x - q.x, p.y - q.y)
}

describe('blendPoses', () => {
  it('with no regions, or outside the range, is A bit for bit', () => {
    expect(blend(moving, still, { regions: [] }).pose).toEqual(moving)
    const { pose } = blend(moving, still, { from: 20, to: 30 })
    expect(pose.data.subarray(0, 20 * POSE_STRIDE)).toEqual(moving.data.subarray(0, 20 * POSE_STRIDE))
    expect(pose.data.subarray(30 * POSE_STRIDE)).toEqual(moving.data.subarray(30 * POSE_STRIDE))
    expect(pose.data.subarray(25 * POSE_STRIDE, 26 * POSE_STRIDE)).not.toEqual(
      moving.data.subarray(25 * POSE_STRIDE, 26 * POSE_STRIDE),
    )
  })

  it('with all regions is B', () => {
    expect(blend(still, moving).pose.data).toEqual(moving.data)
  })

  it.each(BLEND_REGIONS)('a motion with its own %s is itself', (region) => {
    expect(maxAbsDiff(blend(moving, moving, { regions: [region] }).pose.data, moving.data)).toBeLessThan(1e-3)
  })

  it('carries the hand of B to the wrist and forearm of A', () => {
    const { pose, unattached } = blend(moving, still, { regions: ['rightHand'] })
    expect(unattached).toBe(0)
    const angle = (p: PoseValue, f: number, i: number, j: number) => {
      const [s, e] = [point(p, f, i), point(p, f, j)]
      return Math.atan2(e.y - s.y, e.x - s.x)
    }
    for (let f = 0; f < FRAMES; f++) {
      expect(point(pose, f, 4)).toEqual(point(moving, f, 4))
      expect(gap(pose, f, 4, 113)).toBeLessThan(0.01)
      expect(gap(pose, f, 113, 125)).toBeCloseTo(gap(still, f, 113, 125), 2)
      const bend = angle(pose, f, 113, 125) - angle(pose, f, 3, 4)
      expect(Math.cos(bend)).toBeCloseTo(Math.cos(angle(still, f, 113, 125) - angle(still, f, 3, 4)), 4)
    }
  })

  it('lays the lips of B over the face of A, wherever that head is', () => {
    const { pose } = blend(still, moving, { regions: ['lips'] })
    for (const f of [7, 23, 41]) {
      expect(gap(pose, f, 86, 90)).toBeCloseTo(gap(moving, f, 86, 90), 2) // opening of the inner lips
      expect(gap(pose, f, 75, 51)).toBeCloseTo(gap(moving, f, 75, 51), 2)
      expect(point(pose, f, 51)).toEqual(point(still, f, 51))
    }
  })

  it('keeps A’s face and hands attached when the body is B’s', () => {
    const { pose } = blend(still, moving, { regions: ['body'] })
    for (const f of [11, 30, 59]) {
      expect(point(pose, f, 4)).toEqual(point(moving, f, 4))
      expect(gap(pose, f, 7, 92)).toBeLessThan(0.01)
      expect(maxAbsDiff([gap(pose, f, 0, 54)], [gap(still, f, 0, 54)])).toBeLessThan(0.1)
      expect(gap(pose, f, 86, 90)).toBeCloseTo(gap(still, f, 86, 90), 2)
    }
  })

  it('puts a smaller person of another canvas where A stands', () => {
    const small = fitCanvas(moving, 300, 200, 'contain')
    const { pose } = blend(still, small, { regions: ['body', 'face', 'lips', 'leftHand', 'rightHand'] })
    expect(maxAbsDiff(pose.data, moving.data)).toBeLessThan(0.01)
  })

  it('cross-fades without a jump', () => {
    const far = {
      ...still,
      data: still.data.map((v, i) => (i % 3 === 0 && still.data[i + 2] > 0 ? v + 80 : v)),
    }
    const step = (fade: number) => {
      const { pose } = blend(still, far, { from: 15, to: 45, fade, place: 'asIs' })
      let largest = 0
      for (let f = 1; f < FRAMES; f++)
        largest = Math.max(largest, Math.abs(point(pose, f, 4).x - point(pose, f - 1, 4).x))
      return largest
    }
    expect(step(0)).toBeCloseTo(80, 3)
    expect(step(9)).toBeLessThan(80 * 0.16) // smooth step is at most 1.5 times as steep as a ramp of 10 steps
  })

  it('leaves missing points missing, and tells in how many frames a part could not be attached', () => {
    const noWrist = withoutPoints(moving, [4], [8, 9])
    const { pose, unattached } = blend(noWrist, still, { regions: ['rightHand'] })
    expect(unattached).toBe(2)
    expect(pose.data[8 * POSE_STRIDE + 14]).toBe(0)
    expect(point(pose, 8, 120)).toEqual(point(noWrist, 8, 120))

    const noHand = withoutPoints(still, [120])
    expect(blend(moving, noHand, { regions: ['rightHand'] }).pose.data[120 * 3 + 2]).toBe(0)
  })

  it('refuses motions of different length', () => {
    expect(() => blend(moving, swayingPose(10))).toThrow('Pose A has 60 frames and pose B 10')
  })
})
