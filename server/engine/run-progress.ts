import type { PlannedStep } from './events'

/** How far a run is: the fractions of its steps, weighed by the time they are expected to take. */
export class RunProgress {
  private readonly fractions = new Map<string, number>()
  private readonly weights: ReadonlyMap<string, number>
  private readonly totalWeight: number
  private doneWeight = 0

  constructor(planned: readonly PlannedStep[]) {
    this.weights = new Map(
      planned.filter((s) => s.state === 'run').map((s) => [s.step, Math.max(0.02, s.estimateSeconds ?? 1)]),
    )
    this.totalWeight = [...this.weights.values()].reduce((sum, weight) => sum + weight, 0)
  }

  get fraction(): number {
    return this.totalWeight === 0 ? 1 : this.doneWeight / this.totalWeight
  }

  /** Never goes back. @returns the fraction that now holds for the step */
  set(step: string, fraction: number): number {
    const before = this.fractions.get(step) ?? 0
    const after = Math.max(before, Math.min(1, fraction))
    this.fractions.set(step, after)
    this.doneWeight += (after - before) * (this.weights.get(step) ?? 0)
    return after
  }
}

/** Too early to tell below 3 % or half a second. */
export function remainingSeconds(fraction: number, elapsedSeconds: number): number | undefined {
  if (fraction < 0.03 || elapsedSeconds < 0.5) return undefined
  return (elapsedSeconds / fraction) * Math.max(0, 1 - fraction)
}
