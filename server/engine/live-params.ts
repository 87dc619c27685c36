import type { z } from 'zod'
import type { AnyDefinition } from '../../nodes/core/define-node'
import { StudioError } from '../../nodes/core/errors'
import type { Step } from './plan'

type Params = Record<string, unknown>

/** Passes the values that hold, and those that come; @returns a stop */
export type FollowParams = (pass: (params: Params) => void) => () => void

/** What people have changed of the params of the steps of one run while they run. */
export class LiveParams {
  private readonly values = new Map<string, Params>()
  private readonly passes = new Map<string, (params: Params) => void>()
  private readonly settled = new Set<string>()

  /**
   * @returns all that was changed of the step so far
   * @throws StudioError `params/invalid`, `run/too-late`
   */
  change(step: Step, params: Params): Params {
    if (this.settled.has(step.id)) {
      throw new StudioError(
        'run/too-late',
        `${step.definition.title} has done its last step: nothing of it can be changed.`,
        {
          hint: 'What you changed holds for the next run.',
        },
      )
    }
    const values = { ...this.values.get(step.id), ...checked(step, params) }
    this.values.set(step.id, values)
    this.passes.get(step.id)?.(values)
    return values
  }

  /** For the job of a step, which may be tried more than once. */
  follow(step: Step): FollowParams {
    return (pass) => {
      const values = this.values.get(step.id)
      if (values) pass(values)
      this.passes.set(step.id, pass)
      return () => this.passes.delete(step.id)
    }
  }

  /** Nothing of a step can be changed any more. */
  settle(step: Step): void {
    this.settled.add(step.id)
    this.values.delete(step.id)
  }
}

function checked({ definition, node, params: own }: Step, params: Params): Params {
  const wrong = (message: string, hint?: string) =>
    new StudioError('params/invalid', message, { hint, nodeId: node })
  const live: readonly string[] = definition.live ?? []
  const hint = live.length > 0 ? `What can: ${live.join(', ')}.` : undefined
  const names = Object.keys(params)
  if (names.length === 0) throw wrong(`Nothing of ${definition.title} is to be changed.`, hint)
  const fixed = names.find((name) => !live.includes(name))?.slice(0, 60)
  if (fixed !== undefined)
    throw wrong(`"${fixed}" of ${definition.title} cannot be changed while it runs.`, hint)
  const { shape } = (definition as AnyDefinition).params as z.ZodObject<Record<string, z.ZodType>>
  const parsed = Object.entries(params).map(([name, value]) => {
    const result = shape[name].safeParse(value)
    if (result.success) return [name, result.data]
    throw wrong(`${name} of ${definition.title} cannot be that: ${result.error.issues[0].message}.`)
  })
  const values = Object.fromEntries(parsed)
  const problem = definition.validate?.({ ...own, ...values })
  if (problem) throw wrong(problem)
  return values
}
