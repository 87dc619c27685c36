import type { ErrorJson } from '../../nodes/core/errors'
import type { TableValue } from '../../nodes/core/values'
import type { ValueRef } from '../storage/value-ref'

/** How a step stands before a run starts, and why. */
export interface PlannedStep {
  step: string
  node: string
  type: string
  state: 'cached' | 'run' | 'not-needed'
  why: string
  /** From earlier runs of this node type; absent when it never ran. */
  estimateSeconds?: number
}

export interface DeliveredFile {
  node: string
  path: string
  name: string
  mime: string
  sha256: string
  size: number
}

export type RunEventBody =
  | {
      type: 'run.planned'
      workflow: string
      name: string
      targets: string[]
      steps: PlannedStep[]
      skipped: ErrorJson[]
    }
  | { type: 'job.started'; step: string; node: string; attempt: number }
  | {
      type: 'job.progressed'
      step: string
      node: string
      fraction: number
      text?: string
      elapsedSeconds: number
      remainingSeconds?: number
      memoryBytes: number
    }
  | { type: 'job.warned'; step: string; node: string; message: string }
  | {
      type: 'job.finished'
      step: string
      node: string
      seconds: number
      memoryBytes: number
      outputs: Record<string, ValueRef>
    }
  | { type: 'job.cached'; step: string; node: string; outputs: Record<string, ValueRef>; warnings: string[] }
  | { type: 'job.retried'; step: string; node: string; reason: string }
  | { type: 'job.failed'; step: string; node: string; error: ErrorJson }
  | { type: 'run.progressed'; fraction: number; elapsedSeconds: number; remainingSeconds?: number }
  | { type: 'run.finished'; seconds: number; files: DeliveredFile[]; tables: Record<string, TableValue> }
  | { type: 'run.failed'; seconds: number; error: ErrorJson }
  | { type: 'run.cancelled'; seconds: number }

/** Every event of a run; `seq` counts from 1 without gaps, `at` is milliseconds since 1970. */
export type RunEvent = RunEventBody & { run: string; seq: number; at: number }

/** The latest picture of a node at work. Never queued: a slow listener misses some and is never late. */
export interface Preview {
  run: string
  node: string
  mime: string
  bytes: Uint8Array
  /** Which frame of the node's result it shows, from 0; absent when it shows no frame. */
  frame?: number
}
