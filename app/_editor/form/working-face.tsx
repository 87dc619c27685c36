'use client'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { saySeconds } from '../../_lib/say-time'
import { ProgressBar } from '../../_ui/progress-bar'
import { capitalised } from '../card/say'
import { assetUrl } from '../panels/use-assets'
import { posterUrl } from '../runs/result-of-run'
import { waitingText } from '../runs/run-hud'
import { sayElapsed } from '../runs/say-run-time'
import { useNow } from '../runs/use-now'
import { useArtifacts } from '../stages/artifact-context'
import { editorStages } from '../stages/editor-stages'
import { type RunStoreState, useNodeRun, useRuns } from '../state/run-store'
import { usePortrait } from './use-form-shape'

/** A run at work: its latest picture, what it does, how far it is. */
export function WorkingFace({ run }: { run: RunSummary }) {
  const node = useRuns(nodeAtWork)
  const { asset } = usePortrait()
  const poster = posterUrl(run, useArtifacts())
  const still = poster ?? (asset === undefined ? undefined : assetUrl(asset))
  return (
    <div className="relative size-full">
      {still && (
        // biome-ignore lint/performance/noImgElement: a stored file, nothing to optimise
        <img src={still} alt="" className="absolute inset-0 size-full object-contain opacity-40" />
      )}
      {node !== undefined && <LatestPicture node={node} />}
      <div className="on-picture absolute inset-x-0 bottom-0 grid gap-2 bg-black/72 px-4 py-3 text-white">
        <p className="flex items-baseline gap-3 tabular-nums">
          <span className="min-w-0 flex-1 truncate font-strong">
            {run.state !== 'running' ? (
              capitalised(waitingText(run))
            ) : node === undefined ? (
              'Starting'
            ) : (
              <AtWork node={node} />
            )}
          </span>
          {run.state === 'running' && <Progress run={run} />}
        </p>
        <ProgressBar fraction={run.fraction} label={`Run ${run.number}`} className="bg-white/25!" />
      </div>
    </div>
  )
}

/** The node with the newest picture, else any that runs. */
function nodeAtWork({ views }: RunStoreState): string | undefined {
  const running = Object.entries(views).filter(([, { state }]) => state === 'running')
  return running.sort(([, a], [, b]) => (b.preview?.at ?? 0) - (a.preview?.at ?? 0))[0]?.[0]
}

function LatestPicture({ node }: { node: string }) {
  const { preview } = useNodeRun(node)
  if (!preview) return null
  return (
    // biome-ignore lint/performance/noImgElement: an object URL that lives for a tenth of a second
    <img src={preview.url} alt="Preview" className="absolute inset-0 size-full bg-stage object-contain" />
  )
}

function AtWork({ node }: { node: string }) {
  const title = editorStages.useTitle(node)
  const { text } = useNodeRun(node)
  return (
    <>
      {title}
      {text && <span className="font-body text-white/85">, {text}</span>}
    </>
  )
}

function Progress({ run }: { run: RunSummary }) {
  const now = useNow(1_000)
  return (
    <span className="flex-none text-12">
      {Math.round(run.fraction * 100)} % ·{' '}
      {run.remainingSeconds === undefined
        ? sayElapsed(run, now)
        : `~${saySeconds(run.remainingSeconds)} left`}
    </span>
  )
}
