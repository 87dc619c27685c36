'use client'
import { type ReactNode, useState } from 'react'
import { ChangedDot } from './changed-dot'
import { classNames } from './class-names'
import { NumberField, type NumberFieldProps } from './number-field'
import { formatNumber } from './number-scale'
import { RoomyDocs } from './roomy-docs'
import { Slider } from './slider'
import { Tooltip } from './tooltip'

/** Label, track and field in one line: the usual way to set a number with a range. */
export function SliderRow({
  value,
  onChange,
  label,
  defaultValue,
  docs,
  unit,
  disabled,
  min,
  max,
  step,
  integer,
  className,
}: Omit<NumberFieldProps, 'min' | 'max' | 'step' | 'size' | 'hot' | 'onError' | 'id'> & {
  min: number
  max: number
  step: number
  defaultValue?: number
  docs?: ReactNode
}) {
  const [problem, setProblem] = useState<string>()
  const scale = { min, max, step, integer }
  const name = <span className="line-clamp-2 leading-3.5 roomy:leading-5">{label}</span>
  return (
    <div className={className}>
      <div
        className={classNames(
          'grid min-h-7 items-center gap-2.5 roomy:gap-y-0.5',
          // A unit in words leaves no room for the number in a field of the usual width.
          (unit?.length ?? 0) > 3
            ? 'grid-cols-[minmax(64px,84px)_1fr_88px] roomy:grid-cols-[1fr_112px]'
            : 'grid-cols-[minmax(64px,84px)_1fr_60px] roomy:grid-cols-[1fr_80px]',
        )}
      >
        <span className="flex min-w-0 items-center gap-1 text-text-2 roomy:flex-wrap roomy:gap-y-0 roomy:font-strong roomy:text-13 roomy:text-text-1">
          {docs ? (
            <Tooltip text={docs} side="left">
              {name}
            </Tooltip>
          ) : (
            name
          )}
          {defaultValue !== undefined && value !== defaultValue && (
            <ChangedDot
              label={label}
              was={formatNumber(defaultValue, scale)}
              onReset={() => onChange(defaultValue)}
            />
          )}
          <RoomyDocs docs={docs} />
        </span>
        <Slider
          {...{ value, onChange, min, max, step, defaultValue, label, disabled }}
          className="min-w-0 roomy:order-1 roomy:col-span-2"
        />
        <NumberField
          {...{ value, onChange, label, unit, disabled, min, max, step, integer }}
          size="small"
          onError={setProblem}
        />
      </div>
      {problem && <p className="mt-1 text-11 text-err">{problem}</p>}
    </div>
  )
}
