import { conv2d } from '../modules/basic'
import type { Graph } from '../onnx/graph'
import { GraphBuilder } from '../onnx/graph-builder'
import type { WeightTable } from '../onnx/scope'

/** The convolutions between the first and the last; every second one halves the picture. */
const BLOCKS = 6

export interface PoseGuiderOptions {
  /** Frames at a time, and their size in pixels: multiples of 8. Symbols where the provider takes them. */
  frames?: number | string
  height: number | string
  width: number | string
}

/**
 * What the denoising UNet adds to its first convolution for a drawn pose (stage2.md §8). Frames do not see each other.
 *
 *   pose      float32 [frames, 3, h, w]     RGB, 0…1
 *   → features [frames, c, h/8, w/8]         in the type of the weights
 */
export function poseGuider(table: WeightTable, options: PoseGuiderOptions): Graph {
  const { frames = 'frames', height, width } = options
  const { root } = table
  const { dtype, shape } = root.entry('conv_in.weight')
  const g = new GraphBuilder('pose guider')
  const pose = g.input('pose', 'float32', [frames, shape[1], height, width])
  let h = g.silu(conv2d(g, g.cast(pose, dtype), root.at('conv_in'), { pad: 1 }))
  for (let i = 0; i < BLOCKS; i++) {
    h = g.silu(conv2d(g, h, root.at(`blocks.${i}`), { pad: 1, stride: i % 2 === 1 ? 2 : 1 }))
  }
  g.output('features', conv2d(g, h, root.at('conv_out'), { pad: 1 }))
  table.assertAllUsed()
  return g.graph
}
