import { existsSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { AnyDefinition } from '../../nodes/core/define-node'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import type { Registry } from '../../nodes/core/registry'
import { Engine } from '../../server/engine/engine'
import { DEFAULT_LIMIT_BYTES } from '../../server/engine/engine-options'
import type { RunEvent } from '../../server/engine/events'
import type { RunOptions } from '../../server/engine/run-options'
import type { RunResult } from '../../server/engine/run-result'
import { type DataFolder, openDataFolder } from '../../server/storage/data-folder'
import { loadValue } from '../../server/storage/values'
import { type JobRunner, WorkerPool, type WorkerPoolOptions } from '../../server/worker/pool'
import { registry as testNodes } from './nodes'
import { workerBundle } from './worker-bundle'

export function tempFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-test-'))
  // A process that a test killed may still be writing its last file.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

export async function testPool(data: string, options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> {
  const dist = await workerBundle()
  const pool = new WorkerPool({
    data,
    entry: path.join(dist, 'worker.js'),
    registry: path.join(dist, 'registry.js'),
    threads: () => 2,
    ...options,
  })
  onTestFinished(() => pool.close())
  return pool
}

/** An engine over a fresh (or given) data folder with a real worker process, which records what happened. */
export async function testEngine(
  opts: {
    data?: string
    runner?: JobRunner
    limitBytes?: number
    pool?: Partial<WorkerPoolOptions>
    /** Those of `support/nodes.ts` unless given; the pool's bundle must have them, too. */
    registry?: Registry
  } = {},
) {
  const data: DataFolder = openDataFolder(opts.data ?? tempFolder())
  const runner = opts.runner ?? (await testPool(data.root, opts.pool))
  const engine = new Engine({
    data,
    registry: opts.registry ?? testNodes,
    runner,
    limitBytes: () => opts.limitBytes ?? DEFAULT_LIMIT_BYTES,
  })
  const events: RunEvent[] = []
  return {
    data,
    engine,
    runner,
    events,
    /** Steps that were computed, in order of completion, over all runs so far. */
    ran: () => events.flatMap((event) => (event.type === 'job.finished' ? [event.step] : [])),
    async run(document: WorkflowDocument, options: RunOptions = {}): Promise<RunResult> {
      return engine.run(document, { onEvent: (event) => void events.push(event), ...options })
    },
    /** The payload of an output of a finished run's target. */
    async value(result: RunResult, node: string, output: string): Promise<unknown> {
      return loadValue(data.blobs, result.outputs[node][output])
    },
    exists: (file: string) => existsSync(file),
  }
}

/** Builds documents: `workflow().node('two', constant, { value: 2 }).link('two.value', 'sum.a')`. */
export function workflow(start?: WorkflowDocument) {
  const document: WorkflowDocument =
    start ?? parseDocument({ schema: 1, id: 'test', name: 'Test', nodes: {}, edges: [] })
  const end = (text: string) => text.split('.') as [string, string]
  const builder = {
    document,
    node(id: string, definition: AnyDefinition | string, params: Record<string, unknown> = {}) {
      const [type, version] =
        typeof definition === 'string' ? [definition, 1] : [definition.id, definition.version]
      const placed = { type, version, params, mode: 'on' as const, title: null }
      return workflow({ ...document, nodes: { ...document.nodes, [id]: placed } })
    },
    link: (from: string, to: string) =>
      workflow({ ...document, edges: [...document.edges, { from: end(from), to: end(to) }] }),
    withParams(id: string, params: Record<string, unknown>) {
      const node = document.nodes[id]
      return workflow({
        ...document,
        nodes: { ...document.nodes, [id]: { ...node, params: { ...node.params, ...params } } },
      })
    },
    withMode(id: string, mode: 'on' | 'bypass' | 'mute') {
      return workflow({ ...document, nodes: { ...document.nodes, [id]: { ...document.nodes[id], mode } } })
    },
    with: (changes: Partial<WorkflowDocument>) => workflow({ ...document, ...changes }),
  }
  return builder
}
