import type { ErrorJson } from './errors'
import type { ValueRef } from './value-ref'
import type { TableValue } from './values'

/** How a step stands before a run starts, and why. */
export interface PlannedStep {
  step: string
  node: string
  type: string
  state: 'cached' | 'run' | 'not-needed'
  why: string
  /** The beginning of its cache key: equal ones would compute the same. Absent in runs of before. */
  key?: string
  /** From earlier runs of this node type; absent when it never ran. */
  estimateSeconds?: number
}

/** A finished file; its bytes are the artifact `sha256`. */
export interface DeliveredFile {
  node: string
  name: string
  mime: string
  sha256: string
  size: number
}

export type RunEventBody =
  /** Always the first: the run is on disk and waits for its turn. */
  | {
      type: 'run.queued'
      number: number
      workflow: string
      name: string
      targets: string[]
      /** Everything is computed anew. */
      fresh?: boolean
      /** Sum over the nodes that have been measured before. */
      estimateSeconds?: number
    }
  | { type: 'run.paused' }
  /** Waits again: somebody let it go on, or the studio was started anew. What had finished stays finished. */
  | { type: 'run.resumed'; why: string }
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
  /** Somebody changed params of a job at work; they act from its next step on. `isTaken`: by now they do. */
  | { type: 'job.tuned'; step: string; node: string; params: Record<string, unknown>; isTaken: boolean }
  | {
      type: 'job.finished'
      step: string
      node: string
      seconds: number
      /** The most that the worker process held while the job was at work. */
      memoryBytes: number
      /** Where its networks ran, else `cpu`; absent when nothing was computed. */
      device?: string
      outputs: Record<string, ValueRef>
    }
  | { type: 'job.cached'; step: string; node: string; outputs: Record<string, ValueRef>; warnings: string[] }
  /** The result of a job is that of other params than it began with: these in place of its own give it again. */
  | { type: 'job.settled'; step: string; node: string; as: Record<string, unknown> }
  | { type: 'job.retried'; step: string; node: string; reason: string }
  | { type: 'job.failed'; step: string; node: string; error: ErrorJson }
  /** A person is asked about the value in `outputs`; what does not depend on it goes on. `key`: what is approved. */
  | { type: 'job.asked'; step: string; node: string; key: string; outputs: Record<string, ValueRef> }
  | { type: 'job.approved'; step: string; node: string }
  /** Nothing is left to do until somebody approves; what was asked stays asked. */
  | { type: 'run.waiting'; seconds: number }
  /** It goes on with the workflow as somebody has edited it meanwhile. */
  | { type: 'run.edited'; targets: string[] }
  | { type: 'run.progressed'; fraction: number; elapsedSeconds: number; remainingSeconds?: number }
  | {
      type: 'run.finished'
      seconds: number
      files: DeliveredFile[]
      /** Figures by node, with what it cost to make what they measure. */
      tables: Record<string, TableValue>
      /** Whose tables they are. */
      figures?: { node: string; title: string }[]
      /** Artifacts of small JPEGs that show the result at its start, middle and end. */
      posters?: string[]
      /** Length of the result, when it has one. */
      durationSeconds?: number
      /** What made its pictures: “Warp”. */
      madeBy?: string
    }
  | { type: 'run.failed'; seconds: number; error: ErrorJson }
  | { type: 'run.cancelled'; seconds: number }

/** Every event of a run; `seq` counts from 1 without gaps, `at` is milliseconds since 1970. */
export type RunEvent = RunEventBody & { run: string; seq: number; at: number }
