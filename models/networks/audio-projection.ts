import { layerNorm, linear } from '../modules/basic'
import type { Graph } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import type { WeightTable } from '../onnx/scope'

/**
 * Tokens of the speech around each video frame (stage2.md §9).
 *
 *   audio    float32 [frames, window · layers · channels]   of wav2vec2: frame offset slowest, then layer, then channel
 *   → tokens [frames, t, c]                                  in the type of the weights; an unconditional row has zeros
 */
export function audioProjection(
  table: WeightTable,
  { frames = 'frames' }: { frames?: number | string } = {},
): Graph {
  const { root } = table
  const { dtype, shape } = root.entry('proj1.weight')
  const g = new GraphBuilder('audio projection')
  let h = g.cast(g.input('audio', 'float32', [frames, shape[1]]), dtype)
  for (const name of ['proj1', 'proj2']) h = g.relu(linear(g, h, root.at(name)))
  const channels = root.shapeOf('norm.weight')[0]
  const tokens = g.reshape(linear(g, h, root.at('proj3')), [frames, -1, channels])
  g.output('tokens', layerNorm(g, tokens, root.at('norm')))
  table.assertAllUsed()
  return g.graph
}
