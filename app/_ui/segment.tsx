'use client'
import type { LucideIcon } from 'lucide-react'
import { ToggleGroup as Parts } from 'radix-ui'
import { classNames } from './class-names'
import { fieldClasses } from './text-field'

/** Two to four choices of which exactly one holds. */
export function Segment<T extends string>({
  value,
  onChange,
  options,
  label,
  size = 'default',
  disabled,
  className,
}: {
  value: T
  onChange: (value: T) => void
  /** With `icon` the label becomes the name of the icon; `wide`: only where the window is narrow. */
  options: readonly { value: T; label: string; icon?: LucideIcon; withLabel?: boolean | 'wide' }[]
  label: string
  size?: 'default' | 'large'
  disabled?: boolean
  className?: string
}) {
  return (
    <Parts.Root
      type="single"
      value={value}
      onValueChange={(next) => next && onChange(next as T)}
      aria-label={label}
      disabled={disabled}
      className={classNames(
        fieldClasses(),
        'inline-flex gap-0! p-0.5!',
        size === 'large' ? 'h-9' : 'h-7 roomy:h-8 touch:h-11',
        className,
      )}
    >
      {options.map(({ value: key, label: name, icon: Icon, withLabel }) => (
        <Parts.Item
          key={key}
          value={key}
          aria-label={Icon && !withLabel ? name : undefined}
          title={Icon && withLabel !== true ? name : undefined}
          className="flex h-full flex-1 cursor-default items-center justify-center gap-1.5 whitespace-nowrap rounded-1 px-2.5 font-strong text-11 text-text-2 transition-colors duration-(--t-instant) hover:text-text-1 disabled:text-text-off data-[state=on]:bg-active data-[state=on]:text-text-1"
        >
          {Icon && <Icon size={13} strokeWidth={1.75} aria-hidden />}
          {(!Icon || withLabel) && (
            <span className={withLabel === 'wide' ? 'max-lg:sr-only' : undefined}>{name}</span>
          )}
        </Parts.Item>
      ))}
    </Parts.Root>
  )
}
