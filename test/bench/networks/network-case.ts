import type { NetworkTensor } from '../../../models/runtime/network'
import type { NetworkWeights } from '../../../models/runtime/network-weights'
import type { SessionPool } from '../../../models/runtime/session-pool'
import type { Shapes } from '../../support/network-shapes'
import { noise } from '../../support/run-graph'

type Tensors = Record<string, NetworkTensor>

/** One network at one size, ours and in PyTorch. */
export interface NetworkCase {
  name: string
  /** Name of the file of the other side. */
  peer: string
  config: object
  weights: Shapes
  /** Of both sides. */
  inputs: Tensors
  /** What is timed; what comes before is done once. */
  open(pool: SessionPool, weights: NetworkWeights): Promise<() => Promise<NetworkTensor>>
  /** Largest difference, as a part of the largest output. */
  tolerance: number
  /** Shown, and no part of the mean. */
  isBeside?: boolean
}

export const floats = (shape: readonly number[], data: ArrayLike<number>): NetworkTensor => ({
  ...{ dtype: 'float32', shape },
  data: Float32Array.from(data),
})
export const random = (seed: number, ...shape: number[]): NetworkTensor =>
  floats(shape, noise(shape, seed).data as number[])
