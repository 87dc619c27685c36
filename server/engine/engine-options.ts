import type { Registry } from '../../nodes/core/registry'
import type { DataFolder } from '../storage/data-folder'
import type { JobRunner } from '../worker/pool'

export interface EngineOptions {
  data: DataFolder
  registry: Registry
  runner: JobRunner
  /** Stored results above this are cleaned up after a run; asked for each time. */
  limitBytes?(): number
}

export const DEFAULT_LIMIT_BYTES = 20e9
