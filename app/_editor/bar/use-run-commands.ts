'use client'
import { useCallback, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { LiveDocument } from '../../_lib/live/open-document'
import { rememberRuns } from '../../_lib/runs/run-client'
import { studioError, useTRPCClient } from '../../_lib/trpc'
import { showToast } from '../../_ui/toast'
import { useEditor } from '../state/editor-context'
import { isActive } from '../state/run-store'
import { randomSeed, seededNodes, takeFreeSeeds } from './seeds'
import { useLiveStatus } from './use-live-status'

export interface RunRequest {
  targets?: readonly string[]
  fresh?: boolean
}

/** Resolves when the studio has every edit: a run works with what is on its disk. */
export function whenSaved(live: LiveDocument): Promise<void> {
  if (live.status() === 'saved') return Promise.resolve()
  return new Promise((resolve, reject) => {
    const stop = live.onStatus((status) => {
      if (status === 'saving') return
      stop()
      if (status === 'saved') resolve()
      else reject(new Error('The studio cannot be reached.'))
    })
  })
}

const SEEDS = 4

export function useRunCommands() {
  const editor = useEditor()
  const client = useTRPCClient()
  const [starting, setStarting] = useState(false)
  const status = useLiveStatus()
  const current = useStore(editor.runs.store, ({ run }) => run)
  const start = useCallback(
    async ({ targets, fresh }: RunRequest = {}) => {
      await whenSaved(editor.live)
      const { summary } = await client.run.start.mutate({
        workflow: editor.workflowId,
        targets: targets && [...targets],
        fresh,
      })
      rememberRuns([summary])
    },
    [editor, client],
  )
  const attempt = useCallback(async (work: () => Promise<unknown>) => {
    setStarting(true)
    try {
      await work()
    } catch (error) {
      const { message, hint } = studioError(error)
      showToast({ message, hint, tone: 'err' })
    } finally {
      setStarting(false)
    }
  }, [])
  const actions = useMemo(
    () => ({
      run: (request?: RunRequest) =>
        void attempt(() => {
          takeFreeSeeds(editor, request?.targets)
          return start(request)
        }),
      cancel: () => {
        const { run } = editor.runs.store.getState()
        if (run && isActive(run)) void attempt(() => client.run.cancel.mutate({ run: run.id }))
      },
      /** Runs with this seed and three others; the seed stays as it was. */
      runSeeds: () =>
        void attempt(async () => {
          const ids = seededNodes(editor)
          const { nodes } = editor.document.getState()
          const before = new Map(ids.map((id) => [id, nodes[id].params.seed]))
          await start()
          for (let i = 1; i < SEEDS; i++) {
            editor.history.edit(
              'run with other seeds',
              () => {
                for (const id of ids) editor.commands.setParam(id, 'seed', randomSeed())
              },
              'seeds',
            )
            await start()
          }
          editor.history.edit(
            'run with other seeds',
            () => {
              for (const [id, seed] of before) editor.commands.setParam(id, 'seed', seed)
            },
            'seeds',
          )
        }),
    }),
    [attempt, start, editor, client],
  )
  const offline = status === 'offline' || status === 'failed'
  return { ...actions, starting, running: isActive(current), offline, current }
}
