import type { ErrorJson } from '../../../nodes/core/errors'
import type { Analysis } from '../../../server/realtime/protocol'

/** What the next run would do, by node. */
export interface Outlook {
  steps: ReadonlyMap<string, Analysis['steps'][number]>
  /** Of all steps of a node that would run, s. */
  estimates: ReadonlyMap<string, number>
  /** The first of each node. */
  problems: ReadonlyMap<string, ErrorJson>
}

export function outlookOf(analysis: Analysis | undefined): Outlook {
  const steps = new Map<string, Analysis['steps'][number]>()
  const estimates = new Map<string, number>()
  const problems = new Map<string, ErrorJson>()
  for (const step of analysis?.steps ?? []) {
    if (step.step === step.node || !steps.has(step.node)) steps.set(step.node, step)
    if (step.state === 'run' && step.estimateSeconds !== undefined)
      estimates.set(step.node, (estimates.get(step.node) ?? 0) + step.estimateSeconds)
  }
  for (const problem of analysis?.problems ?? []) {
    if (problem.nodeId && !problems.has(problem.nodeId)) problems.set(problem.nodeId, problem)
  }
  return { steps, estimates, problems }
}
