'use client'
import { ArrowLeft, Check, type LucideIcon, Redo2, Undo2 } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { Button } from '../../_ui/button'
import { IconButton } from '../../_ui/icon-button'
import { useShownAs } from '../state/shown-as'

export interface DocumentActions {
  /** Of the document: they go on beyond what was done here. */
  undo(): void
  redo(): void
}

/** An editor over the whole window, above the bar of the graph and below popovers: bar, two panels, a stage, a dock. */
export function FullScreenFrame({
  icon: Icon,
  editor,
  title,
  saved,
  actions,
  onDone,
  onDiscard,
  discardLabel = 'Discard',
  done,
  options,
  left,
  right,
  dock,
  children,
}: {
  icon: LucideIcon
  /** What kind of editor it is. */
  editor: string
  /** What it belongs to: the workflow, or the node that is edited. */
  title: string
  /** What is known of saving. */
  saved: string
  actions: DocumentActions
  onDone(): void
  /** Takes back what was done since it was opened; missing when nothing was. */
  onDiscard?: () => void
  discardLabel?: string
  /** Takes the place of Done. */
  done?: ReactNode
  options?: ReactNode
  left: ReactNode
  right: ReactNode
  dock?: ReactNode
  children: ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  const behind = { graph: 'Graph', list: 'List', form: 'Form' }[useShownAs()]
  // The focus comes here, so that the keys of the graph below stay quiet, and goes back when it closes.
  useEffect(() => {
    const before = document.activeElement
    box.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <section
      ref={box}
      aria-label={`${editor}: ${title}`}
      tabIndex={-1}
      data-full-screen
      className="focus-quiet fade-in fixed inset-0 z-[35] grid grid-cols-[216px_minmax(0,1fr)_264px] grid-rows-[44px_minmax(0,1fr)_auto] bg-app text-12 text-text-1 max-sm:grid-cols-1 max-sm:grid-rows-[44px_minmax(0,1fr)_auto_auto_auto] min-[1200px]:grid-cols-[240px_minmax(0,1fr)_288px]"
    >
      <header className="col-span-full flex min-w-0 items-center gap-2 border-line-1 border-b bg-panel px-2 max-sm:gap-1 max-sm:px-1">
        <Button kind="ghost" icon={ArrowLeft} onClick={onDone}>
          {behind}
        </Button>
        <span className="mx-1 h-4 w-px flex-none bg-line-2 max-sm:hidden" />
        {title !== editor && (
          <>
            <span className="min-w-0 truncate text-text-2 max-sm:hidden">{title}</span>
            <span className="flex-none text-text-3 max-sm:hidden">/</span>
          </>
        )}
        <span className="flex flex-none items-center gap-1.5 font-title text-13 max-sm:hidden">
          <Icon size={14} strokeWidth={1.75} aria-hidden />
          {editor}
        </span>
        <span className="hidden flex-none items-center gap-1 pl-2 text-11 text-text-3 min-[1100px]:flex">
          {saved.startsWith('Saved') && <Check size={12} strokeWidth={1.75} aria-hidden />}
          {saved}
        </span>
        <span className="mx-1 h-4 w-px flex-none bg-line-2 max-sm:hidden" />
        <IconButton icon={Undo2} label="Undo" keys="Ctrl Z" onClick={actions.undo} />
        <IconButton icon={Redo2} label="Redo" keys="Ctrl Shift Z" onClick={actions.redo} />
        <span className="flex-1" />
        {options}
        <Button onClick={onDiscard} disabled={!onDiscard}>
          {discardLabel}
        </Button>
        {done ?? (
          <Button kind="primary" onClick={onDone}>
            Done
          </Button>
        )}
      </header>
      <aside className="min-h-0 overflow-y-auto border-line-1 border-r bg-panel max-sm:order-1 max-sm:max-h-[24dvh] max-sm:border-t max-sm:border-r-0">
        {left}
      </aside>
      <main className="relative min-h-0 min-w-0 overflow-hidden bg-canvas">{children}</main>
      <aside className="min-h-0 overflow-y-auto border-line-1 border-l bg-panel max-sm:order-2 max-sm:max-h-[24dvh] max-sm:border-t max-sm:border-l-0">
        {right}
      </aside>
      {dock && <div className="col-span-full min-w-0 max-sm:order-3">{dock}</div>}
    </section>
  )
}
