'use client'
import { useCallback, useEffect, useRef, useState } from 'react'

/** Changes of one scrub are written to the document when it has been quiet for this long, in milliseconds. */
const QUIET_MS = 250

export interface Draft<T> {
  /** What is shown: the document's, or what is being dragged. */
  value: T
  /** One step of undo; with a `gesture`, changes that carry the same one are written together and undo together. */
  change(next: T, gesture?: string): void
  /** Shows a value without writing it: while the pointer is down. */
  hold(next: T): void
  /** Writes what was held, as one step. */
  release(): void
  /** Forgets what was held. */
  cancel(): void
}

/**
 * A value of the document that gestures change many times a second. The document, and with it the disk and everybody
 * else, gets it when the gesture rests.
 */
export function useDraft<T>(value: T, write: (next: T, gesture?: string) => void): Draft<T> {
  const [draft, setDraft] = useState<{ value: T } | null>(null)
  const pending = useRef<{ value: T; gesture?: string } | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const writer = useRef(write)
  writer.current = write

  const flush = useCallback(() => {
    clearTimeout(timer.current)
    const last = pending.current
    pending.current = null
    if (last) writer.current(last.value, last.gesture)
    setDraft(null)
  }, [])
  useEffect(() => flush, [flush]) // nothing that was typed is lost when the editor closes

  return {
    value: draft ? draft.value : value,
    change: useCallback(
      (next, gesture) => {
        if (pending.current && pending.current.gesture !== gesture) flush()
        pending.current = { value: next, gesture }
        if (gesture === undefined) return flush()
        setDraft({ value: next })
        clearTimeout(timer.current)
        timer.current = setTimeout(flush, QUIET_MS)
      },
      [flush],
    ),
    hold: useCallback(
      (next) => {
        // A scrub that still rests is written on its own: letting go of what is held must not take it along.
        if (pending.current?.gesture !== undefined) flush()
        pending.current = { value: next }
        setDraft({ value: next })
      },
      [flush],
    ),
    release: flush,
    cancel: useCallback(() => {
      clearTimeout(timer.current)
      pending.current = null
      setDraft(null)
    }, []),
  }
}
