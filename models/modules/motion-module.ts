import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'
import { groupNorm, layerNorm, linear } from './basic'
import { gegluFeedForward } from './feed-forward'
import { TRANSFORMER_EPS, type TransformerOptions } from './spatial-transformer'
import { unetSelfAttention } from './unet-attention'

/** Longest window: what the checkpoint was trained with. */
export const MAX_FRAMES = 32

/**
 * Where in the window a frame is, added to what attention reads: sines at even and cosines at odd channels of
 * frame · 10000^(-2k / channels). The checkpoint's `pe` buffers hold the same numbers.
 *
 * @returns [frames, channels], row by row
 */
export function framePositions(frames: number, channels: number): number[] {
  const angle = (frame: number, i: number) => frame * Math.exp((-(i - (i % 2)) * Math.log(10_000)) / channels)
  return Array.from({ length: frames * channels }, (_, at) => {
    const [frame, i] = [Math.floor(at / channels), at % channels]
    return i % 2 === 0 ? Math.sin(angle(frame, i)) : Math.cos(angle(frame, i))
  })
}

/**
 * Each pixel looks along the frames of its window, twice (stage2.md §6).
 *
 *   x  [rows · frames, c, h, w], 1 to 32 frames
 *   →  [rows · frames, c, h, w]
 * Weights under `scope`.temporal_transformer: norm, proj_in, proj_out, transformer_blocks.0.{attention_blocks.{0, 1},
 * norms.{0, 1}, ff, ff_norm}.
 */
export function motionModule(
  g: GraphBuilder,
  x: Value,
  moduleScope: Scope,
  { frames, groups, ...heads }: TransformerOptions & { frames: number },
): Value {
  const scope = moduleScope.at('temporal_transformer')
  const block = scope.at('transformer_blocks.0')
  if (frames > MAX_FRAMES) g.fail('graph/shape', `${frames} frames in a window, at most ${MAX_FRAMES}`)
  return g.within(scope, () => {
    const [n, c, height, width] = x.shape
    const normal = groupNorm(g, x, scope.at('norm'), { groups, eps: TRANSFORMER_EPS })
    const perRow = g.transpose(g.reshape(normal, [Number(n) / frames, frames, c, -1]), [0, 3, 1, 2])
    let h = linear(g, g.reshape(perRow, [-1, frames, c]), scope.at('proj_in')) // one sequence per pixel
    const inner = Number(h.shape[2])
    const positions = g.constant(framePositions(frames, inner), x.dtype, [frames, inner])
    for (const i of [0, 1]) {
      const placed = g.add(layerNorm(g, h, block.at(`norms.${i}`)), positions)
      h = g.add(unetSelfAttention(g, placed, block.at(`attention_blocks.${i}`), heads), h)
    }
    h = g.add(gegluFeedForward(g, layerNorm(g, h, block.at('ff_norm')), block.at('ff')), h)
    const out = g.reshape(linear(g, h, scope.at('proj_out')), perRow.shape)
    return g.add(g.reshape(g.transpose(out, [0, 2, 3, 1]), [n, c, height, width]), x)
  })
}
