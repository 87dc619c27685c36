'use client'
import { Columns3 } from 'lucide-react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type { TableValue } from '../../../nodes/core/values'
import { readTable } from '../../_lib/values/load-values'
import { capitalised } from '../card/say'
import { compareFigures, type FigureRow } from '../figures/compare-figures'
import { sayFigure } from '../figures/say-figure'

/** What goes with the figures of a node. */
export interface BesideFigures {
  /** What it cost to make what was measured. */
  costs: TableValue['rows']
  /** Shows them in full, beside those of other results; where there is a place for that. */
  compare?(): void
}

/** Longer units are in the hint of a row only: a card is narrow. */
const SHORT_UNIT = 6

const BAR = 24

interface TableStageProps {
  value: ValueRef
  beside?: BesideFigures
  height: number
}

/** Measured figures under the part that was measured; scrolls inside the card. */
export function TableStage({ value, beside, height }: TableStageProps) {
  const table = readTable(value)
  if (!table) return null
  const rows = [...table.rows, ...(beside?.costs ?? [])]
  const sections = compareFigures([{ id: '', label: '', table: { ...table, rows } }])
  return (
    <>
      <section
        aria-label="Figures"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="nowheel overflow-y-auto overscroll-contain"
        style={{ height: beside?.compare ? height - BAR : height }}
      >
        <table className="w-full border-separate border-spacing-0 text-11 text-white/80">
          {sections.map((section) => (
            <tbody key={section.region}>
              <tr>
                <th
                  scope="rowgroup"
                  colSpan={2}
                  className="sticky top-0 bg-stage px-2 pt-1.5 pb-0.5 text-left font-title text-white"
                >
                  {section.title}
                </th>
              </tr>
              {section.rows.map((row) => (
                <Line key={row.metric} row={row} />
              ))}
            </tbody>
          ))}
        </table>
      </section>
      {beside?.compare && <Bar costs={beside.costs} compare={beside.compare} />}
    </>
  )
}

function Line({ row }: { row: FigureRow }) {
  const { metric, region, unit, note } = row
  const [{ value }] = row.cells
  const amount = typeof value === 'number' ? sayFigure(value) : (value ?? '–')
  return (
    <tr
      className="align-baseline"
      title={[`${metric}, ${region}: ${amount} ${unit}`, note].filter(Boolean).join('. ')}
    >
      <th scope="row" className="w-full py-0.5 pl-2 text-left font-body leading-tight">
        {capitalised(metric)}
      </th>
      <td className="whitespace-nowrap py-0.5 pr-2 pl-2 text-right text-white leading-tight tabular-nums">
        {amount} {unit.length <= SHORT_UNIT && <span className="text-white/60">{unit}</span>}
      </td>
    </tr>
  )
}

/** What it took, and the way to the full table. */
function Bar({ costs, compare }: Required<BesideFigures>) {
  const cost = (metric: string, unit: string) => {
    const value = costs.find((row) => row.metric === metric)?.value
    return typeof value === 'number' ? `${sayFigure(value)} ${unit}` : undefined
  }
  const took = [cost('time to make', 's'), cost('peak memory', 'MB')].filter(Boolean).join(' · ')
  return (
    <div
      className="flex items-center gap-1 border-white/12 border-t px-1 text-11 text-white/75"
      style={{ height: BAR }}
    >
      <span
        className="min-w-0 flex-1 truncate px-1 tabular-nums"
        title={took && `To make what was measured: ${took}`}
      >
        {took}
      </span>
      <CompareButton onPress={compare} />
    </div>
  )
}

export function CompareButton({ onPress }: { onPress(): void }) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="nodrag flex h-5 flex-none items-center gap-1 rounded-1 px-1.5 font-strong text-white/90 hover:bg-white/16 hover:text-white"
    >
      <Columns3 size={12} strokeWidth={1.75} aria-hidden />
      Compare
    </button>
  )
}
