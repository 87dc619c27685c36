import type { Registry } from '../nodes/core/registry'
import type { DataFolder } from './storage/data-folder'

/** Everything a request may use. One object per studio, made in `server/index.ts`. */
export interface Services {
  registry: Registry
  data: DataFolder
}
