import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { conv2d } from './basic'

/** x [n, c, h, w] → [n, c, h/2, w/2], odd sizes up. Weights under `scope`: conv (stage2.md §3). */
export const downsample = (g: GraphBuilder, x: Value, scope: Scope): Value =>
  conv2d(g, x, scope.at('conv'), { stride: 2, pad: 1 })

/** x [n, c, h, w] → [n, c, 2h, 2w]: every pixel four times, then a convolution. Weights under `scope`: conv. */
export const upsample = (g: GraphBuilder, x: Value, scope: Scope): Value =>
  g.within(scope, () => conv2d(g, g.resize(x, [1, 1, 2, 2]), scope.at('conv'), { pad: 1 }))
