import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { linear } from './basic'

/** net.2(a · GELU(b)) with [a, b] = net.0.proj(x); x [… c] → [… c]. Weights under `scope`: net.0.proj, net.2 (stage2.md §3). */
export function gegluFeedForward(g: GraphBuilder, x: Value, scope: Scope): Value {
  const inner = scope.shapeOf('net.2.weight')[1]
  return g.within(scope, () => {
    const [a, b] = g.split(linear(g, x, scope.at('net.0.proj')), [inner, inner], -1)
    return linear(g, g.mul(a, g.gelu(b)), scope.at('net.2'))
  })
}
