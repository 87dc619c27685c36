'use client'
import { Slider as Parts } from 'radix-ui'
import { useRef } from 'react'
import { classNames } from './class-names'

/** A track whose tick is the default and whose fill runs from the default to the value. */
export function Slider({
  value,
  onChange,
  min,
  max,
  step,
  defaultValue,
  label,
  disabled,
  hot,
  className,
}: {
  value: number
  /** Changes of one drag carry the same `gesture`, so that they undo as one. */
  onChange: (value: number, gesture?: string) => void
  min: number
  max: number
  step: number
  defaultValue?: number
  label: string
  disabled?: boolean
  /** It is being moved from the field beside it. */
  hot?: boolean
  className?: string
}) {
  const gesture = useRef<string | undefined>(undefined)
  const share = (x: number) => Math.max(0, Math.min(1, (x - min) / (max - min || 1)))
  const from = share(defaultValue ?? min)
  const to = share(value)
  // The thumb stays inside the track, so places are shares of the track less the thumb.
  const place = (x: number) => `calc(var(--thumb) / 2 + ${x} * (100% - var(--thumb)))`
  return (
    <Parts.Root
      value={[value]}
      min={min}
      max={max}
      step={step}
      disabled={disabled}
      onValueChange={([next]) => {
        gesture.current ??= `slide ${crypto.randomUUID()}`
        onChange(next, gesture.current)
      }}
      onValueCommit={() => {
        gesture.current = undefined
      }}
      className={classNames(
        'group relative flex h-6 touch-pan-y select-none items-center [--thumb:14px] data-[disabled]:opacity-40 touch:h-11 touch:[--thumb:26px]',
        className,
      )}
    >
      <Parts.Track className="relative h-1 w-full rounded-[2px] bg-active">
        <span
          className={classNames(
            'absolute h-1 rounded-[2px] group-active:bg-accent',
            hot ? 'bg-accent' : 'bg-text-2',
          )}
          style={{
            left: place(Math.min(from, to)),
            width: `calc(${Math.abs(to - from)} * (100% - var(--thumb)))`,
          }}
        />
        {defaultValue !== undefined && (
          <span className="absolute -top-[3px] h-2.5 w-px bg-line-3" style={{ left: place(from) }} />
        )}
      </Parts.Track>
      <Parts.Thumb
        aria-label={label}
        className={classNames(
          'thumb block size-(--thumb) rounded-full group-active:bg-accent',
          hot ? 'bg-accent' : 'bg-text-1',
        )}
      />
    </Parts.Root>
  )
}
