import type { WorkflowDocument } from '../../nodes/core/document'
import type { ValueRef } from '../storage/value-ref'
import type { Preview, RunEvent } from './events'

export interface RunOptions {
  /** Name of the run, for its folder; made up when absent. */
  id?: string
  /** Node ids; none means every node whose outputs nobody reads. */
  targets?: readonly string[]
  /** Its jobs begin anew, whatever earlier runs have left of the same work; for results that are there, `forget` them. */
  fresh?: boolean
  /** Live params that people had changed when the run was interrupted, by node. */
  tuned?: Readonly<Record<string, Record<string, unknown>>>
  onEvent?(event: RunEvent): void
  /** Pictures of nodes at work; without it none are made. */
  onPreview?(preview: Preview): void
  signal?: AbortSignal
  /** A review has a value; the run goes on beside it. */
  onAsked?(asked: Asked): void
  /**
   * Nothing is left to do until one of these is approved. A promise puts off the end of the run until it is settled:
   * when none was approved by then, or without it, the run ends with `WaitingError`.
   */
  onOnlyAsking?(asked: Asked[]): Promise<void>
  /** What can be done to the run from now on until it ends. */
  onBegun?(controls: RunControls): void
  /** A result is of other params than it began with: the workflow that gives it goes on from here. */
  onEdited?(document: WorkflowDocument): void
  /** Whether `runs/<id>/run.json` tells of it; as a rule it does. */
  isRecorded?: boolean
}

export interface RunControls {
  /**
   * Changes live params of a node that has not finished; they act from its next step on.
   *
   * @throws StudioError `params/invalid`, `run/…`
   */
  tune(node: string, params: Record<string, unknown>): void
}

/** A value that a person is asked about. */
export interface Asked {
  node: string
  outputs: Record<string, ValueRef>
  /** Lets the run go on with it, and remembers that. @returns false when the run no longer waits for it */
  approve(): boolean
}
