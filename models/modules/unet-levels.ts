import { shapeText } from '../onnx/dims'
import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { downsample, upsample } from './resample'
import { resnetBlock } from './resnet-block'

/** What of a Stable Diffusion UNet its tensors' shapes do not say; how many channels a level has, they do. */
export interface UnetConfig {
  /** Halvings of the picture, plus one. The innermost level has no transformers. */
  levels: number
  /** Residual blocks of a level on the way down; on the way up there is one more. */
  layers: number
  /** Of attention, in every width. (diffusers calls this number `attention_head_dim`.) */
  heads: number
  /** Of group norms outside of motion modules. */
  groups: number
}

/** Both UNets of the released model. */
export const SD15: UnetConfig = { levels: 4, layers: 2, heads: 8, groups: 32 }
/** Of the residual blocks' and the output's group norm. */
export const UNET_EPS = 1e-5

export type Part = 'down' | 'mid' | 'up'

/** Where a residual block stands. */
export interface Place {
  /** Such as `down_blocks.0`. */
  block: Scope
  part: Part
  /** 0 is the outermost. */
  level: number
  layer: number
  /** Whether the level has transformers. */
  attends: boolean
}

/** Every place after which a network may do more, in the order in which they run. */
export function* places({ levels, layers }: UnetConfig, root: Scope): Generator<Place> {
  for (let i = 0; i < levels; i++) {
    for (let layer = 0; layer < layers; layer++) {
      yield { block: root.at(`down_blocks.${i}`), part: 'down', level: i, layer, attends: i < levels - 1 }
    }
  }
  yield { block: root.at('mid_block'), part: 'mid', level: levels - 1, layer: 0, attends: true }
  for (let i = 0; i < levels; i++) {
    for (let layer = 0; layer <= layers; layer++) {
      yield { block: root.at(`up_blocks.${i}`), part: 'up', level: levels - 1 - i, layer, attends: i > 0 }
    }
  }
}

/**
 * The way down, through the middle and up (stage2.md §4).
 *
 *   h     [n, c, h, w]       after conv_in; height and width multiples of 2^(levels - 1)
 *   temb  [n or 1, cTemb]
 *   more  what else happens after a residual block: attention, motion
 *   →     [n, c, h, w]
 * Weights under `root`: {down,up}_blocks.i.{resnets.j, downsamplers.0, upsamplers.0}, mid_block.resnets.{0,1}.
 */
export function unetLevels(
  g: GraphBuilder,
  h: Value,
  temb: Value,
  root: Scope,
  config: UnetConfig,
  more: (h: Value, place: Place) => Value,
): Value {
  const { levels, layers, groups } = config
  const halved = 2 ** (levels - 1)
  if (h.shape.slice(2).some((size) => typeof size === 'number' && size % halved !== 0)) {
    g.fail(
      'graph/shape',
      `${shapeText(h.shape)} cannot be halved ${levels - 1} times`,
      `Height and width of latents are multiples of ${halved}, of pixels of ${8 * halved}.`,
    )
  }
  const resnet = (x: Value, scope: Scope) => resnetBlock(g, x, temb, scope, { groups, eps: UNET_EPS })
  const skips = [h]
  for (const place of places(config, root)) {
    const { block, part, level, layer } = place
    h = g.within(block, () => {
      const x = part === 'up' ? g.concat([h, skips.pop()!], 1) : h
      return more(resnet(x, block.at(`resnets.${layer}`)), place)
    })
    if (part === 'down') {
      skips.push(h)
      if (layer === layers - 1 && level < levels - 1) {
        h = downsample(g, h, block.at('downsamplers.0'))
        skips.push(h)
      }
    } else if (part === 'mid') {
      h = resnet(h, block.at('resnets.1'))
    } else if (layer === layers && level > 0) {
      h = upsample(g, h, block.at('upsamplers.0'))
    }
  }
  return h
}
