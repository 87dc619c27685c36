import type { Value } from '../onnx/graph'
import type { GraphBuilder } from '../onnx/graph-builder'
import type { Scope } from '../onnx/scope'

/**
 * What a UNet is told of a time step: the cosines of t·w_k, then the sines, w_k = 10000^(-k / half) for k < half =
 * channels / 2. Outside the graph, because sines of GPUs are off by 2e-4. The angle is rounded to float32 at each step,
 * as it was in training: at t = 999 that moves it by 5e-5, more than the rest of the network rounds.
 *
 * @param t training step, 0…999
 */
export function timeFeatures(t: number, channels: number): Float32Array {
  const half = channels / 2
  const { fround } = Math
  const slope = fround(-Math.log(10_000))
  const angles = Array.from({ length: half }, (_, k) => {
    const frequency = fround(Math.exp(fround(fround(slope * k) / half)))
    return fround(t * frequency)
  })
  return Float32Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)])
}

/**
 * features [n, c] of `timeFeatures`, float32 → [n, 4c], float32 whatever the weights are: a float16 has 11 bits for what
 * tells 1000 time steps apart, and it is two small products. Weights under `scope`: linear_1, linear_2 (stage2.md §3).
 */
export function timeEmbedding(g: GraphBuilder, features: Value, scope: Scope): Value {
  const layer = (x: Value, name: string) => {
    const [weight, bias] = ['weight', 'bias'].map((part) => g.cast(g.weight(scope.at(name), part), 'float32'))
    return g.within(scope.at(name), () => g.linear(x, weight, bias))
  }
  return g.within(scope, () => layer(g.silu(layer(features, 'linear_1')), 'linear_2'))
}
