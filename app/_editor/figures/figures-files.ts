import type { TableValue } from '../../../nodes/core/values'
import type { FigureSection } from './compare-figures'
import type { Setting } from './settings-behind'

export interface Comparison {
  /** Unique labels of the columns. */
  labels: readonly string[]
  /** Which of them differences are taken from. */
  reference: number
  settings: readonly Setting[]
  sections: readonly FigureSection[]
}

/** The comparison as one flat table: a value and a difference a column, and who is best. */
export function comparisonTable({ labels, reference, settings, sections }: Comparison): TableValue {
  const from = labels[reference]
  const difference = (label: string) => `${label} − ${from}`
  const others = labels.filter((_, i) => i !== reference)
  const columns = ['metric', 'region', 'unit', 'better', ...labels, ...others.map(difference), 'best']
  const rows = settings.map(({ title, values }) => ({
    ...{ metric: title, region: 'settings', unit: '', better: '' },
    ...Object.fromEntries(labels.map((label, i) => [label, values[i] ?? null])),
  }))
  const figures = sections.flatMap((section) =>
    section.rows.map(({ metric, region, unit, better, cells }) => ({
      ...{ metric, region, unit, better },
      ...Object.fromEntries(
        labels.flatMap((label, i) => [
          [label, cells[i].value ?? null],
          [difference(label), cells[i].difference ?? null],
        ]),
      ),
      best: bestOf(labels, cells).join('; '),
    })),
  )
  return { columns, rows: [...rows, ...figures] }
}

export function comparisonJson({ labels, reference, settings, sections }: Comparison): string {
  const figures = sections.flatMap(({ rows }) =>
    rows.map(({ metric, region, unit, better, note, cells }) => ({
      ...{ metric, region, unit, better, note },
      values: cells.map(({ value }) => value ?? null),
      differences: cells.map((cell) => cell.difference ?? null),
      best: bestOf(labels, cells),
    })),
  )
  const tried = settings.map(({ title, values }) => ({ title, values: values.map((value) => value ?? null) }))
  return JSON.stringify({ results: labels, reference: labels[reference], settings: tried, figures }, null, 2)
}

const bestOf = (labels: readonly string[], cells: FigureSection['rows'][number]['cells']) =>
  labels.filter((_, i) => cells[i].isBest)
