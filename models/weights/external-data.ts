import { quoted, type Tensor } from './tensor'

/** Where ONNX external data finds a tensor; or why a converted copy is needed. */
export type ExternalData =
  | { ok: true; file: string; offset: number; length: number }
  | { ok: false; reason: string }

export interface ExternalDataOptions {
  /** The type that the graph's weight has; by default the tensor's own. */
  dtype?: Tensor['dtype']
  /**
   * Bytes of which the offset must be a multiple. onnxruntime 1.30 maps tensors at any offset (odd ones measured, values
   * and mapping are the same: PLATFORM.md, section 3a), so the default asks for nothing.
   */
  alignment?: number
}

/** bfloat16 has nearly no kernels on CPUs, float64 none on GPUs: graphs have no weights of these types. */
const CONVERTED = new Set<Tensor['dtype']>(['bfloat16', 'float64'])

/**
 * The part of the original file that is the tensor as a graph wants it. onnxruntime takes only files inside the folder
 * that it is given; links that lead out of it are refused there.
 */
export function externalData(
  tensor: Tensor,
  { dtype = tensor.dtype, alignment = 1 }: ExternalDataOptions = {},
): ExternalData {
  if (dtype !== tensor.dtype) return { ok: false, reason: `it is ${tensor.dtype}, and ${dtype} is wanted` }
  if (CONVERTED.has(dtype)) return { ok: false, reason: `${dtype} lacks kernels` }
  if (tensor.strides) return { ok: false, reason: `its strides are ${quoted(tensor.strides.join(', '))}` }
  if (tensor.offset % alignment !== 0) {
    return { ok: false, reason: `it starts at byte ${tensor.offset}, no multiple of ${alignment}` }
  }
  return { ok: true, file: tensor.file, offset: tensor.offset, length: tensor.bytes }
}
