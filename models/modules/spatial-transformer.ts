import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { conv2d, groupNorm, layerNorm, linear } from './basic'
import { gegluFeedForward } from './feed-forward'
import { type HeadOptions, keysAndValues, queries } from './unet-attention'

/** Of the group norm in front of transformers and motion modules; residual blocks have 1e-5 (stage2.md §17, 8). */
export const TRANSFORMER_EPS = 1e-6

export interface TransformerOptions extends HeadOptions {
  groups: number
}

/** Keys and values of a reference picture, and which images may look at them: those from number `from` on. */
export interface Bank {
  /** [1, t, c] each */
  keys: Value
  values: Value
  from: number
}

/**
 * What cross attention to a single token gives: with one key every weight is 1, so it is the same vector for every
 * query, and norm2, to_q and to_k are never needed (stage2.md §18). A token of zeros gives the bias of to_out.
 *
 * token [n, cToken] → [n, c]. Weights under `scope`: transformer_blocks.0.attn2.{to_v, to_out.0}.
 */
export function singleTokenAttention(g: GraphBuilder, token: Value, scope: Scope): Value {
  const own = scope.at('transformer_blocks.0.attn2')
  return linear(g, linear(g, token, own.at('to_v'), { bias: false }), own.at('to_out.0'))
}

/**
 * The tokens of a spatial transformer and what its self attention reads, which is all that a reference is kept as.
 *
 * x [n, c, h, w] → tokens and normal [n, h·w, c]. Weights under `scope`: norm, proj_in, transformer_blocks.0.norm1.
 */
export function spatialTokens(g: GraphBuilder, x: Value, scope: Scope, { groups }: { groups: number }) {
  const tokens = imageTokens(g, x, scope, { groups })
  return { tokens, normal: layerNorm(g, tokens, scope.at('transformer_blocks.0.norm1')) }
}

/**
 * Transformer over the pixels of each image (stage2.md §3; with a bank §7).
 *
 *   x      [n, c, h, w]
 *   image  [r, c] of `singleTokenAttention`, for n/r images each
 *   →      [n, c, h, w]
 * Weights under `scope`: norm, proj_in, transformer_blocks.0.{norm1, attn1, norm3, ff}, proj_out.
 */
export function spatialTransformer(
  g: GraphBuilder,
  x: Value,
  image: Value,
  scope: Scope,
  options: TransformerOptions & { bank?: Bank; onNormal?: (normal: Value) => void },
): Value {
  const block = scope.at('transformer_blocks.0')
  return g.within(scope, () => {
    const { tokens, normal } = spatialTokens(g, x, scope, options)
    options.onNormal?.(normal)
    let h = g.add(referenceAttention(g, normal, block.at('attn1'), options), tokens)
    const perRow = g.reshape(h, [image.shape[0], -1, h.shape[2]])
    h = g.reshape(g.add(perRow, g.unsqueeze(image, [1])), h.shape)
    h = g.add(gegluFeedForward(g, layerNorm(g, h, block.at('norm3')), block.at('ff')), h)
    return g.add(tokensToImage(g, h, x, scope), x)
  })
}

/** Self attention in which the images of the conditional row see the tokens of the reference too. x [n, t, c] */
function referenceAttention(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  { bank, ...heads }: HeadOptions & { bank?: Bank },
): Value {
  const q = queries(g, x, scope)
  const { keys, values } = keysAndValues(g, x, scope)
  const mixed = g.within(scope, () => {
    if (!bank) return g.attention(q, keys, values, heads)
    const { from } = bank
    const rowsOf = (all: Value) => (from === 0 ? [all] : g.split(all, [from, Number(x.shape[0]) - from], 0))
    const [queriesOf, keysOf, valuesOf] = [q, keys, values].map(rowsOf)
    const beside = (own: Value[], reference: Value) => {
      const last = own.at(-1)!
      return g.concat([last, g.expand(reference, last.shape)], 1)
    }
    const seeing = g.attention(
      queriesOf.at(-1)!,
      beside(keysOf, bank.keys),
      beside(valuesOf, bank.values),
      heads,
    )
    if (from === 0) return seeing
    return g.concat([g.attention(queriesOf[0], keysOf[0], valuesOf[0], heads), seeing], 0)
  })
  return linear(g, mixed, scope.at('to_out.0'))
}

/** x [n, c, h, w] → [n, h·w, inner], row by row. Weights under `scope`: norm, proj_in. */
export function imageTokens(g: GraphBuilder, x: Value, scope: Scope, { groups }: { groups: number }): Value {
  const normal = groupNorm(g, x, scope.at('norm'), { groups, eps: TRANSFORMER_EPS })
  const image = conv2d(g, normal, scope.at('proj_in'))
  const [n, inner] = image.shape
  return g.transpose(g.reshape(image, [n, inner, -1]), [0, 2, 1])
}

/** tokens [n, h·w, inner] → an image of the size of `like` [n, c, h, w]. Weights under `scope`: proj_out. */
export function tokensToImage(g: GraphBuilder, tokens: Value, like: Value, scope: Scope): Value {
  const [n, , h, w] = like.shape
  return conv2d(
    g,
    g.reshape(g.transpose(tokens, [0, 2, 1]), [n, tokens.shape[2], h, w]),
    scope.at('proj_out'),
  )
}
