import type { WorkflowDocument } from '../../nodes/core/document'
import { CancelledError, type ErrorJson, StudioError, toErrorJson } from '../../nodes/core/errors'
import type { ValueRef } from '../storage/value-ref'
import { type JobPreview, type JobResult, type JobRunner, WorkerLost } from '../worker/pool'
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
  onFinished(step: Step, result: JobResult): void
}

/**
 * Runs the steps of a plan: a ready list, nearest to a target first, as many at once as their resource class
 * allows. When a step fails, what hangs on it is dropped and the rest goes on.
 *
 * @returns outputs per step that ran or was cached
 * @throws the first failure, once nothing useful is left to do; CancelledError
 */
export function runSteps(
  plan: Plan,
  runner: JobRunner,
  signal: AbortSignal,
  listener: StepListener,
): Promise<Map<string, Record<string, ValueRef>>> {
  return new StepRunner(plan, runner, signal, listener).run()
}

class StepRunner {
  private readonly outputs = new Map<string, Record<string, ValueRef>>()
  private readonly waitingFor = new Map<string, number>()
  private readonly readers = new Map<string, Step[]>()
  private readonly ready: Step[] = []
  private readonly active = new Map<string, AbortController>()
  private readonly busy = { cpu: 0, io: 0 }
  /** Steps whose worker died under them and that have not been tried alone yet. */
  private suspects = 0
  private trial: Promise<unknown> = Promise.resolve()
  private failure: unknown
  private settle!: { resolve(): void; reject(error: unknown): void }

  constructor(
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
      if (this.hasRoom(step)) {
        this.ready.splice(i, 1)
        void this.start(step)
      } else i++
    }
    if (this.active.size > 0) return
    if (this.failure) this.settle.reject(this.failure)
    else this.settle.resolve()
  }

  private hasRoom(step: Step): boolean {
    if (this.suspects > 0) return false
    return step.definition.resource === 'io'
      ? this.busy.io < IO_JOBS
      : this.busy.cpu < this.runner.threads + AHEAD
  }

  private async start(step: Step): Promise<void> {
    const resource: 'cpu' | 'io' = step.definition.resource ?? 'cpu'
    const controller = new AbortController()
    this.busy[resource]++
    this.active.set(step.id, controller)
    try {
      const result = await this.attempt(step, controller.signal)
      this.listener.onFinished(step, result)
      this.outputs.set(step.id, { ...step.entry?.outputs, ...result.outputs })
      this.release(step)
    } catch (error) {
      this.fail(step, error)
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
        if (!(error instanceof WorkerLost)) throw error
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

  private execute(step: Step, signal: AbortSignal, attempt: number): Promise<JobResult> {
    let startedAt = performance.now()
    const { listener, outputs } = this
    const inputs = Object.fromEntries(
      Object.entries(step.inputs).map(([name, source]) => [name, outputs.get(source.step)![source.output]]),
    )
    const job = {
      key: step.key,
      node: step.node,
      type: step.definition.id,
      kind: step.kind,
      resource: step.definition.resource ?? ('cpu' as const),
      params: step.params,
      inputs,
      prepared: outputs.get(`${step.id}${PREPARED}`)?.prepared,
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
      },
      signal,
    )
  }

  private release(step: Step): void {
    for (const reader of this.readers.get(step.id) ?? []) {
      const left = this.waitingFor.get(reader.id)! - 1
      this.waitingFor.set(reader.id, left)
      if (left === 0) this.addReady(reader)
    }
  }

  private fail(step: Step, cause: unknown): void {
    if (cause instanceof CancelledError) return
    const error = cause instanceof StudioError ? cause.at(step.node) : cause
    this.failure ??= error
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
    for (const [id, controller] of this.active) if (id !== failed.id && !useful.has(id)) controller.abort()
  }

  private stop(error: unknown): void {
    this.failure ??= error
    this.ready.length = 0
    for (const controller of this.active.values()) controller.abort()
    if (this.active.size === 0) this.settle.reject(this.failure)
  }
}
