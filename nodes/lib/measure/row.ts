/** One figure of a table of measurements; null where it could not be measured. */
export type Row = {
  metric: string
  region: string
  value: number | null
  unit: string
  note: string
  better: Better
}

/** Which of two values is better; empty where neither is. */
export type Better = 'higher' | 'lower' | 'near 0' | ''

export const COLUMNS = ['metric', 'region', 'value', 'unit', 'note', 'better'] satisfies (keyof Row)[]

export const row = (
  metric: string,
  region: string,
  value: number | null,
  unit: string,
  note = '',
  better: Better = '',
): Row => ({
  metric,
  region,
  value: value !== null && Number.isFinite(value) ? value : null,
  unit,
  note,
  better,
})
