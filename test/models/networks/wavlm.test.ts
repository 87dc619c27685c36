import { expect, it } from 'vitest'
import {
  WAVLM_LARGE,
  WAVLM_UNUSED,
  wavlmAliases,
  wavlmConfig,
  wavlmGraph,
} from '../../../models/networks/wavlm'
import { type WeightEntry, WeightTable } from '../../../models/onnx/scope'
import { wavlmShapes } from '../../support/network-shapes'
import { referenceKeys } from '../../support/reference-keys'

const keys = referenceKeys()?.find(({ network }) => network === 'wavlm_large')?.tensors ?? []

/** The published tensors, under other names. */
const tableOf = (rename: (name: string) => string) =>
  new WeightTable(
    keys.map(({ name, shape }): [string, WeightEntry] => [rename(name), { dtype: 'float32', shape }]),
    '',
    wavlmAliases,
  )

it.skipIf(keys.length === 0).each([
  ['published', (name: string) => name],
  [
    'published, as PyTorch 2 saves them',
    (name: string) =>
      name
        .replace('weight_g', 'parametrizations.weight.original0')
        .replace('weight_v', 'parametrizations.weight.original1'),
  ],
  ['of the port', portName],
])('WavLM-Large reads the tensors and no others under the names %s', (_, rename) => {
  const table = tableOf(rename)
  wavlmGraph(table, WAVLM_LARGE)
  table.assertAllUsed(WAVLM_UNUSED)
})

/** Written from the list in stage1.md, section 3, the other way round than the network's table. */
function portName(name: string): string {
  if (name === 'mask_emb') return 'masked_spec_embed'
  const conv = /^(feature_extractor\.conv_layers\.\d)\.(0|2\.1)\.(\w+)$/.exec(name)
  if (conv) return `${conv[1]}.${conv[2] === '0' ? 'conv' : 'layer_norm'}.${conv[3]}`
  const layer = /^(encoder\.layers\.\d+)\.(.+)\.(\w+)$/.exec(name)
  if (!layer) {
    return name
      .replace(/^layer_norm/, 'feature_projection.layer_norm')
      .replace('post_extract_proj', 'feature_projection.projection')
      .replace('pos_conv.0', 'pos_conv_embed.conv')
  }
  if (name.endsWith('grep_a')) return `${layer[1]}.attention.gru_rel_pos_const`
  const modules: Record<string, string> = {
    'self_attn.grep_linear': 'attention.gru_rel_pos_linear',
    'self_attn.relative_attention_bias': 'attention.rel_attn_embed',
    self_attn_layer_norm: 'layer_norm',
    fc1: 'feed_forward.intermediate_dense',
    fc2: 'feed_forward.output_dense',
  }
  return `${layer[1]}.${modules[layer[2]!] ?? layer[2]!.replace('self_attn', 'attention')}.${layer[3]}`
}

it.skipIf(keys.length === 0)('weights made by rule have the shapes of the published ones', () => {
  const convolutions = [[512, 10], ...Array(4).fill([512, 3]), ...Array(2).fill([512, 2])]
  const sizes = { convolutions, width: 1024, inner: 4096, heads: 16, layers: 24, buckets: 320 }
  const used = keys.filter(({ name }) => name !== 'mask_emb')
  const shapes = wavlmShapes({ ...sizes, positions: { kernel: 128, groups: 16 } })
  expect(shapes).toEqual(Object.fromEntries(used.map(({ name, shape }) => [name, shape])))
})

const cfg = {
  extractor_mode: 'layer_norm',
  encoder_layers: 2,
  encoder_attention_heads: 4,
  activation_fn: 'gelu',
  layer_norm_first: true,
  conv_feature_layers: '[(24,10,5), (24,3,3)] + [(24,3,2)] * 2',
  conv_bias: false,
  normalize: true,
  relative_position_embedding: true,
  max_distance: 800,
  gru_rel_pos: true,
  conv_pos_groups: 16,
}

it('the configuration comes out of the checkpoint, strides out of its list of convolutions', () => {
  expect(wavlmConfig(cfg)).toEqual({
    layers: 2,
    heads: 4,
    strides: [5, 3, 2, 2],
    maxDistance: 800,
    positionGroups: 16,
  })
})

it.each([
  [{ layer_norm_first: false }, 'layer_norm_first'],
  [{ extractor_mode: 'default' }, 'extractor_mode'],
  [{ conv_feature_layers: '__import__("os")' }, 'is no sum of lists of (channels, kernel, stride)'],
  [{ conv_feature_layers: '[(512,10,5)] ** 9' }, 'is no sum of lists of (channels, kernel, stride)'],
])('a checkpoint of another kind is refused with what differs (%j)', (change, what) => {
  expect(() => wavlmConfig({ ...cfg, ...change })).toThrow(what)
  expect(() => wavlmConfig(undefined)).toThrow('no WavLM of the kind that is known')
})
