import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'

/**
 * Positions of a speech encoder: GELU of a grouped convolution over time, of the even kernel k with k/2 zeros on both
 * sides, without the frame that is too many. Its weight is normalised for every tap alone: g · v / ‖v‖ over both
 * channel axes. onnxruntime computes that once, when a session is made.
 *
 *   x [n, t, c]   →   [n, t, c]
 * Weights under `scope`: weight_g [1, 1, k], weight_v [c, c/groups, k], bias [c].
 */
export function positionalConv(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  { groups }: { groups: number },
): Value {
  return g.within(scope, () => {
    const weight = g.within(scope.at('weight'), () => {
      const scale = g.cast(g.weight(scope, 'weight_g'), 'float32')
      // A tap has 65,536 numbers in WavLM-Large: too many squares to sum in float16.
      return g.inFloat32(g.weight(scope, 'weight_v'), (v) => {
        const norm = g.sqrt(g.reduceSum(g.mul(v, v), [0, 1]))
        return g.mul(v, g.div(scale, norm))
      })
    })
    const pad = Number(weight.shape[2]) / 2
    const y = g.conv(g.transpose(x, [0, 2, 1]), weight, g.weight(scope, 'bias'), { groups, pad })
    return g.gelu(g.transpose(g.slice(y, 2, 0, -1), [0, 2, 1]))
  })
}

/** The names of weight-normalised tensors since PyTorch 2; none of others. */
export function weightNormNames(name: string): string[] {
  if (name.endsWith('.weight_g')) return [name.replace(/weight_g$/, 'parametrizations.weight.original0')]
  if (name.endsWith('.weight_v')) return [name.replace(/weight_v$/, 'parametrizations.weight.original1')]
  return []
}
