import { expect, it } from 'vitest'
import {
  firstMoments,
  WAV2VEC2_BASE,
  WAV2VEC2_UNUSED,
  wav2vec2Aliases,
  wav2vec2Graph,
} from '../../../models/networks/wav2vec2'
import { type WeightEntry, WeightTable } from '../../../models/onnx/scope'
import { formulaWeight } from '../../support/formula-weights'
import { maxAbsDiff } from '../../support/golden'
import { wav2vec2Shapes } from '../../support/network-shapes'
import { referenceKeys } from '../../support/reference-keys'
import { runGraph } from '../../support/run-graph'
import { noise } from '../../support/sounds'

const keys = referenceKeys()?.find(({ network }) => network === 'wav2vec2_base')?.tensors ?? []

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

it.skipIf(keys.length === 0)('weights made by rule have the shapes of the published ones', () => {
  const convolutions = [[512, 10], ...Array(4).fill([512, 3]), ...Array(2).fill([512, 2])]
  const sizes = { convolutions, width: 768, inner: 3072, heads: 12, layers: 12 }
  const used = keys.filter(({ name }) => name !== 'masked_spec_embed')
  const shapes = wav2vec2Shapes({ ...sizes, positions: { kernel: 128, groups: 16 } })
  expect(shapes).toEqual(Object.fromEntries(used.map(({ name, shape }) => [name, shape])))
})

it('a piece is levelled as the clip it is from', async () => {
  const shapes = wav2vec2Shapes({
    convolutions: [
      [6, 10, 5],
      [6, 2, 2],
    ],
    ...{ width: 8, inner: 8, heads: 2, layers: 1, positions: { kernel: 4, groups: 2 } },
  })
  const config = { layers: 1, heads: 2, strides: [5, 2], positionGroups: 2 }
  const table = () => tableOf(Object.entries(shapes).map(([name, shape]) => ({ name, shape: [...shape] })))
  const clip = noise(6400).map((x, i) => x * Math.sin(i / 2000) + 0.1)
  const wave = { shape: [1, clip.length], data: clip }
  const level = firstMoments(clip, 10, 5)
  const { graph: whole } = wav2vec2Graph(table(), config)
  const { graph: piece } = wav2vec2Graph(table(), config, { piece: true })
  const given = {
    wave,
    mean: { shape: [10], data: level.mean },
    products: { shape: [10, 10], data: level.products },
  }
  const [{ hidden: expected }, { hidden: got }] = [
    await runGraph(whole, { wave }, formulaWeight),
    await runGraph(piece, given, formulaWeight),
  ]
  expect(maxAbsDiff(got.data, expected.data)).toBeLessThan(1e-5)
})
