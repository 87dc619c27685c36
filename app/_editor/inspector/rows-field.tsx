'use client'
import { Plus, Trash2, X } from 'lucide-react'
import { Button } from '../../_ui/button'
import { IconButton } from '../../_ui/icon-button'
import { NumberField } from '../../_ui/number-field'
import { useWorkflow } from '../state/editor-context'
import type { RowColumn } from './param-schema'

export type Row = Record<string, number>

/** A list of rows of numbers; those that a row need not have are set one by one. */
export function RowsField({
  label,
  columns,
  rows,
  most = Number.POSITIVE_INFINITY,
  nodeId,
  onChange,
}: {
  label: string
  columns: readonly RowColumn[]
  rows: readonly Row[]
  most?: number
  nodeId: string
  onChange: (rows: Row[] | undefined, gesture?: string) => void
}) {
  const own = useWorkflow(({ nodes }) => nodes[nodeId]?.params)
  const change = (at: number, row: Row, gesture?: string) =>
    onChange(
      rows.map((each, i) => (i === at ? row : each)),
      gesture,
    )
  const add = () => {
    const last = rows.at(-1)
    const fixed = columns.filter(({ always }) => always)
    // After the last one, so that the rows stay in order.
    const next = (column: RowColumn) => (last ? last[column.key] + column.step : column.usual)
    onChange([...rows, Object.fromEntries(fixed.map((column) => [column.key, next(column)]))])
  }
  return (
    <div className="grid gap-2">
      {rows.map((row, i) => (
        <fieldset
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own but their place
          key={i}
          aria-label={`${label}, ${i + 1}`}
          className="grid gap-1 rounded-2 p-2 outline outline-line-1 -outline-offset-1"
        >
          {columns.map((column) => (
            <Cell
              key={column.key}
              column={column}
              value={row[column.key]}
              start={Number(own?.[column.key] ?? column.usual)}
              onChange={(value, gesture) => change(i, withValue(row, column.key, value), gesture)}
            />
          ))}
          <Button
            kind="ghost"
            size="small"
            icon={Trash2}
            className="justify-self-end"
            onClick={() => onChange(rows.length > 1 ? rows.filter((_, at) => at !== i) : undefined)}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      {rows.length < most && (
        <Button size="small" icon={Plus} className="justify-self-start" onClick={add}>
          Add
        </Button>
      )}
    </div>
  )
}

function Cell({
  column,
  value,
  start,
  onChange,
}: {
  column: RowColumn
  value: number | undefined
  start: number
  onChange: (value: number | undefined, gesture?: string) => void
}) {
  const { label, unit, min, max, step, integer, always } = column
  return (
    <div className="grid min-h-7 grid-cols-[92px_minmax(0,1fr)] items-center gap-2">
      <span className="truncate text-text-2">{label}</span>
      {value === undefined ? (
        <Button size="small" kind="ghost" onClick={() => onChange(start)} aria-label={`${label}: change it`}>
          As before
        </Button>
      ) : (
        <div className="flex items-center gap-1">
          <NumberField
            {...{ label, unit, min, max, step, integer, value, onChange }}
            className="min-w-0 flex-1"
          />
          {!always && (
            <IconButton
              icon={X}
              size="small"
              label={`${label}: as before`}
              onClick={() => onChange(undefined)}
            />
          )}
        </div>
      )}
    </div>
  )
}

function withValue(row: Row, key: string, value: number | undefined): Row {
  const { [key]: _, ...rest } = row
  return value === undefined ? rest : { ...rest, [key]: value }
}
