'use client'
import { useRouter } from 'next/navigation'
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { WorkflowDocument } from '../../../nodes/core/document'
import type { RunSnapshot, RunSummary } from '../../../nodes/core/run-snapshot'
import { followRuns, runsStore } from '../../_lib/runs/run-client'
import { useTRPCClient } from '../../_lib/trpc'
import { showToast } from '../../_ui/toast'
import { upstreamValue } from '../stages/trace-values'
import { type Editor, useEditor } from '../state/editor-context'
import { isActive, type RunStoreState, useRuns } from '../state/run-store'
import { mainFile } from './result-of-run'
import type { ResultMedia, RunProgress, RunsSource } from './runs-source'

/** Query parameter that names a run whose exact workflow is to be opened. */
const RUN_PARAM = 'run'

const useRunList = () => useStore(runsStore, ({ runs }) => runs)
const useIsLoaded = () => useStore(runsStore, ({ isLoaded }) => isLoaded)

/** Runs as the open workflow sees them. */
export function useEditorRuns(): RunsSource {
  const editor = useEditor()
  const client = useTRPCClient()
  const router = useRouter()
  useEffect(followRuns, [])
  const source = useMemo<RunsSource>(() => {
    const get = (run: string) => client.run.get.query({ run })
    const openHere = async (run: string) => {
      const { document, snapshot } = await get(run)
      openExact(editor, document as WorkflowDocument, snapshot.summary.number)
    }
    return {
      workflow: editor.workflowId,
      useRuns: useRunList,
      useLoaded: useIsLoaded,
      useProgress,
      cancel: (run) => client.run.cancel.mutate({ run }),
      retry: (run) => client.run.retry.mutate({ run }),
      move: (run, position) => client.run.move.mutate({ run, position }),
      setPaused: (run, paused) =>
        paused ? client.run.pause.mutate({ run }) : client.run.resume.mutate({ run }),
      remove: (run) => client.run.remove.mutate({ run }),
      async openExact(run) {
        if (run.workflow === editor.workflowId) await openHere(run.id)
        else router.push(`/workflows/${run.workflow}?${RUN_PARAM}=${run.id}`)
      },
      openHere,
      async media(run) {
        const { document, snapshot } = await get(run.id)
        // Refs are plain JSON: what arrives is what was sent.
        return resultMedia(editor, run, document as WorkflowDocument, snapshot as RunSnapshot)
      },
    }
  }, [editor, client, router])
  useRunInAddress(source)
  return source
}

/** Somebody came from another workflow's list of results for the exact workflow of one of ours. */
function useRunInAddress({ openHere }: RunsSource): void {
  useEffect(() => {
    const address = new URL(location.href)
    const run = address.searchParams.get(RUN_PARAM)
    if (!run) return
    address.searchParams.delete(RUN_PARAM)
    history.replaceState(history.state, '', address)
    openHere(run).catch(() =>
      showToast({ message: 'That run is no longer kept. This is the workflow as it is now.', tone: 'warn' }),
    )
  }, [openHere])
}

function openExact({ commands, undo }: Editor, document: WorkflowDocument, number: number): void {
  commands.replaceAll(document, `open the workflow of run ${number}`)
  showToast({
    message: `This is the workflow as run ${number} had it.`,
    action: { label: 'Undo', run: undo },
  })
}

function useProgress(): RunProgress | undefined {
  const summary = useRuns(({ run }) => run)
  const counts = useRuns(countNodes)
  return useMemo(() => {
    if (!summary) return undefined
    const [finished, total] = counts.split('/').map(Number)
    return { summary, finished, total }
  }, [summary, counts])
}

/** `finished/total` of the nodes that run; text, so that a change elsewhere re-renders nothing. */
function countNodes({ run, views }: RunStoreState): string {
  if (!isActive(run)) return '0/0'
  let finished = 0
  let total = 0
  for (const { state, willRun } of Object.values(views)) {
    if (state === 'done') finished++
    if (
      state === 'done' ||
      state === 'running' ||
      state === 'asking' ||
      state === 'failed' ||
      (state === 'waiting' && willRun)
    )
      total++
  }
  return `${finished}/${total}`
}

/** Rate, size and sound of the frames behind a result, and who made them. */
function resultMedia(
  { definitions }: Editor,
  run: RunSummary,
  document: WorkflowDocument,
  { nodes }: RunSnapshot,
): ResultMedia {
  const values = Object.fromEntries(Object.entries(nodes).map(([id, { outputs }]) => [id, outputs]))
  const file = mainFile(run.files)
  const made = file && upstreamValue(document, values, file.node, 'video')
  if (!made || !('meta' in made.ref)) return { fps: 25 }
  const { fps, width, height, audio } = made.ref.meta as {
    fps: number
    width: number
    height: number
    audio?: unknown
  }
  const type = document.nodes[made.node]?.type ?? ''
  return { fps, width, height, sound: audio ? made.ref : undefined, madeBy: definitions.get(type)?.title }
}
