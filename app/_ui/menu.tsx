'use client'
import { Check, ChevronRight, type LucideIcon } from 'lucide-react'
import { ContextMenu as ContextParts, DropdownMenu as MenuParts } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from './class-names'

export interface MenuItem {
  label: string
  icon?: LucideIcon
  /** Shown at the right; the shortcut itself lives in the keymap. */
  keys?: string
  onSelect?: () => void
  /** A switch in a menu: a check mark where the icon would be. */
  checked?: boolean
  danger?: boolean
  /** Why it cannot be chosen now; the sentence stands under the label. */
  disabled?: string | boolean
  /** A menu of its own instead of an action. */
  entries?: readonly MenuEntry[]
}

/** A line of a menu: something to choose, a heading, or a line between groups. Falsy entries are left out. */
export type MenuEntry = MenuItem | { heading: string } | '-' | false | null | undefined

const surface =
  'pop-in z-(--z-popover) max-h-(--radix-popper-available-height) min-w-48 max-w-80 overflow-y-auto rounded-3 bg-raised py-1 shadow-3 outline outline-line-2 -outline-offset-1'
const row =
  'focus-quiet mx-1 flex min-h-7 pointer-coarse:min-h-11 cursor-default select-none items-center gap-2 rounded-2 px-2.5 py-1 text-12 outline-none data-[disabled]:text-text-off data-[highlighted]:bg-active data-[state=open]:bg-active'

type Parts = typeof MenuParts | typeof ContextParts

function Entries({ entries, parts: P }: { entries: readonly MenuEntry[]; parts: Parts }) {
  return entries.map((entry, at) => {
    if (!entry) return null
    // biome-ignore-start lint/suspicious/noArrayIndexKey: lines have no identity but their place
    if (entry === '-') return <P.Separator key={`line ${at}`} className="my-1 h-px bg-line-2" />
    if ('heading' in entry) {
      return (
        <P.Label key={`heading ${at}`} className="px-3.5 pt-2 pb-1 font-title text-11 text-text-3">
          {entry.heading}
        </P.Label>
      )
    }
    // biome-ignore-end lint/suspicious/noArrayIndexKey: as above
    if (entry.entries) {
      return (
        <P.Sub key={entry.label}>
          <P.SubTrigger className={row} disabled={Boolean(entry.disabled)}>
            <RowContent {...entry} />
          </P.SubTrigger>
          <P.Portal>
            <P.SubContent className={surface} sideOffset={2} collisionPadding={8}>
              <Entries entries={entry.entries} parts={P} />
            </P.SubContent>
          </P.Portal>
        </P.Sub>
      )
    }
    const shared = {
      className: classNames(row, entry.danger && 'text-err'),
      disabled: Boolean(entry.disabled),
      onSelect: entry.onSelect,
    }
    if (entry.checked !== undefined) {
      return (
        <P.CheckboxItem key={entry.label} checked={entry.checked} {...shared}>
          <RowContent {...entry} />
        </P.CheckboxItem>
      )
    }
    return (
      <P.Item key={entry.label} {...shared}>
        <RowContent {...entry} />
      </P.Item>
    )
  })
}

function RowContent({ label, icon: Icon, keys, checked, danger, disabled, entries }: MenuItem) {
  const icon = checked ? Check : Icon
  const Sign = icon
  return (
    <>
      <span className={classNames('grid size-3.5 flex-none place-items-center', !danger && 'text-text-3')}>
        {Sign && <Sign size={14} strokeWidth={1.75} aria-hidden />}
      </span>
      <span className="min-w-0 flex-1">
        {label}
        {typeof disabled === 'string' && <span className="block text-11 text-text-3">{disabled}</span>}
      </span>
      {keys && <span className="pl-4 font-mono text-10 text-text-3">{keys}</span>}
      {entries && <ChevronRight size={14} strokeWidth={1.75} className="text-text-3" aria-hidden />}
    </>
  )
}

/** Opens from its child, a button. */
export function Menu({
  entries,
  align = 'start',
  side = 'bottom',
  children,
}: {
  entries: readonly MenuEntry[]
  align?: 'start' | 'center' | 'end'
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactElement
}) {
  return (
    <MenuParts.Root modal={false}>
      <MenuParts.Trigger asChild>{children}</MenuParts.Trigger>
      <MenuParts.Portal>
        <MenuParts.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          loop
          className={surface}
          onClick={(event) => event.stopPropagation()}
        >
          <Entries entries={entries} parts={MenuParts} />
        </MenuParts.Content>
      </MenuParts.Portal>
    </MenuParts.Root>
  )
}

/** Opens at the pointer over its child, and by the menu key. */
export function ContextMenu({ entries, children }: { entries: readonly MenuEntry[]; children: ReactNode }) {
  return (
    <ContextParts.Root modal={false}>
      <ContextParts.Trigger asChild>{children}</ContextParts.Trigger>
      <ContextParts.Portal>
        <ContextParts.Content className={surface} collisionPadding={8} loop>
          <Entries entries={entries} parts={ContextParts} />
        </ContextParts.Content>
      </ContextParts.Portal>
    </ContextParts.Root>
  )
}

/** A context menu that somebody else opens, at a point of the window: for canvases, which have no element to wrap. */
export function MenuAt({
  at,
  entries,
  onClose,
}: {
  /** Where; null while it is closed. In pixels of the window. */
  at: { x: number; y: number } | null
  entries: readonly MenuEntry[]
  onClose: () => void
}) {
  return (
    <MenuParts.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <MenuParts.Trigger asChild>
        <span
          aria-hidden
          tabIndex={-1}
          className="pointer-events-none fixed size-0"
          style={{ left: at?.x ?? 0, top: at?.y ?? 0 }}
        />
      </MenuParts.Trigger>
      <MenuParts.Portal>
        <MenuParts.Content className={surface} align="start" sideOffset={2} collisionPadding={8} loop>
          <Entries entries={entries} parts={MenuParts} />
        </MenuParts.Content>
      </MenuParts.Portal>
    </MenuParts.Root>
  )
}
