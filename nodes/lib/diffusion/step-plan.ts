import type { StepRows } from '../../../models/pipelines/denoise-windows'
import type { MotionScale } from '../../../models/pipelines/mm-haa'

/** What the steps of a video may be told differently, by the names of the params. */
export const TUNABLE = ['guidance', 'motionScaleFull', 'motionScaleFace', 'motionScaleLips'] as const

export type Tunable = Record<(typeof TUNABLE)[number], number>

/** From a step on, counted from 1, these values hold in place of those before. */
export type Change = { step: number } & Partial<Tunable>

/** All settings that act on steps one by one, and on nothing else. */
export interface Stepwise extends Tunable {
  /** By their steps, upwards. */
  changes: readonly Change[]
  /** Share of the steps, 0 … 1, in which guidance is on. */
  guideFrom: number
  guideTo: number
  /** The unconditional row is asked in every so many steps. */
  unconditionalEvery: number
}

/** What one step is told. */
export interface StepSettings {
  rows: StepRows
  /** 1 where it does not act. */
  guidance: number
  motionScale: MotionScale
}

/** The values that hold in a step, from 0. */
export function tunableAt(
  { changes, ...settings }: Tunable & Pick<Stepwise, 'changes'>,
  step: number,
): Tunable {
  const held = changes.filter((change) => change.step <= step + 1)
  const at = (name: keyof Tunable) =>
    held.findLast((change) => change[name] !== undefined)?.[name] ?? settings[name]
  return Object.fromEntries(TUNABLE.map((name) => [name, at(name)])) as Tunable
}

/**
 * What each step asks and is told. Without guidance it asks for the conditional row alone; between the limits of
 * guidance for both, or it takes what was kept.
 */
export function stepPlan(settings: Stepwise & { steps: number }): StepSettings[] {
  const { steps, guideFrom, guideTo, unconditionalEvery } = settings
  const first = Math.ceil(guideFrom * steps)
  let isKept = false
  return Array.from({ length: steps }, (_, step) => {
    const { guidance, motionScaleFull, motionScaleFace, motionScaleLips } = tunableAt(settings, step)
    const isGuided = guidance > 1 && step >= first && step < guideTo * steps
    const mayKeep = isKept && (step - first) % unconditionalEvery !== 0
    const rows = !isGuided ? 'conditional' : mayKeep ? 'kept' : 'both'
    isKept ||= rows === 'both'
    const motionScale = [motionScaleFull, motionScaleFace, motionScaleLips] as const
    return { rows, guidance: isGuided ? guidance : 1, motionScale }
  })
}

/** What networks are needed for a plan. */
export function rowsNeeded(plan: readonly StepSettings[]): 'both' | 'conditional' | 'mixed' {
  const kinds = new Set(plan.map(({ rows }) => rows))
  if (kinds.size === 1 && kinds.has('both')) return 'both'
  return kinds.has('both') ? 'mixed' : 'conditional'
}

/** What of the settings makes a video that the published sampler would not have made, in words. */
export function approximations(settings: Stepwise & { scheduler: 'ddim' | 'dpm++' }): string[] {
  const { scheduler, guideFrom, guideTo, unconditionalEvery } = settings
  const isGuided = [settings, ...settings.changes].some(({ guidance = 0 }) => guidance > 1)
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

const NAMES: Record<keyof Tunable, string> = {
  guidance: 'guidance',
  motionScaleFull: 'motion of the picture',
  motionScaleFace: 'motion of the face',
  motionScaleLips: 'motion of the lips',
}

/** `motion of the face 1 → 1.4 from step 12`; nothing of changes that change nothing. */
export function sayChanges(settings: Tunable & Pick<Stepwise, 'changes'>): string[] {
  return settings.changes.flatMap((change) => {
    const before = tunableAt(settings, change.step - 2)
    return TUNABLE.flatMap((name) => {
      const to = change[name]
      if (to === undefined || to === before[name]) return []
      return [`${NAMES[name]} ${before[name]} → ${to} from step ${change.step}`]
    })
  })
}
