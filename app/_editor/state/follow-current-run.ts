'use client'
import { followRuns, runsStore, watchRun } from '../../_lib/runs/run-client'
import { isActive, type RunViews } from './run-store'

/** Keeps the views of nodes in step with the run of this workflow that is going on, or else its latest. */
export function followCurrentRun(workflow: string, views: RunViews): () => void {
  const stopList = followRuns()
  let watched: string | undefined
  let stopRun = () => {}
  const choose = () => {
    const ours = runsStore.getState().runs.filter((run) => run.workflow === workflow)
    const next = ours.findLast((run) => run.state === 'running') ?? ours.findLast(isActive) ?? ours[0]
    if (!next || next.id === watched) return
    stopRun()
    watched = next.id
    stopRun = watchRun(next.id, {
      onSnapshot: (snapshot) => views.setSnapshot(snapshot),
      onEvent: (event) =>
        event.type === 'run.progressed'
          ? views.progressed()
          : views.applied('node' in event ? event.node : undefined),
      onPreview: ({ node, mime, frame, bytes }) => {
        // A fresh buffer: the one that arrived may be part of a larger message.
        const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: mime }))
        views.setPreview(node, { url, frame, at: Date.now() })
      },
    })
  }
  const stopStore = runsStore.subscribe(choose)
  choose()
  return () => {
    stopStore()
    stopRun()
    stopList()
  }
}
