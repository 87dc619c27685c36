import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { MOTION_REGIONS, motionMask } from '../../../nodes/lib/mask/motion-masks'
import { describeGolden, goldenPath, readGolden } from '../../support/golden'
import { neutralPose, stillPose, withoutPoints } from '../../support/poses'

const GOLDEN_SETS = [
  'neutral',
  'raised_right_arm',
  'zoomed_fractional',
  'missing_low_score',
  'out_of_frame',
  'hands_over_face',
]

const readPlane = async (name: string) =>
  await sharp(goldenPath(`stage1/pose_draw/${name}.png`))
    .extractChannel(0)
    .raw()
    .toBuffer()

const differences = (a: Uint8Array, b: Uint8Array) => {
  expect(a.length).toBe(b.length)
  return a.reduce((count, v, i) => count + (v === b[i] ? 0 : 1), 0)
}

describeGolden('motionMask against the original drawing', () => {
  it.each(
    GOLDEN_SETS.flatMap((set) =>
      (['hands', 'lips', 'face'] as const).map((region) => [set, region] as const),
    ),
  )('draws %s %s as the original but for the overlap of face and hands', async (set, region) => {
    const { inputs } = readGolden('stage1/pose_draw')
    const points = inputs[set].data as Float32Array
    const expected = await readPlane(`${set}_${region}`)
    const ours = motionMask(points, region, 512, 512)
    expect(
      differences(
        ours,
        expected.map((v) => (v === 254 ? 255 : v)),
      ),
    ).toBe(0)
  })

  it('meets an overlap of face and hands among the golden poses', async () => {
    expect((await readPlane('hands_over_face_face')).includes(254)).toBe(true)
  })
})

const box = (plane: Uint8Array, width: number) => {
  const on = Array.from(plane.keys()).filter((i) => plane[i] > 0)
  const xs = on.map((i) => i % width)
  const ys = on.map((i) => Math.floor(i / width))
  const least = (v: number[]) => v.reduce((a, b) => Math.min(a, b))
  const most = (v: number[]) => v.reduce((a, b) => Math.max(a, b))
  return { left: least(xs), top: least(ys), right: most(xs) + 1, bottom: most(ys) + 1, filled: on.length }
}

describe('motionMask', () => {
  const pose = neutralPose()

  it('grows a box on every side by the padding and cuts it at the canvas', () => {
    const lips = box(motionMask(pose, 'lips', 512, 512), 512)
    const padded = box(motionMask(pose, 'lips', 512, 512, { padding: 7 }), 512)
    expect(padded).toMatchObject({
      left: lips.left - 7,
      top: lips.top - 7,
      right: lips.right + 7,
      bottom: lips.bottom + 7,
    })
    expect(motionMask(pose, 'lips', 512, 512, { padding: 600 }).every((v) => v === 255)).toBe(true)
  })

  it('leaves a region black when none of its points is visible', () => {
    for (const region of MOTION_REGIONS) {
      const nobody = new Float32Array(134 * 3)
      expect(motionMask(nobody, region, 64, 64, { padding: 9 }).some(Boolean)).toBe(false)
    }
  })

  it('covers every visible point but the legs with the upper body', () => {
    const plane = motionMask(pose, 'upperBody', 512, 512)
    for (let i = 0; i < 134; i++) {
      if (pose[3 * i + 2] < 0.3) continue
      expect(plane[Math.trunc(pose[3 * i + 1]) * 512 + Math.trunc(pose[3 * i])], `point ${i}`).toBe(255)
    }
    expect([plane[0], plane[511], plane[300 * 512 + 60]]).toEqual([0, 0, 0])
  })

  it('scales the upper body with the person', () => {
    const large = motionMask(pose, 'upperBody', 512, 512)
    const small = motionMask(
      pose.map((v, i) => (i % 3 === 2 ? v : v / 2)),
      'upperBody',
      256,
      256,
    )
    const area = (plane: Uint8Array) => plane.filter(Boolean).length
    expect(area(large) / area(small)).toBeGreaterThan(3.9)
    expect(area(large) / area(small)).toBeLessThan(4.1)
  })

  it.each([
    ['hips', [8, 11]],
    ['one shoulder', [2]],
    ['neck', [1]],
    ['face', Array.from({ length: 68 }, (_, i) => 24 + i)],
    ['ears and face', [16, 17, ...Array.from({ length: 68 }, (_, i) => 24 + i)]],
  ])('keeps torso and head nearly the same without %s', (_, points) => {
    const whole = motionMask(pose, 'upperBody', 512, 512)
    const part = motionMask(withoutPoints(stillPose(pose, 1), points).data, 'upperBody', 512, 512)
    expect(differences(whole, part) / whole.filter(Boolean).length).toBeLessThan(0.15)
  })
})
