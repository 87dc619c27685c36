'use client'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTRPC } from '../../_lib/trpc'

export interface WorkflowAsset {
  id: string
  name: string
  kind: string
  /** Came with the studio: everybody may have it. */
  example: boolean
}

/** The files a workflow is made from; undefined while they are read. */
export function useWorkflowAssets(workflowId: string): WorkflowAsset[] | undefined {
  const trpc = useTRPC()
  const workflow = useQuery(trpc.workflow.get.queryOptions({ workflow: workflowId }))
  const assets = useQuery(trpc.asset.list.queryOptions())
  return useMemo(() => {
    if (!workflow.data || !assets.data) return undefined
    const used = new Set(
      Object.values(workflow.data.document.nodes).flatMap(({ params }) => Object.values(params)),
    )
    return assets.data.assets.filter(({ id }) => used.has(id))
  }, [workflow.data, assets.data])
}
