import type { Value } from '../onnx/graph'
import type { AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { linear } from './basic'

export interface HeadOptions {
  heads: number
  form?: AttentionForm
}

/** Queries of x [n, s, c] → [n, s, inner]. Weights under `scope`: to_q, without bias. */
export const queries = (g: GraphBuilder, x: Value, scope: Scope): Value =>
  linear(g, x, scope.at('to_q'), { bias: false })

/** Keys and values of a context [n, t, c] → [n, t, inner] each. Weights under `scope`: to_k and to_v, without bias. */
export function keysAndValues(g: GraphBuilder, context: Value, scope: Scope): { keys: Value; values: Value } {
  const [keys, values] = ['to_k', 'to_v'].map((name) => linear(g, context, scope.at(name), { bias: false }))
  return { keys, values }
}

/** x [n, s, c] looks at itself → [n, s, c]. Weights under `scope`: to_q, to_k, to_v, to_out.0 (stage2.md §3). */
export function unetSelfAttention(g: GraphBuilder, x: Value, scope: Scope, options: HeadOptions): Value {
  const { keys, values } = keysAndValues(g, x, scope)
  return g.within(scope, () =>
    linear(g, g.attention(queries(g, x, scope), keys, values, options), scope.at('to_out.0')),
  )
}
