'use client'
import { Columns3, Download, FolderOpen, MoreHorizontal, Play, RotateCw, Trash2 } from 'lucide-react'
import type { RunSummary } from '../../../nodes/core/run-snapshot'
import { sayAgo, saySeconds } from '../../_lib/say-time'
import { IconButton } from '../../_ui/icon-button'
import { Menu, type MenuEntry } from '../../_ui/menu'
import { StatusSign } from '../../_ui/status-sign'
import { useFigures } from '../figures/figures-store'
import { resultsOfRuns } from '../figures/list-results'
import { useArtifacts } from '../stages/artifact-context'
import { mainFile, posterUrl } from './result-of-run'
import { useRunsSource } from './runs-source'
import { useRunAction } from './use-run-action'
import { useViewer } from './viewer-store'

interface PastRunProps {
  run: RunSummary
  now: number
  /** It belongs to another workflow, which is then named. */
  elsewhere: boolean
}

/** A run that is over: its picture opens the result, its menu does the rest. */
export function PastRun({ run, now, elsewhere }: PastRunProps) {
  const source = useArtifacts()
  const file = mainFile(run.files)
  const poster = posterUrl(run, source)
  const open = () => useViewer.getState().open(run.id)
  const face = poster ? (
    // biome-ignore lint/performance/noImgElement: a stored picture of ours, nothing to optimise
    <img src={poster} alt="" className="size-full object-cover" loading="lazy" />
  ) : (
    file && <Play size={16} strokeWidth={1.75} className="m-auto text-white/70" aria-hidden />
  )
  const frame = 'grid h-11 w-16 flex-none overflow-hidden rounded-2 bg-stage'
  return (
    <li className="group flex items-center gap-2.5 rounded-2 px-1 py-1 hover:bg-hover">
      {file ? (
        <button type="button" onClick={open} aria-label={`Watch run ${run.number}`} className={frame}>
          {face}
        </button>
      ) : (
        <span className={frame} />
      )}
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-1.5">
          <b className="font-strong">Run {run.number}</b>
          {run.state !== 'finished' && (
            <StatusSign status={run.state === 'failed' ? 'failed' : 'cancelled'} />
          )}
          <span className="truncate text-11 text-text-3">{sayAgo(run.endedAt ?? run.createdAt, now)}</span>
        </div>
        <p className="truncate text-11 text-text-3 tabular-nums" title={run.error?.hint}>
          {elsewhere ? `${run.workflowName} · ` : ''}
          {outcome(run)}
        </p>
      </div>
      <PastRunMenu run={run} onOpen={file ? open : undefined} />
    </li>
  )
}

function outcome(run: RunSummary): string {
  if (run.state === 'failed') return run.error?.message ?? 'Failed'
  if (run.state === 'cancelled') return 'Cancelled'
  const nodes = run.ran === 0 ? 'up to date' : `${run.ran} ran in ${saySeconds(run.seconds ?? 0)}`
  return run.reused > 0 ? `${nodes}, ${run.reused} reused` : nodes
}

function PastRunMenu({ run, onOpen }: { run: RunSummary; onOpen?(): void }) {
  const { openExact, retry, remove } = useRunsSource()
  const source = useArtifacts()
  const act = useRunAction()
  const entries: MenuEntry[] = [
    onOpen && { label: 'Watch', icon: Play, onSelect: onOpen },
    ...run.files.map(({ sha256, mime, name }) => ({
      label: `Download ${name}`,
      icon: Download,
      onSelect: () => location.assign(source.url(sha256, { mime, name, download: true })),
    })),
    run.figures && {
      label: 'Compare its figures',
      icon: Columns3,
      onSelect: () => useFigures.getState().open({ chosen: resultsOfRuns([run]).map(({ id }) => id) }),
    },
    { label: 'Open its workflow', icon: FolderOpen, onSelect: () => act(() => openExact(run)) },
    run.state !== 'finished' && {
      label: 'Run it again',
      icon: RotateCw,
      onSelect: () => act(() => retry(run.id)),
    },
    '-',
    {
      label: 'Remove from the list',
      icon: Trash2,
      danger: true,
      onSelect: () => act(() => remove(run.id)),
    },
  ]
  return (
    <Menu entries={entries} align="end">
      <IconButton icon={MoreHorizontal} size="small" label={`More about run ${run.number}`} />
    </Menu>
  )
}
