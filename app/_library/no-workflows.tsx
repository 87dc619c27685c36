import { Folder, RotateCcw, SearchX, TriangleAlert, Workflow } from 'lucide-react'
import { studioError } from '../_lib/trpc'
import { Button } from '../_ui/button'
import { EmptyState } from '../_ui/empty-state'
import type { LibraryTemplate } from './library-types'

/** A search without workflows, or a folder, or a studio that has none yet. */
export function NoWorkflows({
  searched,
  onShowAll,
  folder,
  template,
  onNew,
}: {
  searched: string
  onShowAll(): void
  folder: string | undefined
  /** The one to begin with. */
  template: LibraryTemplate | undefined
  /** Without a template: an empty one. */
  onNew(template?: string): void
}) {
  if (searched !== '')
    return (
      <EmptyState
        icon={SearchX}
        title={`No workflow has “${searched}” in its name`}
        actions={<Button onClick={onShowAll}>Show all</Button>}
      />
    )
  if (folder !== undefined)
    return (
      <EmptyState
        icon={Folder}
        title={`Nothing is in ${folder} yet`}
        className="rounded-3 border border-line-2 border-dashed"
        actions={<Button onClick={() => onNew()}>New workflow here</Button>}
      >
        The menu of a workflow moves it here. A folder is there as long as something is in it.
      </EmptyState>
    )
  return (
    <EmptyState
      icon={Workflow}
      title="Your workflows will stand here"
      className="rounded-3 border border-line-2 border-dashed"
      actions={
        <>
          {template && (
            <Button kind="primary" onClick={() => onNew(template.id)}>
              Start with {template.name}
            </Button>
          )}
          <Button onClick={() => onNew()}>Empty canvas</Button>
        </>
      }
    >
      A template has a portrait and a recording in it and runs at once. Or drop a workflow file here, or any
      video, GIF or PNG that was made in a studio: it carries the workflow that made it.
    </EmptyState>
  )
}

/** The list could not be read. */
export function UnreadWorkflows({
  error,
  isFetching,
  onRetry,
}: {
  error: Parameters<typeof studioError>[0]
  isFetching: boolean
  onRetry(): void
}) {
  const { message, hint } = studioError(error)
  return (
    <EmptyState
      icon={TriangleAlert}
      tone="err"
      title={message}
      actions={
        <Button icon={RotateCcw} busy={isFetching} onClick={onRetry}>
          Try again
        </Button>
      }
    >
      {hint}
    </EmptyState>
  )
}
