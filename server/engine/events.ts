import type { DeliveredFile } from '../../nodes/core/run-events'

export type { DeliveredFile, PlannedStep, RunEvent, RunEventBody } from '../../nodes/core/run-events'

/** A finished file as this machine finds it. */
export interface LocalFile extends DeliveredFile {
  path: string
}

/** The latest picture of a node at work. Never queued: a slow listener misses some and is never late. */
export interface Preview {
  run: string
  node: string
  mime: string
  bytes: Uint8Array
  /** Which frame of the node's result it shows, from 0; absent when it shows no frame. */
  frame?: number
}
