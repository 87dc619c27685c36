import { timeFeatures } from '../../../models/modules/time-embedding'
import { denoisingUnet, MMGT_UNET } from '../../../models/networks/denoising-unet'
import type { NetworkTensor } from '../../../models/runtime/network'
import { unetShapes } from '../../support/diffusion-shapes'
import { floats, type NetworkCase, random } from './network-case'

/** The released network at a fifth of its widths. */
const [WIDTHS, CHANNELS] = [[64, 128, 256, 256], 768]
const [FRAMES, SIDE] = [12, 32]
const SIZE = { frames: FRAMES, videoFrames: FRAMES, height: SIDE, width: SIDE }

const levelOf = (name: string): number => {
  if (name.startsWith('mid')) return WIDTHS.length - 1
  const block = Number(/\d/.exec(name)![0])
  return name.startsWith('up') ? WIDTHS.length - 1 - block : block
}
const pixelsOf = (level: number) => (SIDE >> level) ** 2

const weights = unetShapes({ widths: WIDTHS, layers: MMGT_UNET.layers, image: CHANNELS, audio: CHANNELS })

/** Of the reference picture, for each spatial transformer. */
const banks = Object.keys(weights)
  .filter((name) => name.includes('.attentions.') && name.endsWith('.attn1.to_k.weight'))
  .map((name, i): [string, NetworkTensor] => {
    const [scope] = name.split('.transformer_blocks')
    return [`${scope}.bank`, random(20 + i, 1, pixelsOf(levelOf(scope)), WIDTHS[levelOf(scope)])]
  })

const inputs: Record<string, NetworkTensor> = {
  latents: random(1, FRAMES, 4, SIDE, SIDE),
  pose: random(2, FRAMES, WIDTHS[0], SIDE, SIDE),
  time: floats([1, WIDTHS[0]], timeFeatures(700, WIDTHS[0])),
  motion_scale: floats([3], [1, 1, 2]),
  image: random(3, 1, 1, CHANNELS),
  tokens: random(4, FRAMES, MMGT_UNET.audioTokens, CHANNELS),
  ...Object.fromEntries(
    [0, 1, 2].map((level) => [`masks.${level}`, random(5 + level, FRAMES, 3, pixelsOf(level))]),
  ),
  ...Object.fromEntries(banks),
}

/**
 * Both rows of a window, in one step of time. The bar means the case with the shortcuts on both sides, which is harder;
 * beside it PyTorch computes all that the original does.
 */
const unetCase = (name: string, shortcuts: boolean): NetworkCase => ({
  name,
  peer: 'unet',
  config: { ...MMGT_UNET, shortcuts },
  weights,
  inputs,
  isBeside: !shortcuts,
  tolerance: 3e-4, // the motion modules' norms of 4 × 4 pixels make much of rounding
  async open(pool, files) {
    const graphs = denoisingUnet(files.table(), MMGT_UNET, SIZE)
    const [conditioning, step] = [graphs.conditioning, graphs.step].map((graph) => ({
      graph,
      network: pool.network(graph, files),
    }))
    const asked = (names: readonly string[], all: Record<string, NetworkTensor>) =>
      Object.fromEntries(names.map((each) => [each, all[each]]))
    const known = await conditioning.network.run(asked(conditioning.graph.inputs, inputs))
    const feeds = asked(step.graph.inputs, { ...inputs, ...known })
    return async () => (await step.network.run(feeds)).velocity
  },
})

export const UNET_CASES = [
  unetCase('denoising UNet, widths 64 to 256, 12 frames of 32² latents, the shortcuts on both sides', true),
  unetCase('the same, PyTorch computing all that the original does', false),
]
