import { describe, expect, it } from 'vitest'
import type { AnyDefinition } from '../../../nodes/core/define-node'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { firstFrame } from '../../../nodes/lib/pose/first-frame'
import { poseBlend } from '../../../nodes/pose/blend'
import { poseEditor } from '../../../nodes/pose/editor'
import { poseRetarget } from '../../../nodes/pose/retarget'
import { poseSmooth } from '../../../nodes/pose/smooth'
import { maxAbsDiff } from '../../support/golden'
import { runNode, testContext } from '../../support/node-context'
import { neutralPose, stillPose, swayingPose, withoutPoints } from '../../support/poses'

const motion = swayingPose(40)
const still = stillPose(neutralPose(), 40)

const factsOf = (definition: AnyDefinition, inputs: object, params: object = {}) =>
  definition.facts?.({
    params: definition.params.parse(params),
    inputs: { ...inputs },
    asset: () => undefined,
  }).pose

describe('pose/smooth', () => {
  it('reports progress and keeps length and canvas', async () => {
    const ctx = testContext({ definition: poseSmooth })
    const { pose } = await runNode(poseSmooth, { pose: motion }, {}, ctx)
    expect(pose.frames).toBe(40)
    expect(ctx.fractions.at(-1)).toBe(1)
    expect(factsOf(poseSmooth, { pose: { frames: 40, fps: 25 } })).toEqual({ frames: 40, fps: 25 })
  })

  it('stops when the run is cancelled', async () => {
    const ctx = testContext({ definition: poseSmooth })
    ctx.abort()
    await expect(runNode(poseSmooth, { pose: motion }, {}, ctx)).rejects.toThrow('cancelled')
  })
})

describe('pose/blend', () => {
  it('takes the chosen parts and leaves the rest', async () => {
    const { pose } = await runNode(poseBlend, { a: motion, b: still }, { to: 20 })
    const part = (from: number, to: number) => pose.data.subarray(from, to)
    expect(part(0, 3 * 92)).toEqual(motion.data.subarray(0, 3 * 92))
    expect(part(5 * POSE_STRIDE + 3 * 92, 6 * POSE_STRIDE)).not.toEqual(
      motion.data.subarray(5 * POSE_STRIDE + 3 * 92, 6 * POSE_STRIDE),
    )
    expect(part(20 * POSE_STRIDE, 40 * POSE_STRIDE)).toEqual(motion.data.subarray(20 * POSE_STRIDE))
  })

  it('tells of stretches behind the end and of parts that found no hold', async () => {
    const warnings = async (a: typeof motion, params: object) => {
      const ctx = testContext({ definition: poseBlend })
      await runNode(poseBlend, { a, b: still }, { ...params }, ctx)
      return ctx.warnings
    }
    expect(await warnings(motion, { from: 40 })).toEqual([
      'The stretch starts at frame 40, after the 40 frames of A: A was not changed.',
    ])
    expect(await warnings(withoutPoints(motion, [4], [3]), {})).toEqual([
      'In 1 frames a part of B had no visible wrist or face to hold on to; the part of A stayed there.',
    ])
  })

  it('needs equal rate and length and names the node that mends it', () => {
    expect(poseBlend.agree?.map(({ fact, fix }) => `${fact}: ${fix}`)).toEqual([
      'fps: pose/resample',
      'frames: pose/resample',
    ])
    expect(poseBlend.validate?.(poseBlend.params.parse({ from: 9, to: 4 }))).toContain('before it starts')
  })
})

describe('pose/retarget', () => {
  it('takes the canvas of the first pose, as announced', async () => {
    const first = stillPose(neutralPose(300, 400), 1, 300, 400)
    const { pose } = await runNode(poseRetarget, { pose: motion, firstPose: first }, { ease: 0.4 })
    const announced = factsOf(poseRetarget, {
      pose: { frames: 40, fps: 25, width: 512, height: 512 },
      firstPose: { frames: 1, fps: 25, width: 300, height: 400 },
    })
    const { data, ...facts } = pose
    expect(facts).toEqual(announced)
    expect(maxAbsDiff(data.subarray(0, POSE_STRIDE), first.data)).toBeLessThan(0.05)
  })

  it('of a motion onto itself changes nothing', async () => {
    const { pose } = await runNode(poseRetarget, { pose: motion, firstPose: firstFrame(motion) })
    expect(maxAbsDiff(pose.data, motion.data)).toBeLessThan(1e-4)
  })
})

describe('pose/editor', () => {
  it('without layers is the motion; with layers it is edited and the motion is not', async () => {
    const before = motion.data.slice()
    expect((await runNode(poseEditor, { pose: motion })).pose).toEqual(motion)
    const layers = [{ id: 'up', kind: 'offset', region: 'head', dy: -10 }]
    const { pose } = await runNode(poseEditor, { pose: motion }, { layers })
    expect(pose.data[1]).toBeCloseTo(before[1] - 10, 3)
    expect(motion.data).toEqual(before)
  })

  it('warns of layers behind the end and refuses lists that contradict themselves', async () => {
    const ctx = testContext({ definition: poseEditor })
    const layers = [{ id: 'late', kind: 'mute', region: 'lips', from: 99 }]
    await runNode(poseEditor, { pose: motion }, { layers }, ctx)
    expect(ctx.warnings).toEqual(['Layer "late" starts at frame 99, after the end of the motion.'])
    const twice = { layers: [layers[0], layers[0]] }
    await expect(runNode(poseEditor, { pose: motion }, twice)).rejects.toThrow(
      'Two layers have the id "late"',
    )
  })
})
