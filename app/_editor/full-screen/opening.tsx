'use client'
import { CircleAlert, type LucideIcon, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../../_ui/button'
import { EmptyState } from '../../_ui/empty-state'
import { ProgressRing } from '../../_ui/progress-ring'
import { useEditorKeys } from './editor-keys'

const cover = 'fixed inset-0 z-[35] grid place-items-center bg-canvas'

/** While an editor and what it shows are on their way. */
export function Opening({ text }: { text?: string }) {
  return (
    <div data-full-screen className={cover} role="status">
      <span className="flex items-center gap-2 text-text-3">
        <ProgressRing size={14} />
        {text ?? 'Opening the editor'}
      </span>
    </div>
  )
}

/** An editor that has nothing to edit yet: why, and what to do. */
export function NothingToEdit({
  icon = CircleAlert,
  title,
  actions,
  onClose,
  children,
}: {
  icon?: LucideIcon
  title: string
  actions?: ReactNode
  onClose(): void
  children?: ReactNode
}) {
  useEditorKeys({ escape: onClose })
  return (
    <div data-full-screen className={cover}>
      <EmptyState
        large
        icon={icon}
        title={title}
        actions={
          <>
            {actions}
            <Button size="large" onClick={onClose}>
              Back to the graph
            </Button>
          </>
        }
      >
        {children}
      </EmptyState>
    </div>
  )
}

/** What an editor needs could not be read: why, and another attempt. */
export function CannotBeRead({
  what,
  error,
  onAgain,
  onClose,
}: {
  what: string
  error: unknown
  onAgain(): void
  onClose(): void
}) {
  return (
    <NothingToEdit
      title={`${what} cannot be read`}
      onClose={onClose}
      actions={
        <Button size="large" icon={RotateCcw} onClick={onAgain}>
          Try again
        </Button>
      }
    >
      {error instanceof Error ? error.message : String(error)}
    </NothingToEdit>
  )
}
