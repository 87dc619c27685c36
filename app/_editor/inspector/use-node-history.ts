'use client'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { isOver } from '../../../nodes/core/run-snapshot'
import type { NodeResult } from '../../../server/runs/node-history'
import { studioError, useTRPC } from '../../_lib/trpc'
import { useRunsSource } from '../runs/runs-source'
import { useEditor } from '../state/editor-context'

/** What a node has given in earlier runs of this workflow, the newest first, page by page. */
export function useNodeHistory(node: string, type: string) {
  const { workflowId } = useEditor()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { queryKey, ...options } = trpc.run.ofNode.infiniteQueryOptions(
    { workflow: workflowId, node, type },
    { getNextPageParam: ({ next }) => next },
  )
  // Runs may have ended while nobody looked.
  const found = useInfiniteQuery({ queryKey, ...options, staleTime: 0 })
  const runs = useRunsSource().useRuns()
  // A run that has ended brings a result, one that was removed takes it along.
  const over = useMemo(
    () =>
      runs
        .filter(({ workflow, state }) => workflow === workflowId && isOver(state))
        .map(({ id }) => id)
        .join(),
    [runs, workflowId],
  )
  const known = useRef(over)
  useEffect(() => {
    if (known.current === over) return
    known.current = over
    void queries.invalidateQueries({ queryKey })
  }, [over, queries, queryKey])
  const results = useMemo(
    // Refs are plain JSON: what arrives is what was sent.
    () => (found.data?.pages.flatMap((page) => page.results) ?? []) as NodeResult[],
    [found.data],
  )
  return {
    results,
    isPending: found.isPending,
    error: found.error ? studioError(found.error) : undefined,
    again: () => void found.refetch(),
    /** Undefined when all are there. */
    more: found.hasNextPage ? () => void found.fetchNextPage() : undefined,
    isFetchingMore: found.isFetchingNextPage,
  }
}
