import { describe, expect, it } from 'vitest'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { seamScore } from '../../../nodes/lib/pose/seam-score'
import { swayingPose } from '../../support/poses'

const SEAMS = [80, 160, 240, 320]

/** The swaying person, and from each seam on everything moved by so many pixels. */
function cut(pixels: number) {
  const pose = swayingPose(400)
  for (let i = 0; i < pose.data.length; i++) {
    const seams = SEAMS.filter((seam) => Math.floor(i / POSE_STRIDE) >= seam).length
    if (i % 3 === 0) pose.data[i] += pixels * seams
  }
  return pose
}

describe('the seam score', () => {
  it('cannot tell seams of a motion that has none', () => {
    const score = seamScore(cut(0), SEAMS)!
    expect(score.seams).toBe(4)
    expect(score.velocity).toBeGreaterThan(0.5)
    expect(score.velocity).toBeLessThan(1.5)
    expect(score.p).toBeGreaterThan(0.05)
  })

  it('finds jumps at the seams, and how much larger they are', () => {
    const score = seamScore(cut(8), SEAMS)!
    expect(score.velocity).toBeGreaterThan(3)
    expect(score.p).toBeLessThan(0.01)
  })

  it('finds a jump that lies somewhere in a longer seam', () => {
    expect(
      seamScore(
        cut(8),
        SEAMS.map((seam) => seam - 9),
        16,
      )!.p,
    ).toBeLessThan(0.01)
    expect(
      seamScore(
        cut(8),
        SEAMS.map((seam) => seam - 40),
        16,
      )!.p,
    ).toBeGreaterThan(0.05)
  })

  it('leaves out seams too near to an end, and has nothing to say without others', () => {
    expect(seamScore(cut(8), [1, 399])).toBeNull()
    expect(seamScore(swayingPose(8), [4])).toBeNull()
  })
})
