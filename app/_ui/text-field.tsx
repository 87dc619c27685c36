import type { LucideIcon } from 'lucide-react'
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import { classNames } from './class-names'

/** The well that text, numbers and choices stand in: 28 high, outlined by its state. */
export const fieldClasses = (invalid?: boolean): string =>
  classNames(
    'flex min-w-0 items-center gap-1.5 rounded-2 bg-field px-2 text-text-1 transition-shadow duration-(--t-instant)',
    invalid
      ? 'inset-line-err'
      : 'inset-line hover:inset-line-strong focus-within:inset-line-accent has-disabled:inset-line-quiet has-disabled:text-text-off',
  )

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'size' | 'onChange'> {
  value: string
  onChange: (value: string) => void
  /** For screen readers, where no `<label>` points at it. */
  label?: string
  icon?: LucideIcon
  size?: 'small' | 'default' | 'large'
  mono?: boolean
  /** The sentence under the field; its outline turns red. */
  error?: string
  /** Something small after the text: a shortcut, a button. */
  end?: ReactNode
  ref?: Ref<HTMLInputElement>
}

const HEIGHTS = { small: 'h-6', default: 'h-7 roomy:h-8 touch:h-11', large: 'h-8' }

export function TextField({
  value,
  onChange,
  label,
  icon: Icon,
  size = 'default',
  mono,
  error,
  end,
  className,
  ...rest
}: TextFieldProps) {
  const errorId = useId()
  return (
    <div className={className}>
      <div className={classNames(fieldClasses(Boolean(error)), HEIGHTS[size])}>
        {Icon && <Icon size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />}
        <input
          {...rest}
          aria-label={label}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={classNames(
            'focus-quiet min-w-0 flex-1 bg-transparent placeholder:text-text-3',
            mono && 'font-mono',
          )}
        />
        {end}
      </div>
      {error && (
        <p id={errorId} className="mt-1 text-11 text-err">
          {error}
        </p>
      )}
    </div>
  )
}
