import { wavlmAliases } from '../../../models/networks/wavlm'
import { type Shapes, wav2vec2Shapes, wavlmShapes } from '../network-shapes'
import { bareTorchWeights, safeWeights, type TinyRoles } from './role'

/** Channels, kernels and strides: a row of the convolutions is 320 samples, as in the published networks. */
const convolutions = [10, 3, 3, 3, 3, 2, 2].map((kernel, i) => [8, kernel, i === 0 ? 5 : 2])

/** Numbers that tiny WavLM says of a frame. */
const TINY_WAVLM_WIDTH = 16

/** Of the motion features with WavLM, baseline features behind its own. */
export const TINY_MOTION_DIMS = TINY_WAVLM_WIDTH + 35

/** What tiny wav2vec2 says of a frame. */
export const TINY_LIPS = { layers: 3, width: 8 }

const wavlm = {
  convolutions,
  width: TINY_WAVLM_WIDTH,
  inner: 32,
  heads: 2,
  layers: 2,
  positions: { kernel: 32, groups: 4 },
  buckets: 32,
}

const wav2vec2 = {
  convolutions,
  width: TINY_LIPS.width,
  inner: 16,
  heads: 2,
  layers: TINY_LIPS.layers,
  positions: { kernel: 32, groups: 2 },
}

/** The names of the port in transformers, whose file the pack of the published weights has. */
const portName = (name: string) =>
  [...wavlmAliases(name)].find((alias) => !alias.includes('parametrizations')) ?? name

const renamed = (shapes: Shapes, rename: (name: string) => string): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [rename(name), shape]))

const sizes = (of: { layers: number; heads: number; positions: { groups: number } }) => ({
  layers: of.layers,
  heads: of.heads,
  positionGroups: of.positions.groups,
})

/** Speech networks in the files of the published ones, with what those hold besides. */
export const speechRoles: TinyRoles = {
  wavlm: {
    file: 'wavlm/pytorch_model.bin',
    make: () =>
      bareTorchWeights({
        masked_spec_embed: [wavlm.width],
        ...renamed(wavlmShapes(wavlm), portName),
      }),
    config: { ...sizes(wavlm), maxDistance: 80 },
  },
  wav2vec2: {
    file: 'wav2vec2/model.safetensors',
    make: () =>
      safeWeights({
        'wav2vec2.masked_spec_embed': [wav2vec2.width],
        ...renamed(wav2vec2Shapes(wav2vec2), (name) => `wav2vec2.${name}`),
        'lm_head.weight': [32, wav2vec2.width],
        'lm_head.bias': [32],
      }),
    config: sizes(wav2vec2),
  },
}
