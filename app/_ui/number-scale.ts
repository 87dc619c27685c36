/** How a number moves and is written: its range, its step, and the fine steps between. */
export interface NumberScale {
  min?: number
  max?: number
  step?: number
  /** Whole numbers only: no steps finer than 1. */
  integer?: boolean
}

export interface Modifiers {
  shift: boolean
  alt: boolean
}

/** Steps per pixel or key press: Shift ×10, Alt ×0.1. */
export const stepFactor = ({ shift, alt }: Modifiers): number => (shift ? 10 : 1) * (alt ? 0.1 : 1)

const stepOf = ({ step, integer }: NumberScale) => step ?? (integer ? 1 : 0.01)

/** Digits behind the point that the step asks for. */
export function decimalsOf(scale: NumberScale): number {
  const [mantissa, exponent] = String(stepOf(scale)).toLowerCase().split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent ?? 0))
}

/** The nearest value that is allowed, without digits finer than a tenth of a step. */
export function clampToScale(value: number, scale: NumberScale): number {
  const held = Math.min(
    scale.max ?? Number.POSITIVE_INFINITY,
    Math.max(scale.min ?? Number.NEGATIVE_INFINITY, value),
  )
  return scale.integer ? Math.round(held) : Number(held.toFixed(Math.min(12, decimalsOf(scale) + 2)))
}

/** Where a value lands after so many steps; fractions of a step count only with Alt. */
export function stepBy(start: number, steps: number, fine: boolean, scale: NumberScale): number {
  const quantum = fine && !scale.integer ? 0.1 : 1
  return clampToScale(start + Math.round(steps / quantum) * quantum * stepOf(scale), scale)
}

/** With the digits of its step, and more only when the value has them. */
export function formatNumber(value: number, scale: NumberScale): string {
  if (scale.integer) return String(Math.round(value))
  const digits = decimalsOf(scale)
  const short = value.toFixed(digits)
  return Number(short) === value ? short : String(Number(value.toFixed(digits + 2)))
}

/** The sentence for a number outside its range, or nothing. */
export function rangeProblem(
  value: number,
  name: string,
  { min, max, integer }: NumberScale,
  unit = '',
): string | undefined {
  const say = (bound: number) => `${bound}${unit ? ` ${unit}` : ''}`
  if (integer && !Number.isInteger(value)) return `${name} is a whole number; ${value} is not.`
  if (min !== undefined && value < min) return `${name} is at least ${say(min)}.`
  if (max !== undefined && value > max) return `${name} is at most ${say(max)}.`
  return undefined
}
