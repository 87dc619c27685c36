import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { conv2d, groupNorm, linear } from './basic'

/**
 * Residual block of two convolutions, told the time step where it has one (stage2.md §3).
 *
 *   x     [n, cIn, h, w]        frames are folded into n: each is normalised alone, so that is exact
 *   temb  [n or 1, cTemb]       float32 output of the time embedding, before its activation; none in the VAE
 *   →     [n, cOut, h, w]
 * Weights under `scope`: norm1, conv1, norm2, conv2; time_emb_proj with temb; conv_shortcut iff cIn ≠ cOut.
 */
export function resnetBlock(
  g: GraphBuilder,
  x: Value,
  temb: Value | undefined,
  scope: Scope,
  norm: { groups: number; eps: number },
): Value {
  const [cOut, cIn] = scope.shapeOf('conv1.weight')
  return g.within(scope, () => {
    let h = conv2d(g, g.silu(groupNorm(g, x, scope.at('norm1'), norm)), scope.at('conv1'), { pad: 1 })
    if (temb) {
      const shift = linear(g, g.cast(g.silu(temb), x.dtype), scope.at('time_emb_proj'))
      h = g.add(h, g.unsqueeze(shift, [2, 3]))
    }
    h = conv2d(g, g.silu(groupNorm(g, h, scope.at('norm2'), norm)), scope.at('conv2'), { pad: 1 })
    // Decided by shape, not by "is the weight there?": a misnamed weight must fail, not vanish.
    return g.add(cIn === cOut ? x : conv2d(g, x, scope.at('conv_shortcut')), h)
  })
}
