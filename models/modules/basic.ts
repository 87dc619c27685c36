import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'

/** x [… cIn] → [… cOut]. Weights under `scope`: weight [cOut, cIn], and bias unless told otherwise. */
export function linear(g: GraphBuilder, x: Value, scope: Scope, { bias = true } = {}): Value {
  return g.within(scope, () =>
    g.linear(x, g.weight(scope, 'weight'), bias ? g.weight(scope, 'bias') : undefined),
  )
}

/** x [n, cIn, h, w] → [n, cOut, …]. Weights under `scope`: weight [cOut, cIn, k, k], bias [cOut]. */
export function conv2d(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  options: { stride?: number; pad?: number } = {},
): Value {
  return g.within(scope, () => g.conv(x, g.weight(scope, 'weight'), g.weight(scope, 'bias'), options))
}

/**
 * x [n, c, …], each group of c/groups channels alone. Weights under `scope`: weight, bias [c].
 *
 * In float32 whatever x is: it is put together from operators, and the sum of a group (40,960 numbers at 512 pixels) does
 * not fit into a float16. A layer norm is one operator, whose kernels sum in float32 themselves (ONNX' stash_type 1).
 */
export function groupNorm(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  options: { groups: number; eps: number },
): Value {
  return g.within(scope, () => {
    const [weight, bias] = ['weight', 'bias'].map((name) => g.weight(scope, name))
    return g.inFloat32(x, (all) => g.groupNorm(all, weight, bias, options))
  })
}

/** x [… c], over the last axis. Weights under `scope`: weight, bias [c]. */
export function layerNorm(g: GraphBuilder, x: Value, scope: Scope, options: { eps?: number } = {}): Value {
  return g.within(scope, () => g.layerNorm(x, g.weight(scope, 'weight'), g.weight(scope, 'bias'), options))
}
