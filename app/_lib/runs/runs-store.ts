'use client'
import { create } from 'zustand'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { studioSocket } from '../live/socket'

interface RunsState {
  /** The newest first: those of all workflows that the studio lists, and all that started since. */
  runs: RunSummary[]
  isLoaded: boolean
}

/** The list of runs, kept up to date by the studio while somebody listens (`followRuns`). */
export const runsStore = create<RunsState>(() => ({ runs: [], isLoaded: false }))

const byNumber = (runs: Iterable<RunSummary>) => [...runs].sort((a, b) => b.number - a.number)

function put(changed: readonly RunSummary[]): void {
  runsStore.setState(({ runs }) => {
    const known = new Map(runs.map((run) => [run.id, run]))
    for (const run of changed) known.set(run.id, run)
    return { runs: byNumber(known.values()), isLoaded: true }
  })
}

const onChanged = (run: RunSummary) => put([run])
const onRemoved = ({ run }: { run: string }) =>
  runsStore.setState(({ runs }) => ({ runs: runs.filter(({ id }) => id !== run) }))

/** The studio's list as it is now takes the place of ours: runs may have been removed while we were away. */
function join(): void {
  studioSocket().emit('runs.join', (reply) => {
    if (reply.ok) runsStore.setState({ runs: byNumber(reply.runs), isLoaded: true })
  })
}

let followers = 0

/** Keeps `runsStore` up to date until the returned function is called. */
export function followRuns(): () => void {
  const socket = studioSocket()
  if (followers++ === 0) {
    socket.on('runs.changed', onChanged)
    socket.on('runs.removed', onRemoved)
    socket.on('connect', join)
    if (socket.connected) join()
  }
  let isFollowing = true
  return () => {
    if (!isFollowing) return
    isFollowing = false
    if (--followers > 0) return
    socket.off('runs.changed', onChanged)
    socket.off('runs.removed', onRemoved)
    socket.off('connect', join)
    if (socket.connected) socket.emit('runs.leave')
  }
}

/** Older runs that were asked for, or one that an answer brought. */
export const rememberRuns = put
