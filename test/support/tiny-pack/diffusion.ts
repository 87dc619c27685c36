import { vaeAliases } from '../../../models/networks/vae'
import {
  audioProjectionShapes,
  clipShapes,
  poseGuiderShapes,
  unetShapes,
  vaeShapes,
} from '../diffusion-shapes'
import type { Shapes } from '../network-shapes'
import { bareTorchWeights, safeWeights, type TinyRoles } from './role'
import { TINY_LIPS } from './speech'

const [IMAGE, AUDIO, TOKENS] = [16, 16, 4]
const unet = { widths: [16, 16, 32, 32], layers: 1, image: IMAGE }
const levels = { levels: 4, layers: 1, heads: 2, groups: 4 }
const vae = { widths: [8, 8, 16, 16], layers: 1, latent: 4 }
const clip = { width: 16, inner: 32, layers: 2, side: 224, patch: 56, projection: IMAGE }
/** A frame of lip features and two on either side. */
const HEARD = 5 * TINY_LIPS.layers * TINY_LIPS.width

const under = (prefix: string, shapes: Shapes): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}.${name}`, shape]))

/** One file with four networks, as published. */
const net = {
  file: 'stage_2/net.pth',
  make: () =>
    bareTorchWeights({
      ...under('reference_unet', unetShapes(unet)),
      ...under('denoising_unet', unetShapes({ ...unet, audio: AUDIO })),
      ...under('pose_guider', poseGuiderShapes([4, 8, 8, 8], unet.widths[0])),
      ...under(
        'audioproj',
        audioProjectionShapes({ input: HEARD, hidden: 16, tokens: TOKENS, audio: AUDIO }),
      ),
    }),
}

/** The names of 2022, which the published file has. */
const oldNames = (shapes: Shapes): Shapes =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name.includes('mid_block.attentions') ? (vaeAliases(name)[0] ?? name) : name,
      shape,
    ]),
  )

/** Stage 2: from a portrait, poses, masks and speech to a video. */
export const diffusionRoles: TinyRoles = {
  vae: {
    file: 'vae/diffusion_pytorch_model.safetensors',
    make: () => safeWeights(oldNames(vaeShapes(vae))),
    config: { levels: 4, layers: 1, groups: 4, scaling: 0.18215 },
  },
  'image-encoder': {
    file: 'image_encoder/pytorch_model.bin',
    make: () => bareTorchWeights(clipShapes(clip)),
    config: { layers: clip.layers, heads: 2 },
  },
  'reference-unet': { ...net, prefix: 'reference_unet.', config: levels },
  'denoising-unet': {
    ...net,
    prefix: 'denoising_unet.',
    config: { ...levels, motion: { heads: 2, groups: 4 }, audioTokens: TOKENS },
  },
  'pose-guider': { ...net, prefix: 'pose_guider.' },
  'audio-projection': { ...net, prefix: 'audioproj.' },
}
