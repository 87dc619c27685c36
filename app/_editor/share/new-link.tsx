'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { sayFailure } from '../../_lib/action-error'
import { sayAgo } from '../../_lib/say-time'
import { useTRPC } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { Checkbox } from '../../_ui/checkbox'
import { showToast } from '../../_ui/toast'
import { shareAddress } from './share-address'
import { useWorkflowAssets } from './use-workflow-assets'

/** What a new link carries. Files that were uploaded travel only when they are chosen. */
export function NewLink({ workflowId }: { workflowId: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const assets = useWorkflowAssets(workflowId)
  const runs = useQuery(trpc.run.list.queryOptions({ workflow: workflowId }))
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>({})
  const result = runs.data?.runs.find(({ state }) => state === 'finished')
  const travels = (asset: { id: string; example: boolean }) => asset.example || chosen[asset.id] === true
  const create = useMutation(
    trpc.share.create.mutationOptions({
      async onSuccess({ token }) {
        await queries.invalidateQueries({ queryKey: trpc.share.list.queryKey() })
        const copied = await navigator.clipboard.writeText(shareAddress(token)).then(
          () => true,
          () => false, // the address stands in the list below
        )
        showToast({ message: copied ? 'Link created and copied' : 'Link created', icon: Link2 })
      },
      onError: sayFailure,
    }),
  )
  return (
    <section className="grid gap-2 rounded-3 border border-line-2 p-3">
      <p className="text-text-2">
        {result
          ? `Shows the result of run ${result.number}, made ${sayAgo(result.endedAt ?? result.createdAt, Date.now())}, with the workflow that made it.`
          : 'This workflow has no result yet: the link will show its graph as it is now. Run it first to share a video.'}
      </p>
      {assets && assets.length > 0 && (
        <fieldset>
          <legend className="mb-1 font-strong">Files that travel with a fork</legend>
          {assets.map((asset) => (
            <Checkbox
              key={asset.id}
              checked={travels(asset)}
              disabled={asset.example}
              onChange={(on) => setChosen({ ...chosen, [asset.id]: on })}
            >
              <span className="min-w-0 truncate">{asset.name}</span>
              <span className="text-text-3">
                {asset.example ? 'came with the studio, travels always' : 'your file'}
              </span>
            </Checkbox>
          ))}
          <p className="mt-1 text-11 text-text-3">
            A file that stays here is left out of forks. What was made from it still shows in the result.
          </p>
        </fieldset>
      )}
      <Button
        kind="primary"
        icon={Link2}
        className="justify-self-start"
        busy={create.isPending}
        disabled={!assets}
        onClick={() =>
          create.mutate({
            workflow: workflowId,
            run: result?.id,
            assets: (assets ?? []).filter(travels).map(({ id }) => id),
          })
        }
      >
        Create link
      </Button>
    </section>
  )
}
