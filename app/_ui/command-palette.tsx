'use client'
import { Command } from 'cmdk'
import { type LucideIcon, Search } from 'lucide-react'
import { Dialog as Parts } from 'radix-ui'
import type { ReactNode } from 'react'

export interface PaletteItem {
  /** Unique over all groups. */
  id: string
  label: string
  icon?: LucideIcon
  /** A fact at the right. */
  hint?: string
  keys?: string
  /** Other words that find it. */
  keywords?: string[]
  /** Why it cannot be done now; shown in place of the hint. */
  disabled?: string
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
  groups,
  placeholder = 'Search actions, nodes, workflows',
  search,
  onSearch,
  empty = 'Nothing fits. Try fewer letters.',
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  groups: readonly PaletteGroup[]
  placeholder?: string
  search?: string
  onSearch?: (text: string) => void
  empty?: ReactNode
}) {
  return (
    <Parts.Root open={open} onOpenChange={onOpenChange}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-(--z-dialog)" />
        <Parts.Content
          aria-describedby={undefined}
          className="pop-in fixed top-[18%] left-1/2 z-(--z-dialog) w-[560px] max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-3 bg-raised shadow-3 outline outline-line-2 -outline-offset-1"
        >
          <Parts.Title className="sr-only">Commands</Parts.Title>
          <Command label="Commands" loop>
            <div className="flex h-11 items-center gap-2 border-b border-line-2 px-3.5">
              <Search size={14} strokeWidth={1.75} className="flex-none text-text-3" aria-hidden />
              <Command.Input
                value={search}
                onValueChange={onSearch}
                placeholder={placeholder}
                className="focus-quiet min-w-0 flex-1 bg-transparent text-13 placeholder:text-text-3"
              />
            </div>
            <Command.List className="max-h-[min(420px,56vh)] overflow-y-auto pb-1">
              <Command.Empty className="px-3.5 py-3 text-text-3">{empty}</Command.Empty>
              {groups.map(
                ({ heading, items }) =>
                  items.length > 0 && (
                    <Command.Group
                      key={heading}
                      heading={heading}
                      className="[&_[cmdk-group-heading]]:px-3.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-title [&_[cmdk-group-heading]]:text-11 [&_[cmdk-group-heading]]:text-text-3"
                    >
                      {items.map((item) => (
                        <PaletteRow key={item.id} item={item} close={() => onOpenChange(false)} />
                      ))}
                    </Command.Group>
                  ),
              )}
            </Command.List>
          </Command>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}

function PaletteRow({ item, close }: { item: PaletteItem; close: () => void }) {
  const { id, label, icon: Icon, hint, keys, keywords, disabled, onSelect } = item
  return (
    <Command.Item
      value={id}
      keywords={[label, ...(keywords ?? [])]}
      disabled={Boolean(disabled)}
      onSelect={() => {
        close()
        onSelect()
      }}
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
