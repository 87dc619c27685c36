'use client'
import { ArrowDown, ArrowUp, Pause, Play, X } from 'lucide-react'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { IconButton } from '../../_ui/icon-button'
import { ProgressBar } from '../../_ui/progress-bar'
import { useRunsSource } from './runs-source'
import { sayElapsed, sayLeft } from './say-run-time'
import { useRunAction } from './use-run-action'

interface PendingRunProps {
  run: RunSummary
  now: number
  /** Waiting runs in their order. */
  queue: readonly RunSummary[]
}

/** A run at work or in the queue. */
export function PendingRun({ run, now, queue }: PendingRunProps) {
  const { cancel, move, setPaused } = useRunsSource()
  const act = useRunAction()
  const place = queue.indexOf(run)
  const waits = place >= 0
  const paused = run.state === 'paused'
  const asks = (run.asking?.length ?? 0) > 0
  return (
    <li className="rounded-2 bg-card py-1 pr-1 pl-2.5 outline outline-line-2 -outline-offset-1">
      <div className="flex items-center gap-1">
        <span className="min-w-0 flex-1 truncate">
          <b className="font-strong">Run {run.number}</b>
          <span className="text-text-3"> · {run.workflowName}</span>
        </span>
        {waits && (
          <>
            <IconButton
              icon={ArrowUp}
              size="small"
              label="Earlier"
              disabled={place === 0}
              onClick={() => act(() => move(run.id, place))}
            />
            <IconButton
              icon={ArrowDown}
              size="small"
              label="Later"
              disabled={place === queue.length - 1}
              onClick={() => act(() => move(run.id, place + 2))}
            />
          </>
        )}
        {run.state !== 'waiting' && (
          <IconButton
            icon={paused ? Play : Pause}
            size="small"
            label={paused ? 'Go on' : 'Pause'}
            onClick={() => act(() => setPaused(run.id, !paused))}
          />
        )}
        <IconButton
          icon={X}
          size="small"
          label={`Cancel run ${run.number}`}
          onClick={() => act(() => cancel(run.id))}
        />
      </div>
      <p className="pb-1 text-11 text-text-3 tabular-nums">
        {asks && <b className="font-strong text-warn">Waiting for you{run.state === 'running' && ' · '}</b>}
        {run.state !== 'waiting' && stateText(run, now, place)}
      </p>
      {run.state === 'running' && (
        <ProgressBar fraction={run.fraction} label={`Run ${run.number}`} className="mr-1.5 mb-1.5" />
      )}
    </li>
  )
}

function stateText(run: RunSummary, now: number, place: number): string {
  if (run.state === 'paused') return 'Paused'
  if (run.state === 'queued') return place === 0 ? 'Next' : `After ${place} ${place === 1 ? 'run' : 'runs'}`
  return `${Math.round(run.fraction * 100)} % · ${sayElapsed(run, now)}${sayLeft(run)}`
}
