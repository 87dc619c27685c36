'use client'
import { type ReactNode, useId } from 'react'
import { ChangedDot } from './changed-dot'
import { classNames } from './class-names'
import { RoomyDocs } from './roomy-docs'
import { Tooltip } from './tooltip'

/**
 * A label beside a control. The control takes the id, so that the label points at it; controls without one element to
 * point at (segments) take their own `label`.
 */
export function Field({
  label,
  docs,
  changed,
  onReset,
  was,
  error,
  hint,
  stacked,
  short,
  children,
}: {
  label: string
  docs?: ReactNode
  /** The value is not the default: a dot that resets. */
  changed?: boolean
  onReset?: () => void
  /** The default in words, for the dot's tooltip. */
  was?: string
  error?: string
  /** A fact under the control. */
  hint?: ReactNode
  /** Label above instead of beside. */
  stacked?: boolean
  /** The control is small: it stays beside the label in a form too. */
  short?: boolean
  children: ReactNode | ((id: string) => ReactNode)
}) {
  const id = useId()
  const text = typeof children === 'function' ? <label htmlFor={id}>{label}</label> : <span>{label}</span>
  return (
    <div>
      <div
        className={classNames(
          stacked ? 'grid gap-1' : 'grid min-h-7 grid-cols-[92px_minmax(0,1fr)] items-center gap-2',
          short ? 'touch:min-h-11 roomy:grid-cols-[minmax(0,1fr)_auto]' : 'roomy:grid-cols-1 roomy:gap-1.5',
        )}
      >
        <span className="flex min-w-0 items-center gap-1 text-text-2 roomy:flex-wrap roomy:gap-y-0 roomy:font-strong roomy:text-13 roomy:text-text-1">
          {docs ? (
            <Tooltip text={docs} side="left">
              {text}
            </Tooltip>
          ) : (
            text
          )}
          {changed && onReset && <ChangedDot label={label} was={was} onReset={onReset} />}
          <RoomyDocs docs={docs} />
        </span>
        <div className="min-w-0">{typeof children === 'function' ? children(id) : children}</div>
      </div>
      {error ? (
        <p className="mt-1 text-11 text-err">{error}</p>
      ) : (
        hint && <p className="mt-1 text-11 text-text-3">{hint}</p>
      )}
    </div>
  )
}
