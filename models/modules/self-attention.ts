import type { Value } from '../onnx/graph'
import type { AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { linear } from './basic'

/**
 * Self-attention as transformers write it. x [n, t, c] → [n, t, c]; `bias` [n or 1, heads, t, t] is added to the scores.
 * Weights under `scope`: q_proj, k_proj, v_proj, out_proj, [c, c] each with a bias [c].
 */
export function selfAttention(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  { heads, bias, form }: { heads: number; bias?: Value; form?: AttentionForm },
): Value {
  return g.within(scope, () => {
    const [q, k, v] = ['q_proj', 'k_proj', 'v_proj'].map((name) => linear(g, x, scope.at(name)))
    return linear(g, g.attention(q, k, v, { heads, bias, form }), scope.at('out_proj'))
  })
}
