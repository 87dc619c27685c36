'use client'
import { X } from 'lucide-react'
import { Dialog as Parts } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { classNames } from './class-names'
import { IconButton } from './icon-button'
import { useFocusBack } from './use-focus-back'

/** For what cannot be undone and for what has several fields. The verb stands on the button. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  width = 440,
  footer,
  calm,
  children,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: ReactNode
  description?: ReactNode
  width?: 440 | 640
  /** Buttons, the usual one last. */
  footer?: ReactNode
  /** The focus begins at the dialog, not at its first field: its content may still come. */
  calm?: boolean
  children?: ReactNode
}) {
  const content = useRef<HTMLDivElement>(null)
  const { remember, giveBack } = useFocusBack()
  return (
    <Parts.Root open={open} onOpenChange={onOpenChange}>
      <Parts.Portal>
        <Parts.Overlay className="fade-in fixed inset-0 z-(--z-dialog) bg-scrim" />
        <Parts.Content
          ref={content}
          onOpenAutoFocus={(event) => {
            remember()
            if (!calm) return
            event.preventDefault()
            content.current?.focus()
          }}
          onCloseAutoFocus={giveBack}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={classNames(
            // Where nothing in it can have the focus yet, it has it itself, and needs no ring to be seen.
            'focus-quiet dialog-in fixed top-1/2 left-1/2 z-(--z-dialog) flex max-h-[calc(100dvh-32px)] w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-4 bg-raised shadow-3 outline outline-line-2 -outline-offset-1',
            width === 640 ? 'max-w-[640px]' : 'max-w-[440px]',
          )}
        >
          <header className="flex items-start gap-2 px-4 pt-4">
            <div className="min-w-0 flex-1 pr-8">
              <Parts.Title className="font-title text-15">{title}</Parts.Title>
              {description && (
                <Parts.Description className="mt-1 text-12 text-text-2">{description}</Parts.Description>
              )}
            </div>
          </header>
          {children && <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-3">{children}</div>}
          <footer
            className={classNames('flex flex-wrap justify-end gap-2 px-4 pb-3.5', footer ? 'pt-4' : '')}
          >
            {footer}
          </footer>
          {/* Last in order, so that the first field or button has the focus and not the way out. */}
          <Parts.Close asChild>
            <IconButton icon={X} label="Close" className="absolute! top-3 right-3" />
          </Parts.Close>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}
