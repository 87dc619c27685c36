import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { detectPoses } from '../../models/networks/dwpose'
import { wav2vec2Aliases, wav2vec2Graph } from '../../models/networks/wav2vec2'
import { wavlmAliases, wavlmGraph } from '../../models/networks/wavlm'
import type { Picture } from '../../models/pictures/picture'
import { networkHost } from '../../nodes/lib/networks/network-host'
import { tempFolder } from '../support/engine'
import { testContext } from '../support/node-context'
import { litPicture } from '../support/tiny-pack/lit-picture'
import { TINY_LIPS, TINY_MOTION_DIMS } from '../support/tiny-pack/speech'
import { tinyNetworks } from '../support/tiny-pack/tiny-networks'
import { writeTinyPack } from '../support/tiny-pack/tiny-pack'

const hosted = async () => {
  const ctx = testContext({ networks: tinyNetworks() })
  return { ctx, host: await networkHost(ctx) }
}

it('is smaller than 20 MB', () => {
  const folder = tempFolder()
  writeTinyPack(folder)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const bytes = names.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
  expect(bytes).toBeLessThan(20e6)
})

it('its speech networks say as much of 3.2 s as the published ones, in 80 frames', async () => {
  const { ctx, host } = await hosted()
  const wave = { dtype: 'float32' as const, shape: [1, 51_200], data: new Float32Array(51_200).fill(0.1) }
  const wavlm = await host.network(ctx, { role: 'wavlm', aliases: wavlmAliases, build: graphOf(wavlmGraph) })
  const { features } = await wavlm.run({ wave })
  expect(features.shape).toEqual([1, 80, TINY_MOTION_DIMS - 35])
  const wav2vec2 = await host.network(ctx, {
    role: 'wav2vec2',
    aliases: wav2vec2Aliases,
    build: graphOf(wav2vec2Graph),
  })
  const { hidden } = await wav2vec2.run({ wave })
  expect(hidden.shape).toEqual([1, 80, TINY_LIPS.layers, TINY_LIPS.width])
})

const graphOf =
  <T, C, G>(build: (table: T, config: C) => { graph: G }) =>
  (table: T, config: C) =>
    build(table, config).graph

it('its detectors find nobody in the dark, one person in a lit picture, and each white patch', async () => {
  const { ctx, host } = await hosted()
  const networks = {
    detector: await host.onnx(ctx, 'person-detector'),
    pose: await host.onnx(ctx, 'keypoint-detector'),
  }
  const { width: poseWidth, height: poseHeight } = host.config(ctx, 'keypoint-detector')
  const detectorSide = host.config(ctx, 'person-detector').side
  const people = (picture: Picture) => detectPoses(networks, picture, { detectorSide, poseWidth, poseHeight })
  const scores = async (picture: Picture) => (await people(picture)).map(({ score }) => score)

  expect(await scores(litPicture(0))).toEqual([0])
  expect(await scores(litPicture(90))).toEqual([0.5])
  expect(
    await scores(
      litPicture(0, [
        [1, 3, 220],
        [4, 3, 255],
        [6, 3, 240],
      ]),
    ),
  ).toEqual([1, 240 / 255, 220 / 255].map((x) => expect.closeTo(x, 3)))
  const [{ points }] = await people(litPicture(0, [[2, 4, 255]]))
  // Between the shoulders, near the middle of the patch.
  expect(Math.hypot(points[3] - 160, points[4] - 288)).toBeLessThan(40)
})
