import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { linear } from '../../../models/modules/basic'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import type { Scope } from '../../../models/onnx/scope'
import { inDtype, type NetworkTensor } from '../../../models/runtime/network'
import { networkWeights } from '../../../models/runtime/network-weights'
import { SessionPool, type SessionPoolOptions } from '../../../models/runtime/session-pool'
import { fillDisk, smallDisk } from '../../support/small-disk'
import { safetensorsFile } from '../../support/torch-file'

const WIDTH = 64
const BYTES = 4 * WIDTH * (WIDTH + 1)

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sessions-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** y = x Wᵀ + b with W = factor · 1 and b = 1. */
function weightFile(name: string, factor: number): string {
  const file = path.join(folder, `${name}.safetensors`)
  const diagonal = Float32Array.from({ length: WIDTH ** 2 }, (_, i) => (i % (WIDTH + 1) === 0 ? factor : 0))
  const tensor = (shape: number[], { buffer }: Float32Array) => ({
    ...{ dtype: 'float32' as const, shape },
    data: new Uint8Array(buffer as ArrayBuffer),
  })
  const bias = new Float32Array(WIDTH).fill(1)
  const { pieces } = safetensorsFile({
    'net.weight': tensor([WIDTH, WIDTH], diagonal),
    'net.bias': tensor([WIDTH], bias),
  })
  const bytes = Buffer.concat(pieces.map(({ data }) => data))
  // The time of a change belongs to a network's identity: the same weights stay the same file.
  if (!existsSync(file) || !readFileSync(file).equals(bytes)) writeFileSync(file, bytes)
  return file
}

const newPool = (options: Partial<SessionPoolOptions> = {}) =>
  new SessionPool({ device: 'cpu', budgetBytes: 1e9, threads: 1, ...options })

function graphOf(scope: Scope, name: string) {
  const { dtype } = scope.entry('weight')
  const g = new GraphBuilder(name)
  g.output('y', g.relu(linear(g, g.input('x', dtype, ['rows', WIDTH]), scope)))
  return g.graph
}

async function open(pool: SessionPool, name: string, factor: number, dtype?: 'float16') {
  const weights = await networkWeights(weightFile(name, factor), { folder, prefix: 'net.', dtype })
  return pool.network(graphOf(weights.table().root, name), weights)
}

const x: NetworkTensor = {
  dtype: 'float32',
  shape: [1, WIDTH],
  data: Float32Array.from({ length: WIDTH }, (_, i) => i),
}
const first = (results: Record<string, NetworkTensor>) =>
  Array.from(inDtype(results.y, 'float32').data as Float32Array).slice(0, 3)

describe('a pool of sessions', () => {
  it('opens a network when it first runs, and shares it with all who ask for the same', async () => {
    const pool = newPool()
    const [one, two] = [await open(pool, 'a', 2), await open(pool, 'a', 2)]
    expect(pool.metrics()).toMatchObject([{ name: 'a', open: false, opened: 0 }])
    expect(first(await one.run({ x }))).toEqual([1, 3, 5])
    expect(first(await two.run({ x }))).toEqual([1, 3, 5])
    const [{ runs, opened, bytes, loadSeconds, runSeconds }] = pool.metrics()
    expect({ runs, opened, bytes }).toEqual({ runs: 2, opened: 1, bytes: BYTES })
    expect(loadSeconds * runSeconds).toBeGreaterThan(0)
    await pool.close()
  })

  it('the same graph on a file that has changed is another network', async () => {
    const pool = newPool()
    const before = await open(pool, 'a', 2)
    expect(first(await before.run({ x }))).toEqual([1, 3, 5])
    const after = await open(pool, 'a', 3)
    expect(first(await after.run({ x }))).toEqual([1, 4, 7])
    await pool.close()
  })

  it('closes the one that has not run for longest when memory is needed, and opens it again later', async () => {
    const pool = newPool({ budgetBytes: 2.5 * BYTES })
    const [a, b, c] = [await open(pool, 'a', 1), await open(pool, 'b', 2), await open(pool, 'c', 3)]
    await a.run({ x })
    await b.run({ x })
    await a.run({ x })
    await c.run({ x })
    const openOnes = () =>
      pool
        .metrics()
        .filter((each) => each.open)
        .map(({ name }) => name)
    expect(openOnes()).toEqual(['a', 'c'])
    expect(first(await b.run({ x }))).toEqual([1, 3, 5])
    expect(openOnes()).toEqual(['c', 'b'])
    await pool.close()
    expect(openOnes()).toEqual([])
  })

  it('refuses a network larger than the budget, with both sizes', async () => {
    const network = await open(newPool({ budgetBytes: 1000 }), 'a', 1)
    await expect(network.run({ x })).rejects.toMatchObject({ code: 'runtime/memory' })
  })

  it('takes numbers on memory that threads share', async () => {
    const pool = newPool()
    const net = await open(pool, 'a', 2)
    const shared = new Float32Array(new SharedArrayBuffer(4 * WIDTH))
    shared.set(x.data as Float32Array)
    const { y } = await net.run({ x: { ...x, data: shared } })
    expect(y.data).toEqual((await net.run({ x })).y.data)
    await pool.close()
  })

  it('says which input is missing or unknown', async () => {
    const network = await open(newPool(), 'a', 1)
    await expect(network.run({})).rejects.toThrow('a is not given its input x.')
    await expect(network.run({ x, z: x })).rejects.toThrow('a has no input z.')
  })

  it('a run that is cancelled while others run never starts, and the next one does', async () => {
    const pool = newPool()
    const network = await open(pool, 'a', 1)
    const controller = new AbortController()
    const running = network.run({ x })
    const cancelled = network.run({ x }, { signal: controller.signal })
    controller.abort()
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' })
    await running
    await network.run({ x })
    expect(pool.metrics()[0].runs).toBe(2)
    await pool.close()
  })

  it('says which provider is missing, and what to do', async () => {
    const network = await open(newPool({ device: 'cuda' }), 'a', 1)
    await expect(network.run({ x })).rejects.toMatchObject({
      code: 'runtime/open',
      message: expect.stringMatching(/^a cannot be opened on cuda: /),
      hint: 'See which devices are available, and choose another.',
    })
  })

  it('float32 goes in and comes out where the graph is in float16, on a converted copy of the weights', async () => {
    const pool = newPool()
    const network = await open(pool, 'a', 2, 'float16')
    const results = await network.run({ x })
    expect(results.y.dtype).toBe('float16')
    expect(first(results)).toEqual([1, 3, 5])
    expect(pool.metrics()[0].bytes).toBe(BYTES / 2)
    await pool.close()
  })
})

describe('optimised graphs on disk', () => {
  const cacheFolder = () => path.join(folder, 'graphs')
  const run = async () => {
    const pool = newPool({ cacheFolder: cacheFolder() })
    const network = await open(pool, 'a', 2)
    expect(first(await network.run({ x }))).toEqual([1, 3, 5])
    const [{ fromCache }] = pool.metrics()
    await pool.close()
    return fromCache
  }
  it('are read instead of made when nothing they depend on has changed; they hold no weights', async () => {
    expect(await run()).toBe(false)
    expect(await run()).toBe(true)
    const [file, ...others] = readdirSync(cacheFolder())
    expect(others).toEqual([])
    expect(readFileSync(path.join(cacheFolder(), file)).length).toBeLessThan(2000)
  })

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -10)],
    ['changed', (bytes: Buffer) => bytes.fill(7, 20, 30)],
    ['empty', () => Buffer.alloc(0)],
  ])('are made again when the file is %s', async (_what, damage) => {
    await run()
    const [name] = readdirSync(cacheFolder())
    const file = path.join(cacheFolder(), name)
    writeFileSync(file, damage(readFileSync(file)))
    expect(await run()).toBe(false)
    expect(await run()).toBe(true)
  })

  it('say so when the disk is full, and leave nothing (where a small disk can be mounted)', async (test) => {
    const disk = smallDisk(1)
    if (!disk) return test.skip('mounting a small tmpfs is not permitted here')
    const makeRoom = fillDisk(disk)
    const pool = newPool({ cacheFolder: disk })
    const network = await open(pool, 'a', 2)
    await expect(network.run({ x })).rejects.toMatchObject({
      code: 'runtime/no-room',
      message: `The disk became full while an optimised graph was written into ${disk}.`,
    })
    expect(readdirSync(disk)).toEqual(['of-somebody-else'])
    makeRoom()
    expect(first(await network.run({ x }))).toEqual([1, 3, 5])
    await pool.close()
  })
})
