import { describe, expect, it } from 'vitest'
import { audioTransformer, speechKeys } from '../../models/modules/audio-transformer'
import { motionModule } from '../../models/modules/motion-module'
import { vaeDecoder, vaeEncoder } from '../../models/networks/vae'
import type { Graph } from '../../models/onnx/graph'
import { GraphBuilder } from '../../models/onnx/graph-builder'
import { goldenPath, hasGolden, readSafetensors } from '../support/golden'
import { type Numbers, noise, runGraph, weightTable } from '../support/run-graph'
import { describeWebGpu, runOnWebGpu } from '../support/webgpu'

type Weights = Record<string, Numbers>
/** Copied, because what is read from a file on demand does not travel to another process. */
const weightsOf = (name: string): Weights =>
  Object.fromEntries(
    Object.entries(readSafetensors(goldenPath(`stage2/${name}/weights.safetensors`))).map(
      ([key, { shape, data }]) => [key, { shape: [...shape], data: Float32Array.from(data as Float32Array) }],
    ),
  )

async function expectAlike(graph: Graph, inputs: Record<string, Numbers>, weights: Weights): Promise<void> {
  const [cpu, gpu] = [await runGraph(graph, inputs, weights), await runOnWebGpu(graph, inputs, weights)]
  for (const name of graph.outputs) {
    const largest = cpu[name].data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const worst = cpu[name].data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - gpu[name].data[i])),
      0,
    )
    expect(largest).toBeGreaterThan(0.05)
    expect(worst / largest, name).toBeLessThan(2e-5)
  }
}
/** Weights of the original's small cases; sizes are numbers, as WebGPU wants them. */
;(hasGolden ? describeWebGpu : describe.skip)('on WebGPU, with nothing left to the CPU,', () => {
  it('an audio transformer with masks hears what it hears on the CPU', async () => {
    const weights = weightsOf('block_audio_transformer')
    const { root } = weightTable(weights)
    const g = new GraphBuilder('audio transformer')
    const [frames, pixels] = [3, 64]
    const speech = {
      keys: speechKeys(g, g.input('audio', 'float32', [frames, 4, 24]), root),
      masks: g.input('masks', 'float32', [frames, 3, pixels]),
      motionScale: g.constant([1, 1, 2]),
    }
    const x = g.input('x', 'float32', [frames, 32, 8, 8])
    g.output('out', audioTransformer(g, x, speech, root, { heads: 4, groups: 8, form: 'plain' }))
    const inputs = {
      audio: noise([frames, 4, 24], 1),
      masks: noise([frames, 3, pixels], 2),
      x: noise([frames, 32, 8, 8], 3),
    }
    await expectAlike(g.graph, inputs, weights)
  })

  it('a motion module moves what it moves on the CPU', async () => {
    const weights = weightsOf('block_motion_module')
    const g = new GraphBuilder('motion module')
    const x = g.input('x', 'float32', [12, 64, 4, 5])
    g.output(
      'out',
      motionModule(g, x, weightTable(weights).root, { frames: 12, groups: 32, heads: 8, form: 'plain' }),
    )
    await expectAlike(g.graph, { x: noise([12, 64, 4, 5], 4) }, weights)
  })

  it('the VAE codes a picture and draws it again', async () => {
    const weights = weightsOf('vae')
    const config = { levels: 4, layers: 1, groups: 4, scaling: 0.18215 }
    const size = { height: 48, width: 64, attention: 'plain' } as const
    await expectAlike(
      vaeEncoder(weightTable(weights), config, size),
      { picture: noise([1, 3, 48, 64], 5) },
      weights,
    )
    await expectAlike(
      vaeDecoder(weightTable(weights), config, size),
      { latents: noise([1, 4, 6, 8], 6) },
      weights,
    )
  })
})
