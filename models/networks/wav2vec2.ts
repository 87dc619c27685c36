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
 */
export function wav2vec2Graph(
  table: WeightTable,
  config: Wav2vec2Config,
  {
    n = 'n',
    samples = 'samples',
    frames,
    form,
  }: { n?: Dim; samples?: Dim; frames?: Dim; form?: AttentionForm } = {},
): GraphBuilder {
  const g = new GraphBuilder('wav2vec2')
  const root = table.root
  const { dtype } = root.entry('feature_projection.projection.weight')
  const wave = g.cast(g.input('wave', 'float32', [n, samples]), dtype)
  const local = convolutions(g, g.unsqueeze(wave, [1]), root.at('feature_extractor.conv_layers'), config)
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
function convolutions(g: GraphBuilder, x: Value, scope: Scope, { strides }: Wav2vec2Config): Value {
  let h = x
  for (const [i, stride] of strides.entries()) {
    h = g.within(scope.at(i), () => {
      const y = g.conv(h, g.weight(scope.at(i).at('conv'), 'weight'), undefined, { stride })
      return g.gelu(
        i === 0
          ? groupNorm(g, y, scope.at(i).at('layer_norm'), { groups: Number(y.shape[1]), eps: 1e-5 })
          : y,
      )
    })
  }
  return h
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
