import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import { classNames } from './class-names'
import { ProgressRing } from './progress-ring'

export type ButtonKind = 'primary' | 'default' | 'ghost' | 'danger'
export type ControlSize = 'small' | 'default' | 'large' | 'touch'

const KINDS: Record<ButtonKind, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-hover active:bg-accent-press',
  default: 'bg-hover text-text-1 inset-line hover:bg-active active:bg-active',
  ghost: 'text-text-2 hover:bg-hover hover:text-text-1 active:bg-active',
  danger: 'bg-hover text-err inset-line hover:bg-active active:bg-active',
}

const SIZES: Record<ControlSize, string> = {
  small: 'h-6 px-2 text-11 roomy:h-7 touch:h-11 touch:px-3 touch:text-13',
  default: 'h-7 px-2.5 text-12 roomy:h-8 touch:h-11 touch:px-4 touch:text-13',
  large: 'h-9 px-3.5 text-13',
  touch: 'h-11 px-4 text-13',
}

export const buttonClasses = (kind: ButtonKind, size: ControlSize): string =>
  classNames(
    'inline-flex flex-none cursor-default select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-2 font-strong',
    'transition-colors duration-(--t-instant)',
    'disabled:inset-line-quiet disabled:bg-transparent disabled:text-text-off',
    KINDS[kind],
    SIZES[size],
  )

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind
  size?: ControlSize
  icon?: LucideIcon
  /** Work it started is going on: the label stays, a ring takes the place of the icon. */
  busy?: boolean
  ref?: Ref<HTMLButtonElement>
}

export function Button({
  kind = 'default',
  size = 'default',
  icon: Icon,
  busy,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={busy || undefined}
      // Stays focusable while busy, so that the keyboard does not lose its place.
      onClick={busy ? (event) => event.preventDefault() : onClick}
      className={classNames(buttonClasses(kind, size), 'relative', className)}
    >
      {busy && Icon && <ProgressRing />}
      {busy && !Icon && (
        // Over the label's place, so that the width does not change.
        <span className="absolute inset-0 grid place-items-center">
          <ProgressRing />
        </span>
      )}
      {!busy && Icon && <Icon size={14} strokeWidth={1.75} className="flex-none" aria-hidden />}
      {busy && !Icon ? <span className="opacity-25">{children}</span> : children}
    </button>
  )
}
