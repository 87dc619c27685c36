import type { NetworkFiles, NetworkMachine, Resource } from '../../nodes/core/define-node'
import type { ErrorJson } from '../../nodes/core/errors'
import type { BlobRef, ValueRef } from '../../nodes/core/value-ref'
import type { KeyParts } from '../engine/step-key'

/** One node, or the preparation of one, to be computed: all a worker needs to know. */
export interface Job {
  id: number
  /** Name of the run; the same after a pause. */
  run: string
  /** Nothing that another run has left may shorten it. */
  fresh: boolean
  key: string
  /** What the key was made of. */
  parts: KeyParts
  node: string
  type: string
  kind: 'node' | 'prepare'
  /** `cpu` jobs have a thread to themselves, `io` jobs share one, `model` jobs have one that keeps the networks. */
  resource: Resource
  params: Record<string, unknown>
  inputs: Record<string, ValueRef>
  /** Inputs that are still being made: their chunks arrive as parts. */
  openInputs: string[]
  /** Outputs that others may read while they are being made: told about part by part. */
  followed: string[]
  prepared?: ValueRef
  /** By role. */
  networks: Record<string, NetworkFiles>
  wanted: string[]
  /** Somebody looks at previews. */
  watched: boolean
  /** Live params that were changed before it began. */
  tuned?: Record<string, unknown>
  /** The part of the workflow that leads here, for embedding into files. Sent only to nodes that ask. */
  workflow?: unknown
}

export interface WorkerOptions {
  /** Data folder. */
  data: string
  /** Module that exports `registry`. */
  registry: string
  threads: number
  networks: Omit<NetworkMachine, 'folder'>
}

/** Studio → worker process; always sent as lists, because a write to the pipe costs more than a message. */
export type ToWorker = { type: 'run'; job: Job } | { type: 'cancel'; job: number } | InputPart | Tune

/** Newest values of live params of a job. */
export interface Tune {
  type: 'tune'
  job: number
  params: Record<string, unknown>
}

/** One more chunk of an open input of a job. */
export interface InputPart {
  type: 'part'
  job: number
  input: string
  name: string
  blob: BlobRef
}

/** Worker process → studio; sent as lists too. */
export type FromWorker = { type: 'ready' } | { type: 'alive'; memoryBytes: number } | JobMessage

export type JobMessage =
  | { type: 'started'; job: number }
  | { type: 'progress'; job: number; fraction: number; text?: string }
  | { type: 'warning'; job: number; message: string }
  | { type: 'tuned'; job: number; params: Record<string, unknown> }
  | { type: 'settled'; job: number; as: Record<string, unknown> }
  | { type: 'preview'; job: number; mime: string; bytes: Uint8Array; frame?: number }
  | { type: 'opened'; job: number; output: string; ref: ValueRef }
  | { type: 'made'; job: number; output: string; name: string; blob: BlobRef }
  | ({ type: 'done'; job: number; outputs: Record<string, ValueRef> } & Effort)
  | { type: 'failed'; job: number; error: ErrorJson }

/** What a job took. */
export interface Effort {
  seconds: number
  /** The most that the worker process held while the job was at work. */
  memoryBytes: number
  /** Where its networks ran, else `cpu`. */
  device: string
}

/** Main thread of the worker → one of its threads. */
export type ToThread =
  | { type: 'run'; job: Job; cancelled: SharedArrayBuffer }
  | { type: 'task'; task: number; node: string; name: string; payload: unknown; cancelled: SharedArrayBuffer }
  | { type: 'task-done'; task: number; result: unknown }
  | { type: 'task-failed'; task: number; error: ErrorJson }
  | { type: 'cancelled'; job: number }
  | InputPart
  | Tune

/** A thread → main thread of the worker. */
export type FromThread =
  | JobMessage
  | { type: 'ask-task'; job: number; task: number; node: string; name: string; payload: unknown }
  | { type: 'task-done'; task: number; result: unknown }
  | { type: 'task-failed'; task: number; error: ErrorJson }
