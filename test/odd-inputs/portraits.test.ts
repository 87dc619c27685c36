import { describe, expect, it } from 'vitest'
import { POSE_STRIDE, type PoseValue } from '../../nodes/core/values'
import { poseRetarget } from '../../nodes/pose/retarget'
import { renderWarp } from '../../nodes/render/warp'
import { bothStages, syllables } from '../support/both-stages'
import { maxAbsDiff } from '../support/golden'
import { planeOf, runNode, testContext } from '../support/node-context'
import { profilePose, stillPose, swayingPose, withoutPoints } from '../support/poses'
import { litPicture, middleOf, type Patch } from '../support/tiny-pack/lit-picture'
import { keypointRole } from '../support/tiny-pack/person'
import { tinyNetworks } from '../support/tiny-pack/tiny-networks'

const sound = syllables(0.2)
const NECK = 1
const at = ({ data }: PoseValue, point: number, frame = 0) =>
  data.subarray(frame * POSE_STRIDE + 3 * point, frame * POSE_STRIDE + 3 * point + 3)

describe('a portrait', () => {
  it('without a person is taken for one as a whole, and the result says so', async () => {
    const { video, warnings } = await bothStages(sound, { portrait: litPicture(0, [], 128) })
    expect(video.frames).toBe(5)
    expect(warnings[0]).toBe(
      'Nobody was found; the whole picture was taken for the person there, as the original does.',
    )
  })

  it('of three people moves the one who is chosen', async () => {
    const three: Patch[] = [
      [1, 3, 220],
      [4, 3, 255],
      [6, 3, 240],
    ]
    const portrait = litPicture(0, three, 128)
    const surest = await bothStages(sound, { portrait })
    expect(surest.warnings[0]).toBe('3 people were found; the surest one was taken.')
    const third = await bothStages(sound, { portrait, detect: { person: 'position', position: 3 } })
    for (const [{ firstPose }, patch] of [
      [surest, three[1]],
      [third, three[2]],
    ] as const)
      expect(Math.abs(at(firstPose, NECK)[0] - middleOf(patch, 128)[0])).toBeLessThan(16)
    expect(maxAbsDiff(third.pose.data, surest.pose.data)).toBeGreaterThan(5)
  })

  it.each([
    ['1024²', 1024, 1024, 64, 64],
    ['4:5', 128, 160, 64, 128],
    ['9:16', 72, 128, 64, 128],
  ])('of %s keeps its canvas through both stages', async (_, width, height, w, h) => {
    const data = new Uint8Array(width * height * 3).fill(140)
    const made = await bothStages(sound, {
      portrait: { width, height, channels: 3, data },
      size: { width: w, height: h },
    })
    expect([made.pose.width, made.pose.height]).toEqual([width, height])
    expect([made.video.width, made.video.height, made.video.frames]).toEqual([w, h, 5])
    const shoulders = [2, 5].map((point) => at(made.firstPose, point)[0] / width)
    expect(Math.abs((shoulders[0] + shoulders[1]) / 2 - 0.5)).toBeLessThan(0.1)
  })
})

describe('a person from the side', () => {
  const SIDE = 512
  const first = stillPose(profilePose(SIDE, SIDE), 1, SIDE, SIDE)
  const networks = tinyNetworks(keypointRole(SIDE, first.data))

  it('moves with what is seen of them; the hidden arm stays hidden', async () => {
    const { firstPose, pose, masks, video } = await bothStages(sound, {
      portrait: litPicture(90, [], SIDE),
      networks,
    })
    const far = [6, 7, 92, 112]
    for (const point of far) {
      expect(at(firstPose, point)[2]).toBeLessThan(0.3)
      for (let f = 0; f < pose.frames; f++) expect(at(pose, point, f)[2]).toBeLessThan(0.3)
    }
    for (const point of [3, 4, 113]) expect(at(pose, point, 4)[2]).toBeGreaterThan(0.3)
    expect(pose.data.every(Number.isFinite)).toBe(true)
    const area = async (region: string) =>
      (await planeOf(masks, region)).filter((level) => level > 127).length
    expect(await area('face')).toBeGreaterThan(500)
    expect(video.frames).toBe(5)
  })

  it('whose far shoulder is hidden is refused by what needs both, in one sentence', async () => {
    const hidden = withoutPoints(first, [5])
    const motion = swayingPose(2)
    await expect(runNode(poseRetarget, { pose: motion, firstPose: hidden })).rejects.toMatchObject({
      code: 'pose/no-torso',
      message: 'No frame of the first pose shows the neck and both shoulders.',
    })
    const portrait = litPicture(90, [], SIDE)
    const ctx = testContext({ definition: renderWarp })
    const given = { portrait, firstPose: hidden, pose: motion }
    await expect(runNode(renderWarp, given, {}, ctx)).rejects.toMatchObject({
      message: 'The first pose does not show both shoulders.',
    })
  })

  it('gets a motion of their own size: shoulders from the side say nothing of it', async () => {
    const ctx = testContext({ definition: poseRetarget })
    const motion = swayingPose(2)
    const { pose } = await runNode(poseRetarget, { pose: motion, firstPose: first }, {}, ctx)
    const length = (value: PoseValue) => {
      const [[x, y], [u, v]] = [at(value, 2), at(value, 3)]
      return Math.hypot(x - u, y - v)
    }
    expect(length(pose) / length(first)).toBeGreaterThan(0.8)
    expect(ctx.warnings).toEqual([
      'The first pose is seen from the side: sizes are those of neck and head, not of the shoulders.',
    ])
  })
})
