import path from 'node:path'
import type { Registry } from '../../nodes/core/registry'
import type { RunSummary } from '../../nodes/core/run-snapshot'
import { Engine } from '../engine/engine'
import { Analyses } from '../runs/analyses'
import { EagerNodes } from '../runs/eager-nodes'
import { RunManager } from '../runs/run-manager'
import type { RunRows } from '../runs/run-rows'
import type { DataFolder } from '../storage/data-folder'
import { WorkerPool, type WorkerPoolOptions } from '../worker/pool'
import { DocumentRooms } from './document-rooms'
import { documentRoomName, serveDocuments } from './document-sockets'
import type { DocumentStore } from './document-store'
import { RunSockets } from './run-sockets'
import { cutOffStorms, type StudioSockets } from './sockets'

export interface LiveOptions {
  data: DataFolder
  registry: Registry
  sockets: StudioSockets
  documents: DocumentStore
  rows: RunRows
  /** Folder of the bundles `worker.js`, `analyst.js` and `registry.js`. */
  bundles: string
  threads?: () => number
  device?: WorkerPoolOptions['device']
  memoryLimitBytes?: () => number
  /** Stored results above this are cleaned up. */
  limitBytes?(): number
  /** A run is over: the library may show its posters. */
  onRunOver?(summary: RunSummary): void
}

/** All that moves while people look: live documents with their analysis, runs, and the sockets that carry both. */
export interface Live {
  rooms: DocumentRooms
  runs: RunManager
  engine: Engine
  pool: WorkerPool
  close(): Promise<void>
}

export async function openLive(options: LiveOptions): Promise<Live> {
  const { data, registry, sockets, bundles } = options
  const bundle = (name: string) => path.join(bundles, `${name}.js`)
  const rooms = new DocumentRooms(options.documents)
  const analyses = new Analyses({
    data: data.root,
    registry: bundle('registry'),
    entry: bundle('analyst'),
    read: (workflow) => rooms.readOpen(workflow),
    onAnalysis: (analysis, document) => {
      sockets.to(documentRoomName(analysis.workflow)).emit('document.analysis', analysis)
      void eager.look(document, analysis)
    },
  })
  const pool = new WorkerPool({
    data: data.root,
    entry: bundle('worker'),
    registry: bundle('registry'),
    threads: options.threads,
    device: options.device,
    memoryLimitBytes: options.memoryLimitBytes,
  })
  const engine = new Engine({ data, registry, runner: pool, limitBytes: options.limitBytes })
  const eager = new EagerNodes({ engine, registry, onDone: (workflow) => analyses.touch(workflow, 0) })
  const runSockets = new RunSockets(sockets)
  const runs = new RunManager({
    data,
    engine,
    rows: options.rows,
    listener: {
      onEvents: (run, events, snapshot) => {
        runSockets.onEvents(run, events, snapshot, runs)
        // It may stay so for days, in which the workflow is edited.
        if (events.some(({ type }) => type === 'run.waiting')) analyses.touch(snapshot.summary.workflow)
      },
      onPreview: (preview) => runSockets.onPreview(preview),
      onSummary: (summary) => runSockets.onSummary(summary),
      onRemoved: (run) => runSockets.onRemoved(run),
      onOver: (summary) => {
        analyses.touch(summary.workflow) // there are results now
        options.onRunOver?.(summary)
      },
    },
  })
  cutOffStorms(sockets)
  serveDocuments(sockets, rooms, analyses)
  runSockets.serve(runs)
  await runs.recover()
  return {
    rooms,
    runs,
    engine,
    pool,
    async close() {
      eager.close()
      await runs.close()
      runSockets.close()
      rooms.close()
      await Promise.all([analyses.close(), pool.close()])
      await engine.idle()
    },
  }
}
