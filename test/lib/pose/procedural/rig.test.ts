import fc from 'fast-check'
import { expect, it } from 'vitest'
import { elbowOf, measureRig, subtract, type Vector } from '../../../../nodes/lib/pose/procedural/rig'
import { neutralPose } from '../../../support/poses'

const { arms, unit } = measureRig(neutralPose(), 512, 512)
const arm = arms.right
const length = (v: Vector) => Math.hypot(...v)

it('the first pose comes back exactly from its own reach and swivel', () => {
  for (const side of [arms.right, arms.left]) {
    const { elbow, wrist } = elbowOf(side, side.shoulder, subtract(side.wrist, side.shoulder), side.swivel)
    for (const i of [0, 1, 2]) {
      expect(elbow[i]).toBeCloseTo(side.elbow[i], 9)
      expect(wrist[i]).toBeCloseTo(side.wrist[i], 9)
    }
  }
})

it('bones keep their length and the elbow stays between 36° and 170°, wherever the hand is wanted', () => {
  const coordinate = fc.double({ min: -3, max: 3, noNaN: true })
  fc.assert(
    fc.property(
      coordinate,
      coordinate,
      coordinate,
      fc.double({ min: -4, max: 4, noNaN: true }),
      (x, y, z, swivel) => {
        const reach: Vector = [x * unit, y * unit, z * unit]
        const { elbow, wrist } = elbowOf(arm, arm.shoulder, reach, swivel)
        const [upper, fore] = [subtract(elbow, arm.shoulder), subtract(wrist, elbow)]
        expect(length(upper)).toBeCloseTo(arm.upperLength, 6)
        expect(length(fore)).toBeCloseTo(arm.foreLength, 6)
        const cosine = -(upper[0] * fore[0] + upper[1] * fore[1] + upper[2] * fore[2])
        const degrees = (Math.acos(cosine / (length(upper) * length(fore))) * 180) / Math.PI
        expect(degrees).toBeGreaterThan(36)
        expect(degrees).toBeLessThan(170)
      },
    ),
  )
})
