'use client'
import {
  CircleAlert,
  Download,
  Ellipsis,
  Hourglass,
  Pause,
  Play,
  RotateCcw,
  ShieldCheck,
  Trash2,
  X,
} from 'lucide-react'
import { useState } from 'react'
import { sayBytes } from '../_editor/stages/say-bytes'
import { saySeconds } from '../_lib/say-time'
import { Button } from '../_ui/button'
import { Chip } from '../_ui/chip'
import { IconButton } from '../_ui/icon-button'
import { Menu } from '../_ui/menu'
import { ProgressBar } from '../_ui/progress-bar'
import { StatusSign } from '../_ui/status-sign'
import { PackFiles } from './pack-files'
import { RemoveDialog } from './remove-dialog'
import { type ReadablePack, usePackActions } from './use-packs'

/** A pack with all its files: its state, the download, and what each file is. */
export function PackCard({ pack }: { pack: ReadablePack }) {
  const actions = usePackActions(pack.name)
  const { pull } = pack
  const [isRemoving, setRemoving] = useState(false)
  const hasParts = pack.files.some(({ state }) => state === 'partial')
  return (
    <section
      aria-labelledby={`pack-${pack.name}`}
      className="rounded-3 bg-card px-5 pt-5 pb-3 outline outline-line-2 -outline-offset-1 max-sm:px-4"
    >
      <header className="flex items-start gap-3 max-sm:flex-wrap max-sm:[&>:first-child]:basis-full">
        <div className="min-w-0 flex-1">
          <h2 id={`pack-${pack.name}`} className="flex items-center gap-2 font-title text-15">
            {pack.name} <Chip>{pack.version}</Chip>
          </h2>
          <p className="mt-1 text-text-2">{pack.summary}</p>
        </div>
        <MainButton pack={pack} {...actions} />
        <Menu
          align="end"
          entries={[
            {
              label: 'Check all files again',
              icon: ShieldCheck,
              disabled: actions.isVerifying || pack.bytes === 0,
              onSelect: actions.verify,
            },
            (pull || hasParts) && {
              label: 'Throw away unfinished files',
              icon: X,
              onSelect: actions.discard,
            },
            '-',
            {
              label: `Remove from this machine${pack.bytes > 0 ? ` (${sayBytes(pack.bytes)})` : ''}`,
              icon: Trash2,
              danger: true,
              disabled: pack.bytes === 0,
              onSelect: () => setRemoving(true),
            },
          ]}
        >
          <IconButton icon={Ellipsis} label={`More for ${pack.name}`} />
        </Menu>
      </header>
      <PullLine pack={pack} isVerifying={actions.isVerifying} />
      <PackFiles pack={pack} />
      <RemoveDialog
        name={pack.name}
        bytes={pack.bytes}
        isForeign={false}
        open={isRemoving}
        onOpenChange={setRemoving}
        onRemove={actions.remove}
      />
    </section>
  )
}

function MainButton({
  pack,
  pull,
  pause,
  isStarting,
  isPausing,
}: { pack: ReadablePack } & ReturnType<typeof usePackActions>) {
  if (pack.pull?.state === 'running') {
    return (
      <Button icon={Pause} busy={isPausing} onClick={pause}>
        Pause
      </Button>
    )
  }
  if (pack.state === 'installed') return <StatusSign status="done" text="ready" className="h-7" />
  const hasBegun = pack.pull !== undefined || pack.files.some(({ state }) => state === 'partial')
  return (
    <Button
      kind="primary"
      icon={pack.pull?.state === 'failed' ? RotateCcw : hasBegun ? Play : Download}
      busy={isStarting}
      onClick={pull}
    >
      {pack.pull?.state === 'failed' ? 'Try again' : hasBegun ? 'Resume' : `Download ${sayRest(pack)}`}
    </Button>
  )
}

function sayRest({ totalBytes, bytes, unknownSizes, files }: ReadablePack): string {
  const isExact = unknownSizes === 0 && files.every(({ isEstimate, optional }) => optional || !isEstimate)
  return `${isExact ? '' : '~'}${sayBytes(Math.max(0, totalBytes - bytes))}`
}

/** How far the whole pack is, and what stands in its way. */
function PullLine({ pack, isVerifying }: { pack: ReadablePack; isVerifying: boolean }) {
  const { pull } = pack
  const progress = pull?.progress
  const bytes = bytesNow(pack)
  const isRunning = pull?.state === 'running'
  if (!pull && !isVerifying && pack.state === 'missing') return null
  if (!pull && pack.state === 'installed' && !isVerifying) return null
  const word = isVerifying
    ? 'Checking'
    : isRunning
      ? progress
        ? 'Downloading'
        : 'Asking the hub'
      : pull?.state === 'failed'
        ? 'Stopped'
        : 'Paused'
  return (
    <div className="mt-3.5 grid gap-1.5">
      <p className="flex flex-wrap items-baseline gap-x-2 tabular-nums">
        <b
          className={`font-strong ${isRunning || isVerifying ? 'text-accent' : pull?.state === 'failed' ? 'text-err' : 'text-warn'}`}
        >
          {word}
        </b>
        <span>
          {sayBytes(bytes)} of {sayBytes(Math.max(bytes, pack.totalBytes))}
        </span>
        {isRunning && progress && (
          <span className="ml-auto text-text-2">
            {sayBytes(Math.round(progress.bytesPerSecond))}/s
            {progress.remainingSeconds !== undefined &&
              ` · ${saySeconds(Math.ceil(progress.remainingSeconds))} left`}
          </span>
        )}
      </p>
      <ProgressBar
        quiet={!isRunning}
        fraction={bytes / Math.max(1, bytes, pack.totalBytes)}
        label={`Download of ${pack.name}`}
      />
      {pull?.waiting && (
        <p role="status" className="flex items-center gap-1.5 text-11 text-warn">
          <Hourglass size={12} strokeWidth={1.75} aria-hidden className="flex-none" /> {pull.waiting}
        </p>
      )}
      {pull?.error && (
        <p role="alert" className="mt-1 flex gap-2 rounded-2 bg-err-soft px-3 py-2">
          <CircleAlert size={14} strokeWidth={1.75} aria-hidden className="mt-px flex-none text-err" />
          <span>
            <b className="font-strong">{pull.error.message}</b> {pull.error.hint}
          </span>
        </p>
      )}
    </div>
  )
}

/** What was here when the list was read, and what has come of the files on their way since. */
export function bytesNow({ files, pull }: ReadablePack): number {
  return files
    .filter(({ optional }) => !optional)
    .reduce((sum, { name, bytes }) => sum + Math.max(bytes, pull?.progress?.files[name] ?? 0), 0)
}
