import type { Registry } from '../nodes/core/registry'
import type { DocumentRooms } from './realtime/document-rooms'
import type { RunManager } from './runs/run-manager'
import type { DataFolder } from './storage/data-folder'

/** Everything a request may use. One object per studio, made in `server/index.ts`. */
export interface Services {
  registry: Registry
  data: DataFolder
  /** The live documents. Whoever changes a workflow does it through here. */
  rooms: DocumentRooms
  runs: RunManager
}
