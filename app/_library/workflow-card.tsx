'use client'
import { Ellipsis, Link2, Lock } from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import { sayAgo, sayLength } from '../_lib/say-time'
import { classNames } from '../_ui/class-names'
import { IconButton } from '../_ui/icon-button'
import { ContextMenu, Menu } from '../_ui/menu'
import { NameField } from '../_ui/name-field'
import { type Status, StatusSign } from '../_ui/status-sign'
import type { LibraryWorkflow, WorkflowActions } from './library-types'
import { LengthMark, Strip } from './strip'
import { workflowMenu } from './workflow-menu'

export interface WorkflowItemProps {
  workflow: LibraryWorkflow
  now: number
  /** The one that takes the focus when Tab comes to the list. */
  active: boolean
  renaming: boolean
  onRename: (id: string | null) => void
  actions: WorkflowActions
  /** Names of all folders. */
  folders: readonly string[]
}

const STATUS: Partial<Record<string, Status>> = {
  queued: 'queued',
  running: 'running',
  paused: 'waiting',
  waiting: 'waiting',
  failed: 'failed',
}

function runSign({ run }: LibraryWorkflow) {
  const status = run && STATUS[run.state]
  if (!status) return null
  const text =
    status === 'running'
      ? `Running ${Math.round(run.fraction * 100)} %`
      : run.state === 'waiting'
        ? 'Waits for you'
        : { queued: 'Queued', waiting: 'Waits', failed: 'Failed' }[status as 'queued' | 'waiting' | 'failed']
  return { status, text, fraction: run.fraction }
}

/** A workflow as a card. Memoised: a run that goes on in one re-renders only that one. */
export const WorkflowCard = memo(function WorkflowCard(props: WorkflowItemProps) {
  const { workflow, now, active, onRename, actions, folders } = props
  const { id, name, pictures, seconds, shared, editedAt } = workflow
  const sign = runSign(workflow)
  const menu = workflowMenu(workflow, folders, actions, () => onRename(id))
  return (
    <ContextMenu entries={menu}>
      <article className="group relative overflow-hidden rounded-3 bg-card outline outline-line-2 -outline-offset-1 hover:outline-line-3 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent">
        <Strip pictures={pictures} className="h-[172px] max-sm:h-[200px]" />
        <div className="pointer-events-none absolute inset-x-2 top-[147px] flex items-center max-sm:top-[175px]">
          {sign && (
            // On a picture: the scrim is dark in both themes, so the inks are those of the dark one.
            <span className="on-picture rounded-full bg-black/72">
              <StatusSign chip {...sign} />
            </span>
          )}
          {seconds !== undefined && <LengthMark text={sayLength(seconds)} className="ml-auto" />}
        </div>
        <div className="px-3 pt-2.5 pb-3">
          <div className="flex h-5 items-center gap-2">
            <WorkflowName {...props} size="text-13" />
            <Menu entries={menu} align="end">
              <IconButton
                icon={Ellipsis}
                label={`More for ${name}`}
                size="small"
                tabIndex={active ? 0 : -1}
                className="relative z-1 -mr-1.5 max-sm:size-11"
              />
            </Menu>
          </div>
          <p className="mt-1 flex items-center gap-1.5 text-11 text-text-3">
            <span className="min-w-0 flex-1 truncate">Edited {sayAgo(editedAt, now)}</span>
            <Visibility shared={shared} />
          </p>
        </div>
      </article>
    </ContextMenu>
  )
})

/** The same as a row. */
export const WorkflowRow = memo(function WorkflowRow(props: WorkflowItemProps) {
  const { workflow, now, active, onRename, actions, folders } = props
  const { id, name, pictures, seconds, shared, editedAt } = workflow
  const sign = runSign(workflow)
  const menu = workflowMenu(workflow, folders, actions, () => onRename(id))
  return (
    <ContextMenu entries={menu}>
      <article
        className={classNames(
          'relative flex h-12 items-center gap-3 rounded-2 pr-1 pl-1 hover:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent',
        )}
      >
        <Strip pictures={pictures.slice(0, 1)} className="size-10 flex-none rounded-2" />
        <WorkflowName {...props} size="text-12" />
        {sign && <StatusSign {...sign} />}
        <span className="w-12 text-right font-mono text-11 text-text-3 max-sm:hidden">
          {seconds !== undefined && sayLength(seconds)}
        </span>
        <span className="w-28 text-11 text-text-3 max-sm:hidden">Edited {sayAgo(editedAt, now)}</span>
        <span className="w-20 text-11 text-text-3 max-md:hidden">
          <Visibility shared={shared} />
        </span>
        <Menu entries={menu} align="end">
          <IconButton
            icon={Ellipsis}
            label={`More for ${name}`}
            tabIndex={active ? 0 : -1}
            className="relative z-1"
          />
        </Menu>
      </article>
    </ContextMenu>
  )
})

function Visibility({ shared }: { shared: boolean }) {
  const Icon = shared ? Link2 : Lock
  return (
    <span className="flex flex-none items-center gap-1">
      <Icon size={12} strokeWidth={1.75} aria-hidden />
      {shared ? 'Unlisted' : 'Private'}
    </span>
  )
}

/** The name, which opens the workflow from anywhere on its card or row; a field while it is renamed. */
function WorkflowName({
  workflow: { id, name },
  active,
  renaming,
  onRename,
  actions,
  size,
}: WorkflowItemProps & { size: 'text-12' | 'text-13' }) {
  if (renaming) {
    return (
      <NameField
        name={name}
        label="Name of the workflow"
        maxLength={200}
        className={`relative z-1 min-w-0 flex-1 ${size === 'text-13' ? 'font-strong text-13' : ''}`}
        onDone={(text) => {
          const next = text?.trim()
          if (next && next !== name) actions.rename(id, next)
          onRename(null)
        }}
      />
    )
  }
  return (
    <h3 className={`min-w-0 flex-1 truncate font-strong ${size}`}>
      <Link
        href={`/workflows/${id}`}
        data-workflow={id}
        tabIndex={active ? 0 : -1}
        draggable={false}
        className="focus-quiet after:absolute after:inset-0"
      >
        {name}
      </Link>
    </h3>
  )
}
