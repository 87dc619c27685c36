import type { ErrorJson } from '../../../nodes/core/errors'
import type { PoseValue } from '../../../nodes/core/values'
import type { WarpSubject } from './warp-engine'

export type ToWarpWorker =
  | { type: 'setUp'; subject: WarpSubject }
  | { type: 'motion'; pose: PoseValue }
  | { type: 'frame'; frame: number; id: number }

export type FromWarpWorker =
  | { type: 'progress'; fraction: number; text: string }
  | { type: 'ready'; seconds: number }
  /** `bitmap` is missing while there is nothing to show yet. */
  | { type: 'picture'; frame: number; id: number; bitmap?: ImageBitmap }
  | { type: 'failed'; error: ErrorJson }
