'use client'
import type { TableValue } from '../../../nodes/core/values'
import { capitalised } from '../card/say'
import { compareFigures, type FigureRow } from '../figures/compare-figures'
import { sayFigure } from '../figures/say-figure'
import { CompareButton } from './table-stage'

const SIDES = ['A', 'B'] as const

interface PairFiguresProps {
  rows: TableValue['rows']
  /** Shows them beside those of other results, where there is a place for that. */
  compare?(): void
  height: number
}

/** What was measured between two videos, and what is known of each, beside each other. */
export function PairFigures({ rows, compare, height }: PairFiguresProps) {
  const of = (region: string) => rows.filter((row) => row.region === region)
  const table = (each: TableValue['rows']) => ({
    columns: [],
    rows: each.map((row) => ({ ...row, region: '' })),
  })
  const [between] = compareFigures([{ id: 'both', label: '', table: table(of('A and B')) }])
  const [each] = compareFigures(SIDES.map((side) => ({ id: side, label: side, table: table(of(side)) })))
  return (
    <section
      aria-label="Figures"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="nowheel overflow-y-auto overscroll-contain"
      style={{ height }}
    >
      <table className="w-full border-separate border-spacing-0 text-11 text-white/80">
        <tbody>
          {between?.rows.map((row) => (
            <Line key={row.metric} row={row} span={2} />
          ))}
        </tbody>
        <tbody>
          <tr>
            <th className="px-2 pt-1.5 text-left">{compare && <CompareButton onPress={compare} />}</th>
            {SIDES.map((side) => (
              <th key={side} scope="col" className="px-2 pt-1.5 text-right font-title text-white">
                {side}
              </th>
            ))}
          </tr>
          {each?.rows.map((row) => (
            <Line key={row.metric} row={row} span={1} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Line({ row, span }: { row: FigureRow; span: number }) {
  const { metric, unit, note } = row
  return (
    <tr title={note || undefined}>
      <th scope="row" className="w-full max-w-0 truncate py-0.5 pl-2 text-left font-body">
        {capitalised(metric)} {span === 1 && unit !== metric && <span className="text-white/60">{unit}</span>}
      </th>
      {row.cells.map(({ value }, i) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: sides in their order
          key={i}
          colSpan={span}
          className="whitespace-nowrap py-0.5 pr-2 pl-1.5 text-right text-white tabular-nums"
        >
          {typeof value === 'number' ? sayFigure(value) : (value ?? '–')}
          {span === 2 && <span className="text-white/60"> {unit}</span>}
        </td>
      ))}
    </tr>
  )
}
