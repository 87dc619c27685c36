import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, expect, it } from 'vitest'
import { encodeModel, toHalf } from '../../../models/onnx/encode-model'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { ModelProto } from '../../../models/onnx/onnx-schema'
import { WeightTable } from '../../../models/onnx/scope'
import { maxAbsDiff } from '../../support/golden'
import { runGraph } from '../../support/run-graph'

const folder = mkdtempSync(path.join(os.tmpdir(), 'mmgt-onnx-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function scaling() {
  const table = new WeightTable([['scale.weight', { dtype: 'float32', shape: [3] }]])
  const g = new GraphBuilder('scaling')
  const x = g.input('x', 'float32', ['n', 3])
  g.output('y', g.add(g.mul(x, g.weight(table.root.at('scale'), 'weight')), 0.5))
  return g.graph
}

it('weights are read from the file they were published in, at any offset', async () => {
  const numbers = Float32Array.from([2, 3, 4])
  const offset = 187 // not aligned to anything
  const file = new Uint8Array(offset + 12 + 5).fill(0xff)
  file.set(new Uint8Array(numbers.buffer), offset)
  writeFileSync(path.join(folder, 'pack.safetensors'), file)
  const bytes = encodeModel(scaling(), () => ({ location: 'pack.safetensors', offset, length: 12 }))
  const session = await InferenceSession.create(bytes, {
    extra: { session: { model_external_initializers_file_folder_path: `${folder}/` } },
  })
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.from([1, 1, 1, 2, 2, 2]), [2, 3]) })
  await session.release()
  expect([...(y.data as Float32Array)]).toEqual([2.5, 3.5, 4.5, 4.5, 6.5, 8.5])
})

it('equal graphs give equal bytes', () => {
  const encode = () => encodeModel(scaling(), () => ({ location: 'a.bin', offset: 3e9, length: 12 }))
  expect(encode()).toEqual(encode())
})

it('a graph is plain data: a copy through JSON gives the same bytes', () => {
  const place = () => ({ location: 'a.bin', offset: 0, length: 12 })
  expect(encodeModel(JSON.parse(JSON.stringify(scaling())), place)).toEqual(encodeModel(scaling(), place))
})

it('the model says its opset, its symbols, and where its weights are', () => {
  const bytes = encodeModel(scaling(), () => ({ location: 'a.bin', offset: 3e9, length: 12 }))
  const model = ModelProto.toObject(ModelProto.decode(bytes), { longs: Number })
  expect(model.irVersion).toBe(8)
  expect(model.opsetImport).toEqual([{ version: 17 }])
  expect(model.graph.input[0].type.tensorType.shape.dim).toEqual([{ dimParam: 'n' }, { dimValue: 3 }])
  const weight = model.graph.initializer.find(({ name }: { name: string }) => name === 'scale.weight')
  expect(weight.externalData).toEqual([
    { key: 'location', value: 'a.bin' },
    { key: 'offset', value: '3000000000' },
    { key: 'length', value: '12' },
  ])
})

it('a weight of the wrong length is refused by name', () => {
  expect(() => encodeModel(scaling(), () => ({ location: 'a.bin', offset: 0, length: 6 }))).toThrow(
    'scale.weight is 12 bytes (float32 [3]), not 6.',
  )
})

it('numbers become the nearest float16, ties the even one', () => {
  const known: [number, number][] = [
    [0, 0],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [2 ** -24, 1],
    [2 ** -25, 0],
    [3 * 2 ** -25, 2],
    [2 ** -14, 0x0400],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
    [-Infinity, 0xfc00],
    [Number.NaN, 0x7e00],
  ]
  for (const [value, bits] of known) expect(toHalf(value), `${value}`).toBe(bits)
})

it('a graph in float16 runs, with its norm in float32', async () => {
  const g = new GraphBuilder('half')
  const x = g.input('x', 'float16', ['n', 4])
  const halves = g.constant([1, 1, 1, 1], 'float16')
  const y = g.inFloat32(g.mul(x, 0.5), (x) => g.layerNorm(x, halves, undefined))
  expect(y.dtype).toBe('float16')
  g.output('y', g.cast(y, 'float32'))
  const numbers = [4, 1, -2, 1] // exact in float16: mean 1, and half of it 0.5
  const result = await runGraph(g.graph, { x: { shape: [1, 4], data: numbers } })
  const deviation = Math.sqrt(1.125 + 1e-5)
  const expected = numbers.map((value) => (value / 2 - 0.5) / deviation)
  expect(maxAbsDiff(result.y.data, expected)).toBeLessThan(2 ** -11 * 2) // half a step of float16 below 2
})

it.each([
  'bool',
  'uint8',
  'int8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float16',
  'float64',
] as const)('constants in %s keep their numbers', async (dtype) => {
  const g = new GraphBuilder(dtype)
  const x = g.input('x', 'float32', [1])
  const asFloat = g.emit(
    'Cast',
    [g.constant([0, 1, 1], dtype)],
    { dtype: 'float32', shape: [3] },
    { attributes: { to: 1 } },
  )
  g.output('y', g.add(x, asFloat))
  const { y } = await runGraph(g.graph, { x: { shape: [1], data: [10] } })
  expect(y.data).toEqual([10, 11, 11])
})
