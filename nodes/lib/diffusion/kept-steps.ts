import type { DenoiseState } from '../../../models/pipelines/denoise-windows'
import type { Checkpoint } from './checkpoint'
import type { StepSettings, Stepwise } from './step-plan'

/** The state after `done` steps that were told what these say. */
export type StateAfter = (steps: readonly StepSettings[]) => Checkpoint

/**
 * States after some steps that outlive their run, found by all that acted until then: a run whose first steps are told
 * the same goes on after them, whatever its later ones are told.
 */
export class KeptSteps {
  constructor(private readonly stateAfter: StateAfter) {}

  /** The latest state that a plan may begin with, after more steps than `done`. */
  async latest(plan: readonly StepSettings[], done: number): Promise<DenoiseState | undefined> {
    for (let after = plan.length - 1; after > done; after--) {
      const stored = this.stateAfter(plan.slice(0, after))
      if (!(await stored.exists())) continue
      const state = (await stored.read())?.state
      if (state?.done !== after || lacksUnconditional(state, plan)) continue
      await stored.touch()
      return state
    }
    return undefined
  }

  /** Keeps the state if it is after a step that counts. */
  async keep(state: DenoiseState, plan: readonly StepSettings[], settings: Stepwise): Promise<void> {
    if (!stops(plan.length, settings).has(state.done)) return
    await this.stateAfter(plan.slice(0, state.done)).write(state)
  }
}

/** After each quarter of the steps, and before each change: that is where somebody tries another one. */
function stops(steps: number, { changes }: Stepwise): Set<number> {
  const quarters = [1, 2, 3].map((quarter) => Math.ceil((quarter * steps) / 4))
  return new Set([...quarters, ...changes.map(({ step }) => step - 1)].filter((done) => done < steps))
}

/** The run that left it had no use for what a later step of this one wants. */
function lacksUnconditional({ done, unconditional }: DenoiseState, plan: readonly StepSettings[]): boolean {
  const next = plan.slice(done).find(({ rows }) => rows !== 'conditional')
  return next?.rows === 'kept' && unconditional === undefined
}
