import type { Shape } from './dims'

/**
 * A network as plain data. Nothing here has methods, so that passes (describing, checking, differentiating) walk it
 * freely and a graph can be cloned, compared or written as JSON, until `encodeModel` makes ONNX of it.
 */
export interface Graph {
  name: string
  /** Version of each operator set, by domain; '' is ONNX itself. */
  opsets: Record<string, number>
  inputs: string[]
  outputs: string[]
  /** In an order in which they can run. */
  nodes: GraphNode[]
  /** Type of every value by name: inputs, weights, constants, and what nodes make. */
  values: Record<string, ValueType>
  /** Tensors of a checkpoint that the graph reads, by the name of their value. */
  weights: Record<string, Weight>
  /** Small tensors that the graph carries itself. */
  constants: Record<string, Constant>
}

export interface GraphNode {
  /** Path of the module, then the operator: `down_blocks.0.resnets.1.conv1/Conv`. */
  name: string
  op: string
  domain: string
  /** An empty name is an optional input that is left out. */
  inputs: string[]
  outputs: string[]
  attributes: Record<string, Attribute>
}

export type Attribute =
  | { type: 'int'; value: number }
  | { type: 'float'; value: number }
  | { type: 'string'; value: string }
  | { type: 'ints'; value: readonly number[] }
  | { type: 'floats'; value: readonly number[] }

export interface ValueType {
  dtype: DType
  shape: Shape
}

export interface Weight {
  /** Its name in the checkpoint. */
  key: string
  dtype: DType
  shape: readonly number[]
}

export interface Constant {
  dtype: DType
  shape: readonly number[]
  /** float16 constants are given as numbers too and rounded when they are encoded. */
  data: readonly number[]
}

/** Number in ONNX' TensorProto.DataType and bytes of an element. */
export const DTYPES = {
  float32: { onnx: 1, bytes: 4 },
  uint8: { onnx: 2, bytes: 1 },
  int8: { onnx: 3, bytes: 1 },
  uint16: { onnx: 4, bytes: 2 },
  int16: { onnx: 5, bytes: 2 },
  int32: { onnx: 6, bytes: 4 },
  int64: { onnx: 7, bytes: 8 },
  bool: { onnx: 9, bytes: 1 },
  float16: { onnx: 10, bytes: 2 },
  float64: { onnx: 11, bytes: 8 },
  uint32: { onnx: 12, bytes: 4 },
  uint64: { onnx: 13, bytes: 8 },
  bfloat16: { onnx: 16, bytes: 2 },
} as const

export type DType = keyof typeof DTYPES

/** A value of a graph that is being built: its name and what is known about it. */
export interface Value extends ValueType {
  readonly name: string
  readonly dtype: DType
  readonly shape: Shape
}

export const isFloat = (dtype: DType): boolean => dtype.includes('float')

/** Elements of a shape whose sizes are all numbers. */
export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, dim) => product * dim, 1)
