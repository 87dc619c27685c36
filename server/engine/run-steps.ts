import type { Resource } from '../../nodes/core/define-node'
import { CancelledError, StudioError, toErrorJson, WaitingError } from '../../nodes/core/errors'
import type { ValueRef } from '../../nodes/core/value-ref'
import { type JobListener, type JobRequest, type JobResult, type JobRunner, WorkerLost } from '../worker/pool'
import type { Job } from '../worker/protocol'
import { Attempts } from './attempts'
import { type Plan, PREPARED, type Step } from './plan'
import type { StepListener } from './step-listener'
import { StepQueue } from './step-queue'

/** Jobs of this class wait for disk more than they compute, so more of them than cores may run. */
const IO_JOBS = 4

/** Jobs sent to the worker beyond its threads, so that no thread waits for a message between two short jobs. */
const AHEAD = 16

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
  private readonly queue: StepQueue
  private readonly attempts = new Attempts()
  private readonly active = new Map<string, AbortController>()
  /** Steps that wait for a person, with the value in question. */
  private readonly asking = new Map<string, { step: Step; outputs: Record<string, ValueRef> }>()
  private isPutOff = false
  private readonly busy = { cpu: 0, io: 0, model: 0 }
  private failure: unknown
  private settle!: { resolve(): void; reject(error: unknown): void }

  constructor(
    private readonly ofRun: Pick<Job, 'run' | 'fresh'>,
    private readonly plan: Plan,
    private readonly runner: JobRunner,
    private readonly signal: AbortSignal,
    private readonly listener: StepListener,
  ) {
    this.queue = new StepQueue(plan)
  }

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
    return this.queue.outputs
  }

  private enter(step: Step): void {
    if (step.state === 'run') this.queue.enter(step)
    if (step.state !== 'cached') return
    this.queue.outputs.set(step.id, step.entry!.outputs)
    this.listener.onCached(step)
  }

  private pump(): void {
    const { ready } = this.queue
    for (let i = 0; i < ready.length; ) {
      const step = ready[i]
      if (step.handsOn !== undefined) {
        ready.splice(i, 1)
        this.handOn(step)
        i = 0 // its readers may be in front
      } else if (this.hasRoom(step)) {
        ready.splice(i, 1)
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
    const outputs = { [output]: this.queue.outputs.get(source.step)![source.output] }
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
    this.queue.finish(step, outputs)
  }

  /** A step that follows another one mostly waits for it. */
  private resourceOf(step: Step): Resource {
    return this.queue.follows(step) ? 'io' : (step.definition.resource ?? 'cpu')
  }

  private hasRoom(step: Step): boolean {
    if (this.attempts.triesAlone) return false
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
      const result = await this.attempts.run((attempt) => this.execute(step, controller.signal, attempt), {
        mayRepeat: () => !this.queue.follows(step),
        onRetry: (reason) => this.listener.onRetry(step, reason),
      })
      this.listener.onFinished(step, result)
      this.queue.finish(step, { ...step.entry?.outputs, ...result.outputs })
    } catch (error) {
      if (error instanceof WorkerLost) {
        this.listener.onRetry(step, error.reason)
        this.queue.waitAgain(step)
      } else this.fail(step, error)
    }
    this.busy[resource]--
    this.active.delete(step.id)
    this.pump()
  }

  private execute(step: Step, signal: AbortSignal, attempt: number): Promise<JobResult> {
    return this.runner.run(this.jobOf(step), this.jobListener(step, attempt), signal)
  }

  private jobOf(step: Step): JobRequest {
    const { listener, queue } = this
    const isLive = step.kind === 'node' && step.definition.live !== undefined
    return {
      ...this.ofRun,
      ...queue.inputsOf(step),
      key: step.key,
      parts: step.parts,
      node: step.node,
      type: step.definition.id,
      kind: step.kind,
      resource: this.resourceOf(step),
      params: step.params,
      prepared: queue.outputs.get(`${step.id}${PREPARED}`)?.prepared,
      tuning: isLive ? listener.tuning(step) : undefined,
      followed: queue.followedOutputs(step),
      networks: step.networks,
      wanted: [...step.wanted].filter((name) => !step.entry || !(name in step.entry.outputs)),
      watched: listener.onPreview !== undefined,
      workflow: step.definition.embedsWorkflow ? listener.workflowFor(step.node) : undefined,
    }
  }

  private jobListener(step: Step, attempt: number): JobListener {
    const { listener, queue } = this
    let startedAt = performance.now()
    return {
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
      onOpened: (output, ref) => {
        if (queue.begin(step, output, ref)) this.pump()
      },
      onMade: (output, name, blob) => queue.append(step, output, name, blob),
    }
  }

  /** It comes out of the blue: what goes wrong with it must end the run, not the studio. */
  private onSettled(step: Step, as: Record<string, unknown>): void {
    try {
      this.listener.onSettled(step, as)
    } catch (error) {
      this.stop(error)
    }
  }

  private fail(step: Step, cause: unknown): void {
    if (cause instanceof CancelledError) return
    const error = cause instanceof StudioError ? cause.at(step.node) : cause
    this.failure ??= error
    this.queue.abandon(step)
    this.listener.onFailed(step, toErrorJson(error))
    if (error instanceof StudioError && (error.code === 'storage/corrupt' || error.code === 'storage/full')) {
      return this.stop(error) // every other node would meet the same
    }
    const useful = this.queue.dropWhatOnlyServes(step)
    for (const [id, controller] of this.active) {
      // A video that has begun, which the failed step may have followed, is finished and kept for the next run.
      if (id !== step.id && !useful.has(id) && !this.queue.hasBegun(id)) controller.abort()
    }
  }

  private stop(error: unknown): void {
    this.failure ??= error
    this.queue.ready.length = 0
    for (const controller of this.active.values()) controller.abort()
    if (this.active.size === 0) this.settle.reject(this.failure)
  }
}
