import type { z } from 'zod'
import type { Device, DeviceChoice } from './devices'
import type { Role } from './pack-roles'
import type { Facts, Socket, SocketKind } from './sockets'
import type { Payloads, SocketType } from './values'

export type SocketMap = Record<string, Socket>

type PayloadOf<T extends SocketKind> = Payloads[T extends SocketType ? T : SocketType]

type InputValues<I extends SocketMap> = {
  [K in keyof I]: I[K] extends Socket<infer T, infer Optional>
    ? Optional extends false
      ? PayloadOf<T>
      : PayloadOf<T> | undefined
    : never
}

type OutputValues<O extends SocketMap> = { [K in keyof O]: PayloadOf<O[K]['type']> }

/** A file the user brought, found by its content hash. */
export interface AssetFile {
  id: string
  name: string
  mime: string
  size: number
  path: string
}

/** What every loop of a node listens to; `AbortSignal` fits it. */
export interface CancelSignal {
  readonly aborted: boolean
  throwIfAborted(): void
}

/** Where the weights of a role are. */
export interface NetworkFiles {
  /** Equal ids mean equal weights. */
  id: string
  /** Absolute, in the order of the pack. */
  files: readonly string[]
  /** Of the names of its tensors, in a file that holds several networks. */
  prefix?: string
  /** Sizes of the network; without it, those of the published one. */
  config?: Record<string, unknown>
}

/** Where networks run. */
export interface NetworkMachine {
  device: DeviceChoice
  /** Memory that networks on it may take, bytes. */
  memoryBytes: Record<Device, number>
  /** Absolute; holds what is made of weights and is made again when it is missing: converted copies, optimised graphs. */
  folder: string
}

/** What a task on another thread gets. */
export interface TaskContext {
  signal: CancelSignal
  /** Keeps something expensive on this thread for the next task with the same key (the last four are kept). */
  keep<T>(key: string, make: () => T | Promise<T>): Promise<T>
}

/** Params that people change while their node runs. */
export interface LiveParams {
  /** The newest values of those that somebody has changed since it began. What was read counts as used. */
  read(): Record<string, unknown>
  /**
   * No change counts from now on. Called before the outputs are handed over.
   * @param as params that give the very same result when nobody changes anything; the result is kept under these. Empty
   *   when nothing that was read made a difference
   */
  settle(as: Record<string, unknown>): void
}

/** Everything a node may touch of the world. */
export interface NodeContext extends TaskContext {
  /** Outputs that somebody reads; others need not be computed. */
  wanted: ReadonlySet<string>
  /** `fraction` 0…1 of this node's work. */
  progress(fraction: number, text?: string): void
  /** Whether anybody looks at previews; without that a node need not make them. */
  watched: boolean
  /**
   * A picture of the state of the work, at most ten a second are passed on. JPEG or PNG bytes; `frame` (from 0) when it
   * shows one frame of the result.
   */
  preview(picture: Uint8Array, mime: 'image/jpeg' | 'image/png', frame?: number): void
  /** Something the user should know about the result (a scaled portrait, a clipped track). Shown on the node. */
  warn(message: string): void
  /** @throws StudioError `asset/missing` when the data folder has no such file. */
  asset(id: string): Promise<AssetFile>
  /** Weights of one of the roles that the definition says it needs. */
  network(role: Role): NetworkFiles
  machine: NetworkMachine
  /** Networks of this node run on this device; kept with what the node cost. */
  ranOn(device: Device): void
  /** A path for a file this node writes; what is left there is removed after the node. */
  tempFile(extension: string): Promise<string>
  /** Runs a task of this definition on another thread of the worker; typed arrays on shared memory are not copied. */
  task<T>(name: string, payload: unknown): Promise<T>
  /** Work for when all outputs are stored, which is never if the job fails, is cancelled or dies before. */
  afterwards(work: () => Promise<void>): void
  /** Identity of this node's work: equal keys mean equal results. */
  key: string
  /** Identity of work with the same inputs and weights, and with these params in place of its own. */
  keyOf(params: Record<string, unknown>): string
  /** Identity of the run; a run that goes on after a pause or a crash is the same one. */
  run: string
  /** The run asks for everything anew: nothing that another one has left may shorten the work. */
  fresh: boolean
  /** Those that the definition calls `live`. */
  live: LiveParams
  /** The part of the workflow that leads to this node; undefined unless the definition says `embedsWorkflow`. */
  workflow(): unknown
}

/** What running a network needs of a node's context. */
export type NetworkContext = Pick<NodeContext, 'network' | 'machine' | 'ranOn' | 'signal' | 'progress'>

export interface ParamUi {
  widget?:
    | 'slider'
    | 'number'
    | 'seed'
    | 'select'
    | 'text'
    | 'switch'
    | 'asset'
    | 'layers'
    | 'fit'
    | 'json'
    | 'rows'
  unit?: string
  step?: number
  label?: string
  /** Kind of file an asset param takes. */
  accepts?: 'image' | 'audio' | 'video' | 'pose' | 'mask'
  /** Rarely changed: shown under a fold. */
  advanced?: boolean
  /** Results are made with it: the form of a workflow shows it unless its author has chosen what is shown. */
  form?: boolean
}

export interface FactsInput<P> {
  params: P
  inputs: Record<string, Facts | undefined>
  /** Facts of an asset in the data folder, learned when it was imported. */
  asset(id: string): Facts | undefined
}

/** Two sockets whose facts must be equal, and the node type that mends a difference. */
export interface Agreement {
  fact: 'frames' | 'fps' | 'width' | 'height'
  sockets: [string, string]
  fix: string
}

/**
 * A costly step that depends on some inputs only. It is planned, run and cached as a job of its own, so that it is
 * done once per distinct input however often the rest of the node changes. Its result is plain data: an object of
 * JSON values and typed arrays.
 */
export interface Preparation<I extends SocketMap, P> {
  /** Bump when equal inputs would give a different result. */
  version: number
  title: string
  inputs: readonly (keyof I & string)[]
  params: readonly (keyof P & string)[]
  /** Of the weights that its node needs, those that it reads. */
  roles?: readonly Role[]
  run(ctx: NodeContext, args: { inputs: InputValues<I>; params: P }): Promise<PreparedData>
}

export type PreparedData = { [key: string]: PreparedField }
type PreparedField =
  | number
  | string
  | boolean
  | null
  | Uint8Array
  | Uint16Array
  | Int32Array
  | Float32Array
  | Float64Array
  | PreparedField[]
  | { [key: string]: PreparedField }

export type Resource = 'cpu' | 'io' | 'model'

export interface Definition<
  I extends SocketMap = SocketMap,
  O extends SocketMap = SocketMap,
  S extends z.ZodObject = z.ZodObject,
> {
  /** `category/name`, on disk forever. */
  id: string
  /** Part of the cache key: bump when equal inputs would give other outputs, and add a migration if params changed. */
  version: number
  title: string
  /** One sentence. */
  summary: string
  /** More for those who ask: what it does to the picture, sources, limits. Markdown. */
  docs?: string
  inputs: I
  outputs: O
  params: S
  ui?: { widgets?: Partial<Record<keyof z.infer<S> & string, ParamUi>> }
  /** `cpu`: computes, one job per core; `io`: waits for disk or codecs; `model`: runs networks, one job at a time. */
  resource?: Resource
  /** Cheap, without inputs, and worth a look: the studio computes it when a workflow is opened or its params change. */
  eager?: boolean
  /** Params that may be changed while it runs, of a definition with one output: it reads `ctx.live` and settles it. */
  live?: readonly (keyof z.infer<S> & string)[]
  /** Its files carry the workflow: `ctx.workflow()` gives the part that leads to this node. */
  embedsWorkflow?: boolean
  /** `migrations[n]` turns params of version n into those of version n + 1. */
  migrations?: Record<number, (params: Record<string, unknown>) => Record<string, unknown>>
  /** Facts of the outputs, as far as they follow from params and the facts of the inputs. */
  facts?(args: FactsInput<z.infer<S>>): { [K in keyof O]?: Facts }
  agree?: readonly Agreement[]
  /**
   * It measures what is connected to these inputs, under these names: rows of what it cost to make that go with its
   * table wherever people see it. They are no part of the result, so no key depends on them.
   */
  measures?: Readonly<Record<string, readonly (keyof I & string)[]>>
  /**
   * Weights it needs for the outputs that are read, of the pack that its param `pack` names, else of `mmgt-official`.
   * Which ones they are is part of the cache key.
   */
  weights?(args: { params: z.infer<S>; wanted: ReadonlySet<string> }): readonly Role[]
  /** Checks that need more than a schema; a sentence that says what is wrong, or null. Runs before anything else. */
  validate?(params: z.infer<S>): string | null
  /** The params as far as the result depends on them, when names or what is off do not count. Part of the cache key. */
  countingParams?(params: z.infer<S>): Record<string, unknown>
  /**
   * Hands its one `any` input on as its one output, unchanged and without a worker: the engine does it. Whether a person
   * is asked first, by its params; the run then waits until that value is approved.
   */
  asks?(params: z.infer<S>): boolean
  prepare?: Preparation<I, z.infer<S>>
  tasks?: Record<string, (ctx: TaskContext, payload: never) => Promise<unknown>>
  run(
    ctx: NodeContext,
    args: { inputs: InputValues<I>; params: z.infer<S>; prepared: PreparedData },
  ): Promise<Partial<OutputValues<O>>>
}

/** What the engine handles: a definition whose generic parts have been forgotten. */
// biome-ignore lint/suspicious/noExplicitAny: methods of a definition are contravariant in its sockets; only `any` lets a list hold them all.
export type AnyDefinition = Definition<any, any, any>

/** Declares a node. Returns its argument; the types are the point. */
export function defineNode<I extends SocketMap, O extends SocketMap, S extends z.ZodObject>(
  definition: Definition<I, O, S>,
): Definition<I, O, S> {
  return definition
}
