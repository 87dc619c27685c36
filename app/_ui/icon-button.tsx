'use client'
import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import { classNames } from './class-names'
import { Tooltip } from './tooltip'

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  icon: LucideIcon
  /** Its name: for screen readers and the tooltip. */
  label: string
  /** Shortcut shown in the tooltip. */
  keys?: string
  size?: 'small' | 'default' | 'large' | 'touch'
  /** A switch that is on. `accent` when it marks what happens now, such as looping. */
  on?: boolean
  accent?: boolean
  tooltipSide?: 'top' | 'right' | 'bottom' | 'left'
  ref?: Ref<HTMLButtonElement>
}

const SIZES = {
  small: 'size-6 roomy:size-7 touch:size-11',
  default: 'size-7 touch:size-11',
  large: 'size-9',
  touch: 'size-11',
}

export function IconButton({
  icon: Icon,
  label,
  keys,
  size = 'default',
  on,
  accent,
  tooltipSide,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} keys={keys} side={tooltipSide}>
      <button
        type="button"
        {...rest}
        aria-label={label}
        aria-pressed={on}
        className={classNames(
          'inline-grid flex-none cursor-default place-items-center rounded-2 transition-colors duration-(--t-instant)',
          'hover:bg-hover hover:text-text-1 active:bg-active disabled:bg-transparent disabled:text-text-off',
          'data-[state=open]:bg-active data-[state=open]:text-text-1',
          SIZES[size],
          on && 'bg-active',
          on && accent ? 'text-accent hover:text-accent' : on ? 'text-text-1' : 'text-text-2',
          className,
        )}
      >
        <Icon size={size === 'touch' || size === 'large' ? 18 : 15} strokeWidth={1.75} aria-hidden />
      </button>
    </Tooltip>
  )
}
