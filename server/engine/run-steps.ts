import type { Resource } from '../../nodes/core/define-node'
import type { WorkflowDocument } from '../../nodes/core/document'
import {
  CancelledError,
  type ErrorJson,
  StudioError,
  toErrorJson,
  WaitingError,
} from '../../nodes/core/errors'
import type { ValueRef } from '../../nodes/core/value-ref'
import { type JobPreview, type JobRequest, type JobResult, type JobRunner, WorkerLost } from '../worker/pool'
import type { Job } from '../worker/protocol'
import type { FollowParams } from './live-params'
import { OpenValue } from './open-value'
import { type Plan, PREPARED, type Step } from './plan'

/** Jobs of this class wait for disk more than they compute, so more of them than cores may run. */
const IO_JOBS = 4

/** Jobs sent to the worker beyond its threads, so that no thread waits for a message between two short jobs. */
const AHEAD = 16

/** A worker that dies under a job gets one more chance. */
const MAX_ATTEMPTS = 2

export interface StepListener {
  workflowFor(node: string): WorkflowDocument
  onCached(step: Step): void
  onStarted(step: Step, attempt: number): void
  onProgress(
    step: Step,
    progress: { fraction: number; text?: string; memoryBytes: number; elapsedSeconds: number },
  ): void
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

/**
 * Runs the steps of a plan: a ready list, nearest to a target first, as many at once as their resource class
 * allows. A step that reads a video starts when it has begun, and follows it while it is being made. When a step
 * fails, what hangs on it is dropped and the rest goes on. A step that asks a person holds nothing up but its readers.
 *
 * @returns outputs per step that ran or was cached
 * @throws the first failure, once nothing useful is left to do; CancelledError; WaitingError when all that is left waits
 *   for a person
 */
export function runSteps(
  ofRun: Pick<Job, 'run' | 'fresh'>,
  plan: Plan,
  runner: JobRunner,
  signal: AbortSignal,
  listener: StepListener,
): Promise<Map<string, Record<string, ValueRef>>> {
  return new StepRunner(ofRun, plan, runner, signal, listener).run()
}

class StepRunner {
  private readonly outputs = new Map<string, Record<string, ValueRef>>()
  private readonly waitingFor = new Map<string, number>()
  private readonly readers = new Map<string, Step[]>()
  private readonly ready: Step[] = []
  private readonly active = new Map<string, AbortController>()
  /** Videos of steps that still make them. */
  private readonly open = new Map<string, Map<string, OpenValue>>()
  /** Steps that wait until what they read is whole. */
  private readonly patient = new Set<string>()
  /** Steps that wait for a person, with the value in question. */
  private readonly asking = new Map<string, { step: Step; outputs: Record<string, ValueRef> }>()
  private isPutOff = false
  private readonly busy = { cpu: 0, io: 0, model: 0 }
  /** Steps whose worker died under them and that have not been tried alone yet. */
  private suspects = 0
  private trial: Promise<unknown> = Promise.resolve()
  private failure: unknown
  private settle!: { resolve(): void; reject(error: unknown): void }

  constructor(
    private readonly ofRun: Pick<Job, 'run' | 'fresh'>,
    private readonly plan: Plan,
    private readonly runner: JobRunner,
    private readonly signal: AbortSignal,
    private readonly listener: StepListener,
  ) {}

  async run(): Promise<Map<string, Record<string, ValueRef>>> {
    for (const step of this.plan.steps.values()) this.enter(step)
    const onAbort = () => this.stop(new CancelledError())
    this.signal.addEventListener('abort', onAbort, { once: true })
    try {
      await new Promise<void>((resolve, reject) => {
        this.settle = { resolve, reject }
        if (this.signal.aborted) onAbort()
        this.pump()
      })
    } finally {
      this.signal.removeEventListener('abort', onAbort)
    }
    return this.outputs
  }

  private enter(step: Step): void {
    if (step.state === 'cached') {
      this.outputs.set(step.id, step.entry!.outputs)
      this.listener.onCached(step)
    }
    if (step.state !== 'run') return
    let waits = 0
    for (const source of this.sourcesOf(step)) {
      if (source.state !== 'run') continue
      waits++
      const list = this.readers.get(source.id)
      if (list) list.push(step)
      else this.readers.set(source.id, [step])
    }
    this.waitingFor.set(step.id, waits)
    if (waits === 0) this.addReady(step)
  }

  private sourcesOf(step: Step): Step[] {
    const ids = new Set(Object.values(step.inputs).map(({ step: id }) => id))
    if (step.kind === 'node' && this.plan.steps.has(`${step.id}${PREPARED}`)) ids.add(`${step.id}${PREPARED}`)
    return [...ids].map((id) => this.plan.steps.get(id)!)
  }

  private addReady(step: Step): void {
    let at = this.ready.length
    while (at > 0 && this.ready[at - 1].depth > step.depth) at--
    this.ready.splice(at, 0, step)
  }

  private pump(): void {
    for (let i = 0; i < this.ready.length; ) {
      const step = this.ready[i]
      if (step.handsOn !== undefined) {
        this.ready.splice(i, 1)
        this.handOn(step)
        i = 0 // its readers may be in front
      } else if (this.hasRoom(step)) {
        this.ready.splice(i, 1)
        void this.start(step)
      } else i++
    }
    if (this.active.size > 0) return
    if (this.failure) this.settle.reject(this.failure)
    else if (this.asking.size === 0) this.settle.resolve()
    else if (!this.isPutOff) this.onlyAsking()
  }

  private onlyAsking(): void {
    const steps = [...this.asking.values()].map(({ step }) => step)
    const end = () => this.stop(new WaitingError(steps.map(({ node }) => node)))
    const answer = this.listener.onOnlyAsking?.(steps)
    if (!answer) return end()
    this.isPutOff = true
    answer.then(
      () => {
        this.isPutOff = false
        if (steps.every(({ id }) => this.asking.has(id))) end()
        else this.pump()
      },
      (error) => this.stop(error),
    )
  }

  private handOn(step: Step): void {
    const [source] = Object.values(step.inputs)
    const [output] = Object.keys(step.definition.outputs)
    const outputs = { [output]: this.outputs.get(source.step)![source.output] }
    if (!this.listener.mustAsk(step)) return this.goOn(step, outputs, false)
    this.asking.set(step.id, { step, outputs })
    this.listener.onAsked(step, outputs, () => {
      if (this.failure || !this.asking.delete(step.id)) return false
      this.goOn(step, outputs, true)
      this.pump()
      return true
    })
  }

  private goOn(step: Step, outputs: Record<string, ValueRef>, approved: boolean): void {
    this.listener.onHandedOn(step, outputs, approved)
    this.outputs.set(step.id, outputs)
    this.release(step)
  }

  /** Whether a step that may run reads what another one is still making. */
  private follows(step: Step): boolean {
    return Object.values(step.inputs).some((source) => !this.outputs.has(source.step))
  }

  /** A step that follows another one mostly waits for it. */
  private resourceOf(step: Step): Resource {
    return this.follows(step) ? 'io' : (step.definition.resource ?? 'cpu')
  }

  private hasRoom(step: Step): boolean {
    if (this.suspects > 0) return false
    switch (this.resourceOf(step)) {
      case 'io':
        return this.busy.io < IO_JOBS
      case 'model':
        return this.busy.model < 1
      default:
        return this.busy.cpu < this.runner.threads + AHEAD
    }
  }

  private async start(step: Step): Promise<void> {
    const resource = this.resourceOf(step)
    const controller = new AbortController()
    this.busy[resource]++
    this.active.set(step.id, controller)
    try {
      const result = await this.attempt(step, controller.signal)
      this.listener.onFinished(step, result)
      this.outputs.set(step.id, { ...step.entry?.outputs, ...result.outputs })
      this.release(step)
    } catch (error) {
      if (error instanceof WorkerLost) this.waitAgain(step, error.reason)
      else this.fail(step, error)
    }
    this.busy[resource]--
    this.active.delete(step.id)
    this.pump()
  }

  private async attempt(step: Step, signal: AbortSignal): Promise<JobResult> {
    for (let attempt = 1; ; ) {
      try {
        return await (attempt === 1
          ? this.execute(step, signal, 1)
          : this.executeAlone(step, signal, attempt))
      } catch (error) {
        if (!(error instanceof WorkerLost) || this.follows(step)) throw error
        if (!error.innocent && ++attempt > MAX_ATTEMPTS) {
          throw new StudioError(
            'worker/died',
            `The worker process died twice while computing this node (${error.reason}).`,
            {
              hint: 'Often this means too little memory: try a smaller size or a shorter clip.',
            },
          )
        }
        this.listener.onRetry(step, error.reason)
      }
    }
  }

  /** Whatever was at work when the worker died is tried with nothing beside it: if it dies again, it was that one. */
  private executeAlone(step: Step, signal: AbortSignal, attempt: number): Promise<JobResult> {
    this.suspects++
    const result = this.trial.then(() => this.execute(step, signal, attempt))
    const release = () => void this.suspects--
    this.trial = result.then(release, release)
    return result
  }

  /** A step whose worker died while it followed another one does not follow a second time: it waits for the whole. */
  private waitAgain(step: Step, reason: string): void {
    this.patient.add(step.id)
    const waits = this.sourcesOf(step).filter((source) => !this.outputs.has(source.id)).length
    this.waitingFor.set(step.id, waits)
    this.listener.onRetry(step, reason)
    if (waits === 0) this.addReady(step)
  }

  private execute(step: Step, signal: AbortSignal, attempt: number): Promise<JobResult> {
    let startedAt = performance.now()
    const { listener, outputs } = this
    const inputs: Record<string, ValueRef> = {}
    const open: JobRequest['open'] = {}
    for (const [name, source] of Object.entries(step.inputs)) {
      const whole = outputs.get(source.step)?.[source.output]
      const begun = this.open.get(source.step)?.get(source.output)
      inputs[name] = whole ?? begun!.ref
      if (!whole) open[name] = begun!.follow
    }
    const isLive = step.kind === 'node' && step.definition.live !== undefined
    const job = {
      ...this.ofRun,
      key: step.key,
      parts: step.parts,
      node: step.node,
      type: step.definition.id,
      kind: step.kind,
      resource: this.resourceOf(step),
      params: step.params,
      inputs,
      prepared: outputs.get(`${step.id}${PREPARED}`)?.prepared,
      open,
      tuning: isLive ? listener.tuning(step) : undefined,
      followed: this.followedOutputs(step),
      networks: step.networks,
      wanted: [...step.wanted].filter((name) => !step.entry || !(name in step.entry.outputs)),
      watched: listener.onPreview !== undefined,
      workflow: step.definition.embedsWorkflow ? listener.workflowFor(step.node) : undefined,
    }
    return this.runner.run(
      job,
      {
        onStarted: () => {
          startedAt = performance.now()
          listener.onStarted(step, attempt)
        },
        onProgress: (fraction, text, memoryBytes) => {
          const elapsedSeconds = (performance.now() - startedAt) / 1000
          listener.onProgress(step, { fraction, text, memoryBytes, elapsedSeconds })
        },
        onWarning: (message) => listener.onWarning(step, message),
        onPreview: (preview) => listener.onPreview?.(step, preview),
        onTuned: (params) => listener.onTuned(step, params),
        onSettled: (as) => this.onSettled(step, as),
        onOpened: (output, ref) => this.onOpened(step, output, ref),
        onMade: (output, name, blob) => this.open.get(step.id)!.get(output)!.add(name, blob),
      },
      signal,
    )
  }

  /** It comes out of the blue: what goes wrong with it must end the run, not the studio. */
  private onSettled(step: Step, as: Record<string, unknown>): void {
    try {
      this.listener.onSettled(step, as)
    } catch (error) {
      this.stop(error)
    }
  }

  /** Videos that a step of this run reads: they are long, and read from their beginning to their end. */
  private followedOutputs(step: Step): string[] {
    const readers = (this.readers.get(step.id) ?? []).filter(({ handsOn }) => handsOn === undefined)
    const read = readers.flatMap((reader) => Object.values(reader.inputs))
    const outputs = read.filter((source) => source.step === step.id).map((source) => source.output)
    return [...new Set(outputs)].filter((output) => step.definition.outputs[output]?.type === 'video')
  }

  private onOpened(step: Step, output: string, ref: ValueRef): void {
    const values = this.open.get(step.id) ?? new Map<string, OpenValue>()
    if (values.has(output)) return // a second attempt makes the same again
    this.open.set(step.id, values.set(output, new OpenValue(ref)))
    this.startFollowers(step)
    this.pump()
  }

  /** The readers of a step that wait for nothing but videos that have begun may start. */
  private startFollowers(step: Step): void {
    for (const reader of this.readers.get(step.id) ?? []) {
      if (this.waitingFor.get(reader.id)! <= 0 || !this.canFollow(reader)) continue
      this.waitingFor.set(reader.id, 0)
      this.addReady(reader)
    }
  }

  private canFollow(step: Step): boolean {
    if (this.patient.has(step.id) || step.handsOn !== undefined) return false
    const has = (id: string, output: string) =>
      this.outputs.has(id) || this.open.get(id)?.has(output) === true
    const prepared = `${step.id}${PREPARED}`
    return (
      Object.values(step.inputs).every((source) => has(source.step, source.output)) &&
      (!this.plan.steps.has(prepared) || this.outputs.has(prepared))
    )
  }

  private release(step: Step): void {
    this.open.delete(step.id)
    for (const reader of this.readers.get(step.id) ?? []) {
      const left = this.waitingFor.get(reader.id)! - 1
      this.waitingFor.set(reader.id, left)
      if (left === 0) this.addReady(reader)
    }
    this.startFollowers(step)
  }

  private fail(step: Step, cause: unknown): void {
    if (cause instanceof CancelledError) return
    const error = cause instanceof StudioError ? cause.at(step.node) : cause
    this.failure ??= error
    this.open.delete(step.id) // what it had begun will never be whole: nobody may start to follow it
    this.listener.onFailed(step, toErrorJson(error))
    if (error instanceof StudioError && (error.code === 'storage/corrupt' || error.code === 'storage/full')) {
      return this.stop(error) // every other node would meet the same
    }
    this.dropWhatOnlyServes(step)
  }

  /** Steps that no target needs any more, now that whatever hangs on `failed` cannot be reached. */
  private dropWhatOnlyServes(failed: Step): void {
    const lost = new Set([failed.id])
    for (const step of this.plan.steps.values()) {
      if (this.sourcesOf(step).some((source) => lost.has(source.id)) && step.state === 'run')
        lost.add(step.id)
    }
    const useful = new Set<string>()
    const queue = this.plan.targets.filter((id) => !lost.has(id))
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      if (useful.has(at)) continue
      useful.add(at)
      for (const source of this.sourcesOf(this.plan.steps.get(at)!)) queue.push(source.id)
    }
    for (let i = this.ready.length - 1; i >= 0; i--)
      if (!useful.has(this.ready[i].id)) this.ready.splice(i, 1)
    for (const [id, controller] of this.active) {
      // A video that has begun, which the failed step may have followed, is finished and kept for the next run.
      if (id !== failed.id && !useful.has(id) && !this.open.has(id)) controller.abort()
    }
  }

  private stop(error: unknown): void {
    this.failure ??= error
    this.ready.length = 0
    for (const controller of this.active.values()) controller.abort()
    if (this.active.size === 0) this.settle.reject(this.failure)
  }
}
