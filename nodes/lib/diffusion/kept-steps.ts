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
    if (!stops(plan.length, settings, bytesOf(state)).has(state.done)) return
    await this.stateAfter(plan.slice(0, state.done)).write(state)
  }
}

/** Of the states of one run. */
const KEEP_BYTES = 2 ** 28
/** However large they are. */
const FEWEST = 3

/**
 * After as many steps as fit, evenly, at least after each quarter; and before each change: that is where somebody tries
 * another one.
 */
function stops(steps: number, { changes }: Stepwise, bytes: number): Set<number> {
  const most = Math.max(FEWEST, Math.min(steps - 1, Math.floor(KEEP_BYTES / bytes)))
  const evenly = Array.from({ length: most }, (_, i) => Math.ceil(((i + 1) * steps) / (most + 1)))
  return new Set([...evenly, ...changes.map(({ step }) => step - 1)].filter((done) => done < steps))
}

const bytesOf = ({ latents, unconditional, memory }: DenoiseState): number =>
  latents.byteLength + (unconditional?.byteLength ?? 0) + (memory?.byteLength ?? 0)

/** The run that left it had no use for what a later step of this one wants. */
function lacksUnconditional({ done, unconditional }: DenoiseState, plan: readonly StepSettings[]): boolean {
  const next = plan.slice(done).find(({ rows }) => rows !== 'conditional')
  return next?.rows === 'kept' && unconditional === undefined
}
