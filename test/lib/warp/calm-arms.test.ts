import { describe, expect, it } from 'vitest'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { calmArms } from '../../../nodes/lib/warp/calm-arms'
import { wrapAngle } from '../../../nodes/lib/warp/geometry'
import { maxAbsDiff } from '../../support/golden'
import { neutralPose } from '../../support/poses'

const FRAMES = 41
const HAND = 113
const first = neutralPose(512, 512)

/** The first pose over and over, with `ends` moved along root–end to `length(f)` and a little `aside`, px. */
function foreshortened(
  root: number,
  ends: number[],
  length: (f: number) => number,
  aside: number,
): Float32Array {
  const motion = new Float32Array(FRAMES * POSE_STRIDE)
  for (let f = 0; f < FRAMES; f++) {
    motion.set(first, f * POSE_STRIDE)
    for (const i of ends) {
      const o = f * POSE_STRIDE + 3 * i
      motion[o] =
        first[3 * root] + length(f) * (first[3 * i] - first[3 * root]) + (f % 2 === 0 ? aside : -aside)
      motion[o + 1] = first[3 * root + 1] + length(f) * (first[3 * i + 1] - first[3 * root + 1])
    }
  }
  return motion
}

/** Largest turn of root–end from one frame to the next, rad. */
function largestTurn(motion: Float32Array, root: number, end: number): number {
  let worst = 0
  let before = 0
  for (let f = 0; f < FRAMES; f++) {
    const o = f * POSE_STRIDE
    const angle = Math.atan2(
      motion[o + 3 * end + 1] - motion[o + 3 * root + 1],
      motion[o + 3 * end] - motion[o + 3 * root],
    )
    if (f > 0) worst = Math.max(worst, Math.abs(wrapAngle(angle - before)))
    before = angle
  }
  return worst
}

const handPoints = Array.from({ length: 20 }, (_, k) => HAND + 1 + k)
/** From full length through the line of sight to the other side. */
const through = (f: number) => Math.cos((Math.PI * f) / (FRAMES - 1))

describe('arms that pass the line of sight', () => {
  it('turn a palm over several frames instead of reversing it within one', () => {
    const motion = foreshortened(HAND, handPoints, through, 0.5)
    expect(largestTurn(motion, HAND, HAND + 9)).toBeGreaterThan(1.5)
    expect(largestTurn(calmArms(first, motion), HAND, HAND + 9)).toBeLessThan(0.5)
  })

  it('keep their direction while a bone that points at the camera trembles', () => {
    const motion = foreshortened(HAND, handPoints, (f) => (f < 8 || f > 32 ? 1 : 0.02), 2)
    expect(largestTurn(motion, HAND, HAND + 9)).toBeGreaterThan(1)
    expect(largestTurn(calmArms(first, motion), HAND, HAND + 9)).toBeLessThan(0.6)
  })
})

describe('arms that are drawn at length', () => {
  it('stay exactly as they are', () => {
    const motion = foreshortened(HAND, handPoints, (f) => 1 - 0.0002 * f, 1)
    expect(maxAbsDiff(calmArms(first, motion), motion)).toBe(0)
  })

  it('are not changed by points that are missing', () => {
    const motion = foreshortened(HAND, handPoints, through, 0.5).map((v, k) => (k % 3 === 2 ? 0 : v))
    const calm = calmArms(first, motion)
    expect(maxAbsDiff(calm, motion)).toBe(0)
  })
})
