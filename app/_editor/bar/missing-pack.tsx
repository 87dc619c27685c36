'use client'
import { useMutation } from '@tanstack/react-query'
import { Download, PackageOpen, Pause } from 'lucide-react'
import Link from 'next/link'
import { useEffect } from 'react'
import type { FileReport } from '../../../server/packs/pack-report'
import { sayFailure } from '../../_lib/action-error'
import { sayList } from '../../_lib/say-list'
import { saySeconds } from '../../_lib/say-time'
import { useTRPC } from '../../_lib/trpc'
import { type MissingParts, useMissingPack } from '../../_models/missing-parts'
import { type ReadablePack, usePackActions } from '../../_models/use-packs'
import { Button } from '../../_ui/button'
import { Dialog } from '../../_ui/dialog'
import { ProgressBar } from '../../_ui/progress-bar'
import { sayBytes } from '../stages/say-bytes'
import { useEditor } from '../state/editor-context'
import { useGetPack } from './get-pack-store'

/** Says that nodes of the workflow need weights that are not here, and gets them. */
export function MissingPack() {
  const missing = useMissingPack(useEditor().runs.store)
  return missing ? <Banner {...missing} /> : null
}

/** More parts than this are counted. */
const NAMED_PARTS = 3

function sayParts(roles: readonly { title: string }[]): string {
  if (roles.length > NAMED_PARTS) return `${roles.length} networks`
  return sayList(roles.map(({ title }) => title))
}

function Banner({ needed, pack, roles, files, size }: MissingParts) {
  const isAsking = useGetPack((state) => state.isAsking)
  const setAsking = (next: boolean) => useGetPack.setState({ isAsking: next })
  // Another workflow, or one that lacks something again, does not begin with the question.
  useEffect(() => () => useGetPack.setState({ isAsking: false }), [])
  const { pause } = usePackActions(pack.name)
  const { pull } = pack
  const isRunning = pull?.state === 'running'
  return (
    <section
      aria-label="Missing weights"
      className="flex flex-none flex-wrap items-center gap-x-3 gap-y-1.5 border-line-1 border-b bg-warn-soft px-4 py-1.5"
    >
      <PackageOpen size={15} strokeWidth={1.75} aria-hidden className="flex-none text-warn" />
      <p className="min-w-0 flex-1">
        <b className="font-strong">
          {needed.nodes.length === 1 ? 'A node' : `${needed.nodes.length} nodes`} of this workflow{' '}
          {needed.nodes.length === 1 ? 'needs' : 'need'} {sayParts(roles)}
        </b>{' '}
        <span className="text-text-2">
          from {pack.name}, {size}.
        </span>
        {pull?.state === 'failed' && <span className="text-err"> {pull.error?.message}</span>}
      </p>
      {isRunning ? (
        <>
          <ProgressBar
            fraction={(pull.progress?.bytes ?? 0) / Math.max(1, pull.progress?.totalBytes ?? 1)}
            label={`Download of ${pack.name}`}
            className="w-40"
          />
          <span className="w-44 text-11 text-text-2 tabular-nums">
            {pull.progress
              ? `${sayBytes(pull.progress.bytes)} of ${sayBytes(pull.progress.totalBytes)}${pull.progress.remainingSeconds === undefined ? '' : ` · ${saySeconds(Math.ceil(pull.progress.remainingSeconds))} left`}`
              : 'Asking the hub'}
          </span>
          <Button size="small" icon={Pause} onClick={pause}>
            Pause
          </Button>
        </>
      ) : (
        <Button size="small" icon={Download} onClick={() => setAsking(true)}>
          Get the pack
        </Button>
      )}
      <Link
        href="/models"
        className="rounded-1 text-11 text-text-2 underline decoration-line-3 underline-offset-2"
      >
        Models
      </Link>
      <GetDialog {...{ pack, roles, files, size }} open={isAsking} onOpenChange={setAsking} />
    </section>
  )
}

/** What would be downloaded, under which licences; then the download. */
function GetDialog({
  pack,
  roles,
  files,
  size,
  open,
  onOpenChange,
}: {
  pack: ReadablePack
  roles: ReadablePack['roles']
  files: FileReport[]
  size: string
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const trpc = useTRPC()
  const pull = useMutation(
    trpc.pack.pull.mutationOptions({ onError: sayFailure, onSuccess: () => onOpenChange(false) }),
  )
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Get parts of ${pack.name}`}
      description="They are downloaded once and checked; the editor stays usable meanwhile."
      footer={
        <Button
          kind="primary"
          icon={Download}
          busy={pull.isPending}
          onClick={() => pull.mutate({ pack: pack.name, roles: roles.map(({ role }) => role) })}
        >
          Download {size}
        </Button>
      }
    >
      <ul className="grid gap-2">
        {files.map(({ name, size, licence, repo }) => (
          <li key={name} className="rounded-2 bg-field px-3 py-2">
            <p className="flex gap-3">
              <span className="min-w-0 flex-1 truncate font-mono text-11" title={name}>
                {repo}/{name.split('/').at(-1)}
              </span>
              <span className="text-text-2 tabular-nums">
                {size === undefined ? 'size unknown' : sayBytes(size)}
              </span>
            </p>
            <p className="mt-0.5 text-11 text-text-3">
              Licence:{' '}
              {licence.url ? (
                <a
                  href={licence.url}
                  target="_blank"
                  rel="noreferrer"
                  className="underline underline-offset-2"
                >
                  {licence.name}
                </a>
              ) : (
                licence.name
              )}
            </p>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
