'use client'
import { Tooltip as Parts } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd'

type Side = 'top' | 'right' | 'bottom' | 'left'

/** Once around the app: 400 ms before the first tooltip, none while the pointer moves between neighbours. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Parts.Provider delayDuration={400} skipDelayDuration={300}>
      {children}
    </Parts.Provider>
  )
}

/** Name and shortcut of a control. Never the only place of a fact. */
export function Tooltip({
  text,
  keys,
  side = 'bottom',
  children,
}: {
  text: ReactNode
  keys?: string
  side?: Side
  children: ReactElement
}) {
  return (
    <Parts.Root>
      <Parts.Trigger asChild>{children}</Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="pop-in z-(--z-tooltip) flex max-w-72 items-center gap-2.5 rounded-2 bg-raised px-2.5 py-1.5 text-12 text-text-1 shadow-3 outline outline-line-2 -outline-offset-1"
        >
          {text}
          {keys && <Kbd keys={keys} />}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}
