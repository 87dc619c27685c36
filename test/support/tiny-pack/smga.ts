import { smgaShapes } from '../network-shapes'
import { type TinyRoles, torchWeights } from './role'
import { TINY_MOTION_DIMS } from './speech'

const sizes = (condition: number) => ({
  nfeats: 402,
  seq_len: 80,
  latent_dim: 16,
  ff_size: 32,
  num_layers: 1,
  cond_feature_dim: condition,
})

/** Gestures after WavLM with baseline features behind it, as the published ones. */
export const smgaRoles: TinyRoles = {
  smga: {
    file: 'smga/audio2pose.pt',
    make: () => torchWeights({ ema_state_dict: smgaShapes(sizes(TINY_MOTION_DIMS)) }),
    config: { heads: 2, layers: 1, conditionLayers: 2 },
  },
}
