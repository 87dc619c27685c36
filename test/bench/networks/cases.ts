import { SMGA, smgaGraph, timeWave } from '../../../models/networks/smga'
import { SD_VAE, vaeDecoder } from '../../../models/networks/vae'
import { WAV2VEC2_BASE, wav2vec2Graph } from '../../../models/networks/wav2vec2'
import { WAVLM_LARGE, wavlmGraph } from '../../../models/networks/wavlm'
import type { WeightTable } from '../../../models/onnx/scope'
import type { SessionPool } from '../../../models/runtime/session-pool'
import { vaeShapes } from '../../support/diffusion-shapes'
import { smgaShapes, wav2vec2Shapes, wavlmShapes } from '../../support/network-shapes'
import { floats, type NetworkCase, random } from './network-case'
import { UNET_CASES } from './unet-cases'

/** Float32 sums of some thousand products in two orders; a wrong formula is off by far more. */
const TOLERANCE = 1e-4

/** A case of one graph. */
function oneGraph(
  more: Omit<NetworkCase, 'open' | 'tolerance'>,
  output: string,
  build: (table: WeightTable) => Parameters<SessionPool['network']>[0],
): NetworkCase {
  return {
    ...more,
    tolerance: TOLERANCE,
    async open(pool, weights) {
      const network = pool.network(build(weights.table()), weights)
      return async () => (await network.run(more.inputs))[output]
    },
  }
}

const SAMPLES = 51_200 // 3.2 s
const positions = { kernel: 128, groups: 16 }
const convolutions = (kernels: readonly number[]) =>
  WAVLM_LARGE.strides.map((stride, i) => [512, kernels[i], stride])
const KERNELS = [10, 3, 3, 3, 3, 2, 2]

const smga = oneGraph(
  {
    name: 'SMGA, full size, one guided step (2 rows of 80 frames)',
    peer: 'smga',
    config: SMGA,
    weights: smgaShapes({
      ...{ nfeats: 402, seq_len: 80, latent_dim: 512, ff_size: 1024 },
      ...{ num_layers: SMGA.layers, cond_feature_dim: 1059 },
    }),
    inputs: {
      x: random(1, 1, 80, 402),
      start: random(2, 1, 402),
      time: floats([1, 512], timeWave([499], 512)),
      audio: random(3, 1, 80, 1059),
      guidance: floats([], [2]),
    },
  },
  'motion',
  (table) => smgaGraph(table, SMGA, 'guided', { n: 1 }).graph,
)

const wav2vec2 = oneGraph(
  {
    name: 'wav2vec2-base, 3.2 s',
    peer: 'wav2vec2',
    config: WAV2VEC2_BASE,
    weights: wav2vec2Shapes({
      ...{ width: 768, inner: 3072, heads: WAV2VEC2_BASE.heads, layers: WAV2VEC2_BASE.layers },
      ...{ convolutions: convolutions(KERNELS), positions },
    }),
    inputs: { wave: random(1, 1, SAMPLES) },
  },
  'hidden',
  (table) => wav2vec2Graph(table, WAV2VEC2_BASE, { n: 1, samples: SAMPLES }).graph,
)

const vae = oneGraph(
  {
    name: 'VAE decoder, one picture of 256²',
    peer: 'vae',
    config: SD_VAE,
    weights: vaeShapes({ widths: [128, 256, 512, 512], layers: SD_VAE.layers, latent: 4 }),
    inputs: { latents: random(1, 1, 4, 32, 32) },
  },
  'picture',
  (table) => vaeDecoder(table, SD_VAE, { height: 256, width: 256 }),
)

const wavlm = oneGraph(
  {
    name: 'WavLM-Large, all layers, 3.2 s',
    peer: 'wavlm',
    config: WAVLM_LARGE,
    weights: wavlmShapes({
      ...{ width: 1024, inner: 4096, heads: WAVLM_LARGE.heads, layers: WAVLM_LARGE.layers, buckets: 320 },
      ...{ convolutions: convolutions(KERNELS), positions },
    }),
    inputs: { wave: random(1, 1, SAMPLES) },
  },
  'features',
  (table) => wavlmGraph(table, WAVLM_LARGE, { n: 1, samples: SAMPLES }).graph,
)

export const CASES: readonly NetworkCase[] = [smga, wav2vec2, vae, wavlm, ...UNET_CASES]
