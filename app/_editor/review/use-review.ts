'use client'
import { useCallback, useMemo, useState } from 'react'
import { rememberRuns } from '../../_lib/runs/run-client'
import { studioError, useTRPCClient } from '../../_lib/trpc'
import { showToast } from '../../_ui/toast'
import { whenSaved } from '../bar/use-run-commands'
import { useEditor } from '../state/editor-context'

/** What a person can answer to a review of the current run. */
export function useReview() {
  const editor = useEditor()
  const client = useTRPCClient()
  const [busy, setBusy] = useState(false)
  const attempt = useCallback(
    async (work: (run: string) => Promise<unknown>) => {
      const { run } = editor.runs.store.getState()
      if (!run) return
      setBusy(true)
      try {
        await work(run.id)
      } catch (error) {
        const { message, hint } = studioError(error)
        showToast({ message, hint, tone: 'err' })
      } finally {
        setBusy(false)
      }
    },
    [editor],
  )
  const answers = useMemo(
    () => ({
      /** The run goes on with the workflow as it stands, with whatever was edited since. */
      approve: (node: string) =>
        void attempt(async (run) => {
          await whenSaved(editor.live)
          rememberRuns([await client.run.approve.mutate({ run, node, asItStands: true })])
        }),
      stop: () => void attempt((run) => client.run.cancel.mutate({ run })),
    }),
    [attempt, client, editor],
  )
  return { ...answers, busy }
}
