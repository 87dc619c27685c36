'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { RotateCcw, Trash2, TriangleAlert, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { sayFailure } from '../_lib/action-error'
import { sayAgo } from '../_lib/say-time'
import { studioError, useTRPC } from '../_lib/trpc'
import { Button } from '../_ui/button'
import { Dialog } from '../_ui/dialog'
import { EmptyState } from '../_ui/empty-state'
import { IconButton } from '../_ui/icon-button'
import { Skeleton } from '../_ui/skeleton'
import { showToast } from '../_ui/toast'
import { LibrarySection } from './library-section'
import { Strip } from './strip'

const DAY_MS = 86_400_000

export function useBin() {
  return useQuery(useTRPC().workflow.bin.queryOptions())
}

/** Deleted workflows: back with one click, or gone for good after a question. */
export function Bin({ now }: { now: number }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const bin = useBin()
  const [asked, setAsked] = useState<{ id: string; name: string } | 'all'>()
  const settled = {
    onError: sayFailure,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: trpc.workflow.bin.queryKey() }),
        queries.invalidateQueries({ queryKey: trpc.workflow.list.queryKey() }),
      ]),
  }
  const restore = useMutation(trpc.workflow.restore.mutationOptions(settled))
  const remove = useMutation(trpc.workflow.removeForGood.mutationOptions(settled))
  const empty = useMutation(trpc.workflow.emptyBin.mutationOptions(settled))
  const workflows = bin.data?.workflows
  const count = workflows?.length ?? 0

  return (
    <LibrarySection
      title="Bin"
      end={
        count > 0 && (
          <Button icon={Trash2} busy={empty.isPending} onClick={() => setAsked('all')}>
            Empty the bin
          </Button>
        )
      }
    >
      {bin.isError && !workflows ? (
        <EmptyState
          icon={TriangleAlert}
          tone="err"
          title={studioError(bin.error).message}
          actions={
            <Button icon={RotateCcw} busy={bin.isFetching} onClick={() => bin.refetch()}>
              Try again
            </Button>
          }
        >
          {studioError(bin.error).hint}
        </EmptyState>
      ) : !workflows ? (
        <Skeleton className="h-24" />
      ) : count === 0 ? (
        <EmptyState icon={Trash2} title="Nothing was deleted">
          Workflows that you delete are kept here for 30 days.
        </EmptyState>
      ) : (
        <>
          <p className="-mt-2 mb-2 text-text-3">
            Kept for 30 days after they were deleted, then removed for good.
          </p>
          <ul aria-label="Deleted workflows">
            {workflows.map(({ id, name, deletedAt, goneAt, pictures }) => (
              <li key={id} className="flex min-h-12 items-center gap-3 border-line-1 border-b pr-1 pl-1">
                <Strip pictures={pictures.slice(0, 1)} className="size-10 flex-none rounded-2" />
                <span className="min-w-0 flex-1 py-1">
                  <span className="block truncate font-strong">{name}</span>
                  <span className="block text-11 text-text-3">
                    Deleted {sayAgo(deletedAt, now)} · {sayLeft(goneAt - now)}
                  </span>
                </span>
                <Button
                  icon={Undo2}
                  className="max-sm:h-11"
                  busy={restore.isPending && restore.variables.workflow === id}
                  onClick={() =>
                    restore.mutate(
                      { workflow: id },
                      {
                        onSuccess: () =>
                          showToast({ message: `${name} is in the library again`, icon: Undo2 }),
                      },
                    )
                  }
                >
                  Restore
                </Button>
                <IconButton
                  icon={Trash2}
                  label={`Delete ${name} for good`}
                  className="max-sm:size-11"
                  onClick={() => setAsked({ id, name })}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      <Dialog
        open={asked !== undefined}
        onOpenChange={(open) => !open && setAsked(undefined)}
        title={
          asked === 'all'
            ? `Delete ${count === 1 ? 'the workflow' : `all ${count} workflows`} in the bin for good?`
            : `Delete ${asked?.name} for good?`
        }
        description="Its versions, runs and share links go with it. This cannot be undone; your files stay."
        footer={
          <>
            <Button onClick={() => setAsked(undefined)}>Keep</Button>
            <Button
              kind="danger"
              onClick={() => {
                if (asked === 'all') empty.mutate()
                else if (asked) remove.mutate({ workflow: asked.id })
                setAsked(undefined)
              }}
            >
              Delete for good
            </Button>
          </>
        }
      />
    </LibrarySection>
  )
}

/** `27 days left`; the last day in words. */
const sayLeft = (ms: number) => {
  const days = Math.ceil(ms / DAY_MS)
  return days > 1 ? `${days} days left` : 'removed for good today'
}
