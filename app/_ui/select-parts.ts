import type { LucideIcon } from 'lucide-react'
import { classNames } from './class-names'
import { fieldClasses } from './text-field'

export interface SelectOption<T extends string = string> {
  value: T
  label: string
  /** A fact beside the label. */
  hint?: string
  icon?: LucideIcon
  disabled?: boolean
}

export interface SelectProps<T extends string = string> {
  value: T | undefined
  onChange: (value: T) => void
  options: readonly SelectOption<T>[]
  label: string
  placeholder?: string
  disabled?: boolean
  size?: 'small' | 'default'
  className?: string
  id?: string
}

export const selectSurface =
  'pop-in z-(--z-popover) min-w-(--radix-popper-anchor-width) rounded-3 bg-raised shadow-3 outline outline-line-2 -outline-offset-1'

export const selectTrigger = (size: SelectProps['size']): string =>
  classNames(
    fieldClasses(),
    'w-full cursor-default disabled:text-text-off data-[placeholder]:text-text-3',
    size === 'small' ? 'h-6' : 'h-7 roomy:h-8 touch:h-11',
  )
