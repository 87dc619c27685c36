import { elementCount } from '../onnx/dims'
import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'

/** Numbers of the hidden layer that are in memory at a time; of a whole window at 512 pixels there are 2.5e8. */
const HIDDEN_AT_A_TIME = 2 ** 26

/**
 * net.2(a · GELU(b)) with [a, b] = net.0.proj(x); x [n, t, c] → [n, t, c]. Weights under `scope`: net.0.proj, net.2
 * (stage2.md §3). The hidden layer is eight times as wide as x, so a long batch goes through it in parts.
 */
export function gegluFeedForward(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  { hiddenAtATime = HIDDEN_AT_A_TIME } = {},
): Value {
  const inner = scope.shapeOf('net.2.weight')[1]
  return g.within(scope, () => {
    const layer = (name: string) => ({
      weight: g.weight(scope, `${name}.weight`),
      bias: g.weight(scope, `${name}.bias`),
    })
    const [widen, narrow] = [layer('net.0.proj'), layer('net.2')]
    const outputs = inParts(g, x, 2 * inner, hiddenAtATime).map((part) => {
      const [a, b] = g.split(g.linear(part, widen.weight, widen.bias), [inner, inner], -1)
      return g.linear(g.mul(a, g.gelu(b)), narrow.weight, narrow.bias)
    })
    return g.concat(outputs, 0)
  })
}

/** Cuts the first axis so that a part, of `hidden` numbers per token, has no more than `atATime`; symbols stay whole. */
function inParts(g: GraphBuilder, x: Value, hidden: number, atATime: number): Value[] {
  const [n, ...rest] = x.shape
  const perItem = Number(elementCount(rest.slice(0, -1))) * hidden
  if (typeof n !== 'number' || Number.isNaN(perItem)) return [x]
  const count = Math.min(n, Math.ceil((n * perItem) / atATime))
  const size = Math.ceil(n / count)
  const sizes = Array.from({ length: Math.ceil(n / size) }, (_, i) => Math.min(size, n - i * size))
  return g.split(x, sizes, 0)
}
