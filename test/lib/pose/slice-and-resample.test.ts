import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { firstFrame } from '../../../nodes/lib/pose/first-frame'
import { resamplePose } from '../../../nodes/lib/pose/resample-pose'
import { concatPoses, slicePose } from '../../../nodes/lib/pose/slice-pose'
import { maxAbsDiff } from '../../support/golden'
import { swayingPose, withoutPoints } from '../../support/poses'

const motion = swayingPose(40)

describe('slicePose', () => {
  it('cuts such that the pieces joined again are the motion', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 39 }), (cut) => {
        const { data, ...rest } = concatPoses([slicePose(motion, 0, cut), slicePose(motion, cut)])
        expect(maxAbsDiff(data, motion.data)).toBe(0)
        expect({ ...rest, data: motion.data }).toEqual(motion)
      }),
      { numRuns: 15 },
    )
  })

  it('refuses what is empty or outside', () => {
    for (const [start, end] of [
      [5, 5],
      [-1, 4],
      [0, 41],
      [40, 40],
      [1.5, 3],
    ]) {
      expect(() => slicePose(motion, start, end)).toThrow(
        `Frames ${start} to ${end} are not inside a motion of 40`,
      )
    }
  })

  it('does not share memory with the motion', () => {
    const piece = slicePose(motion, 0, 2)
    piece.data.fill(0)
    expect(motion.data[0]).not.toBe(0)
  })
})

it('concatPoses refuses motions of different rate or canvas', () => {
  expect(() => concatPoses([motion, { ...motion, fps: 30 }])).toThrow(
    '512 × 512 at 25 fps and 512 × 512 at 30 fps',
  )
  expect(() => concatPoses([])).toThrow('no motions')
})

it('firstFrame is a motion of one frame, copied', () => {
  const first = firstFrame(motion)
  expect(first.frames).toBe(1)
  expect(first.data).toEqual(motion.data.slice(0, POSE_STRIDE))
})

describe.each(['linear', 'cubic'] as const)('resamplePose, %s', (interpolation) => {
  it('at the same rate is a bit-equal copy', () => {
    const same = resamplePose(motion, { frames: 40, fps: 25, step: 1, interpolation })
    expect(same).toEqual(motion)
    expect(same.data.buffer).not.toBe(motion.data.buffer)
  })

  it('to the double rate keeps every original frame and moves in between', () => {
    const result = resamplePose(motion, { frames: 80, fps: 50, step: 0.5, interpolation })
    expect([result.frames, result.fps]).toEqual([80, 50])
    for (let f = 0; f < 40; f++) {
      const original = motion.data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
      expect(result.data.subarray(2 * f * POSE_STRIDE, (2 * f + 1) * POSE_STRIDE)).toEqual(original)
    }
    // The same motion computed at 50 fps: cubic follows its curves closer than straight lines do.
    const exact = swayingPose(80, { fps: 50 })
    const error = maxAbsDiff(
      result.data.subarray(0, 79 * POSE_STRIDE),
      exact.data.subarray(0, 79 * POSE_STRIDE),
    )
    expect(error).toBeLessThan(interpolation === 'linear' ? 0.8 : 0.5)
  })

  it('never makes up a point across a gap', () => {
    const gap = withoutPoints(motion, [4], [10])
    const result = resamplePose(gap, { frames: 160, fps: 100, step: 0.25, interpolation })
    const point = (f: number) => [...result.data.subarray(f * POSE_STRIDE + 12, f * POSE_STRIDE + 15)]
    const source = (f: number) => [...gap.data.subarray(f * POSE_STRIDE + 12, f * POSE_STRIDE + 15)]
    expect([36, 37, 38, 39, 40, 41, 42, 43, 44].map(point)).toEqual(
      [9, 9, 10, 10, 10, 10, 11, 11, 11].map(source),
    )
    const scores = Array.from({ length: 160 }, (_, f) => point(f)[2])
    expect(new Set(scores)).toEqual(new Set([0, Math.fround(0.9)]))
  })

  it('gives any asked number of frames and holds the last one beyond the end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (frames, step) => {
          const result = resamplePose(motion, { frames, fps: 25, step, interpolation })
          expect(result.data.length).toBe(frames * POSE_STRIDE)
          expect(result.data.every(Number.isFinite)).toBe(true)
          if ((frames - 1) * step >= 39) {
            expect(result.data.subarray(-POSE_STRIDE)).toEqual(motion.data.subarray(-POSE_STRIDE))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  it('refuses to make more frames than a pose may have', () => {
    expect(() => resamplePose(motion, { frames: 100_001, fps: 25, step: 1, interpolation })).toThrow(
      '100001 frames',
    )
  })
})
