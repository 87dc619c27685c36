'use client'
import { useMemo, useRef } from 'react'
import type { RunSummary } from '../../server/realtime/protocol'
import { useFolders } from './folders'
import { libraryWorkflow } from './library-shapes'
import type { LibraryWorkflow } from './library-types'
import { latestRuns, useSame } from './use-runs'
import { useWorkflowActions, useWorkflows } from './use-workflows'

export type WorkflowOrder = 'recent' | 'name'

/** The workflows that are looked at: those that a search finds, those of a folder, or all. */
export function useShownWorkflows(
  runs: readonly RunSummary[],
  { searched, folder, order }: { searched: string; folder: string | undefined; order: WorkflowOrder },
) {
  const list = useWorkflows(searched)
  const { actions, adjust } = useWorkflowActions()
  const rows = useSame(
    useMemo(() => {
      const latest = latestRuns(runs)
      return list.data?.workflows.map((row) => libraryWorkflow(row, latest.get(row.id)))
    }, [list.data, runs]),
  )
  const found = rows && sorted(adjust(rows), order)
  const all = useRef(found)
  if (searched === '') all.current = found
  const { folders, names: folderNames } = useFolders(all.current, folder)
  const inFolder = found?.filter((workflow) => workflow.folder === folder)
  const workflows = folder !== undefined && searched === '' ? inFolder : found
  return { list, actions, workflows, inFolder, folders, folderNames, count: all.current?.length }
}

function sorted(rows: readonly LibraryWorkflow[], by: WorkflowOrder): LibraryWorkflow[] {
  const byName = (a: LibraryWorkflow, b: LibraryWorkflow) =>
    a.name.localeCompare(b.name, undefined, { numeric: true })
  return [...rows].sort(by === 'name' ? byName : (a, b) => b.editedAt - a.editedAt)
}
