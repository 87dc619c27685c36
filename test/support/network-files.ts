import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Graph } from '../../models/onnx/graph'
import type { Aliases, WeightTable } from '../../models/onnx/scope'
import type { Network } from '../../models/runtime/network'
import { networkWeights } from '../../models/runtime/network-weights'
import { SessionPool, type SessionPoolOptions } from '../../models/runtime/session-pool'

/** A pool of sessions, and networks out of weight files; `dispose` when done. */
export function openPool(options: Partial<SessionPoolOptions> = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'networks-'))
  const pool = new SessionPool({ device: 'cpu', budgetBytes: 8e9, threads: 1, ...options })
  return {
    pool,
    async network(
      file: string,
      build: (table: WeightTable) => Graph,
      more: { aliases?: Aliases; dtype?: 'float32' | 'float16'; prefix?: string } = {},
    ): Promise<Network> {
      const weights = await networkWeights(file, { folder, ...more })
      return pool.network(build(weights.table()), weights)
    },
    async dispose() {
      await pool.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
