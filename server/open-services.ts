import path from 'node:path'
import type { Registry } from '../nodes/core/registry'
import { databaseDocumentStore } from './db/document-store'
import { type Database, openDatabase } from './db/open-database'
import { databaseRunRows } from './db/run-rows'
import { FileWorker } from './files/file-worker'
import { Thumbnails } from './files/thumbnails'
import { UPLOAD_LIMITS, type UploadLimits, Uploads } from './http/uploads'
import { hashOnThread } from './packs/hash-file'
import { PackService } from './packs/pack-service'
import { openLive } from './realtime/open-live'
import type { StudioSockets } from './realtime/sockets'
import type { Services } from './services'
import { openDataFolder } from './storage/data-folder'
import type { WorkerPool } from './worker/pool'
import { AssetService } from './workflows/asset-service'
import { BinService } from './workflows/bin-service'
import { ExchangeService } from './workflows/exchange-service'
import { ShareService } from './workflows/share-service'
import { SystemService } from './workflows/system-service'
import { VersionService } from './workflows/version-service'
import { WorkflowService } from './workflows/workflow-service'

export interface ServicesOptions {
  registry: Registry
  /** Folder of the project: where `prisma` and the examples lie. */
  root: string
  data: string
  /** `postgres://…`; without it the database is a file in the data folder. */
  databaseUrl?: string
  sockets: StudioSockets
  /** Folder of the bundles. */
  bundles: string
  uploads?: Partial<UploadLimits>
}

export interface OpenServices {
  services: Services
  uploads: Uploads
  thumbnails: Thumbnails
  database: Database
  worker: Pick<WorkerPool, 'health'>
  close(): Promise<void>
}

/** Everything behind the pages, without a web server. @throws StudioError `storage/…` */
export async function openServices(options: ServicesOptions): Promise<OpenServices> {
  const { registry, root, sockets, bundles } = options
  const data = openDataFolder(options.data)
  const database = await openDatabase({ root, data: data.root, url: options.databaseUrl })
  const system = new SystemService(database, data, root)
  await system.load()
  const examples = path.join(root, 'nodes', 'examples')
  const assets = new AssetService(database, data, examples)
  let workflows: WorkflowService | undefined
  const live = await openLive({
    data,
    registry,
    sockets,
    documents: databaseDocumentStore(database),
    rows: databaseRunRows(database),
    bundles,
    threads: () => system.settings.threads,
    device: () => system.settings.device,
    memoryLimitBytes: () => system.settings.memoryLimitBytes,
    limitBytes: () => system.settings.resultsLimitBytes,
    onRunOver: ({ workflow, state, posters, durationSeconds }) => {
      if (state !== 'finished' || posters.length === 0) return
      // Its pictures are in the row of the run too; the library shows them after the next one.
      workflows?.showResult(workflow, posters, durationSeconds).catch(() => {})
    },
  })
  const { rooms, runs } = live
  const onChanged = (workflow: string) => void sockets.emit('library.changed', { workflow })
  workflows = new WorkflowService({
    database,
    rooms,
    runs,
    assets,
    registry,
    examples,
    onChanged,
  })
  const bin = new BinService({ database, pins: data.pins, onChanged })
  // When it cannot be done now there is another day.
  const emptyOld = () => void bin.removeOld().catch(() => {})
  emptyOld()
  const daily = setInterval(emptyOld, 86_400_000)
  daily.unref()
  const fileWorker = new FileWorker(path.join(bundles, 'files.js'))
  const uploads = new Uploads(data, assets, fileWorker, { ...UPLOAD_LIMITS, ...options.uploads })
  const packs = new PackService(data.packs, hashOnThread(path.join(bundles, 'hash.js')), {
    onChanged: (pack) => void sockets.emit('packs.changed', { pack }),
    onProgress: (progress) => void sockets.volatile.emit('packs.progressed', progress),
  })
  live.pool.warmUp() // so that the first preview does not wait for a process to start
  const services: Services = {
    registry,
    data,
    rooms,
    runs,
    assets,
    workflows,
    bin,
    versions: new VersionService(database, rooms),
    shares: new ShareService({ database, workflows, assets, runs, pins: data.pins }),
    exchange: new ExchangeService(data, workflows, assets, fileWorker),
    packs,
    system,
    uploads,
  }
  return {
    services,
    uploads,
    thumbnails: new Thumbnails(data, fileWorker),
    database,
    worker: live.pool,
    async close() {
      clearInterval(daily)
      uploads.close()
      await fileWorker.close()
      await packs.close()
      await live.close()
      await database.close()
    },
  }
}
