'use client'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { readTable } from '../../_lib/values/load-values'

/** Three figures say more than one digit pattern for all: large ones whole, small ones with what counts. */
const figure = (value: number): string =>
  Number.isInteger(value) ? String(value) : Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)

/** Rows of measured figures; scrolls inside the card. */
export function TableStage({ value, height }: { value: ValueRef; height: number }) {
  const table = readTable(value)
  if (!table) return null
  const [name, ...rest] = table.columns
  const shown = rest.filter((column) => column !== 'note')
  return (
    <div className="nowheel overflow-y-auto overscroll-contain" style={{ height }}>
      <table className="w-full text-11 text-white/80">
        <tbody>
          {table.rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of an immutable table
            <tr key={i} title={typeof row.note === 'string' ? row.note : undefined}>
              <th
                scope="row"
                className="max-w-0 truncate py-0.5 pl-2 text-left font-body"
                style={{ width: '60%' }}
              >
                {String(row[name] ?? '')}
              </th>
              {shown.map((column) => (
                <td
                  key={column}
                  className={
                    typeof row[column] === 'number'
                      ? 'py-0.5 pr-2 text-right tabular-nums text-white'
                      : 'truncate py-0.5 pr-2 text-white/60'
                  }
                >
                  {row[column] === null
                    ? '–'
                    : typeof row[column] === 'number'
                      ? figure(row[column])
                      : row[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
