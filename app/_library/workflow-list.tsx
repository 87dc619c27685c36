'use client'
import { type KeyboardEvent, useRef, useState } from 'react'
import { classNames } from '../_ui/class-names'
import type { LibraryWorkflow, WorkflowActions } from './library-types'
import { WorkflowCard, WorkflowRow } from './workflow-card'

/**
 * Workflows as cards or rows. Arrows move, Enter opens, F2 renames, Ctrl D duplicates, Delete deletes. Cards outside
 * the window are laid out but not drawn (`content-visibility`), so that 500 of them cost what 20 do.
 */
export function WorkflowList({
  workflows,
  view,
  now,
  actions,
  folders,
}: {
  workflows: readonly LibraryWorkflow[]
  view: 'cards' | 'rows'
  now: number
  actions: WorkflowActions
  folders: readonly string[]
}) {
  const list = useRef<HTMLUListElement>(null)
  const [active, setActive] = useState<string>()
  const [renaming, setRenaming] = useState<string | null>(null)
  const first = workflows.some(({ id }) => id === active) ? active : workflows[0]?.id

  const links = () => [...(list.current?.querySelectorAll<HTMLElement>('[data-workflow]') ?? [])]
  const rename = (id: string | null) => {
    setRenaming(id)
    if (id === null)
      queueMicrotask(() =>
        links()
          .find((link) => link.dataset.workflow === renaming)
          ?.focus(),
      )
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const link = (event.target as HTMLElement).closest<HTMLElement>('[data-workflow]')
    const id = link?.dataset.workflow
    if (!link || !id) return
    const all = links()
    const at = all.indexOf(link)
    const columns = view === 'rows' ? 1 : columnsOf(all)
    const moves: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: all.length - 1,
    }
    if (event.key in moves) all[moves[event.key]]?.focus()
    else if (event.key === 'F2') setRenaming(id)
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      ;(all[at + 1] ?? all[at - 1])?.focus()
      const name = workflows.find((workflow) => workflow.id === id)?.name ?? 'the workflow'
      actions.remove(id, name)
    } else if (event.key === 'd' && (event.ctrlKey || event.metaKey)) actions.duplicate(id)
    else return
    event.preventDefault()
  }

  const Item = view === 'cards' ? WorkflowCard : WorkflowRow
  return (
    <ul
      ref={list}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const id = (event.target as HTMLElement).closest<HTMLElement>('[data-workflow]')?.dataset.workflow
        if (id) setActive(id)
      }}
      className={
        view === 'cards' ? 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,250px),1fr))] gap-4' : 'grid'
      }
    >
      {workflows.map((workflow) => (
        <li
          key={workflow.id}
          className={classNames(
            '[content-visibility:auto]',
            view === 'cards'
              ? '[contain-intrinsic-size:auto_230px]'
              : 'border-b border-line-1 [contain-intrinsic-size:auto_49px]',
          )}
        >
          <Item
            workflow={workflow}
            now={now}
            active={workflow.id === first}
            renaming={workflow.id === renaming}
            onRename={rename}
            actions={actions}
            folders={folders}
          />
        </li>
      ))}
    </ul>
  )
}

/** How many stand in the first line. */
function columnsOf(items: readonly HTMLElement[]): number {
  const top = (item: HTMLElement) => item.closest('li')?.offsetTop
  const first = items[0] && top(items[0])
  return Math.max(1, items.filter((item) => top(item) === first).length)
}
