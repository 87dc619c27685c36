'use client'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { inferRouterOutputs } from '@trpc/server'
import { useCallback, useEffect, useMemo } from 'react'
import type { AppRouter } from '../../../server/trpc/root'
import { studioSocket } from '../../_lib/live/socket'
import { useTRPC } from '../../_lib/trpc'

export type Asset = inferRouterOutputs<AppRouter>['asset']['list']['assets'][number]

/** The files of this studio, and how to say that there is a new one. */
export function useAssets() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { data, isPending, error } = useQuery(trpc.asset.list.queryOptions())
  const changed = useCallback(
    () => queries.invalidateQueries({ queryKey: trpc.asset.list.queryKey() }),
    [queries, trpc],
  )
  useEffect(() => {
    const socket = studioSocket()
    const again = () => void changed()
    socket.on('connect', again)
    return () => {
      socket.off('connect', again)
    }
  }, [changed])
  const byId = useMemo(() => new Map(data?.assets.map((asset) => [asset.id, asset])), [data])
  return { assets: data?.assets ?? [], byId, loading: isPending, error, changed }
}

/** What the file of an asset param is called; undefined until the studio has said so. */
export function useAssetName(id: unknown): string | undefined {
  const trpc = useTRPC()
  return useQuery({
    ...trpc.asset.list.queryOptions(),
    enabled: typeof id === 'string',
    select: ({ assets }) => assets.find((asset) => asset.id === id)?.name,
  }).data
}

/** `sha256:…` → where its bytes and its small picture are. */
export const assetUrl = (id: string): string => `/api/assets/${id.replace('sha256:', '')}`
export const thumbnailUrl = (id: string): string => `${assetUrl(id)}/thumbnail`

const FILES: Record<string, string> = {
  image: '.png,.jpg,.jpeg,.webp,.avif,.gif,image/*',
  audio: '.wav,.mp3,.m4a,.ogg,.flac,.webm,audio/*',
  video: '.mp4,.mov,.webm,.mkv,video/*',
  pose: '.json,.npy,application/json',
  mask: '.png,.mp4,.zip',
}

export const acceptFor = (kind: string | undefined): string | undefined => (kind ? FILES[kind] : undefined)
