import type { Registry } from '../nodes/core/registry'
import type { UploadService } from './http/uploads'
import type { PackService } from './packs/pack-service'
import type { DocumentRooms } from './realtime/document-rooms'
import type { RunManager } from './runs/run-manager'
import type { DataFolder } from './storage/data-folder'
import type { AssetService } from './workflows/asset-service'
import type { BinService } from './workflows/bin-service'
import type { ExchangeService } from './workflows/exchange-service'
import type { ShareService } from './workflows/share-service'
import type { SystemService } from './workflows/system-service'
import type { VersionService } from './workflows/version-service'
import type { WorkflowService } from './workflows/workflow-service'

/** Everything a request may use. One object per studio, made in `server/index.ts`. */
export interface Services {
  registry: Registry
  data: DataFolder
  /** The live documents. Whoever changes a workflow does it through here. */
  rooms: DocumentRooms
  runs: RunManager
  workflows: WorkflowService
  bin: BinService
  versions: VersionService
  assets: AssetService
  shares: ShareService
  exchange: ExchangeService
  packs: PackService
  system: SystemService
  uploads: UploadService
}
