'use client'
import { studioSocket } from '../live/socket'
import { type RunListener, RunWatch } from './run-watch'

export type { RunListener } from './run-watch'
export { followRuns, rememberRuns, runsStore } from './runs-store'

interface Watched {
  watch: RunWatch
  listeners: Set<RunListener>
}

const watched = new Map<string, Watched>()

/**
 * Follows a run until it is over. Everybody on the page who looks at a run shares one subscription; the snapshot they
 * get is shared too and goes on changing, its nodes and its summary are replaced (see `applyEvent`).
 *
 * @returns how to stop
 */
export function watchRun(run: string, listener: RunListener): () => void {
  let entry = watched.get(run)
  if (!entry) {
    const listeners = new Set<RunListener>()
    const tell = (say: (listener: RunListener) => void) => {
      for (const each of listeners) say(each)
    }
    const watch = new RunWatch(studioSocket(), run, {
      onSnapshot: (snapshot) => tell((each) => each.onSnapshot?.(snapshot)),
      onEvent: (event, snapshot) => tell((each) => each.onEvent?.(event, snapshot)),
      onPreview: (preview) => tell((each) => each.onPreview?.(preview)),
      onMissing: (message) => tell((each) => each.onMissing?.(message)),
    })
    watched.set(run, (entry = { watch, listeners }))
  }
  const { watch, listeners } = entry
  listeners.add(listener)
  const known = watch.current()
  if (known) listener.onSnapshot?.(known)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    watch.close()
    if (watched.get(run)?.watch === watch) watched.delete(run)
  }
}
