'use client'
import { CheckCheck, CircleAlert, CirclePause, Clock3, Play, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { saySeconds } from '../../_lib/say-time'
import { Button } from '../../_ui/button'
import { IconButton } from '../../_ui/icon-button'
import { ProgressRing } from '../../_ui/progress-ring'
import { useCanvas } from '../canvas/use-canvas-controls'
import { useReview } from '../review/use-review'
import { type RunProgress, useRunsSource } from './runs-source'
import { sayElapsed, sayLeft } from './say-run-time'
import { useNow } from './use-now'
import { useRunAction } from './use-run-action'
import { useViewer } from './viewer-store'

/** How long the end of a run stays in sight. */
const LINGER_MS = 8_000

const isOver = (run: RunSummary) =>
  run.state === 'finished' || run.state === 'failed' || run.state === 'cancelled'

/** Bottom centre of the canvas while a run of this workflow is on, and for a moment after. */
export function RunHud() {
  const progress = useRunsSource().useProgress()
  const [closed, setClosed] = useState<string>()
  const run = progress?.summary
  const over = run !== undefined && isOver(run)
  const now = useNow(1_000, run !== undefined && !over)
  useEffect(() => {
    if (!run || !over || run.state === 'failed') return
    const left = LINGER_MS - (Date.now() - (run.endedAt ?? 0))
    const timer = setTimeout(() => setClosed(run.id), Math.max(0, left))
    return () => clearTimeout(timer)
  }, [run, over])
  if (!run || closed === run.id || run.state === 'cancelled') return null
  if (over && run.state === 'finished' && Date.now() - (run.endedAt ?? 0) > LINGER_MS) return null
  return (
    <div
      role="status"
      className="pointer-events-auto flex h-10 max-w-[calc(100vw-24px)] items-center gap-3 rounded-3 bg-raised pr-1.5 pl-3.5 text-12 shadow-2 outline outline-line-2 -outline-offset-1"
    >
      <Content progress={progress} now={now} onClose={() => setClosed(run.id)} />
    </div>
  )
}

function Content({ progress, now, onClose }: { progress: RunProgress; now: number; onClose(): void }) {
  const { cancel } = useRunsSource()
  const act = useRunAction()
  const { summary: run, finished, total } = progress
  const name = <b className="whitespace-nowrap font-title">Run {run.number}</b>
  if (run.state === 'failed') {
    return (
      <>
        <CircleAlert size={16} strokeWidth={1.75} className="flex-none text-err" aria-hidden />
        {name}
        <span className="min-w-0 truncate text-text-2" title={run.error?.hint}>
          {run.error?.message ?? 'stopped'}
        </span>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </>
    )
  }
  if (run.state === 'finished') {
    return (
      <>
        <CheckCheck size={16} strokeWidth={1.75} className="flex-none text-ok" aria-hidden />
        {name}
        <Facts>
          {run.ran === 0 ? 'everything was up to date' : `done in ${saySeconds(run.seconds ?? 0)}`}
        </Facts>
        {run.ran > 0 && <Reused run={run} />}
        {run.files.length > 0 && (
          <Button icon={Play} onClick={() => useViewer.getState().open(run.id)}>
            Watch
          </Button>
        )}
        <IconButton icon={X} label="Close" onClick={onClose} />
      </>
    )
  }
  const waiting = run.state !== 'running'
  const asked = run.asking?.[0]
  return (
    <>
      {run.state === 'waiting' ? (
        <CirclePause size={16} strokeWidth={1.75} className="flex-none text-warn" aria-hidden />
      ) : waiting ? (
        <Clock3 size={16} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
      ) : (
        <ProgressRing
          key={run.id}
          fraction={run.fraction}
          size={18}
          label={`${Math.round(run.fraction * 100)} %`}
        />
      )}
      {name}
      {waiting ? (
        <Facts>{waitingText(run)}</Facts>
      ) : (
        <>
          <Facts>
            {finished} of {total} {total === 1 ? 'node' : 'nodes'}
          </Facts>
          <span className="hidden text-text-3 md:inline">·</span>
          <Facts className="hidden md:inline">
            {sayElapsed(run, now)}
            {sayLeft(run)}
          </Facts>
          <Reused run={run} />
        </>
      )}
      {asked !== undefined && <Asks node={asked} alone={run.state === 'waiting'} />}
      <Button icon={X} onClick={() => act(() => cancel(run.id))}>
        {run.state === 'waiting' ? 'Stop' : 'Cancel'}
      </Button>
    </>
  )
}

/** Why a run that is not over does not run. */
export const waitingText = (run: RunSummary) =>
  run.state === 'waiting'
    ? 'waits for you'
    : run.state === 'paused'
      ? 'paused'
      : run.position === undefined || run.position <= 1
        ? 'starts next'
        : `waits for ${run.position - 1} ${run.position === 2 ? 'run' : 'runs'} before it`

/** A review of this run: shows it, and approves. */
function Asks({ node, alone }: { node: string; alone: boolean }) {
  const controls = useCanvas((state) => state.controls)
  const { approve, busy } = useReview()
  return (
    <>
      {!alone && <Facts className="text-warn!">waits for you</Facts>}
      <Button onClick={() => controls?.reveal(node)}>Show</Button>
      <Button kind="primary" busy={busy} onClick={() => approve(node)}>
        Approve
      </Button>
    </>
  )
}

function Facts({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <span className={`whitespace-nowrap text-text-2 tabular-nums ${className}`}>{children}</span>
}

function Reused({ run }: { run: RunSummary }) {
  if (run.reused === 0) return null
  return (
    <span className="hidden items-center gap-1 whitespace-nowrap text-text-3 sm:inline-flex">
      <CheckCheck size={14} strokeWidth={1.75} aria-hidden />
      {run.reused} reused
    </span>
  )
}
