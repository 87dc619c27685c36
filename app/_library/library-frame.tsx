'use client'
import type { ReactNode } from 'react'
import { PageFrame } from '../_shell/page-frame'
import type { Place } from '../_shell/side-bar'
import { useBin } from './bin'
import { FolderDialog } from './folder-dialog'
import { type FolderCount, FolderList, useFolders } from './folders'
import { StudioFacts } from './studio-facts'
import { useRuns } from './use-runs'
import { useWorkflows } from './use-workflows'

interface LibraryFrameProps {
  /** Undefined in a folder. */
  place: Place | undefined
  folder?: string
  folders: readonly FolderCount[]
  workflowCount: number | undefined
  children: ReactNode
}

/** A page with what the studio holds in its side bar: how much of everything, and the folders. */
export function LibraryFrame({ place, folder, folders, workflowCount, children }: LibraryFrameProps) {
  const results = useRuns().filter(({ state }) => state === 'finished').length
  const deleted = useBin().data?.workflows.length
  return (
    <PageFrame
      place={place}
      counts={{ workflows: workflowCount, results: results || undefined, bin: deleted || undefined }}
      side={
        <>
          <FolderList folders={folders} open={folder} />
          <StudioFacts />
        </>
      }
    >
      {children}
      <FolderDialog />
    </PageFrame>
  )
}

/** A page that is not the library, with the same beside it, so that nothing jumps on the way. */
export function OtherPage({ place, children }: { place: Place; children: ReactNode }) {
  const workflows = useWorkflows('').data?.workflows
  const { folders } = useFolders(workflows, undefined)
  return (
    <LibraryFrame place={place} folders={folders} workflowCount={workflows?.length}>
      {children}
    </LibraryFrame>
  )
}
