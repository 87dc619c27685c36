import { ModelError } from '../errors'

/** Bytes of one element of each type a checkpoint may hold. */
export const ELEMENT_BYTES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
} as const

export type TensorType = keyof typeof ELEMENT_BYTES

/** Where a tensor lies in its file. Nothing of it has been read. */
export interface Tensor {
  readonly dtype: TensorType
  readonly shape: readonly number[]
  /** Absolute path of the file. */
  readonly file: string
  /** Byte of the file with its first element; elements are little-endian. */
  readonly offset: number
  /** Bytes of its elements, one after another. */
  readonly bytes: number
  /** Steps along the axes, in elements; only of a tensor that is not contiguous in its file. */
  readonly strides?: readonly number[]
}

/** What the head of a file says. */
export interface Listing {
  tensors: Map<string, Tensor>
  metadata: Record<string, unknown>
}

const MAX_AXES = 16
/** Names go into error messages, graphs and files; the longest of the published ones has 100 characters. */
const MAX_NAME = 1024

/** The number of elements of a shape, or undefined when it is no shape, or of more elements than a file can hold. */
export function countElements(shape: readonly unknown[]): number | undefined {
  if (shape.length > MAX_AXES) return undefined
  let count = 1
  for (const size of shape) {
    if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined
    count *= size
    if (count > 2 ** 48) return undefined
  }
  return count
}

export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`

/** A string out of a file as it can stand in a message: short, and without control characters. */
export function quoted(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 117)}…` : text
  return JSON.stringify(short).slice(1, -1)
}

export function checkName(file: string, name: string): void {
  if (name.length > 0 && name.length <= MAX_NAME) return
  throw damaged(file, `a tensor has a name of ${name.length} characters (1 to ${MAX_NAME} are allowed)`)
}

/** A file that cannot be what it says it is. */
export function damaged(file: string, what: string, cause?: unknown): ModelError {
  return new ModelError('weights/damaged', `${file}: ${what}.`, {
    hint: 'The file is incomplete or damaged: compare its size with the published one, or download it again.',
    cause,
  })
}
