'use client'
import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { useFileDrop } from './use-file-drop'

/** Its whole area takes files; while some hang over it, it is outlined and says what will happen. */
export function DropZone({
  says,
  onFiles,
  disabled,
  className,
  children,
}: {
  /** What dropping would do, by the types of what hangs over: “Add as Speech”. */
  says: string | ((types: readonly string[]) => string)
  onFiles: (files: File[], at: { x: number; y: number }) => void
  disabled?: boolean
  className?: string
  children?: ReactNode
}) {
  const { over, handlers } = useFileDrop({ onFiles, disabled })
  return (
    <div {...handlers} className={classNames('relative', className)}>
      {children}
      {over && <DropOverlay says={typeof says === 'string' ? says : says(over)} />}
    </div>
  )
}

/** The outline and the sentence, over whatever is the target. */
export function DropOverlay({ says }: { says: string }) {
  return (
    <div className="drop-outline pointer-events-none absolute inset-0 z-(--z-popover) grid place-items-center rounded-3 bg-accent-soft">
      <span role="status" className="rounded-2 bg-raised px-3 py-2 font-strong text-13 text-text-1 shadow-3">
        {says}
      </span>
    </div>
  )
}
