'use client'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { evaluateArithmetic } from './arithmetic'
import { classNames } from './class-names'
import { formatNumber, type NumberScale, rangeProblem, stepBy, stepFactor } from './number-scale'
import { fieldClasses } from './text-field'
import { useScrub } from './use-scrub'

export interface NumberFieldProps extends NumberScale {
  value: number
  /** `gesture`: changes with the same one belong together and undo as one. */
  onChange: (value: number, gesture?: string) => void
  /** Its name, for screen readers and for the sentence about a value out of range. */
  label: string
  unit?: string
  disabled?: boolean
  size?: 'small' | 'default'
  /** Takes the sentence about a wrong value; without it the sentence stands under the field. */
  onError?: (sentence: string | undefined) => void
  /** A scrub elsewhere, on the slider beside it, is going on. */
  hot?: boolean
  className?: string
  id?: string
}

/** A number: drag to scrub, click to type, arithmetic allowed, arrows step, Page Up and Down step ten. */
export function NumberField({
  value,
  onChange,
  label,
  unit,
  disabled,
  size = 'default',
  onError,
  hot,
  className,
  id,
  ...scale
}: NumberFieldProps) {
  const [draft, setDraft] = useState<string | null>(null) // null while nobody types
  const [problem, setProblem] = useState<string>()
  const input = useRef<HTMLInputElement>(null)
  const errorId = useId()
  const { scrubbing, handlers } = useScrub({
    value,
    scale,
    onChange,
    disabled: disabled || draft !== null,
    onClick: () => startTyping(),
  })
  const startTyping = () => {
    flushSync(() => setDraft(formatNumber(value, scale))) // the field takes the pointer only then
    input.current?.focus()
    input.current?.select()
  }
  const report = (sentence: string | undefined) => {
    setProblem(sentence)
    onError?.(sentence)
  }
  const read = (text: string) => {
    const result = evaluateArithmetic(text, unit)
    if (!result.ok) return { problem: result.message }
    const rounded = scale.integer ? Number(result.value.toFixed(9)) : result.value
    return { value: rounded, problem: rangeProblem(rounded, label, scale, unit) }
  }
  /** True when the text stands for a value that is allowed. */
  const commit = (): boolean => {
    if (draft === null) return true
    const { value: next, problem } = read(draft)
    report(problem)
    if (problem || next === undefined) return false
    setDraft(null)
    if (next !== value) onChange(next)
    return true
  }
  const restore = () => {
    setDraft(null)
    report(undefined)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      commit() // and the page does what it does with these keys
    } else if (event.key === 'Enter') {
      event.preventDefault()
      if (draft === null) startTyping()
      else if (commit()) input.current?.select()
    } else if (event.key === 'Escape' && draft !== null) {
      event.stopPropagation()
      restore()
    } else {
      const keys: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }
      const steps = keys[event.key]
      if (steps === undefined) return
      event.preventDefault()
      const modifiers = { shift: event.shiftKey, alt: event.altKey }
      const typed = draft === null ? undefined : read(draft)
      const next = stepBy(typed?.value ?? value, steps * stepFactor(modifiers), modifiers.alt, scale)
      report(undefined)
      setDraft(null)
      if (next !== value) onChange(next)
    }
  }
  const text = draft ?? formatNumber(value, scale)
  const active = scrubbing || hot
  const field = (
    <div
      {...handlers}
      className={classNames(
        fieldClasses(Boolean(problem)),
        size === 'small' ? 'h-6 roomy:h-7 touch:h-9' : 'h-7 roomy:h-8 touch:h-11',
        draft === null && !disabled && 'cursor-ew-resize touch-none select-none',
        active && 'inset-line-now',
        onError && className,
      )}
    >
      <input
        ref={input}
        id={id}
        role="spinbutton"
        inputMode="decimal"
        autoComplete="off"
        aria-label={id ? undefined : label}
        aria-valuenow={value}
        aria-valuemin={scale.min}
        aria-valuemax={scale.max}
        aria-valuetext={`${formatNumber(value, scale)}${unit ? ` ${unit}` : ''}`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? errorId : undefined}
        disabled={disabled}
        value={text}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => commit() || undefined}
        className={classNames(
          'focus-quiet w-0 min-w-0 flex-1 bg-transparent text-right font-mono tracking-[-0.02em]',
          draft === null && 'pointer-events-none',
        )}
      />
      {unit && <span className="flex-none text-11 text-text-3">{unit}</span>}
      {problem && onError && (
        <span id={errorId} className="sr-only">
          {problem}
        </span>
      )}
    </div>
  )
  if (onError) return field
  return (
    <div className={className}>
      {field}
      {problem && (
        <p id={errorId} className="mt-1 text-11 text-err">
          {problem}
        </p>
      )}
    </div>
  )
}
