import type { Graph } from '../../models/onnx/graph'
import { type Numbers, runGraph, type WeightSource } from './run-graph'

/** Runs both graphs of a denoising UNet, one after the other; `feeds` may hold more than they ask for. */
export async function denoise(
  { conditioning, step }: { conditioning: Graph; step: Graph },
  feeds: Record<string, Numbers>,
  weights: WeightSource,
): Promise<Record<string, Numbers>> {
  const asked = (graph: Graph, all: Record<string, Numbers>) =>
    Object.fromEntries(graph.inputs.map((name) => [name, all[name]]))
  const prepared = await runGraph(conditioning, asked(conditioning, feeds), weights)
  return runGraph(step, asked(step, { ...feeds, ...prepared }), weights)
}
