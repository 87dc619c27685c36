import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { linear } from '../../../models/modules/basic'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { networkWeights } from '../../../models/runtime/network-weights'
import { heldMemory } from '../../../models/runtime/process-memory'
import { SessionPool } from '../../../models/runtime/session-pool'
import { safetensorsFile, writeSparse } from '../../support/torch-file'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mapped-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const [INPUTS, OUTPUTS] = [16_384, 32_768]
const WEIGHT_BYTES = 4 * INPUTS * OUTPUTS

it.skipIf(process.platform !== 'linux')(
  'weights of gigabytes stay in their file: a network computes with them and its process holds none',
  async () => {
    const file = path.join(folder, 'large.safetensors')
    const shapes = { weight: [OUTPUTS, INPUTS], bias: [OUTPUTS] }
    const holes = Object.entries(shapes).map(([name, shape]) => [name, { dtype: 'float32', shape }] as const)
    writeSparse(file, safetensorsFile(new Map(holes)))
    const weights = await networkWeights(file, { folder })
    const g = new GraphBuilder('large')
    g.output('y', linear(g, g.input('x', 'float32', [1, INPUTS]), weights.table().root))

    const pool = new SessionPool({ device: 'cpu', budgetBytes: 1e9, threads: 1 })
    const before = heldMemory()
    const x = { dtype: 'float32', shape: [1, INPUTS], data: new Float32Array(INPUTS).fill(1) } as const
    const { y } = await pool.network(g.graph, weights).run({ x })
    expect(y.data).toEqual(new Float32Array(OUTPUTS))
    expect(process.memoryUsage.rss()).toBeGreaterThan(WEIGHT_BYTES)
    expect(heldMemory() - before).toBeLessThan(0.1 * WEIGHT_BYTES)
    await pool.close()
  },
  60_000,
)
