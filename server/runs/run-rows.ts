import type { RunNodeState, RunSummary } from '../../nodes/core/run-snapshot'

/** A run as the lists know it. */
export interface RunRow {
  summary: RunSummary
  /** Order in the queue: lower goes first. */
  rank: number
  /** The version that holds what it runs. */
  version?: string
}

/** One node of a run that is over. */
export interface JobRow {
  node: string
  type: string
  state: RunNodeState
  seconds?: number
  memoryBytes?: number
  /** The sentence of its failure. */
  error?: string
}

/** Asks for the runs in which a node of a workflow was computed. */
export interface NodeRunsQuery {
  workflow: string
  node: string
  /** Of the node: the same id may have been another one once. */
  type: string
  /** Number of the last run that was seen. */
  before?: number
  limit: number
}

/** Where the list of runs is kept. What a call has resolved for survives kill -9. */
export interface RunRows {
  insert(row: RunRow): Promise<void>
  update(id: string, changes: Partial<RunRow>): Promise<void>
  /** Figures of the nodes of a run, for history. */
  saveJobs(id: string, jobs: readonly JobRow[]): Promise<void>
  find(id: string): Promise<RunRow | undefined>
  /** Queued, running, waiting and paused ones, by rank. */
  unfinished(): Promise<RunRow[]>
  /** The newest first; `before`: number of the last one that was seen. */
  page(query: { workflow?: string; before?: number; limit: number }): Promise<RunRow[]>
  /** The newest first: runs that are over in which the node gave something or failed. */
  withNode(query: NodeRunsQuery): Promise<RunRow[]>
  remove(id: string): Promise<void>
  /** Of the newest run; 0 when there was none. */
  lastNumber(): Promise<number>
}
