import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { upstreamOf, type WorkflowDocument } from '../../nodes/core/document'
import { CancelledError, StudioError, toErrorJson, WaitingError } from '../../nodes/core/errors'
import { nodeLabel } from '../../nodes/core/graph'
import { cleanUp, isCleanUpDue } from '../storage/clean-up'
import { writeAtomicSync } from '../storage/files'
import type { ValueRef } from '../storage/value-ref'
import type { JobResult } from '../worker/pool'
import { DEFAULT_LIMIT_BYTES, type EngineOptions } from './engine-options'
import type { RunEventBody } from './events'
import { readTimings } from './journal'
import { LiveParams } from './live-params'
import type { Plan, Step } from './plan'
import { plannedSteps } from './planned-steps'
import { RunJournal } from './run-journal'
import type { Asked, RunOptions } from './run-options'
import { RunProgress, remainingSeconds } from './run-progress'
import { figuresIn, type RunResult, resultOfTargets } from './run-result'
import { runSteps } from './run-steps'
import type { StepProgress } from './step-listener'

/** A damaged artifact is computed again; more often than this and something else is wrong. */
const MAX_REPLANS = 3

/** One execution of a frozen workflow. */
export class Run {
  private readonly id: string
  private readonly startedAt = Date.now()
  private readonly asked = new Map<string, Asked>()
  private readonly live = new LiveParams()
  private readonly leaseFile: string
  private readonly journal: RunJournal
  private plan: Plan
  private progress = new RunProgress([])
  private seq = 0

  constructor(
    private readonly engine: EngineOptions,
    private document: WorkflowDocument,
    private readonly options: RunOptions,
    private readonly planOf: (document: WorkflowDocument) => Plan,
  ) {
    this.plan = planOf(document)
    this.id = options.id ?? newRunId()
    this.leaseFile = path.join(engine.data.leases, `${process.pid}-${this.id}.json`)
    const isRecorded = options.isRecorded ?? true
    this.journal = new RunJournal(engine.data, { id: this.id, startedAt: this.startedAt, isRecorded })
  }

  async execute(): Promise<RunResult> {
    this.begin()
    this.options.onBegun?.({ tune: (node, params) => this.tune(node, params) })
    try {
      for (const [node, params] of Object.entries(this.options.tuned ?? {}))
        if (this.plan.steps.get(node)?.state === 'run') this.tune(node, params)
      const outputs = await this.runUntilWhole()
      const result: RunResult = {
        run: this.id,
        document: this.plan.document,
        seconds: this.seconds(),
        steps: this.journal.steps,
        ...resultOfTargets(this.plan, outputs, this.engine.data),
      }
      this.journal.end('finished', this.plan, result)
      const { seconds, files, tables } = result
      this.emit({ type: 'run.finished', seconds, files, tables, figures: figuresIn(tables, this.plan) })
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
    this.journal.write('running', this.plan)
    this.announce()
  }

  private writeLease(): void {
    writeAtomicSync(this.leaseFile, JSON.stringify([...this.plan.steps.values()].map((step) => step.key)))
  }

  private announce(): void {
    const { document, targets, steps, skipped } = this.plan
    const planned = plannedSteps(steps, readTimings(this.engine.data))
    this.progress = new RunProgress(planned)
    this.journal.begin(planned)
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
        this.journal.of(step.id)!.warnings.push(...warnings)
        this.emit({ type: 'job.cached', step: step.id, node: step.node, outputs, warnings })
      },
      onStarted: (step, attempt) =>
        this.emit({ type: 'job.started', step: step.id, node: step.node, attempt }),
      onProgress: (step, progress) => this.onProgress(step, progress),
      onWarning: (step, message) => {
        if (!this.journal.warn(step, message)) return
        this.emit({ type: 'job.warned', step: step.id, node: step.node, message })
      },
      onPreview: onPreview && ((step, preview) => onPreview({ run: this.id, node: step.node, ...preview })),
      onRetry: (step, reason) => this.emit({ type: 'job.retried', step: step.id, node: step.node, reason }),
      onFailed: (step, error) => {
        this.journal.of(step.id)!.error = error
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
    if (step?.state !== 'run' || this.journal.of(node)?.seconds !== undefined) {
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
    this.journal.write('running', this.plan)
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
    this.journal.of(id)!.seconds = 0
    this.progress.set(id, 1)
    if (approved) this.emit({ type: 'job.approved', step: id, node })
    else this.emit({ type: 'job.finished', step: id, node, seconds: 0, memoryBytes: 0, outputs })
    this.emitRunProgress()
  }

  private onFinished(step: Step, result: JobResult): void {
    const { outputs, seconds, memoryBytes, device } = result
    const { warnings } = this.journal.of(step.id)!
    const known = step.entry?.outputs
    this.engine.data.cache.put({
      key: step.key,
      node: step.definition.id,
      outputs: { ...known, ...outputs },
      warnings,
      seconds,
      work: [...(step.entry?.work ?? []), { endedAt: Date.now(), seconds, memoryBytes, device }],
    })
    this.journal.finish(step, result)
    this.progress.set(step.id, 1)
    this.emit({ type: 'job.finished', step: step.id, node: step.node, seconds, memoryBytes, device, outputs })
    this.emitRunProgress()
  }

  private onProgress(step: Step, progress: StepProgress): void {
    const { id, node } = step
    const { elapsedSeconds, text, memoryBytes } = progress
    const fraction = this.progress.set(id, progress.fraction)
    this.emit({
      type: 'job.progressed',
      step: id,
      node,
      fraction,
      text,
      elapsedSeconds,
      remainingSeconds: remainingSeconds(fraction, elapsedSeconds),
      memoryBytes,
    })
    this.emitRunProgress()
  }

  private emitRunProgress(): void {
    const { fraction } = this.progress
    const elapsedSeconds = this.seconds()
    this.emit({
      type: 'run.progressed',
      fraction,
      elapsedSeconds,
      remainingSeconds: remainingSeconds(fraction, elapsedSeconds),
    })
  }

  private park({ nodes }: WaitingError): WaitingError {
    this.journal.end('waiting', this.plan)
    this.emit({ type: 'run.waiting', seconds: this.seconds() })
    return new WaitingError(
      nodes,
      nodes.map((node) => nodeLabel(this.plan.document, node)),
    )
  }

  private fail(error: unknown): void {
    const seconds = this.seconds()
    if (error instanceof CancelledError) {
      this.journal.end('cancelled', this.plan)
      this.emit({ type: 'run.cancelled', seconds })
      return
    }
    const json = toErrorJson(error)
    this.journal.end('failed', this.plan, undefined, json)
    this.emit({ type: 'run.failed', seconds, error: json })
  }

  /** Only after work that stored something, and not after every run: looking through the store costs time too. */
  private async cleanUp(): Promise<void> {
    const { data } = this.engine
    if (!this.journal.hasWork || !isCleanUpDue(data)) return
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
const newRunId = (): string =>
  `${new Date().toISOString().slice(0, 19).replace(/[-:T]/g, '')}-${randomBytes(4).toString('hex')}`
