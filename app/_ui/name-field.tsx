'use client'
import { useEffect, useRef, useState } from 'react'

/** A name in its own place, being typed: Enter and leaving the field keep it, Escape does not. */
export function NameField({
  name,
  label,
  maxLength,
  onDone,
  className,
}: {
  name: string
  label: string
  maxLength?: number
  /** What stands in the field, or undefined when it was given up. */
  onDone: (text: string | undefined) => void
  className?: string
}) {
  const [text, setText] = useState(name)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  return (
    <input
      ref={field}
      aria-label={label}
      value={text}
      maxLength={maxLength}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(text)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') onDone(text)
        if (event.key === 'Escape') onDone(undefined)
      }}
      className={`focus-quiet inset-line-accent rounded-1 bg-field px-1 ${className ?? ''}`}
    />
  )
}
