'use client'
import { useCallback, useState } from 'react'
import type { FirstPoseFit } from '../../../nodes/lib/pose/first-pose-fit'

interface Steps {
  list: readonly FirstPoseFit[]
  at: number
  /** What is going on; its next change takes the place of the last. */
  gesture?: string
}

/** A fit with undo: it is no part of the document before it is used. */
export function useFitHistory(start: FirstPoseFit) {
  const [steps, setSteps] = useState<Steps>({ list: [start], at: 0 })
  const change = useCallback((next: FirstPoseFit, gesture?: string) => {
    setSteps(({ list, at, gesture: before }) => {
      if (next === list[at]) return { list, at, gesture }
      const kept = list.slice(0, gesture !== undefined && gesture === before ? at : at + 1)
      return { list: [...kept, next], at: kept.length, gesture }
    })
  }, [])
  return {
    fit: steps.list[steps.at],
    changed: steps.at > 0,
    change,
    undo: useCallback(() => setSteps(({ list, at }) => ({ list, at: Math.max(0, at - 1) })), []),
    redo: useCallback(
      () => setSteps(({ list, at }) => ({ list, at: Math.min(list.length - 1, at + 1) })),
      [],
    ),
    reset: useCallback(() => change(start), [change, start]),
  }
}
