import { ModelError } from '../errors'
import {
  type Attribute,
  type Constant,
  DTYPES,
  elementsOf,
  type Graph,
  type ValueType,
  type Weight,
} from './graph'
import { ATTRIBUTE_TYPES, EXTERNAL, ModelProto } from './onnx-schema'

/** Of opset 17. */
const IR_VERSION = 8

/** Where the bytes of a weight are: in a file (relative to the folder the session is given), or at hand. */
export type WeightPlace = { location: string; offset: number; length: number } | { data: Uint8Array }

/**
 * ONNX of a graph. Weights stay in the files they are in; only their places are written. Equal graphs and places give
 * equal bytes.
 */
export function encodeModel(graph: Graph, place: (weight: Weight, name: string) => WeightPlace): Uint8Array {
  const read = new Set(graph.nodes.flatMap((node) => node.inputs))
  // Folding leaves constants behind that nobody reads.
  const constants = Object.entries(graph.constants).filter(([name]) => read.has(name))
  const outputs = new Set(graph.outputs)
  const inner = graph.nodes.flatMap((node) => node.outputs).filter((name) => !outputs.has(name))
  const typed = (names: string[]) => names.map((name) => ({ name, type: typeProto(graph.values[name]) }))
  const message = ModelProto.create({
    irVersion: IR_VERSION,
    producerName: 'mmgt-studio',
    opsetImport: Object.entries(graph.opsets).map(([domain, version]) => ({ domain, version })),
    graph: {
      name: graph.name,
      node: graph.nodes.map(({ name, op, domain, inputs, outputs, attributes }) => ({
        name,
        opType: op,
        domain,
        input: inputs,
        output: outputs,
        attribute: Object.entries(attributes).map(([key, value]) => attributeProto(key, value)),
      })),
      initializer: [
        ...constants.map(([name, constant]) => constantProto(name, constant)),
        ...Object.entries(graph.weights).map(([name, weight]) =>
          weightProto(name, weight, place(weight, name)),
        ),
      ],
      input: typed(graph.inputs),
      output: typed(graph.outputs),
      valueInfo: typed(inner),
    },
  })
  return ModelProto.encode(message).finish()
}

const typeProto = ({ dtype, shape }: ValueType) => ({
  tensorType: {
    elemType: DTYPES[dtype].onnx,
    shape: { dim: shape.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })) },
  },
})

function attributeProto(name: string, { type, value }: Attribute) {
  const head = { name, type: ATTRIBUTE_TYPES[type] }
  if (type === 'int') return { ...head, i: value }
  if (type === 'float') return { ...head, f: value }
  if (type === 'string') return { ...head, s: new TextEncoder().encode(value) }
  return type === 'ints' ? { ...head, ints: value } : { ...head, floats: value }
}

function constantProto(name: string, constant: Constant) {
  return {
    dims: constant.shape,
    dataType: DTYPES[constant.dtype].onnx,
    name,
    rawData: constantBytes(constant),
  }
}

function weightProto(name: string, weight: Weight, place: WeightPlace) {
  const head = { dims: weight.shape, dataType: DTYPES[weight.dtype].onnx, name }
  const expected = elementsOf(weight.shape) * DTYPES[weight.dtype].bytes
  const length = 'data' in place ? place.data.byteLength : place.length
  if (length !== expected) {
    throw new ModelError(
      'weights/size',
      `${weight.key} is ${expected} bytes (${weight.dtype} [${weight.shape}]), not ${length}.`,
    )
  }
  if ('data' in place) return { ...head, rawData: place.data }
  const { location, offset } = place
  const externalData = Object.entries({ location, offset, length }).map(([key, value]) => ({
    key,
    value: `${value}`,
  }))
  return { ...head, dataLocation: EXTERNAL, externalData }
}

/** Little-endian, as ONNX wants it and as every machine that onnxruntime runs on has it. */
function constantBytes({ dtype, data }: Constant): Uint8Array {
  const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  switch (dtype) {
    case 'float32':
      return bytes(Float32Array.from(data))
    case 'float64':
      return bytes(Float64Array.from(data))
    case 'float16':
      return bytes(Uint16Array.from(data, toHalf))
    case 'int64':
      return bytes(BigInt64Array.from(data, BigInt))
    case 'int32':
      return bytes(Int32Array.from(data))
    case 'uint64':
      return bytes(BigUint64Array.from(data, BigInt))
    case 'uint32':
      return bytes(Uint32Array.from(data))
    case 'int16':
      return bytes(Int16Array.from(data))
    case 'uint16':
      return bytes(Uint16Array.from(data))
    case 'int8':
      return bytes(Int8Array.from(data))
    case 'uint8':
    case 'bool':
      return bytes(Uint8Array.from(data))
    case 'bfloat16':
      throw new ModelError('graph/dtype', 'There are no constants in bfloat16.', {
        hint: 'onnxruntime computes next to nothing in it: convert the weights, and use float16 or float32.',
      })
  }
}

/** Bits of the nearest float16; ties go to the even one. */
export function toHalf(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (Number.isNaN(value)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  if (size === 0) return sign
  // 2^-24 is the smallest subnormal; below 2^-14 the step stays there.
  const exponent = Math.max(Math.floor(Math.log2(size)), -14)
  const step = 2 ** (exponent - 10)
  const count = roundHalfEven(size / step)
  return sign | (exponent === -14 && count < 1024 ? count : ((exponent + 15) << 10) + (count - 1024))
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}
