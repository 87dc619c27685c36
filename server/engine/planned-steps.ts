import type { PlannedStep } from './events'
import type { Timings } from './journal'
import { PREPARED, type Step } from './plan'

/** The steps of a plan as a run announces them, with the time that nodes of their type took last. */
export function plannedSteps(steps: ReadonlyMap<string, Step>, timings: Timings): PlannedStep[] {
  return [...steps.values()].map((step) => {
    const { id, node, definition, state, why, key } = step
    const estimateSeconds = step.handsOn === undefined ? timings[timingKey(step)]?.seconds : 0
    return { step: id, node, type: definition.id, state, why, key: key.slice(0, 12), estimateSeconds }
  })
}

export const timingKey = (step: Step) =>
  step.kind === 'prepare' ? `${step.definition.id}${PREPARED}` : step.definition.id
