'use client'
import { CircleAlert, HardDrive, Timer, TriangleAlert } from 'lucide-react'
import { saySeconds } from '../../_lib/say-time'
import { ProgressBar } from '../../_ui/progress-bar'
import { sayWhy } from '../card/say'
import { sayProblem, withTitles } from '../card/say-problem'
import { ReviewButtons } from '../review/review-buttons'
import { sayBytes } from '../stages/say-bytes'
import { useEditor } from '../state/editor-context'
import type { NodeRunView } from '../state/node-run-view'

/** How the node stands: at work, failed with what to do, or what its last run took. */
export function RunBanner({ id, run, title }: { id: string; run: NodeRunView; title: string }) {
  const { document, definitions } = useEditor()
  const named = (text: string) => withTitles(text, document.getState().nodes, (type) => definitions.get(type))
  if (run.state === 'asking') {
    return (
      <section className="flex flex-none flex-wrap items-center gap-2 border-line-1 border-b bg-warn-soft px-4 py-3">
        <b className="flex-1 whitespace-nowrap font-title text-warn">Waiting for you</b>
        <ReviewButtons nodeId={id} />
      </section>
    )
  }
  if (run.state === 'running') {
    return (
      <section className="flex-none border-line-1 border-b bg-accent-soft px-4 py-3">
        <p className="flex items-baseline gap-2">
          <b className="font-title text-accent">Running</b>
          <span className="min-w-0 flex-1 truncate text-text-2">{run.text}</span>
          {run.remainingSeconds !== undefined && (
            <span className="text-11 text-text-2">~{saySeconds(run.remainingSeconds)} left</span>
          )}
        </p>
        <ProgressBar fraction={run.fraction} label={title} className="mt-2" />
        {run.memoryBytes !== undefined && (
          <p className="mt-1.5 flex items-center gap-1 text-11 text-text-3">
            <HardDrive size={12} strokeWidth={1.75} aria-hidden /> {sayBytes(run.memoryBytes)}
          </p>
        )}
      </section>
    )
  }
  const trouble = run.state === 'failed' ? run.error : run.problem && sayProblem(run.problem)
  return (
    <>
      {trouble && (
        <section
          className={`flex flex-none gap-2 border-line-1 border-b px-4 py-2.5 ${run.state === 'failed' ? 'bg-err-soft' : 'bg-warn-soft'}`}
        >
          <CircleAlert
            size={14}
            strokeWidth={1.75}
            aria-hidden
            className={`mt-px flex-none ${run.state === 'failed' ? 'text-err' : 'text-warn'}`}
          />
          <div className="min-w-0">
            <p className="font-strong">{named(trouble.message)}</p>
            {trouble.hint && <p className="text-text-2">{trouble.hint}</p>}
          </div>
        </section>
      )}
      {run.warnings.map((warning) => (
        <p key={warning} className="flex flex-none gap-2 border-line-1 border-b px-4 py-2 text-text-2">
          <TriangleAlert size={14} strokeWidth={1.75} className="mt-px flex-none text-warn" aria-hidden />
          {warning}
        </p>
      ))}
      {run.state === 'done' && run.seconds !== undefined && (
        <p className="flex flex-none items-center gap-1.5 border-line-1 border-b px-4 py-2 text-11 text-text-3">
          <Timer size={12} strokeWidth={1.75} className="flex-none" aria-hidden /> {saySeconds(run.seconds)}
          {run.memoryBytes !== undefined && ` · ${sayBytes(run.memoryBytes)}`} · {sayWhy(named(run.why))}
        </p>
      )}
    </>
  )
}
