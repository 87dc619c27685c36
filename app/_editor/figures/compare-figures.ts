import type { TableValue } from '../../../nodes/core/values'
import { capitalised } from '../card/say'

type Value = number | string | null

/** What was measured over one result. */
export interface FigureColumn {
  id: string
  /** Unique among the columns. */
  label: string
  table: TableValue
}

export interface FigureCell {
  /** Null: could not be measured. Undefined: was not measured here. */
  value: Value | undefined
  /** From the value of the reference, where both are numbers. */
  difference?: number
  isBest: boolean
}

export interface FigureRow {
  metric: string
  region: string
  unit: string
  note: string
  /** `higher`, `lower`, `near 0`; empty where neither is better. */
  better: string
  /** One a column. */
  cells: FigureCell[]
  /** Not all columns have the same. */
  differs: boolean
}

/** What was measured over one part: the body, the lips, the video, the cost. */
export interface FigureSection {
  region: string
  title: string
  rows: FigureRow[]
}

/**
 * Tables of several results as one: rows with the same metric and region stand beside each other, in the order in which
 * they first occur.
 *
 * @param reference id of the column that differences are taken from
 */
export function compareFigures(columns: readonly FigureColumn[], reference?: string): FigureSection[] {
  const sections = new Map<string, FigureSection>()
  const tables = columns.map(({ table }) => byIdentity(table))
  const at = columns.findIndex(({ id }) => id === reference)
  const seen = new Set<string>()
  for (const rows of tables) {
    for (const [identity, row] of rows) {
      if (seen.has(identity)) continue
      seen.add(identity)
      const region = textOf(row.region)
      const section = sections.get(region) ?? { region, title: capitalised(region) || 'Other', rows: [] }
      section.rows.push(
        compareRow(
          tables.map((each) => each.get(identity)),
          at,
        ),
      )
      sections.set(region, section)
    }
  }
  return [...sections.values()]
}

export const onlyDiffering = (sections: readonly FigureSection[]): FigureSection[] =>
  sections
    .map((section) => ({ ...section, rows: section.rows.filter(({ differs }) => differs) }))
    .filter(({ rows }) => rows.length > 0)

type Row = TableValue['rows'][number]

const textOf = (value: Value | undefined): string =>
  value === null || value === undefined ? '' : String(value)

const byIdentity = ({ rows }: TableValue): Map<string, Row> =>
  new Map(rows.map((row) => [`${textOf(row.metric)}\n${textOf(row.region)}`, row]))

function compareRow(rows: readonly (Row | undefined)[], reference: number): FigureRow {
  const known = rows.flatMap((row) => (row ? [row] : []))
  const first = (column: string) => textOf(known.find((row) => row[column])?.[column])
  const values = rows.map((row) => row?.value)
  const better = first('better')
  const best = bestOf(values, better)
  const from = values[reference]
  return {
    metric: first('metric'),
    region: first('region'),
    unit: first('unit'),
    note: first('note'),
    better,
    cells: values.map((value, i) => ({
      value,
      difference:
        i !== reference && typeof value === 'number' && typeof from === 'number' ? value - from : undefined,
      isBest: typeof value === 'number' && value === best,
    })),
    differs: new Set(values).size > 1,
  }
}

/** Undefined where better has no meaning, where there is nothing to compare, and where all are equal. */
function bestOf(values: readonly (Value | undefined)[], better: string): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number')
  if (new Set(numbers).size < 2) return undefined
  switch (better) {
    case 'higher':
      return Math.max(...numbers)
    case 'lower':
      return Math.min(...numbers)
    case 'near 0':
      return nearestToZero(numbers)
    default:
      return undefined
  }
}

/** Undefined when two on either side of it are as near. */
function nearestToZero(numbers: readonly number[]): number | undefined {
  const least = Math.min(...numbers.map(Math.abs))
  const nearest = new Set(numbers.filter((value) => Math.abs(value) === least))
  return nearest.size === 1 ? [...nearest][0] : undefined
}
