'use client'
import { useQueryClient } from '@tanstack/react-query'
import { FileCheck } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { sayFailure } from '../_lib/action-error'
import { useTRPC, useTRPCClient } from '../_lib/trpc'
import { trackUpload } from '../_lib/uploads/upload-store'
import { showToast } from '../_ui/toast'

/** What holds a workflow: its JSON, its zip, and every video or picture that was made here. */
export const IMPORTED_FILES = '.json,.zip,.mp4,.m4v,.mov,.webm,.gif,.png,application/json,application/zip'

/** Makes workflows of files. A single one is opened at once. */
export function useImport(): (files: readonly File[]) => Promise<void> {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queries = useQueryClient()
  const router = useRouter()
  return async (files) => {
    const made: string[] = []
    for (const file of files) {
      try {
        const workflow = await trackUpload(file, async (upload) => {
          const asset = await client.asset.byUpload.query({ upload })
          const { workflow, notes } = await client.workflow.import.mutate({ asset: asset.id })
          for (const message of notes) showToast({ message })
          return workflow
        })
        if (workflow) made.push(workflow)
      } catch (error) {
        if (files.length > 1) continue // each has its line in the list of uploads
        sayFailure(error)
      }
    }
    await queries.invalidateQueries({ queryKey: trpc.workflow.list.queryKey() })
    if (made.length === 1 && files.length === 1) router.push(`/workflows/${made[0]}`)
    else if (made.length > 0) showToast({ message: `Imported ${made.length} workflows`, icon: FileCheck })
  }
}
