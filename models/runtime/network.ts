import type { DType } from '../onnx/graph'
import type { StopSignal } from '../stop-signal'
import { convertFloats } from '../weights/float-conversion'

/** Numbers that go into a network or come out of it; float16 as its bits. */
export interface NetworkTensor {
  readonly dtype: DType
  /** Outer to inner. */
  readonly shape: readonly number[]
  readonly data: Float32Array | Uint16Array | BigInt64Array
}

/** A graph with its weights, somewhere it can run. */
export interface Network {
  /**
   * Names of inputs and outputs are the graph's, and it takes exactly those. float32 is converted where the graph wants
   * float16, and the other way round. Runs cannot be interrupted: the signal is looked at before each.
   */
  run(
    inputs: Readonly<Record<string, NetworkTensor>>,
    options?: { signal?: StopSignal },
  ): Promise<Record<string, NetworkTensor>>
}

/** The same numbers as float16 or float32; a tensor of another type, or for another, stays what it is. */
export function inDtype(tensor: NetworkTensor, dtype: DType): NetworkTensor {
  const from = tensor.dtype
  const isConverted =
    (from === 'float32' && dtype === 'float16') || (from === 'float16' && dtype === 'float32')
  if (!isConverted) return tensor
  const { buffer, byteOffset, byteLength } = tensor.data
  const { bytes } = convertFloats(new Uint8Array(buffer, byteOffset, byteLength), from, dtype)
  const Numbers = dtype === 'float16' ? Uint16Array : Float32Array
  return { dtype, shape: tensor.shape, data: new Numbers(bytes.slice().buffer) }
}
