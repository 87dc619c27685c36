import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { ModelError } from '../../models/errors'
import type { Value } from '../../models/onnx/graph'
import { GraphBuilder } from '../../models/onnx/graph-builder'
import { advised } from '../../nodes/lib/diffusion/advise'
import type { Place } from '../../nodes/lib/diffusion/open-networks'
import { poseDetect } from '../../nodes/pose/detect'
import { tempFolder } from '../support/engine'
import { runNode, testContext } from '../support/node-context'
import { standIn, standInFile } from '../support/published-network'
import { litPicture } from '../support/tiny-pack/lit-picture'
import { tinyNetworks } from '../support/tiny-pack/tiny-networks'

/** Four times its square are bytes that no machine has, so that every allocator refuses them. */
const SIDE = 4_000_000

/** A network that cannot get the memory it asks for; 1 × 1 × 1 × 1 numbers in and out. */
function greedy(g: GraphBuilder, x: Value): Value {
  const huge = g.expand(g.reshape(x, [1, 1]), [SIDE, SIDE])
  return g.reshape(g.reduceSum(g.mul(huge, huge), [0, 1]), [1, 1, 1, 1])
}

it('memory that the runtime cannot get is told from other failures, with how much it asked for', async () => {
  const g = new GraphBuilder('greedy')
  g.output('y', greedy(g, g.input('x', 'float32', [1, 1, 1, 1])))
  const network = await standIn(g.graph)
  const run = network.run({ x: { dims: [1, 1, 1, 1], data: Float32Array.of(1) } })
  await expect(run).rejects.toMatchObject({
    code: 'runtime/memory',
    message: 'greedy.onnx found too little memory on cpu: it asked for 64000.00 GB more.',
  })
})

it('diffusion says what of its settings to lower', async () => {
  const g = new GraphBuilder('denoising UNet, step')
  g.output('y', greedy(g, g.input('x', 'float32', [1, 1, 1, 1])))
  const network = await standIn(g.graph)
  const work = network.run({ x: { dims: [1, 1, 1, 1], data: Float32Array.of(1) } })
  const place = { host: { device: 'cuda' }, dtype: 'float32' } as Place
  await expect(advised(work, place, { width: 512, height: 640 }, 12)).rejects.toMatchObject({
    code: 'worker/memory',
    message: expect.stringMatching(/^denoising UNet, step\.onnx found too little memory/),
    hint: expect.stringMatching(
      /^Lower the size \(512 × 640\) or the window \(12 frames\) or the precision \(float16 takes half\),/,
    ),
  })
  const other = new ModelError('runtime/run', 'It failed.')
  await expect(advised(Promise.reject(other), place, { width: 64, height: 64 })).rejects.toBe(other)
})

it('a published network that finds no memory is not taken for another one', async () => {
  const networks = tinyNetworks()
  const g = new GraphBuilder('detector')
  const picture = g.input('images', 'float32', [1, 3, 64, 64])
  g.output('output', greedy(g, g.reduceMean(picture, [1, 2, 3])))
  const file = path.join(tempFolder(), 'detector.onnx')
  writeFileSync(file, standInFile(g.graph))
  networks['person-detector'] = { ...networks['person-detector']!, id: file, files: [file] }
  const ctx = testContext({ definition: poseDetect, networks })
  await expect(runNode(poseDetect, { image: litPicture(90) }, {}, ctx)).rejects.toMatchObject({
    code: 'runtime/memory',
    message: expect.stringMatching(/^detector\.onnx found too little memory on cpu/),
    hint: expect.stringContaining('choose another device'),
  })
})
