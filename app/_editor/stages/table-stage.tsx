'use client'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { readTable } from '../../_lib/values/load-values'
import { capitalised } from '../card/say'

/** Three figures say more than one digit pattern for all: large ones whole, small ones with what counts. */
const figure = (value: number): string => {
  if (Number.isInteger(value)) return String(value)
  if (Math.abs(value) >= 100) return value.toFixed(0)
  return Math.abs(value) < 0.001 ? value.toExponential(1) : value.toPrecision(3)
}

/** Longer units are in the hint of a row only: a card is narrow. */
const SHORT_UNIT = 6

/** Rows of measured figures, what was measured at the left and how much at the right; scrolls inside the card. */
export function TableStage({ value, height }: { value: ValueRef; height: number }) {
  const table = readTable(value)
  if (!table) return null
  return (
    <section
      aria-label="Figures"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="nowheel overflow-y-auto overscroll-contain py-0.5"
      style={{ height }}
    >
      <table className="w-full table-fixed text-11 text-white/80">
        <tbody>
          {table.rows.map((row, i) => {
            const [metric, region, unit, note] = ['metric', 'region', 'unit', 'note'].map((column) =>
              String(row[column] ?? ''),
            )
            const amount = typeof row.value === 'number' ? figure(row.value) : (row.value ?? '–')
            return (
              <tr
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of an immutable table
                key={i}
                title={[`${metric}, ${region}: ${amount} ${unit}`, note].filter(Boolean).join('. ')}
              >
                <th scope="row" className="w-[64%] truncate py-0.5 pl-2 text-left font-body">
                  {capitalised(metric)} <span className="text-white/60">{region}</span>
                </th>
                <td className="truncate py-0.5 pr-2 pl-1 text-right tabular-nums text-white">
                  {amount} {unit.length <= SHORT_UNIT && <span className="text-white/60">{unit}</span>}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
