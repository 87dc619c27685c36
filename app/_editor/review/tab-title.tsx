'use client'
import { useEffect } from 'react'
import { useRuns } from '../state/run-store'

const MARK = '● Waiting for you · '

/** The tab says when a run of its workflow asks something. */
export function TabTitle() {
  const asks = useRuns(({ run }) => (run?.asking?.length ?? 0) > 0)
  useEffect(() => {
    if (!asks) return
    document.title = MARK + document.title
    return () => {
      document.title = document.title.replace(MARK, '')
    }
  }, [asks])
  return null
}
