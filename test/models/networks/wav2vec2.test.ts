import { expect, it } from 'vitest'
import {
  WAV2VEC2_BASE,
  WAV2VEC2_UNUSED,
  wav2vec2Aliases,
  wav2vec2Graph,
} from '../../../models/networks/wav2vec2'
import { type WeightEntry, WeightTable } from '../../../models/onnx/scope'
import { expectNear } from '../../support/expect-near'
import { formulaWeight } from '../../support/formula-weights'
import { describeGolden, goldenPath, readGolden, readSafetensors, type Tensor } from '../../support/golden'
import { referenceKeys } from '../../support/reference-keys'
import { runGraph, tapModules, weightTable } from '../../support/run-graph'

const keys = referenceKeys()?.find(({ network }) => network === 'wav2vec2_base')?.tensors ?? []
const numbers = (tensors: Record<string, Tensor>) => tensors as Record<string, Tensor<Float32Array>>

const tableOf = (tensors: readonly { name: string; shape: number[] }[]) =>
  new WeightTable(
    tensors.map(({ name, shape }): [string, WeightEntry] => [name, { dtype: 'float32', shape }]),
    '',
    wav2vec2Aliases,
  )

it.skipIf(keys.length === 0)(
  'wav2vec2-base reads the tensors and no others, of the bare encoder and of the file',
  () => {
    const bare = tableOf(keys)
    wav2vec2Graph(bare, WAV2VEC2_BASE)
    bare.assertAllUsed(WAV2VEC2_UNUSED)
    const head = [
      { name: 'lm_head.weight', shape: [32, 768] },
      { name: 'lm_head.bias', shape: [32] },
    ]
    const published = tableOf([
      ...keys.map(({ name, shape }) => ({ name: `wav2vec2.${name}`, shape })),
      ...head,
    ])
    const { graph } = wav2vec2Graph(published, WAV2VEC2_BASE)
    published.assertAllUsed(WAV2VEC2_UNUSED)
    expect(graph.weights['encoder.layer_norm.weight']).toMatchObject({
      key: 'wav2vec2.encoder.layer_norm.weight',
    })
  },
)

describeGolden('wav2vec2 and the original', () => {
  it('a small network agrees from the convolutions to every layer, also for audio that was padded', async () => {
    const { config, inputs, outputs } = readGolden('stage1/wav2vec2_tiny')
    const weights = numbers(readSafetensors(goldenPath('stage1/wav2vec2_tiny/weights.safetensors')))
    const expected = numbers(outputs)
    const { conv, layers, heads, pos_conv_groups: positionGroups } = config.config
    const sizes = { layers, heads, positionGroups, strides: conv.map(([, , stride]: number[]) => stride) }
    const { graph } = wav2vec2Graph(weightTable(weights), sizes)
    const names = { feature_projection: 'after_projection', 'encoder.layer_norm': 'embedding_out' }
    tapModules(graph, Object.keys(names))
    const run = async (wave: Tensor<Float32Array>) =>
      runGraph(graph, { wave: { shape: [1, ...wave.shape], data: wave.data } }, weights)
    const results = await run(numbers(inputs).input_values)
    for (const [path, name] of Object.entries({ ...names, hidden: 'hidden_all_80x3x32' })) {
      expectNear(name, results[path].data, expected[name].data, config.tolerance)
    }
    const padded = await run(numbers(inputs).input_values_padded)
    expectNear('padded', padded.hidden.data, expected.padded_hidden_all.data, config.tolerance)
  })

  it('wav2vec2-base with weights of the rule agrees', { timeout: 120_000 }, async () => {
    const { config, outputs } = readGolden('stage1/wav2vec2_base_formula_weights')
    const wave = readGolden('stage1/wav2vec2_tiny').inputs.input_values as Tensor<Float32Array>
    const { graph } = wav2vec2Graph(tableOf(keys), WAV2VEC2_BASE, { frames: config.config.seq_len })
    const inputs = { wave: { shape: [1, ...wave.shape], data: wave.data } }
    const { hidden } = await runGraph(graph, inputs, formulaWeight, { threads: 2 })
    const rows = (layer: number, step: number) =>
      Array.from({ length: 80 / step }, (_, i) => {
        const start = (i * step * 12 + layer - 1) * 768
        return hidden.data.slice(start, start + 768)
      }).flat()
    const cases = {
      layer1_every_8th_frame: rows(1, 8),
      layer6_every_8th_frame: rows(6, 8),
      layer12_every_4th_frame: rows(12, 4),
    }
    for (const [name, actual] of Object.entries(cases)) {
      expectNear(name, actual, numbers(outputs)[name].data, config.tolerance)
    }
  })
})
