import { conv2d, groupNorm } from '../modules/basic'
import { upsample } from '../modules/resample'
import { resnetBlock } from '../modules/resnet-block'
import type { Graph, Value } from '../onnx/graph'
import { type AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Aliases, Scope, WeightTable } from '../onnx/scope'

export interface VaeConfig {
  /** Resolutions; the picture is halved between two of them. */
  levels: number
  /** Residual blocks of a level in the encoder; the decoder has one more. */
  layers: number
  /** Of the group norms. */
  groups: number
  /** What the posterior's mean is multiplied by, so that latents have a deviation near 1. */
  scaling: number
}

/** sd-vae-ft-mse. */
export const SD_VAE: VaeConfig = { levels: 4, layers: 2, groups: 32, scaling: 0.18215 }

export interface VaeOptions {
  /** Pictures at a time; a symbol where the provider takes one. Memory grows with it. */
  pictures?: number | string
  /** Of the picture in pixels: multiples of 2^(levels - 1). */
  height: number
  width: number
  attention?: AttentionForm
}

const EPS = 1e-6
/**
 * The one attention has a single head of 512 channels, too wide for fused kernels of GPUs, and at 1024 pixels 2.7e8
 * scores: queries go through it in chunks.
 */
const CHUNKS: AttentionForm = { chunk: 1024 }

/**
 * A picture becomes latents (stage2.md §11): the mean of the posterior, nothing is drawn.
 *
 *   picture    float32 [n, 3, h, w]       RGB, -1…1
 *   → latents  float32 [n, 4, h/8, w/8]   mean · scaling
 * Of the checkpoint, what belongs to the decoder is left alone.
 */
export function vaeEncoder(table: WeightTable, config: VaeConfig, options: VaeOptions): Graph {
  const { pictures = 1, height, width, attention = CHUNKS } = options
  const { root } = table
  const encoder = root.at('encoder')
  const { dtype, shape } = encoder.entry('conv_in.weight')
  const norm = { groups: config.groups, eps: EPS }
  const g = new GraphBuilder('VAE encoder')
  const picture = g.input('picture', 'float32', [pictures, shape[1], height, width])

  let h = conv2d(g, g.cast(picture, dtype), encoder.at('conv_in'), { pad: 1 })
  for (let level = 0; level < config.levels; level++) {
    const block = encoder.at(`down_blocks.${level}`)
    for (let i = 0; i < config.layers; i++) h = resnetBlock(g, h, undefined, block.at(`resnets.${i}`), norm)
    if (level < config.levels - 1) h = halve(g, h, block.at('downsamplers.0'))
  }
  h = middle(g, h, encoder.at('mid_block'), norm, attention)
  h = conv2d(g, g.silu(groupNorm(g, h, encoder.at('conv_norm_out'), norm)), encoder.at('conv_out'), {
    pad: 1,
  })
  const moments = conv2d(g, h, root.at('quant_conv')) // the mean's channels, then the log variance's
  const mean = g.slice(moments, 1, 0, root.shapeOf('quant_conv.weight')[0] / 2)
  g.output('latents', g.mul(g.cast(mean, 'float32'), config.scaling))
  table.assertAllUsed([/^(decoder|post_quant_conv)\./])
  return g.graph
}

/**
 * Latents become a picture (stage2.md §11).
 *
 *   latents    float32 [n, 4, h/8, w/8]
 *   → picture  float32 [n, 3, h, w]       RGB around -1…1, not clamped
 * Of the checkpoint, what belongs to the encoder is left alone.
 */
export function vaeDecoder(table: WeightTable, config: VaeConfig, options: VaeOptions): Graph {
  const { pictures = 1, height, width, attention = CHUNKS } = options
  const { root } = table
  const decoder = root.at('decoder')
  const { dtype, shape } = root.entry('post_quant_conv.weight')
  const norm = { groups: config.groups, eps: EPS }
  const shrink = 2 ** (config.levels - 1)
  const g = new GraphBuilder('VAE decoder')
  const latents = g.input('latents', 'float32', [pictures, shape[1], height / shrink, width / shrink])

  let h = conv2d(g, g.cast(g.div(latents, config.scaling), dtype), root.at('post_quant_conv'))
  h = conv2d(g, h, decoder.at('conv_in'), { pad: 1 })
  h = middle(g, h, decoder.at('mid_block'), norm, attention)
  for (let level = 0; level < config.levels; level++) {
    const block = decoder.at(`up_blocks.${level}`)
    for (let i = 0; i <= config.layers; i++) h = resnetBlock(g, h, undefined, block.at(`resnets.${i}`), norm)
    if (level < config.levels - 1) h = upsample(g, h, block.at('upsamplers.0'))
  }
  h = conv2d(g, g.silu(groupNorm(g, h, decoder.at('conv_norm_out'), norm)), decoder.at('conv_out'), {
    pad: 1,
  })
  g.output('picture', g.cast(h, 'float32'))
  table.assertAllUsed([/^(encoder|quant_conv)\./])
  return g.graph
}

/** x [n, c, h, w] → [n, c, h/2, w/2]: zeros on the right and below only, unlike the UNet's. */
function halve(g: GraphBuilder, x: Value, scope: Scope): Value {
  return g.within(scope, () =>
    conv2d(g, g.pad(x, [0, 0, 0, 0], [0, 0, 1, 1]), scope.at('conv'), { stride: 2 }),
  )
}

interface Norm {
  groups: number
  eps: number
}

function middle(g: GraphBuilder, x: Value, scope: Scope, norm: Norm, form: AttentionForm): Value {
  const first = resnetBlock(g, x, undefined, scope.at('resnets.0'), norm)
  const mixed = pixelAttention(g, first, scope.at('attentions.0'), norm, form)
  return resnetBlock(g, mixed, undefined, scope.at('resnets.1'), norm)
}

/** All pixels look at each other, with one head. x [n, c, h, w] → the same. */
function pixelAttention(g: GraphBuilder, x: Value, scope: Scope, norm: Norm, form: AttentionForm): Value {
  return g.within(scope, () => {
    const [n, c] = x.shape
    const normal = groupNorm(g, x, scope.at('group_norm'), norm)
    const tokens = g.transpose(g.reshape(normal, [n, c, -1]), [0, 2, 1])
    const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((name) => pixelLinear(g, tokens, scope.at(name)))
    const mixed = pixelLinear(g, g.attention(q, k, v, { heads: 1, form }), scope.at('to_out.0'))
    return g.add(g.reshape(g.transpose(mixed, [0, 2, 1]), x.shape), x)
  })
}

/** A linear layer that some files store as a convolution of one pixel: weight [cOut, cIn] or [cOut, cIn, 1, 1]. */
function pixelLinear(g: GraphBuilder, x: Value, scope: Scope): Value {
  const [cOut, cIn] = scope.shapeOf('weight')
  return g.within(scope, () =>
    g.linear(x, g.reshape(g.weight(scope, 'weight'), [cOut, cIn]), g.weight(scope, 'bias')),
  )
}

/** Names of the mid attentions in files from before 2023, the published ones among them (checkpoints.md §4). */
const OLD_NAMES = { to_q: 'query', to_k: 'key', to_v: 'value', 'to_out.0': 'proj_attn' }

/** For the table of a VAE's weights. */
export const vaeAliases: Aliases = (name) => {
  const found = /^(.+\.attentions\.0\.)(to_q|to_k|to_v|to_out\.0)(\..+)$/.exec(name)
  if (!found) return []
  const [, head, layer, end] = found
  return [head + OLD_NAMES[layer as keyof typeof OLD_NAMES] + end]
}
