'use client'
import { Tabs as Parts } from 'radix-ui'
import type { ReactNode } from 'react'
import { classNames } from './class-names'

export interface Tab<T extends string = string> {
  value: T
  label: string
  /** What a dot after the label says: there is something in it. */
  mark?: string
  content: ReactNode
}

export function Tabs<T extends string>({
  value,
  onChange,
  tabs,
  label,
  below,
  className,
  contentClassName,
}: {
  value: T
  onChange: (value: T) => void
  tabs: readonly Tab<T>[]
  label: string
  /** Between the labels and the content, whichever tab is open. */
  below?: ReactNode
  className?: string
  contentClassName?: string
}) {
  return (
    <Parts.Root
      value={value}
      onValueChange={(next) => onChange(next as T)}
      className={classNames('flex min-h-0 flex-col', className)}
    >
      <Parts.List aria-label={label} className="flex flex-none gap-3 border-b border-line-1 px-4">
        {tabs.map((tab) => (
          <Parts.Trigger
            key={tab.value}
            value={tab.value}
            className="relative -mb-px cursor-default border-b-2 border-transparent py-2 font-strong text-text-3 hover:text-text-2 data-[state=active]:border-text-1 data-[state=active]:text-text-1"
          >
            {tab.label}
            {tab.mark && (
              <span className="-right-1.5 absolute top-2 size-1.5 rounded-full bg-text-3" title={tab.mark}>
                <span className="sr-only">, {tab.mark}</span>
              </span>
            )}
          </Parts.Trigger>
        ))}
      </Parts.List>
      {below}
      {tabs.map((tab) => (
        <Parts.Content
          key={tab.value}
          value={tab.value}
          className={classNames('min-h-0 flex-1 overflow-y-auto', contentClassName)}
        >
          {tab.content}
        </Parts.Content>
      ))}
    </Parts.Root>
  )
}
