/** One figure of a table of measurements; null where it could not be measured. */
export type Row = { metric: string; region: string; value: number | null; unit: string; note: string }

export const row = (metric: string, region: string, value: number | null, unit: string, note = ''): Row => ({
  metric,
  region,
  value: value !== null && Number.isFinite(value) ? value : null,
  unit,
  note,
})
