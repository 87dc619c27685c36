import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { migrateNodes, upstreamOf, type WorkflowDocument } from '../../nodes/core/document'
import {
  CancelledError,
  type ErrorJson,
  StudioError,
  toErrorJson,
  WaitingError,
} from '../../nodes/core/errors'
import { buildGraph, inputFacts, nodeLabel } from '../../nodes/core/graph'
import type { Registry } from '../../nodes/core/registry'
import type { TableValue } from '../../nodes/core/values'
import { networkFinder } from '../packs/find-network'
import { cleanUp, isCleanUpDue } from '../storage/clean-up'
import type { DataFolder } from '../storage/data-folder'
import { writeAtomicSync } from '../storage/files'
import type { ValueRef } from '../storage/value-ref'
import type { JobResult, JobRunner } from '../worker/pool'
import { costRows, titleOf } from './costs'
import type { LocalFile, PlannedStep, Preview, RunEvent, RunEventBody } from './events'
import {
  type RunStatus,
  readHistory,
  readTimings,
  type StepRecord,
  type Timings,
  writeHistory,
  writeRun,
  writeTimings,
} from './journal'
import { LiveParams } from './live-params'
import { type Plan, PREPARED, planRun, type Step } from './plan'
import { runSteps } from './run-steps'

export interface EngineOptions {
  data: DataFolder
  registry: Registry
  runner: JobRunner
  /** Stored results above this are cleaned up after a run; asked for each time. */
  limitBytes?(): number
}

export interface RunOptions {
  /** Name of the run, for its folder; made up when absent. */
  id?: string
  /** Node ids; none means every node whose outputs nobody reads. */
  targets?: readonly string[]
  /** Its jobs begin anew, whatever earlier runs have left of the same work; for results that are there, `forget` them. */
  fresh?: boolean
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

export interface RunResult {
  run: string
  /** What was run, with its nodes brought to their current versions. */
  document: WorkflowDocument
  seconds: number
  files: LocalFile[]
  tables: Record<string, TableValue>
  outputs: Record<string, Record<string, ValueRef>>
  steps: StepRecord[]
}

export const DEFAULT_LIMIT_BYTES = 20e9

/** A damaged artifact is computed again; more often than this and something else is wrong. */
const MAX_REPLANS = 3

/** Plans and runs workflows over a data folder. Knows nodes only through their definitions. */
export class Engine {
  private readonly running = new Set<Promise<unknown>>()

  constructor(private readonly options: EngineOptions) {}

  /** What a run would do, and why. @throws StudioError the first problem in the way */
  plan(document: WorkflowDocument, targets: readonly string[] = [], fresh = false): Plan {
    const { data, registry } = this.options
    data.cache.refresh()
    return planRun({
      document: migrateNodes(document, registry),
      registry,
      targets,
      find: (key) => data.cache.find(key),
      assets: data.assets,
      network: networkFinder(data.packs),
      history: readHistory(data, document.id),
      fresh,
    })
  }

  /** How long a plan takes, as far as its nodes have been measured before. */
  estimate(plan: Plan): number | undefined {
    const planned = plannedSteps(plan.steps, readTimings(this.options.data))
    const known = planned.flatMap(({ state, estimateSeconds }) =>
      state === 'run' && estimateSeconds !== undefined ? [estimateSeconds] : [],
    )
    return known.length > 0 ? known.reduce((sum, seconds) => sum + seconds, 0) : undefined
  }

  /** Length of the longest value that goes into a node, when that is known before running. */
  durationInto(document: WorkflowDocument, nodeId: string): number | undefined {
    const { data, registry } = this.options
    const graph = buildGraph(migrateNodes(document, registry), registry, (id) => data.assets.find(id)?.facts)
    const inputs = graph.nodes.get(nodeId)?.inputs ?? {}
    const lengths = Object.values(inputFacts(inputs, graph.facts)).flatMap((facts) => {
      const seconds = facts?.frames && facts.fps ? facts.frames / facts.fps : facts?.durationSeconds
      return seconds === undefined ? [] : [seconds]
    })
    return lengths.length > 0 ? Math.max(...lengths) : undefined
  }

  /** Title of the definition whose frames go into a node: a result is called by what made it. */
  madeBy(document: WorkflowDocument, nodeId: string): string | undefined {
    for (const { from, to } of document.edges) {
      const definition = to[0] === nodeId && this.options.registry.get(document.nodes[from[0]]?.type ?? '')
      if (definition && definition.outputs[from[1]]?.type === 'video') return definition.title
    }
    return undefined
  }

  /** Forgets every result that a run would rely on, so that it computes all. @throws StudioError as `plan` */
  forget(document: WorkflowDocument, targets: readonly string[] = []): void {
    for (const { key } of this.plan(document, targets).steps.values()) this.options.data.cache.forget(key)
  }

  /** Remembers that the value under `key`, of a node of type `type`, is approved: no run asks about it again. */
  approve(key: string, type: string, outputs: Record<string, ValueRef>): void {
    this.options.data.cache.put({ key, node: type, outputs, warnings: [], seconds: 0 })
  }

  /**
   * Runs a workflow to its end.
   *
   * @throws StudioError of the first node that failed, after everything that does not hang on it has finished;
   *   CancelledError; WaitingError when all that is left waits for an approval: once that is there, run it again
   */
  async run(document: WorkflowDocument, options: RunOptions = {}): Promise<RunResult> {
    const running = new Run(this.options, document, options, (edited) =>
      this.plan(edited, options.targets, options.fresh),
    ).execute()
    this.running.add(running)
    return running.finally(() => this.running.delete(running))
  }

  /** Resolves when no run is left, tidying up included: nothing is written to the data folder any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running)
  }
}

/** One execution of a frozen workflow. */
class Run {
  private readonly id: string
  private readonly startedAt = Date.now()
  private readonly records = new Map<string, StepRecord>()
  private readonly asked = new Map<string, Asked>()
  private readonly live = new LiveParams()
  private readonly leaseFile: string
  private plan: Plan
  private readonly fractions = new Map<string, number>()
  private weights = new Map<string, number>()
  private totalWeight = 0
  private doneWeight = 0
  private seq = 0
  private writtenTimings: Timings = {}

  constructor(
    private readonly engine: EngineOptions,
    private document: WorkflowDocument,
    private readonly options: RunOptions,
    private readonly planOf: (document: WorkflowDocument) => Plan,
  ) {
    this.plan = planOf(document)
    this.id = options.id ?? newRunId()
    this.leaseFile = path.join(engine.data.leases, `${process.pid}-${this.id}.json`)
  }

  async execute(): Promise<RunResult> {
    this.begin()
    this.options.onBegun?.({ tune: (node, params) => this.tune(node, params) })
    try {
      const outputs = await this.runUntilWhole()
      const result = this.collect(outputs)
      this.end('finished', result)
      const { seconds, files, tables } = result
      this.emit({ type: 'run.finished', seconds, files, tables, figures: this.titlesOf(tables) })
      return result
    } catch (error) {
      if (error instanceof WaitingError) throw this.park(error)
      this.fail(error)
      throw error
    } finally {
      rmSync(this.leaseFile, { force: true })
      await this.cleanUp()
    }
  }

  private begin(): void {
    this.writeLease()
    this.writeRecord('running')
    this.announce()
  }

  private writeLease(): void {
    writeAtomicSync(this.leaseFile, JSON.stringify([...this.plan.steps.values()].map((step) => step.key)))
  }

  private announce(): void {
    const { document, targets, steps, skipped } = this.plan
    const planned = plannedSteps(steps, readTimings(this.engine.data))
    this.weights = new Map(
      planned.filter((s) => s.state === 'run').map((s) => [s.step, Math.max(0.02, s.estimateSeconds ?? 1)]),
    )
    this.totalWeight = [...this.weights.values()].reduce((sum, weight) => sum + weight, 0)
    this.doneWeight = 0
    this.fractions.clear()
    this.records.clear()
    for (const { step, node, type, state, why } of planned)
      this.records.set(step, { step, node, type, state, why, warnings: [] })
    this.emit({
      type: 'run.planned',
      workflow: document.id,
      name: document.name,
      targets,
      steps: planned,
      skipped,
    })
  }

  /** Runs the plan; when a stored artifact turns out damaged, plans anew without it. */
  private async runUntilWhole(): Promise<Map<string, Record<string, ValueRef>>> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.runPlan()
      } catch (error) {
        if (!(error instanceof StudioError) || error.code !== 'storage/corrupt' || attempt >= MAX_REPLANS)
          throw error
        this.plan = this.planOf(this.document)
        this.writeLease()
        this.announce()
      }
    }
  }

  private runPlan(): Promise<Map<string, Record<string, ValueRef>>> {
    const { data, runner } = this.engine
    const { onPreview, onOnlyAsking } = this.options
    data.cache.touch(
      [...this.plan.steps.values()].flatMap((step) => (step.state === 'cached' ? [step.key] : [])),
    )
    const ofRun = { run: this.id, fresh: this.options.fresh ?? false }
    return runSteps(ofRun, this.plan, runner, this.options.signal ?? new AbortController().signal, {
      workflowFor: (node) => upstreamOf(this.plan.document, node),
      onCached: (step) => {
        const { outputs, warnings } = step.entry!
        this.records.get(step.id)!.warnings.push(...warnings)
        this.emit({ type: 'job.cached', step: step.id, node: step.node, outputs, warnings })
      },
      onStarted: (step, attempt) =>
        this.emit({ type: 'job.started', step: step.id, node: step.node, attempt }),
      onProgress: (step, progress) => this.onProgress(step, progress),
      onWarning: (step, message) => {
        // A second attempt says what the first one has said.
        if (this.records.get(step.id)!.warnings.includes(message)) return
        this.records.get(step.id)!.warnings.push(message)
        this.emit({ type: 'job.warned', step: step.id, node: step.node, message })
      },
      onPreview: onPreview && ((step, preview) => onPreview({ run: this.id, node: step.node, ...preview })),
      onRetry: (step, reason) => this.emit({ type: 'job.retried', step: step.id, node: step.node, reason }),
      onFailed: (step, error) => {
        this.records.get(step.id)!.error = error
        this.emit({ type: 'job.failed', step: step.id, node: step.node, error })
      },
      onFinished: (step, result) => this.onFinished(step, result),
      tuning: (step) => this.live.follow(step),
      onTuned: ({ id, node }, params) =>
        this.emit({ type: 'job.tuned', step: id, node, params, isTaken: true }),
      onSettled: (step, as) => this.onSettled(step, as),
      mustAsk: (step) => step.definition.asks!(step.params) && !data.cache.find(step.key),
      onAsked: (step, outputs, approve) => this.onAsked(step, outputs, approve),
      onHandedOn: (step, outputs, approved) => this.onHandedOn(step, outputs, approved),
      onOnlyAsking: onOnlyAsking && ((steps) => onOnlyAsking(steps.map(({ id }) => this.asked.get(id)!))),
    })
  }

  private tune(node: string, params: Record<string, unknown>): void {
    const step = this.plan.steps.get(node)
    if (step?.state !== 'run' || this.records.get(node)?.seconds !== undefined) {
      const name = step ? nodeLabel(this.plan.document, node) : `"${node.slice(0, 64)}"`
      throw new StudioError('run/not-at-work', `${name} is not at work in this run.`)
    }
    const values = this.live.change(step, params)
    this.emit({ type: 'job.tuned', step: step.id, node, params: values, isTaken: false })
  }

  /** From here on the run is one of the params that give this result: so are its keys, its record and its files. */
  private onSettled(step: Step, as: Record<string, unknown>): void {
    this.live.settle(step)
    if (Object.keys(as).length === 0) return
    const { nodes } = this.plan.document
    const node = nodes[step.node]
    const edited = { ...node, params: { ...node.params, ...as } }
    this.document = { ...this.plan.document, nodes: { ...nodes, [step.node]: edited } }
    this.options.onEdited?.(this.document)
    rekey(this.plan, this.planOf(this.document))
    this.writeLease()
    this.writeRecord('running')
    this.emit({ type: 'job.settled', step: step.id, node: step.node, as })
  }

  private onAsked(step: Step, outputs: Record<string, ValueRef>, approve: () => boolean): void {
    const { id, node, key } = step
    const asked = { node, outputs, approve }
    this.asked.set(id, asked)
    this.emit({ type: 'job.asked', step: id, node, key, outputs })
    this.options.onAsked?.(asked)
  }

  private onHandedOn(step: Step, outputs: Record<string, ValueRef>, approved: boolean): void {
    const { id, node, key } = step
    if (approved) {
      const { cache } = this.engine.data
      cache.put({ key, node: step.definition.id, outputs, warnings: [], seconds: 0 })
    }
    this.records.get(id)!.seconds = 0
    this.setFraction(step, 1)
    if (approved) this.emit({ type: 'job.approved', step: id, node })
    else this.emit({ type: 'job.finished', step: id, node, seconds: 0, memoryBytes: 0, outputs })
    this.emitRunProgress()
  }

  private onFinished(step: Step, result: JobResult): void {
    const { outputs, seconds, memoryBytes, device } = result
    const record = this.records.get(step.id)!
    Object.assign(record, { seconds, memoryBytes, device })
    const known = step.entry?.outputs
    const { warnings } = record
    this.engine.data.cache.put({
      key: step.key,
      node: step.definition.id,
      outputs: { ...known, ...outputs },
      warnings,
      seconds,
      work: [...(step.entry?.work ?? []), { endedAt: Date.now(), seconds, memoryBytes, device }],
    })
    this.writtenTimings[timingKey(step)] = { seconds }
    this.setFraction(step, 1)
    this.emit({ type: 'job.finished', step: step.id, node: step.node, seconds, memoryBytes, device, outputs })
    this.emitRunProgress()
  }

  private onProgress(
    step: Step,
    progress: { fraction: number; text?: string; memoryBytes: number; elapsedSeconds: number },
  ): void {
    const fraction = this.setFraction(step, progress.fraction)
    const { elapsedSeconds, text, memoryBytes } = progress
    const remainingSeconds = remaining(fraction, elapsedSeconds)
    const { id, node } = step
    this.emit({
      type: 'job.progressed',
      step: id,
      node,
      fraction,
      text,
      elapsedSeconds,
      remainingSeconds,
      memoryBytes,
    })
    this.emitRunProgress()
  }

  /** Never goes back. @returns the fraction that now holds */
  private setFraction(step: Step, fraction: number): number {
    const before = this.fractions.get(step.id) ?? 0
    const after = Math.max(before, Math.min(1, fraction))
    this.fractions.set(step.id, after)
    this.doneWeight += (after - before) * (this.weights.get(step.id) ?? 0)
    return after
  }

  private emitRunProgress(): void {
    const fraction = this.totalWeight === 0 ? 1 : this.doneWeight / this.totalWeight
    const elapsedSeconds = (Date.now() - this.startedAt) / 1000
    this.emit({
      type: 'run.progressed',
      fraction,
      elapsedSeconds,
      remainingSeconds: remaining(fraction, elapsedSeconds),
    })
  }

  private collect(outputs: Map<string, Record<string, ValueRef>>): RunResult {
    const files: LocalFile[] = []
    const tables: Record<string, TableValue> = {}
    for (const target of this.plan.targets) {
      for (const ref of Object.values(outputs.get(target) ?? {})) {
        if (ref.type === 'table' && 'inline' in ref)
          tables[target] = this.withCosts(target, ref.inline as TableValue)
        if (ref.type === 'file' && 'blobs' in ref) files.push(this.fileOf(target, ref))
      }
    }
    const byTarget = Object.fromEntries(
      this.plan.targets.map((target) => [target, outputs.get(target) ?? {}]),
    )
    return {
      run: this.id,
      document: this.plan.document,
      seconds: this.seconds(),
      files,
      tables,
      outputs: byTarget,
      steps: [...this.records.values()],
    }
  }

  private titlesOf(tables: RunResult['tables']): { node: string; title: string }[] {
    const { steps, document } = this.plan
    return Object.keys(tables).map((node) => ({ node, title: titleOf(steps.get(node)!, document) }))
  }

  private withCosts(target: string, table: TableValue): TableValue {
    const { steps, document } = this.plan
    const costs = costRows(steps.get(target)!, {
      steps,
      document,
      find: (key) => this.engine.data.cache.find(key),
    })
    return { ...table, rows: [...table.rows, ...costs] }
  }

  private fileOf(node: string, ref: Extract<ValueRef, { blobs: unknown }>): LocalFile {
    const { name, mime } = ref.meta as { name: string; mime: string }
    return { node, name, mime, ...ref.blobs.data, path: this.engine.data.blobs.pathOf(ref.blobs.data.sha256) }
  }

  private park({ nodes }: WaitingError): WaitingError {
    this.end('waiting')
    this.emit({ type: 'run.waiting', seconds: this.seconds() })
    return new WaitingError(
      nodes,
      nodes.map((node) => nodeLabel(this.plan.document, node)),
    )
  }

  private fail(error: unknown): void {
    const seconds = this.seconds()
    if (error instanceof CancelledError) {
      this.end('cancelled')
      this.emit({ type: 'run.cancelled', seconds })
      return
    }
    const json = toErrorJson(error)
    this.end('failed', undefined, json)
    this.emit({ type: 'run.failed', seconds, error: json })
  }

  private end(
    status: Exclude<RunStatus, 'running' | 'interrupted'>,
    result?: RunResult,
    error?: ErrorJson,
  ): void {
    const { data } = this.engine
    const known = readHistory(data, this.plan.document.id)
    for (const step of this.plan.steps.values()) {
      const record = this.records.get(step.id)
      if (step.state === 'cached' || record?.seconds !== undefined) known[step.id] = step.parts
    }
    // A disk that is full must not hide why the run ended.
    try {
      writeHistory(data, this.plan.document.id, known)
      writeTimings(data, this.writtenTimings)
      this.writeRecord(status, result, error)
    } catch (writeFailure) {
      if (status === 'finished') throw writeFailure
    }
  }

  private writeRecord(
    status: Exclude<RunStatus, 'interrupted'>,
    result?: RunResult,
    error?: ErrorJson,
  ): void {
    if (this.options.isRecorded === false) return
    writeRun(this.engine.data, {
      id: this.id,
      status,
      pid: process.pid,
      startedAt: new Date(this.startedAt).toISOString(),
      seconds: status === 'running' ? undefined : this.seconds(),
      document: this.plan.document,
      targets: this.plan.targets,
      steps: [...this.records.values()],
      files: result?.files ?? [],
      tables: result?.tables ?? {},
      error,
    })
  }

  /** Only after work that stored something, and not after every run: looking through the store costs time too. */
  private async cleanUp(): Promise<void> {
    const { data } = this.engine
    if (Object.keys(this.writtenTimings).length === 0 || !isCleanUpDue(data)) return
    await cleanUp(data, this.engine.limitBytes?.() ?? DEFAULT_LIMIT_BYTES)
  }

  private seconds(): number {
    return (Date.now() - this.startedAt) / 1000
  }

  private emit(body: RunEventBody): void {
    this.options.onEvent?.({ ...body, run: this.id, seq: ++this.seq, at: Date.now() })
  }
}

/** Steps that are still to be computed get the keys of another plan for the same nodes; what was found stays as it is. */
function rekey(plan: Plan, { document, steps }: Plan): void {
  plan.document = document
  for (const step of plan.steps.values()) {
    const next = steps.get(step.id)
    if (step.state !== 'run' || !next) continue
    const { key, parts, params, handsOn } = next
    Object.assign(step, { key, parts, params, handsOn })
  }
}

/** Sorts by time and is unique. */
export const newRunId = (): string =>
  `${new Date().toISOString().slice(0, 19).replace(/[-:T]/g, '')}-${randomBytes(4).toString('hex')}`

export function plannedSteps(steps: ReadonlyMap<string, Step>, timings: Timings): PlannedStep[] {
  return [...steps.values()].map((step) => {
    const { id, node, definition, state, why, key } = step
    const estimateSeconds = step.handsOn === undefined ? timings[timingKey(step)]?.seconds : 0
    return { step: id, node, type: definition.id, state, why, key: key.slice(0, 12), estimateSeconds }
  })
}

const timingKey = (step: Step) =>
  step.kind === 'prepare' ? `${step.definition.id}${PREPARED}` : step.definition.id

/** Too early to tell below 3 % or half a second. */
function remaining(fraction: number, elapsedSeconds: number): number | undefined {
  if (fraction < 0.03 || elapsedSeconds < 0.5) return undefined
  return (elapsedSeconds / fraction) * Math.max(0, 1 - fraction)
}
