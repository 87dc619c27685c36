'use client'
import { ArrowDown, ArrowUp, Check, Target, X } from 'lucide-react'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { capitalised } from '../card/say'
import type { FigureCell, FigureRow, FigureSection } from './compare-figures'
import { sayDifference, sayFigure } from './say-figure'
import type { Setting } from './settings-behind'

export interface TableColumn {
  id: string
  title: string
  fact: string
  /** It loads, or cannot be loaded. */
  state?: string
}

interface FiguresTableProps {
  columns: readonly TableColumn[]
  reference: string | undefined
  onReference(id: string): void
  onRemove(id: string): void
  settings: readonly Setting[]
  sections: readonly FigureSection[]
}

/** Results beside each other, a row for what was measured. Head and names stay in sight. */
export function FiguresTable({
  columns,
  reference,
  onReference,
  onRemove,
  settings,
  sections,
}: FiguresTableProps) {
  return (
    <section
      aria-label="Figures"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      className="size-full overflow-auto overscroll-contain bg-panel"
    >
      <table className="border-separate border-spacing-0 text-12">
        <thead>
          <tr>
            <th className="sticky top-0 left-0 z-2 w-84 min-w-84 border-line-2 border-r border-b bg-panel px-4 text-left align-bottom">
              <span className="sr-only">Figure</span>
            </th>
            {columns.map((column) => (
              <ColumnHead
                key={column.id}
                column={column}
                isReference={column.id === reference}
                canChoose={columns.length > 1}
                onReference={() => onReference(column.id)}
                onRemove={() => onRemove(column.id)}
              />
            ))}
          </tr>
        </thead>
        {settings.length > 0 && (
          <tbody>
            <SectionHead title="Settings that differ" columns={columns.length} />
            {settings.map(({ id, title, values }) => (
              <tr key={id} className="group">
                <RowHead text={title} />
                {values.map((value, i) => (
                  <td key={columns[i].id} className={CELL}>
                    {value ?? <Nothing why="There is no such node" />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        )}
        {sections.map(({ region, title, rows }) => (
          <tbody key={region}>
            <SectionHead title={title} columns={columns.length} />
            {rows.map((row) => (
              <Figure key={row.metric} row={row} columns={columns} />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}

const CELL = 'border-line-1 border-b px-4 py-1 text-right align-baseline tabular-nums group-hover:bg-hover'

interface ColumnHeadProps {
  column: TableColumn
  isReference: boolean
  canChoose: boolean
  onReference(): void
  onRemove(): void
}

function ColumnHead({ column, isReference, canChoose, onReference, onRemove }: ColumnHeadProps) {
  const { title, fact, state } = column
  return (
    <th
      scope="col"
      className="sticky top-0 z-1 w-44 min-w-36 border-line-2 border-b bg-panel px-4 pt-2 pb-1.5 text-right"
    >
      <span className="flex items-start justify-end gap-1">
        <span className="min-w-0 font-title">{title}</span>
        <IconButton
          icon={X}
          size="small"
          label={`Take ${title}, ${fact} out`}
          onClick={onRemove}
          className="-mt-1 -mr-2"
        />
      </span>
      <span className="block truncate font-body text-11 text-text-3" title={fact}>
        {state ?? fact}
      </span>
      {canChoose && (
        <button
          type="button"
          aria-pressed={isReference}
          onClick={onReference}
          className={classNames(
            'mt-1 inline-flex h-6 items-center gap-1 rounded-2 px-1.5 text-11',
            isReference
              ? 'bg-active font-strong text-text-1'
              : 'text-text-3 hover:bg-hover hover:text-text-1',
          )}
        >
          <Target size={12} strokeWidth={1.75} aria-hidden />
          Reference
        </button>
      )}
    </th>
  )
}

function SectionHead({ title, columns }: { title: string; columns: number }) {
  return (
    <tr>
      <th
        scope="rowgroup"
        colSpan={columns + 1}
        className="border-line-1 border-b bg-panel px-4 pt-4 pb-1 text-left font-title text-12"
      >
        <span className="sticky left-4">{title}</span>
      </th>
    </tr>
  )
}

function RowHead({
  text,
  unit,
  note,
  better,
}: {
  text: string
  unit?: string
  note?: string
  better?: string
}) {
  return (
    <th
      scope="row"
      title={note || undefined}
      className="sticky left-0 border-line-1 border-r border-b bg-panel px-4 py-1 text-left align-baseline font-body text-text-2 group-hover:bg-hover"
    >
      {text} {unit && <span className="text-11 text-text-3">{unit}</span>}
      {better && <Direction better={better} />}
    </th>
  )
}

const DIRECTIONS: Record<string, { icon: typeof ArrowUp; says: string }> = {
  higher: { icon: ArrowUp, says: 'higher is better' },
  lower: { icon: ArrowDown, says: 'lower is better' },
  'near 0': { icon: Target, says: 'near 0 is better' },
}

function Direction({ better }: { better: string }) {
  const direction = DIRECTIONS[better]
  if (!direction) return null
  const { icon: Icon, says } = direction
  return (
    <span role="img" aria-label={says} title={capitalised(says)} className="ml-1 inline-block text-text-3">
      <Icon size={11} strokeWidth={2} aria-hidden className="inline" />
    </span>
  )
}

function Figure({ row, columns }: { row: FigureRow; columns: readonly TableColumn[] }) {
  return (
    <tr className="group">
      <RowHead
        text={capitalised(row.metric)}
        unit={row.unit === row.metric ? '' : row.unit}
        note={row.note}
        better={row.better}
      />
      {row.cells.map((cell, i) => (
        <td key={columns[i].id} className={CELL}>
          {columns[i].state === undefined && <Value cell={cell} />}
        </td>
      ))}
    </tr>
  )
}

function Value({ cell: { value, difference, isBest } }: { cell: FigureCell }) {
  if (value === undefined) return <Nothing why="Not measured here" />
  if (value === null) return <Nothing why="Could not be measured" />
  return (
    <>
      {typeof value === 'number' && difference !== undefined && (
        <span className="mr-2 text-11 text-text-3" title={String(difference)}>
          {sayDifference(difference, value)}
        </span>
      )}
      {isBest && (
        <Check size={12} strokeWidth={2.25} role="img" aria-label="best" className="mr-1 inline text-ok" />
      )}
      <span className={isBest ? 'font-title text-text-1' : 'text-text-1'} title={String(value)}>
        {typeof value === 'number' ? sayFigure(value) : value}
      </span>
    </>
  )
}

function Nothing({ why }: { why: string }) {
  return (
    <span className="text-text-3" title={why}>
      –<span className="sr-only">{why}</span>
    </span>
  )
}
