import { describe, expect, it } from 'vitest'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { firstFrame } from '../../../nodes/lib/pose/first-frame'
import { fitCanvas } from '../../../nodes/lib/pose/fit-canvas'
import { retargetPose } from '../../../nodes/lib/pose/retarget-pose'
import { maxAbsDiff } from '../../support/golden'
import { neutralPose, stillPose, swayingPose, withoutPoints } from '../../support/poses'

const motion = swayingPose(50)
const retarget = (pose: PoseValue, first: PoseValue, easeFrames = 0) =>
  retargetPose(pose, first, { easeFrames })

const vector = ({ data }: PoseValue, f: number, i: number, j: number) => ({
  x: data[f * POSE_STRIDE + 3 * j] - data[f * POSE_STRIDE + 3 * i],
  y: data[f * POSE_STRIDE + 3 * j + 1] - data[f * POSE_STRIDE + 3 * i + 1],
})
const length = (pose: PoseValue, f: number, i: number, j: number) => {
  const { x, y } = vector(pose, f, i, j)
  return Math.hypot(x, y)
}
const angle = (pose: PoseValue, f: number, i: number, j: number) => {
  const { x, y } = vector(pose, f, i, j)
  return Math.atan2(y, x)
}

/** The neutral person with a wider, lower face, longer forearms and larger hands, elsewhere on a larger canvas. */
function otherPerson(): PoseValue {
  const data = neutralPose()
  const move = (points: number[], dx: number, dy: number) => {
    for (const i of points) {
      data[3 * i] += dx
      data[3 * i + 1] += dy
    }
  }
  const hand = (root: number) => Array.from({ length: 21 }, (_, i) => root + i)
  move([4, ...hand(113)], 11, 16)
  move([7, ...hand(92)], -11, 16)
  for (let i = 24; i < 92; i++) data[3 * i] += 0.15 * (data[3 * i] - 256)
  move(
    Array.from({ length: 20 }, (_, i) => 72 + i),
    0,
    4,
  )
  return fitCanvas(stillPose(data, 1), 900, 800, 'cover')
}

describe('retargetPose', () => {
  it('changes nothing when the person is the same', () => {
    for (const pose of [motion, withoutPoints(motion, [4, 14, 30, 100, 120], [5, 6, 30])]) {
      expect(maxAbsDiff(retarget(pose, firstFrame(pose)).data, pose.data)).toBeLessThan(1e-4)
      expect(maxAbsDiff(retarget(pose, firstFrame(pose), 25).data, pose.data)).toBeLessThan(1e-4)
    }
  })

  it('follows a person that is only larger and elsewhere', () => {
    const larger = fitCanvas(motion, 1024, 1500, 'contain')
    const result = retarget(motion, firstFrame(larger))
    expect([result.width, result.height]).toEqual([1024, 1500])
    expect(maxAbsDiff(result.data, larger.data)).toBeLessThan(1e-3)
  })

  it('gives limbs the target’s lengths and keeps their directions', () => {
    const other = otherPerson()
    const result = retarget(motion, other)
    for (const f of [0, 17, 49]) {
      for (const [i, j] of [
        [1, 2],
        [2, 3],
        [3, 4],
        [5, 6],
        [6, 7],
        [1, 8],
      ]) {
        expect(angle(result, f, i, j)).toBeCloseTo(angle(motion, f, i, j), 4)
        expect(length(result, f, i, j)).toBeCloseTo(length(other, 0, i, j), 2)
      }
      expect(length(result, f, 4, 113)).toBeLessThan(0.01)
    }
  })

  it('keeps the target’s face: from the same first pose frame 0 is the target', () => {
    const other = otherPerson()
    const { data } = retarget(motion, other)
    const apart = (from: number, to: number) =>
      maxAbsDiff(data.subarray(3 * from, 3 * to), other.data.subarray(3 * from, 3 * to))
    expect(apart(0, 60)).toBeLessThan(0.05)
    expect(apart(92, 134)).toBeLessThan(0.05)
    // Eyes and lips keep the opening of the motion, which here is scaled by a wider skull.
    expect(apart(60, 92)).toBeLessThan(2)
  })

  it('keeps the opening of the lips of the motion, scaled with the head', () => {
    const result = retarget(motion, otherPerson())
    const opening = (f: number) => length(result, f, 86, 90) / length(motion, f, 86, 90)
    for (const f of [5, 20, 33]) expect(opening(f)).toBeCloseTo(opening(0), 2)
  })

  it('eases from the first pose itself into the motion', () => {
    const other = otherPerson()
    other.data[12] -= 60 // right wrist lifted and out, so that the poses differ
    other.data[13] -= 90
    const eased = retarget(motion, other, 20)
    const plain = retarget(motion, other)
    expect(maxAbsDiff(eased.data.subarray(0, POSE_STRIDE), other.data)).toBeLessThan(1e-2)
    expect(eased.data.subarray(20 * POSE_STRIDE)).toEqual(plain.data.subarray(20 * POSE_STRIDE))
  })

  it('swings the arms while it eases instead of letting them shrink', () => {
    const other = otherPerson()
    // The right forearm of the first pose points up: two and a half radians from that of the motion.
    const hand = [4, ...Array.from({ length: 21 }, (_, i) => 113 + i)]
    const [ex, ey] = [other.data[9], other.data[10]]
    for (const i of hand) {
      other.data[3 * i] = 2 * ex - other.data[3 * i] - 60
      other.data[3 * i + 1] = 2 * ey - other.data[3 * i + 1]
    }
    const eased = retarget(motion, other, 20)
    const shortest = Math.min(length(other, 0, 3, 4), length(motion, 0, 3, 4))
    for (let f = 0; f < 20; f++) {
      expect(length(eased, f, 3, 4)).toBeGreaterThan(0.95 * shortest)
      expect(length(eased, f, 113, 125)).toBeGreaterThan(0.8 * length(motion, 0, 113, 125))
      expect(length(eased, f, 4, 113)).toBeLessThan(0.01)
    }
  })

  it('does not take a limb that points at the camera for a short one', () => {
    const other = otherPerson()
    for (const elbow of [3, 6]) {
      other.data.set([other.data[3 * elbow] + 1, other.data[3 * elbow + 1] + 1], 3 * elbow + 3) // wrist before elbow
    }
    const result = retarget(motion, other)
    const usual = (length(other, 0, 2, 5) / length(motion, 0, 2, 5)) * length(motion, 0, 3, 4)
    expect(length(result, 0, 3, 4)).toBeGreaterThan(usual / 1.8)
  })

  it('leaves missing points as they are', () => {
    const gap = withoutPoints(motion, [3, 4, 100], [9])
    const result = retarget(gap, otherPerson())
    for (const i of [3, 4, 100, 9, 10, 18]) {
      expect([...result.data.subarray(9 * POSE_STRIDE + 3 * i, 9 * POSE_STRIDE + 3 * i + 3)]).toEqual([
        0, 0, 0,
      ])
    }
    expect(result.data.every(Number.isFinite)).toBe(true)
  })

  it('refuses a person without neck and shoulders', () => {
    const headOnly = withoutPoints(motion, [1, 2, 5])
    expect(() => retarget(headOnly, motion)).toThrow(
      'No frame of the motion shows the neck and both shoulders',
    )
    expect(() => retarget(motion, headOnly)).toThrow('No frame of the first pose shows')
  })
})
