import { type TextareaHTMLAttributes, useId } from 'react'
import { classNames } from './class-names'
import { fieldClasses } from './text-field'

/** Text of several lines; grows with it where the browser can. */
export function TextArea({
  value,
  onChange,
  label,
  error,
  className,
  ...rest
}: Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> & {
  value: string
  onChange: (value: string) => void
  label?: string
  error?: string
}) {
  const errorId = useId()
  return (
    <div className={className}>
      <div className={classNames(fieldClasses(Boolean(error)), 'py-1.5')}>
        <textarea
          rows={3}
          {...rest}
          aria-label={label}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="focus-quiet min-w-0 flex-1 resize-y bg-transparent field-sizing-content placeholder:text-text-3"
        />
      </div>
      {error && (
        <p id={errorId} className="mt-1 text-11 text-err">
          {error}
        </p>
      )}
    </div>
  )
}
