import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AnyDefinition } from '../../../nodes/core/define-node'
import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { poseResample } from '../../../nodes/pose/resample'
import { poseSlice } from '../../../nodes/pose/slice'
import { runNode, testContext } from '../../support/node-context'
import { swayingPose } from '../../support/poses'

const motion = swayingPose(50)

const factsOf = (definition: AnyDefinition, pose: PoseValue, params: object) => {
  const { data: _, ...facts } = pose
  return definition.facts?.({
    params: definition.params.parse(params),
    inputs: { pose: facts },
    asset: () => undefined,
  }).pose
}

/** Runs a node and checks that it announced exactly this result. */
async function announced(definition: AnyDefinition, params: Record<string, unknown>): Promise<PoseValue> {
  const { pose } = await runNode(definition, { pose: motion }, params)
  const { data: _, ...facts } = pose
  expect(factsOf(definition, motion, params)).toEqual(facts)
  return pose
}

describe('pose/slice', () => {
  it('cuts frames and seconds, and says the length before running', async () => {
    const frames = await announced(poseSlice, { start: 10, end: 35 })
    expect(frames.data).toEqual(motion.data.slice(10 * POSE_STRIDE, 35 * POSE_STRIDE))
    expect(await announced(poseSlice, { unit: 'seconds', start: 0.4, end: 1.4 })).toEqual(frames)
    expect((await announced(poseSlice, { start: 10 })).frames).toBe(40)
    expect((await announced(poseSlice, { start: 10, end: 0 })).frames).toBe(40)
    expect(await announced(poseSlice, {})).toEqual(motion)
  })

  it('cuts at the last frame when the end lies beyond, and says so', async () => {
    const ctx = testContext({ definition: poseSlice })
    const { pose } = await runNode(poseSlice, { pose: motion }, { start: 40, end: 90 }, ctx)
    expect(pose.frames).toBe(10)
    expect(ctx.warnings).toEqual([
      'The end at frame 90 lies beyond the motion, which has 50 frames; it was cut there.',
    ])
  })

  it('refuses a start beyond the end of the motion and params that make no sense', async () => {
    const run = (params: Record<string, unknown>) => runNode(poseSlice, { pose: motion }, params)
    await expect(run({ start: 50 })).rejects.toThrow(
      'Nothing lies between 50 and the end (frames): the motion has 50 frames',
    )
    await expect(run({ start: 9, end: 9 })).rejects.toThrow('must come after the start')
    await expect(run({ start: 1.5 })).rejects.toThrow('Frames are whole numbers')
  })
})

describe('pose/resample', () => {
  it('announces the exact number of frames in every mode', async () => {
    expect((await announced(poseResample, { fps: 30 })).frames).toBe(60)
    expect((await announced(poseResample, { mode: 'speed', speed: 2 })).frames).toBe(25)
    expect((await announced(poseResample, { mode: 'speed', speed: 0.5 })).fps).toBe(25)
    const exact = await announced(poseResample, { mode: 'frames', frames: 80 })
    expect(exact.data.subarray(-POSE_STRIDE)).toEqual(motion.data.subarray(-POSE_STRIDE))
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 1, max: 240, noNaN: true }), async (fps) => {
        await announced(poseResample, { fps })
      }),
      { numRuns: 40 },
    )
  })

  it('at the same rate copies every bit', async () => {
    expect(await announced(poseResample, { fps: 25 })).toEqual(motion)
    expect(await announced(poseResample, { mode: 'frames', frames: 50 })).toEqual(motion)
  })
})
