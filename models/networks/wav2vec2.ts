import { groupNorm, layerNorm, linear } from '../modules/basic'
import { positionalConv, weightNormNames } from '../modules/positional-conv'
import { selfAttention } from '../modules/self-attention'
import { addDims, type Dim, floorDivide } from '../onnx/dims'
import type { Value } from '../onnx/graph'
import { type AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope, WeightTable } from '../onnx/scope'

/**
 * wav2vec2-base: speech at 16 kHz → what its twelve layers say of every video frame, for stage 2. Unlike the published
 * network, what the convolutions give is interpolated to the frames before the transformer sees it. Source:
 * reference/stage1.md, section 11.2. n is the number of clips, f of video frames, c the width (768).
 */
export interface Wav2vec2Config {
  layers: number
  heads: number
  /** Of the convolutions, in samples. */
  strides: readonly number[]
  positionGroups: number
}

type Options = Wav2vec2Config & { form?: AttentionForm }

/** What the first convolution sees of a sound on average, as it moves over it. */
export interface FirstMoments {
  /** `[k]`, of the samples below each of its taps. */
  mean: Float32Array
  /** `[k, k]`, of their products. */
  products: Float32Array
}

const EPS = 1e-5

export const WAV2VEC2_BASE: Wav2vec2Config = {
  layers: 12,
  heads: 12,
  strides: [5, 2, 2, 2, 2, 2, 2],
  positionGroups: 16,
}

/** What only training uses, and the head that spells letters in the published file. */
export const WAV2VEC2_UNUSED: readonly RegExp[] = [/(^|\.)masked_spec_embed$/, /^lm_head\.(weight|bias)$/]

/** Other names of the tensors: with the prefix of the published file, and of weight normalisation since PyTorch 2. */
export function wav2vec2Aliases(name: string): string[] {
  const names = [name, ...weightNormNames(name)]
  return [...names, ...names.map((each) => `wav2vec2.${each}`)]
}

/**
 *   wave     [n, samples]          mono, 16 kHz, normalised and padded by `speechInput`
 *   → hidden [n, f, layers, c]     of every layer, not of what goes into the first
 * `frames` is f; unless given, one for every started 640 samples (25 per second).
 *
 * The first convolution's channels are levelled over the whole clip. A graph with `piece` hears a piece of a clip and
 * levels it as the clip: with two inputs more, `mean` [k] and `products` [k, k] of `firstMoments`, k being its kernel.
 */
export function wav2vec2Graph(
  table: WeightTable,
  config: Wav2vec2Config,
  {
    n = 'n',
    samples = 'samples',
    frames,
    form,
    piece = false,
  }: { n?: Dim; samples?: Dim; frames?: Dim; form?: AttentionForm; piece?: boolean } = {},
): GraphBuilder {
  const g = new GraphBuilder('wav2vec2')
  const root = table.root
  const { dtype } = root.entry('feature_projection.projection.weight')
  const wave = g.cast(g.input('wave', 'float32', [n, samples]), dtype)
  const layers = root.at('feature_extractor.conv_layers')
  const local = convolutions(g, g.unsqueeze(wave, [1]), layers, config, piece)
  const perFrame = g.interpolate(local, frames ?? floorDivide(addDims(samples, 639), 640))
  const hidden = transformer(g, projection(g, perFrame, root.at('feature_projection')), root.at('encoder'), {
    ...config,
    form,
  })
  g.output(
    'hidden',
    g.cast(
      g.concat(
        hidden.map((each) => g.unsqueeze(each, [2])),
        2,
      ),
      'float32',
    ),
  )
  return g
}

/** Convolutions without padding, GELU; the first is normed over time, every channel alone (groups of one). x [n, 1, samples] → [n, 512, t] */
function convolutions(g: GraphBuilder, x: Value, scope: Scope, { strides }: Options, piece: boolean): Value {
  let h = x
  for (const [i, stride] of strides.entries()) {
    const layer = scope.at(i)
    h = g.within(layer, () => {
      const weight = g.weight(layer.at('conv'), 'weight')
      const norm = layer.at('layer_norm')
      if (i === 0 && piece) return g.gelu(convolvedAsClip(g, h, weight, stride, norm))
      const y = g.conv(h, weight, undefined, { stride })
      return g.gelu(i === 0 ? groupNorm(g, y, norm, { groups: Number(y.shape[1]), eps: EPS }) : y)
    })
  }
  return h
}

/**
 * The first convolution with its norm, which takes what the channels are over a whole clip: their mean is w·m, the mean of
 * their squares w·P·w. Both become another kernel [c, 1, k] and a bias.
 */
function convolvedAsClip(g: GraphBuilder, x: Value, kernel: Value, stride: number, scope: Scope): Value {
  const [c, , k] = kernel.shape
  const [means, products] = [g.input('mean', 'float32', [k]), g.input('products', 'float32', [k, k])]
  return g.within(scope, () => {
    const column = (value: Value) => g.reshape(g.cast(value, 'float32'), [c, 1])
    const taps = g.reshape(g.cast(kernel, 'float32'), [c, k])
    const mean = g.matMul(taps, g.unsqueeze(means, [1]))
    const squares = g.reduceSum(g.mul(g.matMul(taps, products), taps), [1])
    const deviation = g.sqrt(g.add(g.sub(squares, g.mul(mean, mean)), EPS)) // [c, 1]
    const gain = g.div(column(g.weight(scope, 'weight')), deviation)
    const shift = g.sub(column(g.weight(scope, 'bias')), g.mul(mean, gain))
    const own = (value: Value, shape: Dim[]) => g.cast(g.reshape(value, shape), x.dtype)
    return g.conv(x, own(g.mul(taps, gain), [c, 1, k]), own(shift, [c]), { stride })
  })
}

/**
 * What a graph with `piece` is told of the clip that its pieces are from.
 * @param wave of the whole clip, normalised and padded
 * @param kernel and stride of the first convolution
 */
export function firstMoments(wave: Float32Array, kernel: number, stride: number): FirstMoments {
  const steps = Math.floor((wave.length - kernel) / stride) + 1
  const mean = new Float64Array(kernel)
  const products = new Float64Array(kernel * kernel)
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < kernel; k++) {
      const sample = wave[t * stride + k]
      mean[k] += sample
      for (let l = 0; l <= k; l++) products[k * kernel + l] += sample * wave[t * stride + l]
    }
  }
  const at = (k: number, l: number) => products[Math.max(k, l) * kernel + Math.min(k, l)] / steps
  return {
    mean: Float32Array.from(mean, (sum) => sum / steps),
    products: Float32Array.from({ length: kernel * kernel }, (_, i) =>
      at(Math.floor(i / kernel), i % kernel),
    ),
  }
}

/** x [n, 512, f] → [n, f, c] */
function projection(g: GraphBuilder, x: Value, scope: Scope): Value {
  return linear(
    g,
    layerNorm(g, g.transpose(x, [0, 2, 1]), scope.at('layer_norm'), {}),
    scope.at('projection'),
  )
}

/** What every layer gives, [n, f, c] each. */
function transformer(g: GraphBuilder, x: Value, scope: Scope, config: Options): Value[] {
  const positions = positionalConv(g, x, scope.at('pos_conv_embed.conv'), { groups: config.positionGroups })
  let h = layerNorm(g, g.add(x, positions), scope.at('layer_norm'), {})
  return Array.from({ length: config.layers }, (_, i) => {
    h = encoderLayer(g, h, scope.at('layers').at(i), config)
    return h
  })
}

/** Norms after the sums: x [n, f, c] → the same shape. */
function encoderLayer(g: GraphBuilder, x: Value, scope: Scope, { heads, form }: Options): Value {
  return g.within(scope, () => {
    const mixed = selfAttention(g, x, scope.at('attention'), { heads, form })
    const h = layerNorm(g, g.add(x, mixed), scope.at('layer_norm'), {})
    const inner = g.gelu(linear(g, h, scope.at('feed_forward.intermediate_dense')))
    const y = g.add(h, linear(g, inner, scope.at('feed_forward.output_dense')))
    return layerNorm(g, y, scope.at('final_layer_norm'), {})
  })
}
