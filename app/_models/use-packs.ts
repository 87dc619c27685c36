'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { PackReport } from '../../server/packs/pack-report'
import type { PullProgress, PullStatus } from '../../server/packs/pack-service'
import { sayFailure } from '../_lib/action-error'
import { studioSocket } from '../_lib/live/socket'
import { useTRPC } from '../_lib/trpc'

export type ReadablePack = PackReport & { pull?: PullStatus }

/** The packs of this machine: read again when one changes, and told of a download as it goes on. */
export function usePacks() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  useEffect(() => {
    const socket = studioSocket()
    const queryKey = trpc.pack.list.queryKey()
    const changed = () => void queries.invalidateQueries({ queryKey })
    const progressed = ({ pack, ...progress }: PullProgress & { pack: string }) => {
      queries.setQueryData(queryKey, (packs) =>
        packs?.map((entry) =>
          entry.name === pack && entry.pull ? { ...entry, pull: { ...entry.pull, progress } } : entry,
        ),
      )
    }
    socket.on('packs.changed', changed)
    socket.on('packs.progressed', progressed)
    socket.on('connect', changed) // what happened meanwhile
    return () => {
      socket.off('packs.changed', changed)
      socket.off('packs.progressed', progressed)
      socket.off('connect', changed)
    }
  }, [queries, trpc])
  return useQuery(trpc.pack.list.queryOptions())
}

/** What can be done with a pack; why something could not be done is said in a toast. */
export function usePackActions(pack: string) {
  const trpc = useTRPC()
  const onError = sayFailure
  const pull = useMutation(trpc.pack.pull.mutationOptions({ onError }))
  const pause = useMutation(trpc.pack.pause.mutationOptions({ onError }))
  const discard = useMutation(trpc.pack.discard.mutationOptions({ onError }))
  const verify = useMutation(trpc.pack.verify.mutationOptions({ onError }))
  const remove = useMutation(trpc.pack.remove.mutationOptions({ onError }))
  return {
    pull: () => pull.mutate({ pack }),
    pause: () => pause.mutate({ pack }),
    discard: () => discard.mutate({ pack }),
    verify: () => verify.mutate({ pack }),
    remove: () => remove.mutate({ pack }),
    isStarting: pull.isPending,
    isPausing: pause.isPending,
    isVerifying: verify.isPending,
  }
}
