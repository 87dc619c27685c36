'use client'
import { CircleAlert, Download } from 'lucide-react'
import { useRef } from 'react'
import { sayAgo } from '../../_lib/say-time'
import { buttonClasses } from '../../_ui/button'
import { useMedia } from '../../_ui/use-media'
import { planOf } from '../bar/plan'
import { withTitles } from '../card/say-problem'
import { mainFile } from '../runs/result-of-run'
import { ResultPlayer } from '../runs/result-player'
import { useRunsSource } from '../runs/runs-source'
import { useNow } from '../runs/use-now'
import { useResultFile } from '../runs/use-result-file'
import { editorStages } from '../stages/editor-stages'
import { useEditor, useWorkflow } from '../state/editor-context'
import { isActive, useRuns } from '../state/run-store'
import { NothingYet } from './nothing-yet'
import { WorkingFace } from './working-face'

/** What was made last, what is being made, or what will be. */
export function FormResult() {
  const current = useRuns(({ run }) => run)
  const { useRuns: useAllRuns, workflow } = useRunsSource()
  const made = useAllRuns().find(
    (run) => run.workflow === workflow && run.state === 'finished' && mainFile(run.files),
  )
  const file = useResultFile(made)
  const isWorking = current !== undefined && isActive(current)
  // What somebody has waited for here plays by itself; what was there before does not.
  const waitedFor = useRef<string>(undefined)
  if (isWorking) waitedFor.current = current.id
  const isCalm = useMedia('(prefers-reduced-motion: reduce)')
  return (
    <section aria-label="Result" className="flex flex-none flex-col lg:row-span-2 lg:min-h-0">
      <h2 className="sr-only">Result</h2>
      <div className="relative h-[min(80vw,44dvh)] flex-none overflow-hidden bg-stage lg:h-auto lg:min-h-0 lg:flex-1">
        {isWorking ? (
          <WorkingFace run={current} />
        ) : file ? (
          <ResultPlayer key={file.url} file={file} autoPlay={!isCalm && made?.id === waitedFor.current} />
        ) : (
          <NothingYet />
        )}
      </div>
      {current?.state === 'failed' && <Failed />}
      {!isWorking && made && file && (
        <div className="flex min-h-12 flex-none items-center gap-3 border-line-1 border-t bg-panel px-4 py-1.5 lg:px-6">
          <Provenance number={made.number} at={made.endedAt ?? made.createdAt} />
          <a href={file.downloadUrl} download={file.name} className={buttonClasses('default', 'default')}>
            <Download size={14} strokeWidth={1.75} aria-hidden />
            Download
          </a>
        </div>
      )}
    </section>
  )
}

/** Which run it is of, and whether the workflow has moved on since. */
function Provenance({ number, at }: { number: number; at: number }) {
  const now = useNow(30_000)
  const total = useWorkflow(({ nodes }) => Object.keys(nodes).length)
  const isStale = useRuns(({ analysis }) => (planOf(analysis, total)?.nodes.length ?? 0) > 0)
  return (
    <p className="min-w-0 flex-1 text-12 text-text-3">
      Run {number}, {sayAgo(at, now)}
      {isStale && <span className="text-text-2"> · made before your last changes</span>}
    </p>
  )
}

/** Why the last run ended without a result. */
function Failed() {
  const { document, definitions } = useEditor()
  const error = useRuns(({ run }) => run?.error)
  const message = error?.message ?? 'The run stopped.'
  const title = editorStages.useTitle(error?.nodeId ?? '')
  return (
    <div className="flex flex-none gap-2 border-line-1 border-t bg-err-soft px-4 py-3 lg:px-6">
      <CircleAlert size={16} strokeWidth={1.75} aria-hidden className="mt-0.5 flex-none text-err" />
      <div className="min-w-0">
        <p className="font-strong">
          {title && `${title}: `}
          {withTitles(message, document.getState().nodes, definitions.get)}
        </p>
        {error?.hint && <p className="text-text-2">{error.hint}</p>}
      </div>
    </div>
  )
}
