'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, ExternalLink, Link2Off } from 'lucide-react'
import { useState } from 'react'
import { sayFailure } from '../../_lib/action-error'
import { sayDate } from '../../_lib/say-time'
import { useTRPC } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { IconButton } from '../../_ui/icon-button'
import { showToast } from '../../_ui/toast'
import { shareAddress } from './share-address'

/** The links that work now; each can be copied, opened and revoked. */
export function LinkList({ workflowId }: { workflowId: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const list = useQuery(trpc.share.list.queryOptions({ workflow: workflowId }))
  const [asking, setAsking] = useState<string>()
  const revoke = useMutation(
    trpc.share.revoke.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.share.list.queryKey() }),
      onError: sayFailure,
      onSettled: () => setAsking(undefined),
    }),
  )
  const links = list.data?.shares ?? []
  if (links.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 font-title text-12">{links.length === 1 ? 'One link' : `${links.length} links`}</h3>
      <ul className="divide-y divide-line-1">
        {links.map(({ token, createdAt }) => (
          <li key={token} className="flex min-h-10 flex-wrap items-center gap-2 py-1.5">
            {asking === token ? (
              <>
                <span className="min-w-0 flex-1">Whoever has this link loses access at once.</span>
                <Button onClick={() => setAsking(undefined)}>Keep it</Button>
                <Button kind="danger" busy={revoke.isPending} onClick={() => revoke.mutate({ token })}>
                  Revoke link
                </Button>
              </>
            ) : (
              <>
                <span className="min-w-0 flex-1 truncate font-mono text-11">{shareAddress(token)}</span>
                <span className="flex-none text-11 text-text-3">{sayDate(createdAt)}</span>
                <IconButton icon={Copy} label="Copy link" onClick={() => copy(token)} />
                <IconButton
                  icon={ExternalLink}
                  label="Open in a new tab"
                  onClick={() => window.open(shareAddress(token), '_blank', 'noopener')}
                />
                <IconButton icon={Link2Off} label="Revoke link" onClick={() => setAsking(token)} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

const copy = (token: string) =>
  navigator.clipboard.writeText(shareAddress(token)).then(
    () => showToast({ message: 'Link copied' }),
    () =>
      showToast({ message: 'The browser did not allow copying. Select the address instead.', tone: 'warn' }),
  )
