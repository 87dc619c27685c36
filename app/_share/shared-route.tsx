'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link2Off, RotateCcw, WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { sayFailure } from '../_lib/action-error'
import { studioError, useTRPC } from '../_lib/trpc'
import { Button } from '../_ui/button'
import { EmptyState } from '../_ui/empty-state'
import { LinkButton } from '../_ui/link-button'
import { Skeleton } from '../_ui/skeleton'
import { SharedPage } from './shared-page'
import { sharedView } from './shared-view'

/** A shared link: what it shows, or why it shows nothing. */
export function SharedRoute({ token }: { token: string }) {
  const trpc = useTRPC()
  const router = useRouter()
  const view = useQuery(trpc.share.view.queryOptions({ token }, { retry: false, staleTime: Infinity }))
  const catalog = useQuery(trpc.catalog.get.queryOptions(undefined, { staleTime: Infinity }))
  const fork = useMutation(
    trpc.share.fork.mutationOptions({
      onSuccess: ({ workflow }) => router.push(`/workflows/${workflow}`),
      onError: sayFailure,
    }),
  )
  const failed = view.error ?? catalog.error
  if (failed) {
    const { message, hint, code } = studioError(failed)
    const unreachable = code === 'internal'
    return (
      <main className="grid h-dvh place-items-center bg-canvas">
        <EmptyState
          large
          icon={unreachable ? WifiOff : Link2Off}
          title={unreachable ? 'The studio does not answer' : 'This link does not work'}
          actions={
            unreachable ? (
              <Button
                kind="primary"
                size="large"
                icon={RotateCcw}
                busy={view.isFetching}
                onClick={() => Promise.all([view.refetch(), catalog.refetch()])}
              >
                Try again
              </Button>
            ) : (
              <LinkButton kind="primary" size="large" href="/">
                Go to the library
              </LinkButton>
            )
          }
        >
          {code === 'share/not-found'
            ? 'It was revoked, its workflow was deleted, or it never existed.'
            : message}{' '}
          {hint}
        </EmptyState>
      </main>
    )
  }
  if (!view.data || !catalog.data) return <Waiting />
  return (
    <SharedPage
      token={token}
      view={sharedView(view.data)}
      catalog={catalog.data}
      forking={fork.isPending}
      onFork={() => fork.mutate({ token })}
    />
  )
}

function Waiting() {
  return (
    <main role="status" className="flex h-dvh flex-col bg-panel">
      <span className="sr-only">The shared workflow is being read</span>
      <div className="flex h-11 items-center gap-3 border-b border-line-1 px-3">
        <Skeleton className="size-7 rounded-[7px]" />
        <Skeleton className="h-4 w-48" />
      </div>
      <div className="h-[56dvh] bg-[#090909]" />
      <Skeleton className="m-6 h-4 w-40" />
    </main>
  )
}
