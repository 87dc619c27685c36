'use client'
import { Check, Minus } from 'lucide-react'
import { Checkbox as Parts } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

/** A box with its label; `mixed` when it stands for several of which some are on. */
export function Checkbox({
  checked,
  onChange,
  disabled,
  children,
  className,
}: {
  checked: boolean | 'mixed'
  onChange: (checked: boolean) => void
  disabled?: boolean
  children: ReactNode
  className?: string
}) {
  return (
    // What is fixed is still read: only the box is dimmed.
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the box inside it
    <label className={classNames('flex min-h-7 items-center gap-2', disabled && 'text-text-2', className)}>
      <Parts.Root
        checked={checked === 'mixed' ? 'indeterminate' : checked}
        onCheckedChange={(next) => onChange(next === true)}
        disabled={disabled}
        className="grid size-4 flex-none cursor-default place-items-center rounded-1 bg-field inset-line-strong data-[state=checked]:bg-accent data-[state=checked]:inset-line-none data-[state=indeterminate]:bg-accent data-[state=indeterminate]:inset-line-none disabled:opacity-40"
      >
        <Parts.Indicator className="text-accent-ink">
          {checked === 'mixed' ? (
            <Minus size={12} strokeWidth={2.5} aria-hidden />
          ) : (
            <Check size={12} strokeWidth={2.5} aria-hidden />
          )}
        </Parts.Indicator>
      </Parts.Root>
      {children}
    </label>
  )
}
