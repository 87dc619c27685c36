'use client'
import { useRouter } from 'next/navigation'
import { useCallback } from 'react'
import { sayFailure } from '../../_lib/action-error'
import { useTRPCClient } from '../../_lib/trpc'
import { useUploadAsset } from '../../_lib/uploads/use-upload-asset'
import { showToast } from '../../_ui/toast'
import { CARD_WIDTH, type Point } from '../state/boxes'
import { useEditor } from '../state/editor-context'
import { select } from '../state/selection-store'
import { inputTypeFor } from './input-types'
import { useAssets } from './use-assets'

/** Where a workflow inside a file begins at the latest; ours come before pixels and frames. */
const LOOK_BYTES = 1_000_000

/** Whether a file has a workflow of ours inside, as text. The studio reads and checks it when it is opened. */
async function seemsToHoldWorkflow(file: File): Promise<boolean> {
  const text = await file.slice(0, LOOK_BYTES).text()
  return /"schema"\s*:\s*\d/.test(text) && /"nodes"\s*:\s*\{/.test(text)
}

/**
 * Adds files to the workflow: each becomes the input node that reads it, one below the other. A picture with a
 * workflow inside offers to open it, a video with one does so.
 */
export function useAddFiles() {
  const editor = useEditor()
  const client = useTRPCClient()
  const router = useRouter()
  const upload = useUploadAsset()
  const { changed } = useAssets()
  return useCallback(
    async (files: readonly File[], at: Point) => {
      const made: string[] = []
      for (const file of files) {
        try {
          const asset = await upload(file)
          if (!asset) continue
          void changed()
          const open = async () => {
            const { workflow, notes } = await client.workflow.import.mutate({ asset: asset.id })
            for (const message of notes) showToast({ message })
            router.push(`/workflows/${workflow}`)
          }
          const type = inputTypeFor(editor.definitions, asset.kind)
          // A video of ours is first of all its workflow; from the list of files it can still be added as a video.
          if (!type || (asset.kind === 'video' && (await seemsToHoldWorkflow(file)))) {
            await open() // where nothing reads the file and it holds no workflow, the studio says so
            continue
          }
          const place = { x: at.x - CARD_WIDTH.usual / 2, y: at.y - 40 + made.length * 300 }
          made.push(editor.commands.addNode(type, place, { params: { asset: asset.id } }))
          if (asset.kind === 'image' && (await seemsToHoldWorkflow(file))) {
            showToast({
              message: `${file.name} has its workflow inside.`,
              action: { label: 'Open it', run: () => void open().catch(sayFailure) },
            })
          }
        } catch (error) {
          sayFailure(error)
        }
      }
      if (made.length > 1) select(editor.selection, { items: made })
    },
    [editor, client, router, upload, changed],
  )
}
