/** Runs one graph on WebGPU; started by `runOnWebGpu`. */
import type { Graph } from '../../models/onnx/graph'
import { type Numbers, runGraph } from './run-graph'

interface Job {
  graph: Graph
  inputs: Record<string, Numbers>
  weights: Record<string, Numbers>
}

process.once('message', async ({ graph, inputs, weights }: Job) => {
  const results = await runGraph(graph, inputs, weights, { provider: 'webgpu' })
  process.send?.(results, () => process.exit(0))
})
