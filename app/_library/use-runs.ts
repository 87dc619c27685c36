'use client'
import { useEffect, useMemo, useRef } from 'react'
import type { RunSummary } from '../../server/realtime/protocol'
import { followRuns, runsStore } from '../_lib/runs/run-client'

/** The runs of all workflows, newest first, as they go on. */
export function useRuns(): readonly RunSummary[] {
  useEffect(() => followRuns(), [])
  return runsStore((state) => state.runs)
}

/** The objects of before where they say the same, so that a run that goes on re-renders one card. */
export function useSame<T extends { id: string }>(items: readonly T[] | undefined): readonly T[] | undefined {
  const before = useRef(new Map<string, { text: string; item: T }>())
  return useMemo(() => {
    if (!items) return undefined
    const now = new Map<string, { text: string; item: T }>()
    for (const item of items) {
      const text = JSON.stringify(item)
      const known = before.current.get(item.id)
      now.set(item.id, known?.text === text ? known : { text, item })
    }
    before.current = now
    return [...now.values()].map(({ item }) => item)
  }, [items])
}

/** The newest run of each workflow. */
export function latestRuns(runs: readonly RunSummary[]): ReadonlyMap<string, RunSummary> {
  const latest = new Map<string, RunSummary>()
  for (const run of runs) if (!latest.has(run.workflow)) latest.set(run.workflow, run)
  return latest
}
