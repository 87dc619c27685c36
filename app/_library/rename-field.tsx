'use client'
import { useEffect, useRef, useState } from 'react'

/** The name, being typed: Enter keeps it, Escape does not, leaving the field keeps it. */
export function RenameField({
  name,
  onDone,
  className,
}: {
  name: string
  /** Undefined when nothing changes. */
  onDone: (name: string | undefined) => void
  className?: string
}) {
  const [text, setText] = useState(name)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const keep = () => {
    const next = text.trim()
    onDone(next && next !== name ? next : undefined)
  }
  return (
    <input
      ref={field}
      aria-label="Name of the workflow"
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') onDone(undefined)
      }}
      className={`focus-quiet inset-line-accent min-w-0 flex-1 rounded-1 bg-field px-1 ${className ?? ''}`}
    />
  )
}
