import type { LiveParams } from '../../core/define-node'
import {
  type Change,
  type StepSettings,
  type Stepwise,
  stepPlan,
  TUNABLE,
  type Tunable,
  tunableAt,
} from './step-plan'

/** What people changed while steps were done, for a checkpoint. */
export interface LiveHistory {
  /** Of the params, as they are by now. */
  settings: Tunable & { changes: readonly Change[] }
  /** Values that have been heard. */
  heard: Partial<Tunable>
}

/** The settings of steps, step by step, with what people change on the way. */
export class LivePlan<S extends Stepwise & { steps: number }> {
  private readonly asGiven: S
  private heard: Partial<Tunable> = {}
  private plan: StepSettings[]
  private isAt = -1

  constructor(
    private settings: S,
    private readonly live: LiveParams,
  ) {
    this.asGiven = settings
    this.plan = stepPlan(settings)
  }

  /** What a step is told, from 0; once it was asked for, nothing changes it. */
  at(step: number): StepSettings {
    if (step > this.isAt) {
      this.isAt = step
      this.hear(step)
    }
    return this.plan[step]
  }

  steps(): readonly StepSettings[] {
    return this.plan
  }

  now(): S {
    return this.settings
  }

  /** Undefined when nobody has changed anything. */
  history(): LiveHistory | undefined {
    if (this.settings === this.asGiven) return undefined
    const { settings, heard } = this
    const tunable = Object.fromEntries(TUNABLE.map((name) => [name, settings[name]])) as Tunable
    return { settings: { ...tunable, changes: settings.changes }, heard }
  }

  /** Goes on as a history of the same run says: whoever starts another one asks for what its params say. */
  restore({ settings, heard }: LiveHistory): void {
    this.heard = heard
    this.take({ ...this.settings, ...settings })
  }

  /** Params that would have given the same without anybody changing them: those that differ from the given ones. */
  changed(): Record<string, unknown> {
    const names = [...TUNABLE, 'changes'] as const
    const differing = names.filter((name) => this.settings[name] !== this.asGiven[name])
    return Object.fromEntries(differing.map((name) => [name, this.settings[name]]))
  }

  private hear(step: number): void {
    const values = this.live.read() as Partial<Tunable>
    const before = tunableAt(this.settings, step)
    const fresh = TUNABLE.filter((name) => values[name] !== undefined && values[name] !== this.heard[name])
    this.heard = { ...values }
    const told = fresh.filter((name) => values[name] !== before[name])
    if (told.length === 0) return
    const change = Object.fromEntries(told.map((name) => [name, values[name]]))
    this.take(
      step === 0 ? { ...this.settings, ...change } : withChange(this.settings, { step: step + 1, ...change }),
    )
  }

  private take(settings: S): void {
    this.settings = settings
    this.plan = stepPlan(settings)
  }
}

function withChange<S extends Stepwise>(settings: S, change: Change): S {
  const same = settings.changes.find(({ step }) => step === change.step)
  const others = settings.changes.filter((other) => other !== same)
  const changes = [...others, { ...same, ...change }].sort((a, b) => a.step - b.step)
  return { ...settings, changes }
}
