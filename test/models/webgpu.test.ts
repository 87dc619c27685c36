import { expect, it } from 'vitest'
import { smgaGraph, timeWave } from '../../models/networks/smga'
import { wav2vec2Graph } from '../../models/networks/wav2vec2'
import { wavlmGraph } from '../../models/networks/wavlm'
import type { Graph } from '../../models/onnx/graph'
import { formulaWeight } from '../support/formula-weights'
import { type Shapes, smgaShapes, wav2vec2Shapes, wavlmShapes } from '../support/network-shapes'
import { type Numbers, noise, runGraph, weightTable } from '../support/run-graph'
import { describeWebGpu, runOnWebGpu } from '../support/webgpu'

const weightsOf = (shapes: Shapes): Record<string, Numbers> =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, data: formulaWeight(name, shape) }]),
  )

/** The largest difference between WebGPU and CPU, where values are of the order of 1. */
async function difference(graph: Graph, inputs: Record<string, Numbers>, weights: Record<string, Numbers>) {
  const [cpu, gpu] = [await runGraph(graph, inputs, weights), await runOnWebGpu(graph, inputs, weights)]
  const [output] = graph.outputs
  const largest = cpu[output].data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expect(largest).toBeGreaterThan(0.5)
  return cpu[output].data.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - gpu[output].data[i])),
    0,
  )
}

const speech = {
  convolutions: [[16, 10], ...Array(4).fill([16, 3]), ...Array(2).fill([16, 2])],
  width: 32,
  inner: 64,
  heads: 4,
  layers: 2,
  positions: { kernel: 16, groups: 4 },
}
const config = { layers: 2, heads: 4, strides: [5, 2, 2, 2, 2, 2, 2], positionGroups: 4 }
/** More frames (49 of WavLM, 40 of wav2vec2) than the fused kernel gets right. */
const [samples, frames] = [16_000, 40]

describeWebGpu('on WebGPU, with nothing left to the CPU,', () => {
  it('SMGA computes what it computes on the CPU', async () => {
    const sizes = {
      nfeats: 402,
      seq_len: 40,
      latent_dim: 32,
      ff_size: 64,
      num_layers: 2,
      cond_feature_dim: 35,
    }
    const weights = weightsOf(smgaShapes(sizes))
    const smga = { layers: 2, heads: 4, conditionLayers: 2 }
    const { graph } = smgaGraph(weightTable(weights), smga, 'guided', { n: 1, form: 'plain' })
    const inputs = {
      x: noise([1, 40, 402], 1),
      start: noise([1, 402], 2),
      audio: noise([1, 40, 35], 3),
      time: { shape: [1, 32], data: timeWave([499], 32) },
      guidance: { shape: [], data: [2] },
    }
    expect(await difference(graph, inputs, weights)).toBeLessThan(2e-5)
  })

  it('WavLM computes what it computes on the CPU', async () => {
    const weights = weightsOf(wavlmShapes({ ...speech, buckets: 32 }))
    const wavlm = { ...config, maxDistance: 80 }
    const { graph } = wavlmGraph(weightTable(weights), wavlm, { n: 1, samples, form: 'plain' })
    expect(await difference(graph, { wave: noise([1, samples]) }, weights)).toBeLessThan(1e-4)
  })

  it('wav2vec2 computes what it computes on the CPU', async () => {
    const weights = weightsOf(wav2vec2Shapes(speech))
    const { graph } = wav2vec2Graph(weightTable(weights), config, { n: 1, samples, frames, form: 'plain' })
    expect(await difference(graph, { wave: noise([1, samples]) }, weights)).toBeLessThan(1e-4)
  })
})
