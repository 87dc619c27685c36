/**
 * What travels over the socket, for both sides. One room per open workflow, one per run, one for the list of runs.
 *
 * *Documents.* Updates are Yjs updates. An acknowledged update is on the server's disk. *Runs.* Every event of a run
 * carries `seq`, from 1 without gaps; whoever joins names the last one it has and gets the rest, or a snapshot when
 * that is too long ago. *Previews* are pictures, latest wins: the next one for a node is sent only after the last one
 * was acknowledged, so that a slow client sees fewer and never late ones.
 */
import type { ErrorJson } from '../../nodes/core/errors'
import type { PlannedStep, RunEvent } from '../../nodes/core/run-events'
import type { RunSnapshot, RunSummary } from '../../nodes/core/run-snapshot'
import type { Facts } from '../../nodes/core/sockets'
import type { ValueRef } from '../../nodes/core/value-ref'
import type { TableValue } from '../../nodes/core/values'
import type { MissingWeights } from '../packs/missing-weights'
import type { PullProgress } from '../packs/pack-service'

export type { RunEvent } from '../../nodes/core/run-events'
export type { RunNode, RunSnapshot, RunState, RunSummary } from '../../nodes/core/run-snapshot'

export type Reply<T> = ({ ok: true } & T) | { ok: false; error: ErrorJson }
type Ack<T = object> = (reply: Reply<T>) => void

export interface ClientToServer {
  /** `stateVector` of what the client has; the reply brings what it lacks and asks, by its own, for what we lack. */
  'document.join'(
    args: { workflow: string; stateVector: Uint8Array },
    ack: Ack<{ update: Uint8Array; stateVector: Uint8Array }>,
  ): void
  /** Acknowledged when it is stored. */
  'document.update'(args: { workflow: string; update: Uint8Array }, ack: Ack): void
  'document.leave'(args: { workflow: string }): void
  /** `seq`: the last event the client has, 0 for none. */
  'run.join'(
    args: { run: string; seq: number },
    ack: Ack<{ events: RunEvent[]; snapshot?: RunSnapshot }>,
  ): void
  'run.leave'(args: { run: string }): void
  /** Changes to the list of runs, of all workflows. */
  'runs.join'(ack: Ack<{ runs: RunSummary[] }>): void
  'runs.leave'(): void
}

export interface ServerToClient {
  'document.update'(args: { workflow: string; update: Uint8Array }): void
  /** After each edit: what is known of the document before it runs. Latest wins. */
  'document.analysis'(analysis: Analysis): void
  /** The next ones, in order; after a gap the client joins again. */
  'run.events'(args: { run: string; events: RunEvent[] }): void
  /** In the place of events that a slow client has missed. */
  'run.snapshot'(snapshot: RunSnapshot): void
  'run.preview'(preview: PreviewMessage, ack: () => void): void
  'runs.changed'(run: RunSummary): void
  'runs.removed'(args: { run: string }): void
  /** A workflow was created, renamed, moved, deleted or restored. */
  'library.changed'(args: { workflow: string }): void
  /** Something of a model pack is to be read anew: a file came, a download began, paused or failed. */
  'packs.changed'(args: { pack: string }): void
  /** How far a download is; those that a slow client misses are not sent again. */
  'packs.progressed'(args: PullProgress & { pack: string }): void
}

export interface PreviewMessage {
  run: string
  node: string
  mime: string
  /** Which frame of the result it shows, from 0. */
  frame?: number
  bytes: Uint8Array
}

/** What is known of a document before it runs: facts on every output, problems, and what a run would do and why. */
export interface Analysis {
  workflow: string
  /** Counts up with every analysis of this room. */
  revision: number
  /** Facts per node and output. */
  facts: Record<string, Record<string, Facts>>
  problems: ErrorJson[]
  targets: string[]
  /** Empty when nothing can run; `problems` then says why. */
  steps: PlannedStep[]
  /** Sum over the steps that will run, as far as they have been measured. */
  estimateSeconds?: number
  /** Model packs that nodes need parts of which are not here. */
  missingWeights: MissingWeights[]
  /** Values of cached steps: node → output → value. The cards show them. */
  values: Record<string, Record<string, ValueRef>>
  /** What it cost to make what nodes measure: further rows of their tables. */
  costs: Record<string, TableValue['rows']>
}
