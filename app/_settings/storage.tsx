'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Eraser, RotateCcw, TriangleAlert } from 'lucide-react'
import { sayBytes } from '../_editor/stages/say-bytes'
import { sayFailure } from '../_lib/action-error'
import { studioError, useTRPC } from '../_lib/trpc'
import { Button } from '../_ui/button'
import { EmptyState } from '../_ui/empty-state'
import { ProgressBar } from '../_ui/progress-bar'
import { Skeleton } from '../_ui/skeleton'
import { showToast } from '../_ui/toast'
import { SettingsSection } from './settings-section'

/** Results are removed until they fit, so what is full is never over. */
const FULL_SHARE = 0.95

const isFull = ({
  parts,
  limitBytes,
}: {
  parts: readonly { part: string; bytes: number }[]
  limitBytes: number
}): boolean =>
  parts
    .filter(({ part }) => part === 'results' || part === 'assets')
    .reduce((sum, { bytes }) => sum + bytes, 0) >=
  FULL_SHARE * limitBytes

/** What takes space, and the button that makes some. */
export function Storage() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const storage = useQuery(trpc.system.storage.queryOptions())
  const cleanUp = useMutation(
    trpc.system.cleanUp.mutationOptions({
      async onSuccess({ freedBytes, removedResults }) {
        await queries.invalidateQueries({ queryKey: trpc.system.storage.queryKey() })
        showToast({
          message:
            removedResults === 0
              ? 'There was nothing to remove'
              : `Freed ${sayBytes(freedBytes)} by removing ${removedResults} results`,
          icon: Eraser,
        })
      },
      onError: sayFailure,
    }),
  )
  const data = storage.data
  const freeable = data?.parts.reduce((sum, part) => sum + part.freeableBytes, 0) ?? 0
  return (
    <SettingsSection
      id="storage"
      title="Storage"
      intro="Results are kept so that what has not changed is not computed again. Removing them costs time, never work: workflows, your files, and everything that is pinned or shared stay."
    >
      {storage.isError ? (
        <EmptyState
          tone="err"
          title={studioError(storage.error).message}
          actions={
            <Button icon={RotateCcw} busy={storage.isFetching} onClick={() => storage.refetch()}>
              Try again
            </Button>
          }
        >
          {studioError(storage.error).hint}
        </EmptyState>
      ) : !data ? (
        <Skeleton className="h-24" />
      ) : (
        <>
          <p className="mt-1 flex items-baseline gap-2">
            <span className="font-title text-15">{sayBytes(data.usedBytes)}</span>
            <span className="text-text-3">used, {sayBytes(data.freeBytes)} free on this disk</span>
          </p>
          <ProgressBar
            quiet
            fraction={data.usedBytes / Math.max(1, data.usedBytes + data.freeBytes)}
            label="Disk used by the studio"
          />
          {isFull(data) && (
            <p role="status" className="mt-2 flex items-center gap-1.5 text-warn">
              <TriangleAlert size={14} strokeWidth={1.75} aria-hidden className="flex-none" />
              Results and files fill the {sayBytes(data.limitBytes)} they may take: results used longest ago
              are removed as new ones come.
            </p>
          )}
          <table className="mt-3 w-full text-left">
            <thead className="text-11 text-text-3">
              <tr>
                <th className="py-1 font-body">What</th>
                <th className="py-1 text-right font-body">Count</th>
                <th className="py-1 text-right font-body">Size</th>
                <th className="py-1 text-right font-body">Can be freed</th>
              </tr>
            </thead>
            <tbody>
              {data.parts.map(({ part, label, count, bytes, freeableBytes }) => (
                <tr key={part} className="border-t border-line-1">
                  <th scope="row" className="py-1.5 font-strong">
                    {label}
                  </th>
                  <td className="py-1.5 text-right text-text-2">{count}</td>
                  <td className="py-1.5 text-right text-text-2">{sayBytes(bytes)}</td>
                  <td className="py-1.5 text-right text-text-2">
                    {freeableBytes > 0 ? sayBytes(freeableBytes) : 'Nothing'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Button
            icon={Eraser}
            className="mt-3 justify-self-start"
            busy={cleanUp.isPending}
            disabled={freeable === 0}
            onClick={() => cleanUp.mutate()}
          >
            {freeable > 0 ? `Clean up ${sayBytes(freeable)}` : 'Nothing to clean up'}
          </Button>
        </>
      )}
    </SettingsSection>
  )
}
