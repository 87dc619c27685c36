'use client'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { classNames } from './class-names'

/** What is rarely needed, behind a label that opens it. */
export function Fold({
  label,
  className,
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  const [open, setOpen] = useState(false)
  return (
    <div className={classNames('border-line-1 border-t', className)}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-ml-1 flex h-7 items-center gap-1 rounded-2 px-1 font-title text-text-2 hover:text-text-1 roomy:h-8 roomy:gap-1.5 roomy:font-strong touch:h-11"
      >
        <ChevronRight
          strokeWidth={1.75}
          aria-hidden
          className={classNames(
            'size-3.5 transition-transform duration-(--t-fast) roomy:size-4',
            open && 'rotate-90',
          )}
        />
        {label}
      </button>
      {open && children}
    </div>
  )
}
