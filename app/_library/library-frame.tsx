'use client'
import type { ReactNode } from 'react'
import { PageFrame } from '../_shell/page-frame'
import type { Place } from '../_shell/side-bar'
import { useBin } from './bin'
import { FolderDialog } from './folder-dialog'
import { FolderList, useFolders } from './folders'
import { StudioFacts } from './studio-facts'
import { useRuns } from './use-runs'
import { useWorkflows } from './use-workflows'

/** A page beside the library: its side bar counts and lists the same things, so that nothing jumps on the way. */
export function LibraryFrame({ place, children }: { place: Place; children: ReactNode }) {
  const workflows = useWorkflows('').data?.workflows
  const results = useRuns().filter(({ state }) => state === 'finished').length
  const deleted = useBin().data?.workflows.length
  const { folders } = useFolders(workflows, undefined)
  return (
    <PageFrame
      place={place}
      counts={{ workflows: workflows?.length, results: results || undefined, bin: deleted || undefined }}
      side={
        <>
          <FolderList folders={folders} open={undefined} />
          <StudioFacts />
        </>
      }
    >
      {children}
      <FolderDialog />
    </PageFrame>
  )
}
