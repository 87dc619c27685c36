import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { inputPose } from '../../../nodes/input/pose'
import { firstPoseOf, resizedFit, startingFit } from '../../../nodes/lib/pose/first-pose-fit'
import { poseFileFacts, writePoseFile } from '../../../nodes/lib/pose/formats'
import { runNode, testContext } from '../../support/node-context'
import { swayingPose } from '../../support/poses'

const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-pose-'))

/** Runs the node over a file with these contents. */
async function read(content: string, params: object = {}, size = content.length) {
  const file = path.join(folder, 'pose.json')
  writeFileSync(file, content)
  const asset = { id: 'a', name: 'pose.json', mime: 'application/json', size, path: file }
  const ctx = testContext({ definition: inputPose, assets: { a: asset } })
  const { pose } = await runNode(inputPose, {}, { asset: 'a', ...params }, ctx)
  return { pose, warnings: ctx.warnings }
}

const facts = (content: string, params: object = {}) =>
  inputPose.facts?.({
    params: inputPose.params.parse({ asset: 'a', ...params }),
    inputs: {},
    asset: () => poseFileFacts(content),
  }).pose

const openPose = JSON.stringify([{ people: [] }, { people: [] }])

describe('input/pose', () => {
  it('reads a pose file, whose own canvas and rate win over the params', async () => {
    const motion = swayingPose(3, { width: 640, height: 480, fps: 30 })
    const { pose, warnings } = await read(writePoseFile(motion), { width: 100, height: 100, fps: 10 })
    expect(pose).toEqual(motion)
    expect(warnings).toEqual([])
  })

  it('knows before running what it will give', async () => {
    for (const content of [writePoseFile(swayingPose(3, { width: 640, height: 480, fps: 30 })), openPose]) {
      const params = { width: 300, height: 200, fps: 10 }
      const { pose } = await read(content, params)
      const { frames, fps, width, height } = pose
      expect(facts(content, params)).toEqual({ frames, fps, width, height })
    }
  })

  it('does not guess a canvas when the importer did not look for one', () => {
    const known = inputPose.facts?.({
      params: inputPose.params.parse({ asset: 'a' }),
      inputs: {},
      asset: () => ({ frames: 7 }),
    })
    expect(known?.pose).toEqual({ frames: 7, fps: 25, width: undefined, height: undefined })
  })

  it('warns about what it assumed', async () => {
    expect((await read(openPose)).warnings).toEqual(['2 frames show nobody; their points are missing.'])
  })

  it('refuses a file that is too large without reading it', async () => {
    await expect(read('{', {}, 2 ** 30)).rejects.toThrow('has 1073741824 bytes')
  })

  describe('without a file', () => {
    const fit = startingFit(640, 480)
    const parsed = (params: object) => inputPose.params.parse(params)

    it('gives the pose that was fitted to a portrait, and knows it before', async () => {
      const { pose } = await runNode(inputPose, {}, { fit }, testContext({ definition: inputPose }))
      expect(pose).toEqual(firstPoseOf(fit))
      expect(inputPose.facts?.({ params: parsed({ fit }), inputs: {}, asset: () => undefined }).pose).toEqual(
        {
          frames: 1,
          fps: 25,
          width: 640,
          height: 480,
        },
      )
    })

    it('asks for one or the other', () => {
      expect(inputPose.validate?.(parsed({ fit }))).toBeNull()
      expect(inputPose.validate?.(parsed({}))).toMatch(/^Param asset of input\/pose is missing: .*fit a pose/)
    })
  })

  it('is the same work whether or not a fit lies unused beside the file', () => {
    const key = (params: object) => inputPose.countingParams?.(inputPose.params.parse(params))
    expect(key({ asset: 'a', fit: startingFit(640, 480) })).toEqual(key({ asset: 'a' }))
    expect(key({ fit: startingFit(640, 480) })).not.toEqual(key({ fit: startingFit(480, 640) }))
  })

  it('a fit in another size of the picture shows the same pose', () => {
    const [small, large] = [startingFit(640, 480), resizedFit(startingFit(640, 480), 1280, 960)]
    const at = (i: number) => [firstPoseOf(small), firstPoseOf(large)].map(({ data }) => data[i])
    for (const i of [0, 12, 13, 150, 360]) expect(at(i)[1]).toBeCloseTo(2 * at(i)[0], 2)
  })
})
