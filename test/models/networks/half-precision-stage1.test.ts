import { expect, it } from 'vitest'
import { smgaGraph, timeWave } from '../../../models/networks/smga'
import { wav2vec2Graph } from '../../../models/networks/wav2vec2'
import { wavlmConfig, wavlmGraph } from '../../../models/networks/wavlm'
import type { Graph } from '../../../models/onnx/graph'
import type { WeightTable } from '../../../models/onnx/scope'
import {
  describeGolden,
  goldenPath,
  maxAbsDiff,
  readGolden,
  readSafetensors,
  type Tensor,
} from '../../support/golden'
import { type Numbers, runGraph, weightTable } from '../../support/run-graph'

/** What the original gave, and what a graph with weights in float16 gives: the error as a share of the largest number. */
async function errorOf(
  name: string,
  build: (table: WeightTable) => Graph,
  inputs: Record<string, Numbers>,
  tensor: string,
): Promise<number> {
  const weights = readSafetensors(goldenPath(`stage1/${name}/weights.safetensors`)) as Record<string, Numbers>
  const graph = build(weightTable(weights, 'float16'))
  const results = await runGraph(graph, inputs, weights)
  const expected = (readGolden(`stage1/${name}`).outputs[tensor] as Tensor<Float32Array>).data
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return maxAbsDiff(results[graph.outputs[0]].data, expected) / largest
}

/**
 * Measured on the CPU, which computes single operators in float32 and rounds what they give. Seen: SMGA
 * 7.0e-4, WavLM 2.9e-3, wav2vec2 5.5e-3; their widths are 32, where a sum hides little of the rounding.
 */
describeGolden('networks of stage 1 with weights and activations in float16', () => {
  it('SMGA stays near the original', async () => {
    const { config, inputs } = readGolden('stage1/smga_tiny_forward')
    const { num_layers: layers, num_heads: heads, latent_dim: width } = config.config
    const time = { shape: [2, width], data: timeWave(Array.from(inputs.times.data, Number), width) }
    const feeds = { x: inputs.x, start: inputs.cond_frame, audio: inputs.cond_embed, time }
    const build = (table: WeightTable) =>
      smgaGraph(table, { layers, heads, conditionLayers: 2 }, 'conditional').graph
    const error = await errorOf('smga_tiny_forward', build, feeds, 'out_cond')
    expect(error).toBeLessThan(1.4e-3)
  })

  it('WavLM stays near the original', async () => {
    const { config, outputs } = readGolden('stage1/wavlm_tiny')
    const wave = { shape: [1, 51200], data: outputs.wav_normalized.data }
    const build = (table: WeightTable) => wavlmGraph(table, wavlmConfig(config.config)).graph
    const error = await errorOf('wavlm_tiny', build, { wave }, 'features_80')
    expect(error).toBeLessThan(6e-3)
  })

  it('wav2vec2 stays near the original', async () => {
    const { config, inputs } = readGolden('stage1/wav2vec2_tiny')
    const { conv, layers, heads, pos_conv_groups: positionGroups } = config.config
    const sizes = { layers, heads, positionGroups, strides: conv.map(([, , stride]: number[]) => stride) }
    const wave = { shape: [1, 51200], data: inputs.input_values.data }
    const build = (table: WeightTable) => wav2vec2Graph(table, sizes).graph
    const error = await errorOf('wav2vec2_tiny', build, { wave }, 'hidden_all_80x3x32')
    expect(error).toBeLessThan(1.1e-2)
  })
})
