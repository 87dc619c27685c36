import { expect, it } from 'vitest'
import { StudioError } from '../../../nodes/core/errors'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { poseProcedural } from '../../../nodes/pose/procedural'
import { runNode, testContext } from '../../support/node-context'
import { neutralPose, stillPose, swayingPose, withoutPoints } from '../../support/poses'
import { syntheticVoice } from '../../support/voice'

const speech = (seconds = 6, sampleRate = 16_000) => {
  const voice = syntheticVoice({ seconds, sampleRate })
  return { sampleRate, channels: [voice.samples] }
}
const first = stillPose(neutralPose(), 1)

it('turns speech and a first pose into a motion of the same length on the same canvas', async () => {
  const ctx = testContext({ definition: poseProcedural })
  const { pose } = await runNode(poseProcedural, { audio: speech(), firstPose: first }, {}, ctx)
  expect([pose.frames, pose.fps, pose.width, pose.height]).toEqual([150, 25, 512, 512])
  expect(ctx.warnings).toEqual([])
  expect(ctx.fractions.at(-1)).toBeGreaterThan(0.9)
})

it('starts at frame 0 of the pose it is given and takes stereo at any rate', async () => {
  const mono = speech(3, 44_100)
  const audio = { ...mono, channels: [mono.channels[0], mono.channels[0]] }
  const firstPose = swayingPose(10)
  const { pose } = await runNode(poseProcedural, { audio, firstPose })
  for (let i = 0; i < POSE_STRIDE; i++) {
    expect(Math.abs(pose.data[i] - firstPose.data[i])).toBeLessThan(1e-4)
  }
})

it('knows its facts before running, and they come true', async () => {
  const audio = speech(3.21)
  const facts = poseProcedural.facts?.({
    params: poseProcedural.params.parse({ fps: 30 }),
    inputs: { audio: { durationSeconds: 3.21 }, firstPose: { width: 512, height: 512, frames: 1 } },
    asset: () => undefined,
  })
  expect(facts?.pose).toEqual({ frames: 97, fps: 30, width: 512, height: 512 })
  const { pose } = await runNode(poseProcedural, { audio, firstPose: first }, { fps: 30 })
  expect(pose.frames).toBe(97)
})

it('says so when there is no speech, and still breathes and blinks', async () => {
  const ctx = testContext({ definition: poseProcedural })
  const audio = { sampleRate: 16_000, channels: [new Float32Array(80_000)] }
  const { pose } = await runNode(poseProcedural, { audio, firstPose: first }, {}, ctx)
  expect(ctx.warnings).toEqual([
    'No speech was found in the audio: the person only breathes, sways and blinks.',
  ])
  expect(pose.data.subarray(50 * POSE_STRIDE, 51 * POSE_STRIDE)).not.toEqual(first.data)
})

it('says so when no arm can gesture', async () => {
  const ctx = testContext({ definition: poseProcedural })
  await runNode(poseProcedural, { audio: speech(), firstPose: withoutPoints(first, [4, 7]) }, {}, ctx)
  expect(ctx.warnings).toHaveLength(1)
  expect(ctx.warnings[0]).toMatch(/no hand gestures/)
})

it('refuses a pose without frames and params out of range', async () => {
  const empty = { ...first, frames: 0, data: new Float32Array(0) }
  const failed = await runNode(poseProcedural, { audio: speech(1), firstPose: empty }).catch((e) => e)
  expect(failed).toBeInstanceOf(StudioError)
  expect(failed.code).toBe('pose/empty')
  for (const params of [{ energy: 2.1 }, { dominance: -2 }, { blinks: 41 }, { fps: 11 }, { seed: 0.5 }]) {
    expect(poseProcedural.params.safeParse(params).success).toBe(false)
  }
})

it('stops when the run is cancelled', async () => {
  const ctx = testContext({ definition: poseProcedural })
  ctx.abort()
  await expect(runNode(poseProcedural, { audio: speech(), firstPose: first }, {}, ctx)).rejects.toThrow(
    'cancelled',
  )
})
