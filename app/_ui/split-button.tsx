'use client'
import { ChevronDown } from 'lucide-react'
import { type ButtonProps, buttonClasses } from './button'
import { classNames } from './class-names'
import { Menu, type MenuEntry } from './menu'
import { ProgressRing } from './progress-ring'

/** The usual action, and a chevron with its variants. */
export function SplitButton({
  entries,
  moreLabel,
  icon: Icon,
  kind = 'primary',
  size = 'default',
  busy,
  className,
  children,
  ...rest
}: ButtonProps & { entries: readonly MenuEntry[]; moreLabel: string }) {
  return (
    <span className={classNames('inline-flex flex-none', className)}>
      <button
        type="button"
        {...rest}
        aria-busy={busy || undefined}
        className={classNames(buttonClasses(kind, size), 'grow rounded-r-none')}
      >
        {busy ? <ProgressRing /> : Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}
        {children}
      </button>
      <Menu entries={entries} align="end">
        <button
          type="button"
          aria-label={moreLabel}
          disabled={rest.disabled}
          className={classNames(
            buttonClasses(kind, size),
            'rounded-l-none px-1.5 touch:px-3',
            kind === 'primary' ? 'border-accent-ink/28 border-l' : '-ml-px',
          )}
        >
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
        </button>
      </Menu>
    </span>
  )
}
