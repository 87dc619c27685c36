'use client'
import { CircleAlert, Download, Pause, Play, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { ErrorJson } from '../../nodes/core/errors'
import { sayBytes } from '../_editor/stages/say-bytes'
import { Button } from '../_ui/button'
import { IconButton } from '../_ui/icon-button'
import { ProgressBar } from '../_ui/progress-bar'
import { StatusSign } from '../_ui/status-sign'
import { bytesNow } from './pack-card'
import { RemoveDialog } from './remove-dialog'
import { type ReadablePack, usePackActions } from './use-packs'

const CARD = 'grid content-start gap-2 rounded-3 bg-card p-4 outline outline-line-2 -outline-offset-1'

/** A pack of somebody else, or a variant: what it is, how it stands, and where its files are. */
export function SmallPack({ pack }: { pack: ReadablePack }) {
  const actions = usePackActions(pack.name)
  const [isRemoving, setRemoving] = useState(false)
  const { pull, state } = pack
  const isRunning = pull?.state === 'running'
  const canPull = state !== 'installed' && pack.files.some(({ repo }) => repo)
  return (
    <section aria-labelledby={`pack-${pack.name}`} className={CARD}>
      <header className="flex items-center gap-2">
        <h2 id={`pack-${pack.name}`} className="min-w-0 flex-1 truncate font-strong text-13">
          {pack.name}
        </h2>
        {state === 'installed' && <StatusSign status="done" text="ready" />}
        {state === 'wrong' && <StatusSign status="failed" text="not as listed" />}
        <IconButton
          icon={Trash2}
          size="small"
          label={`Remove ${pack.name}`}
          onClick={() => setRemoving(true)}
        />
      </header>
      {pack.summary && <p className="text-text-2">{pack.summary}</p>}
      <p className="text-11 text-text-3 [overflow-wrap:anywhere]">
        {sayBytes(bytesNow(pack))} of {sayBytes(pack.totalBytes)} · {pack.licence.name}
        {pack.base && ` · other parts from ${pack.base}`}
        {pack.folder && ` · used in ${pack.folder}`}
      </p>
      {pull && (
        <ProgressBar
          quiet={!isRunning}
          fraction={bytesNow(pack) / Math.max(1, pack.totalBytes)}
          label={`Download of ${pack.name}`}
        />
      )}
      {pull?.error && (
        <p role="alert" className="rounded-2 bg-err-soft px-3 py-2">
          {pull.error.message} {pull.error.hint}
        </p>
      )}
      {isRunning ? (
        <Button icon={Pause} size="small" className="justify-self-start" onClick={actions.pause}>
          Pause
        </Button>
      ) : (
        canPull && (
          <Button
            icon={pull ? Play : Download}
            size="small"
            className="justify-self-start"
            onClick={actions.pull}
          >
            {pull?.state === 'failed' ? 'Try again' : pull ? 'Resume' : 'Download'}
          </Button>
        )
      )}
      <RemoveDialog
        name={pack.name}
        bytes={pack.bytes}
        isForeign={pack.origin !== 'shipped'}
        open={isRemoving}
        onOpenChange={setRemoving}
        onRemove={actions.remove}
      />
    </section>
  )
}

/** A pack whose manifest cannot be read. */
export function BrokenPack({ name, problem }: { name: string; problem: ErrorJson }) {
  const { remove } = usePackActions(name)
  return (
    <section aria-labelledby={`pack-${name}`} className={CARD}>
      <header className="flex items-center gap-2">
        <h2 id={`pack-${name}`} className="min-w-0 flex-1 truncate font-strong text-13">
          {name}
        </h2>
        <span className="inline-flex items-center gap-1 text-11 text-err">
          <CircleAlert size={13} strokeWidth={1.75} aria-hidden /> cannot be read
        </span>
        <IconButton icon={Trash2} size="small" label={`Forget ${name}`} onClick={remove} />
      </header>
      <p className="rounded-2 bg-err-soft px-3 py-2 [overflow-wrap:anywhere]">
        {problem.message} {problem.hint}
      </p>
    </section>
  )
}
