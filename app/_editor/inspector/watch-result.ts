'use client'
import type { NodeResult } from '../../../server/runs/node-history'
import { useRunsSource } from '../runs/runs-source'
import { useViewer } from '../runs/viewer-store'

/** Opens the video of a result, alone or beside that of another one; undefined for a result that has none. */
export function useWatchResult(): (result: NodeResult, beside?: NodeResult) => (() => void) | undefined {
  const runs = useRunsSource().useRuns()
  const isListed = ({ run, isDelivered }: NodeResult) => isDelivered && runs.some(({ id }) => id === run)
  return (result, beside) => {
    if (!isListed(result) || (beside && !isListed(beside))) return undefined
    return () => {
      useViewer.getState().open(result.run)
      if (beside) useViewer.getState().compare(beside.run)
    }
  }
}
