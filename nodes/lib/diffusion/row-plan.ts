import type { StepRows } from '../../../models/pipelines/denoise-windows'
import type { DiffusionSettings } from './make-video'

type Speed = Pick<
  DiffusionSettings,
  'steps' | 'guidance' | 'guideFrom' | 'guideTo' | 'unconditionalEvery' | 'scheduler'
>

export type RowsOf = (step: number) => StepRows

/** What each step asks. Without guidance the conditional row alone; between its limits both, or what was kept. */
export function rowPlan(settings: Omit<Speed, 'scheduler'>): RowsOf {
  const { steps, guidance, guideFrom, guideTo, unconditionalEvery } = settings
  const first = Math.ceil(guideFrom * steps)
  return (step) => {
    if (guidance <= 1 || step < first || step >= guideTo * steps) return 'conditional'
    return (step - first) % unconditionalEvery === 0 ? 'both' : 'kept'
  }
}

/** What networks are needed for a plan. */
export function rowsNeeded(rowsOf: RowsOf, steps: number): 'both' | 'conditional' | 'mixed' {
  const kinds = new Set(Array.from({ length: steps }, (_, step) => rowsOf(step)))
  if (kinds.size === 1 && kinds.has('both')) return 'both'
  return kinds.has('both') ? 'mixed' : 'conditional'
}

/** What of the settings makes a video that the published sampler would not have made, in words. */
export function approximations(settings: Omit<Speed, 'steps'>): string[] {
  const { scheduler, guidance, guideFrom, guideTo, unconditionalEvery } = settings
  const isGuided = guidance > 1
  return [
    ...(scheduler === 'dpm++' ? ['the sampler dpm++'] : []),
    ...(isGuided && (guideFrom > 0 || guideTo < 1)
      ? [`guidance from ${Math.round(100 * guideFrom)} to ${Math.round(100 * guideTo)} % of the steps`]
      : []),
    ...(isGuided && unconditionalEvery > 1
      ? [`the unconditional row is asked every ${unconditionalEvery} steps`]
      : []),
  ]
}
