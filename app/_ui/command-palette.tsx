'use client'
import { Command } from 'cmdk'
import { type LucideIcon, Search } from 'lucide-react'
import { Dialog as Parts } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { rankedGroups } from './ranked-groups'
import { useFocusBack } from './use-focus-back'

export interface PaletteItem {
  /** Unique over all groups. */
  id: string
  label: string
  icon?: LucideIcon
  /** A fact at the right. */
  hint?: string
  keys?: string
  /** What else finds it: other names, which count nearly as much as the label, and a sentence about it. */
  names?: readonly string[]
  about?: string
  /** Why it cannot be done now; shown in place of the hint. */
  disabled?: string
  /** Called when the palette is gone and has given the focus back. */
  onSelect: () => void
}

export interface PaletteGroup {
  heading: string
  items: readonly PaletteItem[]
}

/** The list of everything that can be done, 560 wide; whoever opens it says what is in it. */
export function CommandPalette({
  open,
  onOpenChange,
  ...list
}: ListProps & { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { remember, giveBack } = useFocusBack()
  const chosen = useRef<() => void>(undefined)
  const choose = (act: () => void) => {
    chosen.current = act
    onOpenChange(false)
  }
  return (
    <Parts.Root open={open} onOpenChange={onOpenChange}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-(--z-dialog)" />
        <Parts.Content
          aria-describedby={undefined}
          onOpenAutoFocus={remember}
          onCloseAutoFocus={(event) => {
            giveBack(event)
            chosen.current?.()
            chosen.current = undefined
          }}
          className="pop-in fixed top-[18%] left-1/2 z-(--z-dialog) w-[560px] max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-3 bg-raised shadow-3 outline outline-line-2 -outline-offset-1"
        >
          <Parts.Title className="sr-only">Commands</Parts.Title>
          <SearchedList {...list} choose={choose} />
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}

interface ListProps {
  groups: readonly PaletteGroup[]
  placeholder?: string
  empty?: ReactNode
}

const HEADING =
  '[&_[cmdk-group-heading]]:px-3.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-title [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:text-text-3'

function SearchedList({
  groups,
  placeholder = 'Search actions, nodes, workflows',
  empty = 'Nothing fits. Try fewer letters.',
  choose,
}: ListProps & { choose: (act: () => void) => void }) {
  const [search, setSearch] = useState('')
  const found = rankedGroups(groups, search)
  return (
    <Command label="Commands" loop shouldFilter={false}>
      <div className="flex h-11 items-center gap-2 border-b border-line-2 px-3.5">
        <Search size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
        <Command.Input
          value={search}
          onValueChange={setSearch}
          placeholder={placeholder}
          className="focus-quiet min-w-0 flex-1 bg-transparent text-13 placeholder:text-text-3"
        />
      </div>
      <Command.List className="max-h-[min(420px,56vh)] overflow-y-auto pb-1">
        {found.length === 0 && <p className="px-3.5 py-3 text-text-3">{empty}</p>}
        {found.map(({ heading, items }) => (
          <Command.Group key={heading} heading={heading} className={HEADING}>
            {items.map((item) => (
              <PaletteRow key={item.id} item={item} choose={choose} />
            ))}
          </Command.Group>
        ))}
      </Command.List>
    </Command>
  )
}

function PaletteRow({ item, choose }: { item: PaletteItem; choose: (act: () => void) => void }) {
  const { id, label, icon: Icon, hint, keys, disabled, onSelect } = item
  return (
    <Command.Item
      value={id}
      disabled={Boolean(disabled)}
      onSelect={() => choose(onSelect)}
      className="mx-1 flex min-h-7 cursor-default select-none items-center gap-2 rounded-2 px-2.5 py-1 data-[disabled=true]:text-text-off data-[selected=true]:bg-active"
    >
      <span className="grid size-3.5 flex-none place-items-center text-text-3">
        {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}
      </span>
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {(disabled || hint) && (
        <span className="flex-none truncate text-11 text-text-3">{disabled || hint}</span>
      )}
      {keys && <span className="flex-none font-mono text-10 text-text-3">{keys}</span>}
    </Command.Item>
  )
}
