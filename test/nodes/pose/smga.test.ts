import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { motionSteps } from '../../../models/schedulers/motion-ddim'
import type { SpeechValue } from '../../../nodes/core/values'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { seamScore } from '../../../nodes/lib/pose/seam-score'
import { generateMotion, nearestBeginning, windowStarts } from '../../../nodes/lib/smga/generate-motion'
import { fitCanvas, fromNetwork, toNetwork } from '../../../nodes/lib/smga/network-units'
import { openSmga } from '../../../nodes/lib/smga/open-smga'
import { poseSmga } from '../../../nodes/pose/smga'
import { tempFolder } from '../../support/engine'
import { expectNear } from '../../support/expect-near'
import { formulaNumbers } from '../../support/formula-weights'
import { describeGolden, goldenPath, maxAbsDiff, readGolden } from '../../support/golden'
import { runNode, testContext } from '../../support/node-context'
import { neutralPose, stillPose } from '../../support/poses'
import { TINY_MOTION_DIMS } from '../../support/tiny-pack/speech'
import { tinyNetworks } from '../../support/tiny-pack/tiny-networks'

const DIMS = TINY_MOTION_DIMS
const networks = tinyNetworks()
const first = stillPose(neutralPose(), 1)
/** Features that change slowly, as those of speech do. */
function speech(frames: number, dims = DIMS): SpeechValue {
  const phases = formulaNumbers('phases', [dims])
  const data = Float32Array.from({ length: frames * dims }, (_, i) => {
    const frame = Math.floor(i / dims)
    return Math.sin(0.15 * frame + 3 * phases[i % dims])
  })
  return { kind: 'wavlm', fps: 25, frames, dims, data }
}
const context = () => testContext({ definition: poseSmga, networks })
const gestures = async (frames: number, params: object = {}, firstPose = first) => {
  const ctx = context()
  const quick = { pack: 'tiny', steps: 8, ...params }
  return (await runNode(poseSmga, { speech: speech(frames), firstPose }, quick, ctx)).pose
}

it('makes a motion as long as the speech, on the canvas of the first pose, the same for the same seed', async () => {
  const pose = await gestures(80)
  expect([pose.frames, pose.fps, pose.width, pose.height]).toEqual([80, 25, 512, 512])
  expect(maxAbsDiff((await gestures(80)).data, pose.data)).toBe(0)
  expect(maxAbsDiff((await gestures(80, { seed: 7 })).data, pose.data)).toBeGreaterThan(1)
})

it.each([5, 79, 80, 81, 200])('takes speech of %i frames', async (frames) => {
  expect((await gestures(frames, { steps: 2 })).data).toHaveLength(frames * POSE_STRIDE)
})

it('shows the points that the first pose shows, without knees and ankles', async () => {
  const pose = await gestures(10)
  for (const frame of [0, 9]) {
    const scores = Array.from({ length: 134 }, (_, i) => pose.data[frame * POSE_STRIDE + 3 * i + 2])
    const legs = [9, 10, 12, 13]
    const shown = Array.from({ length: 134 }, (_, i) => (legs.includes(i) ? 0 : first.data[3 * i + 2]))
    expect(scores).toEqual(shown)
  }
})

it('does not depend on the canvas: a pose of half the size gives a motion of half the size', async () => {
  const small = stillPose(neutralPose(256, 256), 1, 256, 256)
  const [large, half] = [await gestures(20), await gestures(20, {}, small)]
  const visible = (value: number, i: number) => (i % 3 === 2 ? value : 2 * value)
  expect(maxAbsDiff(half.data.map(visible), large.data)).toBeLessThan(0.05)
})

it('cannot be told apart at its seams, while the published joining can', async () => {
  const frames = 64 * 12 + 16
  const seams = (every: number) =>
    Array.from({ length: Math.floor(frames / every) }, (_, i) => (i + 1) * every)
  const seamless = await gestures(frames)
  const smooth = seamScore(seamless, seams(64), 16)!
  const reference = seamScore(
    await gestures(frames, { joining: 'reference' }),
    seams(80).map((f) => f + 1),
  )!
  expect(smooth.p).toBeGreaterThan(0.05)
  expect(reference.p).toBeLessThan(0.01)
  expect(reference.velocity).toBeGreaterThan(smooth.velocity)
})

it('a window begins where the one before is at that time', async () => {
  const network = await openSmga(context(), { kind: 'wavlm', dims: DIMS }, 2)
  const windows: Float32Array[] = []
  const motion = await generateMotion(network, {
    ...{ audio: speech(200).data, start: toNetwork(first.data, fitCanvas(first)), steps: motionSteps(4, 1) },
    ...{ candidates: 1, joining: 'seamless', overlap: 16, seed: 1 },
    onProgress: (_, finished) => finished && windows.push(finished.motion.slice()),
  })
  const before = windows[0].subarray(64 * POSE_STRIDE, 65 * POSE_STRIDE)
  expect(maxAbsDiff(windows[1].subarray(0, POSE_STRIDE), before)).toBeLessThan(1e-6)
  expect(maxAbsDiff(motion.subarray(64 * POSE_STRIDE, 65 * POSE_STRIDE), before)).toBeLessThan(1e-6)
})

it('windows cover every frame and share as many as asked for', () => {
  expect(windowStarts(80, 80, 16)).toEqual([0])
  expect(windowStarts(81, 80, 16)).toEqual([0, 64])
  expect(windowStarts(145, 80, 16)).toEqual([0, 64, 128])
})

it('of several candidates takes the one that begins where and as fast as what is there', () => {
  const motion = (from: number, speed: number) =>
    Float32Array.from({ length: 4 * 3 }, (_, i) =>
      i % 3 === 2 ? from * i : from + speed * Math.floor(i / 3),
    )
  const drawn = [motion(0, 0.3), motion(0.1, 0.1), motion(0, 0.1)].map((free) => ({ motion: free, free }))
  const known = motion(0, 0.11)
  known[2] = 100 // a score
  expect(nearestBeginning(drawn, known, 3)).toBe(2)
})

it('draws other motions with more candidates', async () => {
  const motions = await Promise.all([1, 2, 3, 4].map((seed) => gestures(144, { seed, steps: 2 })))
  const chosen = await Promise.all(
    [1, 2, 3, 4].map((seed) => gestures(144, { seed, steps: 2, candidates: 4 })),
  )
  expect(chosen.some(({ data }, i) => maxAbsDiff(data, motions[i].data) > 1)).toBe(true)
})

it('asks the network about speech only, without guidance', async () => {
  expect(maxAbsDiff((await gestures(10, { guidance: 1 })).data, (await gestures(10)).data)).toBeGreaterThan(
    0.1,
  )
})

it('reports progress, shows what it has drawn and stops when asked', async () => {
  const ctx = testContext({ definition: poseSmga, networks, watched: true })
  await runNode(poseSmga, { speech: speech(144), firstPose: first }, { steps: 4 }, ctx)
  expect(ctx.fractions).toEqual([...ctx.fractions].sort((a, b) => a - b))
  expect(ctx.fractions.at(-1)).toBe(1)
  expect(ctx.previews.length).toBeGreaterThan(0)
  const stopped = context()
  stopped.abort()
  await expect(runNode(poseSmga, { speech: speech(80), firstPose: first }, {}, stopped)).rejects.toThrow(
    'cancelled',
  )
})

it('refuses features of another kind with what its network reads', async () => {
  const given = { speech: { ...speech(80, 35), kind: 'baseline' }, firstPose: first }
  await expect(runNode(poseSmga, given, {}, context())).rejects.toMatchObject({
    code: 'speech/kind',
    message: `The gesture network reads ${DIMS} values a frame; the speech is of kind baseline with 35.`,
  })
})

it('refuses weights of another network with the name of what is missing', async () => {
  const file = path.join(tempFolder(), 'other.pt')
  writeFileSync(file, 'no weights')
  const ctx = testContext({ networks: { smga: { id: 'x', files: [file] } } })
  await expect(runNode(poseSmga, { speech: speech(80), firstPose: first }, {}, ctx)).rejects.toMatchObject({
    message: expect.stringContaining('other.pt'),
  })
})

it('poses come back from the network’s units as they went in', () => {
  const canvas = { width: 640, height: 480 }
  const points = neutralPose(640, 480)
  const fit = fitCanvas(canvas)
  const back = fromNetwork(toNetwork(points, fit), points, fit)
  const legs = new Set([9, 10, 12, 13])
  const kept = (data: Float32Array) => data.filter((_, i) => !legs.has(Math.floor(i / 3)))
  expect(maxAbsDiff(kept(back), kept(points))).toBeLessThan(1e-3)
})

describeGolden('against the original', () => {
  it('draws one clip of 3.2 s exactly, with the recorded noise', async () => {
    const { config, inputs, outputs } = readGolden('stage1/smga_ddim50')
    const { num_heads: heads, num_layers: layers } = config.config
    const file = goldenPath('stage1/smga_tiny_forward/weights.safetensors')
    const smga = { id: 'golden', files: [file], config: { heads, layers, conditionLayers: 2 } }
    const network = await openSmga(testContext({ networks: { smga } }), { kind: 'baseline', dims: 35 }, 2)
    const noise = inputs.noise.data as Float32Array
    let drawn = 0
    const motion = await generateMotion(network, {
      audio: inputs.cond_embed.data as Float32Array,
      start: inputs.cond_frame.data as Float32Array,
      steps: motionSteps(50, 1),
      ...{ candidates: 1, joining: 'seamless', overlap: 16, seed: 1 },
      noise: () => (count) => noise.subarray(count * drawn, count * ++drawn),
    })
    expectNear('motion', motion, outputs.result.data as Float32Array, config.tolerance)
  })
})
