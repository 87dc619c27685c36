import type { WorkflowDocument } from '../../nodes/core/document'
import type { ErrorJson } from '../../nodes/core/errors'
import type { ValueRef } from '../../nodes/core/value-ref'
import type { JobPreview, JobResult } from '../worker/pool'
import type { FollowParams } from './live-params'
import type { Step } from './plan'

export interface StepProgress {
  fraction: number
  text?: string
  memoryBytes: number
  elapsedSeconds: number
}

/** What a run hears of its steps, and is asked about them. */
export interface StepListener {
  workflowFor(node: string): WorkflowDocument
  onCached(step: Step): void
  onStarted(step: Step, attempt: number): void
  onProgress(step: Step, progress: StepProgress): void
  onWarning(step: Step, message: string): void
  /** Absent when nobody looks: nodes then make no previews. */
  onPreview?(step: Step, preview: JobPreview): void
  onRetry(step: Step, reason: string): void
  onFailed(step: Step, error: ErrorJson): void
  /** Params that people change while the step runs. */
  tuning(step: Step): FollowParams
  onTuned(step: Step, params: Record<string, unknown>): void
  /** No change counts any more; `as`: params that give the same result without one. Nothing that reads it has begun. */
  onSettled(step: Step, as: Record<string, unknown>): void
  onFinished(step: Step, result: JobResult): void
  /** A step that hands its value on has it; whether somebody must be asked first. */
  mustAsk(step: Step): boolean
  /** `approve` lets the step go on; it says whether it still waited. */
  onAsked(step: Step, outputs: Record<string, ValueRef>, approve: () => boolean): void
  /** It hands its value on, without having asked or because that was approved. */
  onHandedOn(step: Step, outputs: Record<string, ValueRef>, approved: boolean): void
  /** Steps that are asked about are all that is left; a promise puts off the end of the run until it is settled. */
  onOnlyAsking?(steps: Step[]): Promise<void>
}
