import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { layerNorm } from './basic'
import { gegluFeedForward } from './feed-forward'
import { imageTokens, type TransformerOptions, tokensToImage } from './spatial-transformer'
import { keysAndValues, queries, unetSelfAttention } from './unet-attention'

/** The parts of the picture that hear the speech each in its own way, in the order of masks and scales. */
export const REGIONS = ['full', 'face', 'lip'] as const

/** What an audio transformer hears. */
export interface Speech {
  /** [f, 6, t, inner] of `speechKeys`; none when nothing is heard. */
  keys?: Value
  /** [f, 3, h·w], one value per region and pixel */
  masks: Value
  /** [3] */
  motionScale: Value
}

/**
 * Keys and values of the audio tokens, which stay the same in every step (stage2.md §18).
 *
 * audio [f, t, cAudio] → [f, 6, t, inner]: keys and values of full, of face, of lip. Weights under `scope`:
 * transformer_blocks.0.attn2_{0,1,2}.{to_k, to_v}.
 */
export function speechKeys(g: GraphBuilder, audio: Value, scope: Scope): Value {
  const all = REGIONS.flatMap((_, region) => {
    const { keys, values } = keysAndValues(g, audio, scope.at(`transformer_blocks.0.attn2_${region}`))
    return [keys, values]
  })
  return g.concat(
    all.map((part) => g.unsqueeze(part, [1])),
    1,
  )
}

/**
 * MM-HAA: a transformer over the pixels of each frame whose cross attention to the speech is gated by three masks
 * (stage2.md §5). The reference reshapes to squares in the middle and so knows square pictures only; here any fit.
 *
 *   x  [n, c, h, w]; of them those before number `from` hear nothing, the others are the f frames
 *   →  [n, c, h, w]
 * Weights under `scope`: norm, proj_in, proj_out, transformer_blocks.0.{norm1, attn1, norm2, attn2_j.{to_q, to_out.0},
 * zero_conv_{full, face, lip}, norm3, ff}; norm2, to_q and to_out.0.weight only where an image hears.
 */
export function audioTransformer(
  g: GraphBuilder,
  x: Value,
  speech: Speech,
  scope: Scope,
  options: TransformerOptions & { from?: number },
): Value {
  const block = scope.at('transformer_blocks.0')
  return g.within(scope, () => {
    let h = imageTokens(g, x, scope, options)
    h = g.add(unetSelfAttention(g, layerNorm(g, h, block.at('norm1')), block.at('attn1'), options), h)
    h = g.add(hear(g, h, speech, scope, options), h)
    h = g.add(gegluFeedForward(g, layerNorm(g, h, block.at('norm3')), block.at('ff')), h)
    return g.add(tokensToImage(g, h, x, scope), x)
  })
}

/** h [n, t, inner] → Σ scale · zero_conv(attention · mask), of the same shape. */
function hear(
  g: GraphBuilder,
  h: Value,
  speech: Speech,
  scope: Scope,
  { from = 0, ...heads }: TransformerOptions & { from?: number },
): Value {
  const block = scope.at('transformer_blocks.0')
  const [n, , inner] = h.shape as number[]
  const hearing = from === n ? undefined : from === 0 ? h : g.split(h, [from, n - from], 0)[1]
  const normal = hearing && layerNorm(g, hearing, block.at('norm2'))
  const regions = REGIONS.map((name, region) => {
    const scale = g.gather(speech.motionScale, g.constant([region], 'int64'), 0) // [1]
    const gate = g.mul(g.unsqueeze(g.gather(speech.masks, region, 1), [2]), scale) // [f, t, 1]
    const zero = zeroConv(g, block.at(`zero_conv_${name}`), scale)
    const own = block.at(`attn2_${region}`)
    const outBias = g.weight(own, 'to_out.0.bias')
    // zero_conv(bias · mask) = mask · (weight · bias) + its own bias: one vector for all pixels.
    const silent =
      from > 0 && g.add(g.mul(gate, g.linear(g.reshape(outBias, [1, inner]), zero.weight)), zero.bias)
    const heard =
      normal &&
      g.within(own, () => {
        const [keys, values] = [0, 1].map((part) => g.gather(speech.keys!, 2 * region + part, 1))
        const mixed = g.attention(queries(g, normal, own), keys, values, heads)
        const out = g.linear(mixed, g.weight(own, 'to_out.0.weight'), outBias)
        return g.linear(g.mul(out, gate), zero.weight, zero.bias)
      })
    return { silent, heard }
  })
  const sum = (key: 'silent' | 'heard') =>
    regions[0][key] ? [regions.map((region) => region[key] as Value).reduce(g.add)] : []
  return g.concat([...sum('silent'), ...sum('heard')], 0)
}

/** A 1×1 convolution as a linear layer, its bias scaled as the gate before it is. */
function zeroConv(g: GraphBuilder, scope: Scope, scale: Value): { weight: Value; bias: Value } {
  const weight = g.weight(scope, 'weight')
  return {
    weight: g.reshape(weight, weight.shape.slice(0, 2)),
    bias: g.mul(g.weight(scope, 'bias'), scale),
  }
}
