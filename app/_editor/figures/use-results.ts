'use client'
import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { WorkflowDocument } from '../../../nodes/core/document'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { TableValue } from '../../../nodes/core/values'
import { studioError, useTRPC } from '../../_lib/trpc'
import { useRunsSource } from '../runs/runs-source'
import { useEditor, useWorkflow } from '../state/editor-context'
import { useRuns } from '../state/run-store'
import { useFigures } from './figures-store'
import { firstChoice, type ListedResult, resultsNow, resultsOfRuns } from './list-results'

export interface Results {
  /** What nodes of the open workflow measure. */
  now: ListedResult[]
  /** What runs of it measured, newest first; of all workflows with `everywhere`. */
  ofRuns: ListedResult[]
}

export function useResults(everywhere: boolean): Results {
  const { definitions, workflowId } = useEditor()
  const nodes = useWorkflow((document) => document.nodes)
  const views = useRuns((state) => state.views)
  const runs = useRunsSource().useRuns()
  const now = useMemo(() => resultsNow(nodes, definitions, views), [nodes, definitions, views])
  const ofRuns = useMemo(
    () => resultsOfRuns(runs.filter(({ workflow }) => everywhere || workflow === workflowId)),
    [runs, everywhere, workflowId],
  )
  return { now, ofRuns }
}

/** Those that are columns: as chosen, or the first that are worth it. */
export function useChosen({ now, ofRuns }: Results): ListedResult[] {
  const { chosen, focus } = useFigures()
  const ids = chosen ?? firstChoice(now, ofRuns, focus)
  const all = new Map([...now, ...ofRuns].map((result) => [result.id, result]))
  return ids.flatMap((id) => all.get(id) ?? [])
}

export interface LoadedResult {
  result: ListedResult
  /** Undefined while it loads, or when it has none. */
  table?: TableValue
  /** What made it. */
  document?: WorkflowDocument
  error?: ErrorJson
}

/** The tables of results and the workflows that made them. What is over never changes: it is asked for once. */
export function useLoadedResults(results: readonly ListedResult[]): LoadedResult[] {
  const trpc = useTRPC()
  const document = useWorkflow((open) => open)
  const runs = [...new Set(results.flatMap(({ run }) => (run ? [run.id] : [])))]
  const answers = useQueries({
    queries: runs.map((run) => ({
      ...trpc.run.get.queryOptions({ run }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  })
  return results.map((result) => {
    if (!result.run) return { result, table: result.table, document }
    const { data, error } = answers[runs.indexOf(result.run.id)]
    if (error) return { result, error: studioError(error) }
    const table = data?.snapshot.tables[result.node] as TableValue | undefined
    return { result, table, document: data?.document as WorkflowDocument | undefined }
  })
}
