'use client'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { FileStage } from './file-stage'
import { PaintedStage } from './painted-stage'
import { type BesideFigures, TableStage } from './table-stage'
import { isPainted } from './value-pictures'

export interface ValueStageProps {
  value: ValueRef
  /** The portrait below a pose or mask. */
  under?: ValueRef
  /** The frames that a file was made of. */
  moving?: ValueRef
  /** What goes with a table. */
  beside?: BesideFigures
  width: number
  height: number
  label: string
}

/** One value, as a picture where it has one. */
export function ValueStage({ value, under, moving, beside, width, height, label }: ValueStageProps) {
  if (value.type === 'file') {
    return <FileStage file={value} moving={moving} width={width} height={height} label={label} />
  }
  if (value.type === 'table') return <TableStage value={value} beside={beside} height={height} />
  if (!isPainted(value)) return <LiteralStage value={value} />
  return <PaintedStage value={value} under={under} width={width} height={height} label={label} />
}

function LiteralStage({ value }: { value: ValueRef }) {
  const literal = 'inline' in value ? value.inline : ''
  return (
    <div className="grid size-full place-items-center overflow-hidden px-3 text-center text-13 text-white/85 tabular-nums">
      <span className="line-clamp-3">{typeof literal === 'string' ? literal : JSON.stringify(literal)}</span>
    </div>
  )
}
