import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DETECTOR } from '../../../models/networks/person-detector'
import { cropOf, likeliestBins, pointsInPicture, withNeck } from '../../../models/networks/simcc-pose'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import type { NetworkFiles } from '../../../nodes/core/define-node'
import type { Role } from '../../../nodes/core/pack-roles'
import { type ImageValue, POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { choosePerson, type PersonBox, PersonTracker } from '../../../nodes/lib/person/person-tracker'
import { poseDetect } from '../../../nodes/pose/detect'
import { registry } from '../../../nodes/registry'
import { tempFolder } from '../../support/engine'
import { describeGolden, maxAbsDiff, readGolden } from '../../support/golden'
import { runNode, testContext, videoOf } from '../../support/node-context'
import { standInFile } from '../../support/published-network'
import { litPicture, middleOf, type Patch } from '../../support/tiny-pack/lit-picture'
import { tinyNetworks } from '../../support/tiny-pack/tiny-networks'

const networks = tinyNetworks()
const context = (of: Partial<Record<Role, NetworkFiles>> = networks) =>
  testContext({ definition: poseDetect, networks: of })
const inPicture = (image: ImageValue, params: Record<string, unknown> = {}, ctx = context()) =>
  runNode(poseDetect, { image }, params, ctx)

const filmOf = (frames: readonly (readonly Patch[])[], fps = 25) =>
  videoOf(
    frames.map((patches) => litPicture(0, patches).data),
    512,
    512,
    fps,
  )
const inVideo = (
  frames: readonly (readonly Patch[])[],
  params: Record<string, unknown> = {},
  ctx = context(),
  fps = 25,
) => runNode(poseDetect, { video: filmOf(frames, fps) }, params, ctx)

/** The neck, which is near the middle of a person's box. */
const neck = ({ data }: PoseValue, frame = 0) => [
  ...data.subarray(frame * POSE_STRIDE + 3, frame * POSE_STRIDE + 5),
]

function expectAt(pose: PoseValue, patch: Patch, frame = 0) {
  const [x, y] = middleOf(patch)
  const [nx, ny] = neck(pose, frame)
  expect(Math.hypot(nx - x, ny - y)).toBeLessThan(40)
}

const three: Patch[] = [
  [1, 3, 220],
  [4, 3, 255],
  [6, 3, 240],
]

describe('a picture', () => {
  it('gives one frame at 25 fps on its own canvas, where the person is', async () => {
    const ctx = context()
    const { pose, people } = await inPicture(litPicture(90, [], 768), {}, ctx)
    expect(pose).toMatchObject({ fps: 25, frames: 1, width: 768, height: 768 })
    expect(pose.data).toHaveLength(POSE_STRIDE)
    expect(people).toBe(1)
    expect(ctx.warnings).toEqual([])
    // The tiny pose network sees the shipped portrait in every box: its neck, in a picture of 768.
    const file = path.resolve(import.meta.dirname, '../../../nodes/examples/portrait-mara.pose.json')
    const { frames, width } = JSON.parse(readFileSync(file, 'utf8'))
    const [mx, my] = frames[0][1].map((v: number) => (v * 768) / width)
    expect(Math.hypot(neck(pose)[0] - mx, neck(pose)[1] - my)).toBeLessThan(6)
  })

  it('takes the surest of several people, the largest, or one from the left, and says how many there are', async () => {
    const ctx = context()
    const best = await inPicture(litPicture(0, three), {}, ctx)
    expect(best.people).toBe(3)
    expectAt(best.pose, three[1])
    expect(ctx.warnings).toEqual(['3 people were found; the surest one was taken.'])
    for (const position of [1, 2, 3]) {
      const { pose } = await inPicture(litPicture(0, three), { person: 'position', position })
      expectAt(pose, three[position - 1])
    }
  })

  it('refuses a place from the left where nobody is', async () => {
    const picture = litPicture(0, three)
    await expect(inPicture(picture, { person: 'position', position: 4 })).rejects.toMatchObject({
      code: 'pose/no-such-person',
      message: 'Number 4 from the left was asked for; 3 people are there.',
    })
  })

  it('is taken for a person as a whole when nobody is found, and the node says so', async () => {
    const ctx = context()
    const { pose, people } = await inPicture(litPicture(0), {}, ctx)
    expect(people).toBe(0)
    expect(ctx.warnings).toEqual([
      'Nobody was found; the whole picture was taken for the person there, as the original does.',
    ])
    const whole = await inPicture(litPicture(90))
    expect(maxAbsDiff(neck(pose), neck(whole.pose))).toBeLessThan(1)
  })

  it('counts as people only whom the detector is sure enough of', async () => {
    const picture = litPicture(0, three)
    const at = async (minScore: number) => (await inPicture(picture, { minScore })).people
    expect([await at(0.3), await at(0.9), await at(0.95), await at(1)]).toEqual([3, 2, 1, 0])
  })

  it('keeps low scores as they are', async () => {
    const { pose } = await inPicture(litPicture(90))
    const scores = Array.from({ length: 134 }, (_, i) => pose.data[3 * i + 2])
    expect(scores.filter((score) => score > 0 && score < 0.3).length).toBeGreaterThan(5)
    expect(Math.max(...scores)).toBeLessThanOrEqual(1)
  })

  it('of 4:5, 9:16 and 1024² shows the whole person inside of it', async () => {
    for (const [width, height] of [
      [410, 512],
      [576, 1024],
      [1024, 1024],
    ]) {
      const data = new Uint8Array(width * height * 3).fill(140)
      const ctx = context()
      const { pose } = await inPicture({ width, height, channels: 3, data }, {}, ctx)
      expect(ctx.warnings).toEqual([])
      const [left, right] = [5, 2].map((shoulder) => pose.data[3 * shoulder])
      expect(Math.min(left, right)).toBeGreaterThan(0)
      expect(Math.max(left, right)).toBeLessThan(width)
      expect(Math.abs((left + right) / 2 - width / 2)).toBeLessThan(0.1 * width)
    }
  })

  it('may have alpha and any aspect, but not be endlessly long', async () => {
    const { data } = litPicture(90, [], 512)
    const rgba = {
      width: 300,
      height: 200,
      channels: 4 as const,
      data: new Uint8Array(300 * 200 * 4).fill(120),
    }
    const { pose, people } = await inPicture(rgba)
    expect(people).toBe(1)
    expect(pose).toMatchObject({ width: 300, height: 200 })
    const strip = { width: 9 * 64, height: 64, channels: 3 as const, data: data.slice(0, 9 * 64 * 64 * 3) }
    await expect(inPicture(strip)).rejects.toMatchObject({ code: 'image/shape' })
  })
})

describe('a video', () => {
  it('gives a motion of its length and rate', async () => {
    const ctx = context()
    const places: Patch[] = [2, 3, 4, 5].map((column) => [column, 4, 255])
    const { pose, people } = await inVideo(
      places.map((patch) => [patch]),
      {},
      ctx,
      12,
    )
    expect(pose).toMatchObject({ fps: 12, frames: 4, width: 512, height: 512 })
    expect(people).toBe(1)
    for (const [frame, place] of places.entries()) expectAt(pose, place, frame)
    expect(ctx.warnings).toEqual([])
    expect(ctx.fractions).toEqual([0.25, 0.5, 0.75, 1])
  })

  it('keeps to one person while others become surer, and while they pass', async () => {
    const frames: Patch[][] = [
      [
        [2, 4, 255],
        [6, 4, 210],
      ],
      [
        [2, 4, 210],
        [6, 4, 255],
      ],
      [
        [3, 4, 210],
        [5, 4, 255],
      ],
      [
        [3, 4, 210],
        [6, 4, 255],
      ],
    ]
    const { pose } = await inVideo(frames)
    for (const [frame, [mine]] of frames.entries()) expectAt(pose, mine, frame)
  })

  it('looks where they were while they are out of sight, and takes somebody else after half a second', async () => {
    const me: Patch = [1, 4, 255]
    const other: Patch = [6, 4, 255]
    const ctx = context()
    const frames = [[me], [other], [other], [other], [other]]
    const { pose } = await inVideo(frames, {}, ctx, 6)
    expect([0, 1, 2, 3, 4].map((frame) => neck(pose, frame)[0] > 256)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ])
    expect(ctx.warnings).toEqual([
      'The person was not found in 3 of 5 frames; the place where they were last was looked at.',
    ])
  })

  it('is looked at as a whole until somebody comes', async () => {
    const ctx = context()
    const { pose } = await inVideo([[], [[6, 6, 255]]], {}, ctx)
    expect(ctx.warnings).toEqual([
      'Nobody was found in 1 of 2 frames; the whole picture was taken for the person there, as the original does.',
    ])
    expectAt(pose, [6, 6, 255], 1)
  })

  it('stops at the next frame when the run is cancelled', async () => {
    const ctx = context()
    ctx.abort()
    await expect(inVideo([[], []], {}, ctx)).rejects.toMatchObject({ code: 'run/cancelled' })
  })
})

describe('the node', () => {
  it('wants a picture or a video, not both', async () => {
    await expect(runNode(poseDetect, {}, {}, context())).rejects.toThrow('has nothing to look at')
    const both = { image: litPicture(90), video: filmOf([[]]) }
    await expect(runNode(poseDetect, both, {}, context())).rejects.toThrow('not at both')
  })

  it('tells frames and canvas before it runs', () => {
    const params = poseDetect.params.parse({})
    const facts = (inputs: object) =>
      poseDetect.facts?.({ params, inputs: { ...inputs }, asset: () => undefined })
    expect(facts({ image: { width: 9, height: 8 } })).toEqual({
      pose: { width: 9, height: 8, fps: 25, frames: 1 },
    })
    const video = { width: 9, height: 8, fps: 30, frames: 70 }
    expect(facts({ video })).toEqual({ pose: video })
    expect(facts({ video: { width: 9 } })).toEqual({ pose: { width: 9, height: undefined } })
    expect(registry.get('pose/detect')).toBe(poseDetect)
  })

  it('does not count the place from the left unless it is asked for', () => {
    const counting = (params: object) => poseDetect.countingParams?.(poseDetect.params.parse(params))
    expect(counting({ position: 3, pack: 'mine' })).toEqual(counting({}))
    expect(counting({ position: 3, person: 'position' })).not.toEqual(counting({ person: 'position' }))
  })
})

describe('networks of another kind', () => {
  const wrong = (change: (files: Record<'detector' | 'pose', string>) => void) => {
    const own = tinyNetworks({})
    change({ detector: own['person-detector']!.files[0], pose: own['keypoint-detector']!.files[0] })
    return inPicture(litPicture(90), {}, context(own))
  }

  it('are refused in one sentence', async () => {
    await expect(
      wrong(({ detector, pose }) => writeFileSync(pose, readFileSync(detector))),
    ).rejects.toMatchObject({
      code: 'pack/weights',
      message: 'Keypoint detector (DWPose) fails on 1 × 3 × 192 × 144 numbers.',
    })
    await expect(wrong(({ detector, pose }) => writeFileSync(detector, readFileSync(pose)))).rejects.toThrow(
      /^Person detector \(YOLOX\) fails on/,
    )
    await expect(wrong(({ pose }) => truncateSync(pose, 1000))).rejects.toMatchObject({
      code: expect.stringMatching(/^(weights|runtime)\//),
    })
    await expect(
      wrong(({ detector }) => writeFileSync(detector, constantDetector(64, Number.NaN))),
    ).rejects.toThrow('The detector gave values that are not numbers.')
  })
})

describe('the tracker', () => {
  const box = (x: number, score: number, size = 10): PersonBox => ({
    x1: x,
    y1: 0,
    x2: x + size,
    y2: size,
    score,
  })

  it('chooses by score, by area, or from the left', () => {
    const people = [box(50, 0.9), box(0, 0.8, 30), box(20, 0.7)]
    expect(choosePerson(people, { person: 'best' })).toBe(people[0])
    expect(choosePerson(people, { person: 'largest' })).toBe(people[1])
    expect(choosePerson(people, { person: 'position', position: 2 })).toBe(people[2])
  })

  it('does not follow a box that is further off than the person is large', () => {
    const tracker = new PersonTracker({ person: 'best' }, 10)
    tracker.next([box(0, 1)])
    expect(tracker.next([box(9, 0.5), box(30, 1)])).toMatchObject({ how: 'found', box: { x1: 9 } })
    expect(tracker.next([box(30, 1)])).toMatchObject({ how: 'kept', box: { x1: 9 } })
  })
})

/** Says the same of every picture. */
function constantOf(g: GraphBuilder, picture: Value, numbers: ArrayLike<number>, shape: number[]) {
  const nothing = g.mul(g.reduceMean(picture, [1, 2, 3]), g.constant(0)) // [1, 1, 1, 1]
  const values = g.constant(Array.from(numbers), 'float32', shape)
  return g.add(values, shape.length === 3 ? g.squeeze(nothing, [3]) : nothing)
}

function constantDetector(side: number, rows: ArrayLike<number> | number): Uint8Array {
  const cells = DETECTOR.strides.reduce((sum, stride) => sum + (side / stride) ** 2, 0)
  const numbers = typeof rows === 'number' ? Array<number>(cells * 6).fill(rows) : rows
  const g = new GraphBuilder('detector')
  const picture = g.input('images', 'float32', [1, 3, side, side])
  g.output('output', constantOf(g, picture, numbers, [1, cells, numbers.length / cells]))
  return standInFile(g.graph)
}

describeGolden('with networks that say what the original’s said', () => {
  const { inputs: simcc, outputs } = readGolden('stage1/simcc_decode')
  const { inputs: yolox, outputs: boxes } = readGolden('stage1/yolox_pre_post')

  /** The golden's outputs in the place of the published networks. */
  function goldenNetworks(rows: ArrayLike<number>): Partial<Record<Role, NetworkFiles>> {
    const folder = tempFolder()
    const g = new GraphBuilder('pose')
    const picture = g.input('input', 'float32', [1, 3, 384, 288])
    for (const name of ['simcc_x', 'simcc_y'])
      g.output(name, constantOf(g, picture, simcc[name].data as Float32Array, [...simcc[name].shape]))
    const place = (name: string, bytes: Uint8Array) => {
      const file = path.join(folder, name)
      writeFileSync(file, bytes)
      return { id: file, files: [file] }
    }
    return {
      'person-detector': place('yolox.onnx', constantDetector(640, rows)),
      'keypoint-detector': place('dwpose.onnx', standInFile(g.graph)),
    }
  }
  /** Scores of a pose are from 0 to 1. */
  const inRange = (points: Float32Array) =>
    points.map((x, i) => (i % 3 === 2 ? Math.min(1, Math.max(0, x)) : x))
  const nobody = new Float32Array(8400 * 6)

  it('the points of a picture of 512 pixels are the original’s', async () => {
    const { pose } = await inPicture(litPicture(90), {}, context(goldenNetworks(nobody)))
    const expected = outputs.detector512_keypoints134.data as Float32Array
    expect(maxAbsDiff(pose.data, inRange(expected))).toBeLessThan(1e-3)
  })

  it('as many people are found as by the original, and the points are those of its surest box', async () => {
    const { active_anchor_index: index, active_rows: active } = yolox
    const rows = new Float32Array(8400 * active.shape[1])
    for (const [i, cell] of Array.from(index.data as Int32Array, Number).entries())
      rows.set((active.data as Float32Array).subarray(i * 85, (i + 1) * 85), cell * 85)
    const { pose, people } = await inPicture(litPicture(90), {}, context(goldenNetworks(rows)))
    const found = boxes.final_boxes
    expect(people).toBe(found.shape[0])
    // The golden's picture is 128 × 96, scaled by 5 for the detector; 512 × 512 is scaled by 1.25.
    const [x1, y1, x2, y2] = Array.from((found.data as Float32Array).subarray(0, 4), (x) => x * 4)
    const { bins, scores } = likeliestBins(
      simcc.simcc_x.data as Float32Array,
      simcc.simcc_y.data as Float32Array,
      133,
    )
    const crop = cropOf({ x1, y1, x2, y2 }, 288, 384)
    const expected = withNeck(pointsInPicture(bins, crop, 288, 384), scores)
    expect(maxAbsDiff(pose.data, inRange(expected))).toBeLessThan(1e-3)
  })
})
