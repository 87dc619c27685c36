import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { PublishedNetwork } from '../../../models/networks/published-network'
import { encodeModel } from '../../../models/onnx/encode-model'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { WeightTable } from '../../../models/onnx/scope'
import { SessionPool } from '../../../models/runtime/session-pool'

const folder = mkdtempSync(path.join(os.tmpdir(), 'published-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** y = x · w of two by two, whose weight is in the file or beside it. */
function write(name: string, weight: { location: string } | { data: Uint8Array }): string {
  const g = new GraphBuilder('network')
  const table = new WeightTable([['w', { dtype: 'float32', shape: [2, 2] }]])
  g.output('y', g.matMul(g.input('x', 'float32', ['n', 2]), g.weight(table.root, 'w')))
  const file = path.join(folder, name)
  const place = 'data' in weight ? weight : { ...weight, offset: 0, length: 16 }
  writeFileSync(
    file,
    encodeModel(g.graph, () => place),
  )
  return file
}

const newPool = (budgetBytes = 1e9) => new SessionPool({ device: 'cpu', budgetBytes, threads: 1 })
const numbers = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer)

it('runs a published file, with the names that it has', async () => {
  const pool = newPool()
  const network = await pool.published(write('good.onnx', { data: numbers(1, 2, 3, 4) }))
  expect([network.inputNames, network.outputNames]).toEqual([['x'], ['y']])
  const { y } = await network.run({ x: { dims: [1, 2], data: Float32Array.of(1, 10) } })
  expect([...y.data]).toEqual([31, 42])
  await expect(network.run({ x: { dims: [2], data: Float32Array.of(1, 10) } })).rejects.toMatchObject({
    code: 'runtime/run',
  })
  await pool.close()
})

it('shares one memory with the other networks: the one that has not run for longest is closed, and opens again', async () => {
  const files = [1, 2].map((factor) => write(`${factor}.onnx`, { data: numbers(factor, 0, 0, factor) }))
  const pool = newPool(1.5 * statSync(files[0]).size)
  const [one, two] = [await pool.published(files[0]), await pool.published(files[1])]
  const openOnes = () => pool.metrics().filter(({ open }) => open)
  expect(openOnes()).toMatchObject([{ name: '2.onnx', bytes: statSync(files[1]).size }])
  const first = async (network: PublishedNetwork) =>
    (await network.run({ x: { dims: [1, 2], data: Float32Array.of(5, 0) } })).y.data[0]
  expect([await first(one), await first(two), await first(one)]).toEqual([5, 10, 5])
  expect(openOnes()).toMatchObject([{ name: '1.onnx', opened: 3 }])
  expect(await pool.published(files[0])).toMatchObject({ inputNames: ['x'] })
  expect(pool.metrics()).toHaveLength(2)
  await pool.close()
})

it('does not open a file whose weights lie beside it, though they are there', async () => {
  writeFileSync(path.join(folder, 'beside'), numbers(1, 2, 3, 4))
  const file = write('bad.onnx', { location: 'beside' })
  await expect(newPool().published(file)).rejects.toMatchObject({ code: 'weights/unsafe' })
})

it('says which file onnxruntime could not open', async () => {
  const file = write('broken.onnx', { data: numbers(1, 2, 3, 4) })
  const g = new GraphBuilder('network')
  const x = g.input('x', 'float32', [1])
  g.output('y', g.emit('NoSuchOperator', [x], { dtype: 'float32', shape: [1] }))
  writeFileSync(
    file,
    encodeModel(g.graph, () => ({ data: new Uint8Array() })),
  )
  await expect(newPool().published(file)).rejects.toThrow(/broken\.onnx cannot be opened on cpu/)
})
