'use client'
import { LayoutGrid, List } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Segment } from '../_ui/segment'
import { Skeleton } from '../_ui/skeleton'
import { FolderMenu, OpenFolderMenu } from './folders'
import { LibrarySection } from './library-section'
import { UnreadWorkflows } from './no-workflows'
import type { useShownWorkflows, WorkflowOrder } from './use-shown-workflows'
import { useStored } from './use-stored'
import { WorkflowList } from './workflow-list'

/** The workflows of the library: in what order, how they are drawn, and what stands there while there are none. */
export function WorkflowSection({
  shown: { list, actions, workflows, inFolder, folders, folderNames },
  searched,
  folder,
  order,
  onOrder,
  hasBin,
  isWaiting,
  now,
  none,
}: {
  shown: ReturnType<typeof useShownWorkflows>
  searched: string
  folder: string | undefined
  order: WorkflowOrder
  onOrder(order: WorkflowOrder): void
  /** Something is in the bin. */
  hasBin: boolean
  /** Another page is about to open. */
  isWaiting: boolean
  now: number
  none: ReactNode
}) {
  const [view, setView] = useStored('library view', 'cards', ['cards', 'rows'])
  const searching = searched !== ''
  return (
    <LibrarySection
      title={searching ? `Workflows with “${searched}”` : (folder ?? 'Workflows')}
      end={
        <>
          {folder === undefined && hasBin && (
            <Link
              href="/?show=bin"
              className="flex h-11 items-center rounded-2 font-strong text-text-2 hover:text-text-1 sm:hidden"
            >
              Bin
            </Link>
          )}
          {folder !== undefined && !searching && (
            <OpenFolderMenu folder={folder} workflows={inFolder ?? []} actions={actions} />
          )}
          <FolderMenu folders={folders} open={folder} />
          <Segment
            label="Order"
            value={order}
            onChange={onOrder}
            options={[
              { value: 'recent', label: 'Recent' },
              { value: 'name', label: 'Name' },
            ]}
          />
          <Segment
            label="Show as"
            value={view}
            onChange={setView}
            className="max-sm:hidden"
            options={[
              { value: 'cards', label: 'Cards', icon: LayoutGrid },
              { value: 'rows', label: 'Rows', icon: List },
            ]}
          />
        </>
      }
    >
      {list.isError && !workflows ? (
        <UnreadWorkflows error={list.error} isFetching={list.isFetching} onRetry={() => list.refetch()} />
      ) : !workflows || isWaiting ? (
        <CardSkeletons />
      ) : workflows.length > 0 ? (
        <WorkflowList {...{ workflows, view, now, actions }} folders={folderNames} />
      ) : (
        none
      )}
    </LibrarySection>
  )
}

function CardSkeletons() {
  return (
    <div role="status" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,250px),1fr))] gap-4">
      <span className="sr-only">Workflows are being read</span>
      {[0, 1, 2, 3, 4, 5, 6, 7].map((at) => (
        <div key={at} className="overflow-hidden rounded-3 bg-card outline outline-line-2 -outline-offset-1">
          <Skeleton className="h-[172px] rounded-none" />
          <div className="px-3 pt-3 pb-3.5">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="mt-2 h-3 w-1/3" />
          </div>
        </div>
      ))}
    </div>
  )
}
