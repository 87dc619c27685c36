'use client'
import { type LucideIcon, X } from 'lucide-react'
import { Toast as Parts } from 'radix-ui'
import { create } from 'zustand'
import { Button } from './button'
import { classNames } from './class-names'
import { IconButton } from './icon-button'

export interface ToastContent {
  message: string
  /** What to do about it, on a line of its own. */
  hint?: string
  icon?: LucideIcon
  tone?: 'quiet' | 'warn' | 'err'
  action?: { label: string; run: () => void }
}

interface ToastState {
  current: (ToastContent & { id: number }) | null
  show(content: ToastContent): void
  close(id: number): void
}

const useToasts = create<ToastState>((set) => ({
  current: null,
  show: (content) => set(({ current }) => ({ current: { ...content, id: (current?.id ?? 0) + 1 } })),
  close: (id) => set((state) => (state.current?.id === id ? { current: null } : state)),
}))

/** Says something at the bottom of the window for 6 s. A new one takes the place of the last. */
export const showToast = (content: ToastContent): void => useToasts.getState().show(content)

const TONES = { quiet: 'text-text-3', warn: 'text-warn', err: 'text-err' }

/** Once around the app. Waits while it is pointed at or focused; F8 moves the focus into it. */
export function Toaster() {
  const current = useToasts((state) => state.current)
  const close = useToasts((state) => state.close)
  return (
    <Parts.Provider duration={6000} swipeDirection="down" label="Message">
      {current && (
        <Parts.Root
          key={current.id}
          type={current.tone === 'err' ? 'foreground' : 'background'}
          onOpenChange={(open) => !open && close(current.id)}
          className="toast flex min-h-11 items-center gap-2.5 rounded-3 bg-raised py-2 pr-1.5 pl-3.5 shadow-3 outline outline-line-2 -outline-offset-1"
        >
          {current.icon && (
            <current.icon
              size={15}
              strokeWidth={1.75}
              className={classNames('flex-none', TONES[current.tone ?? 'quiet'])}
              aria-hidden
            />
          )}
          <div className="min-w-0 flex-1 text-12">
            <Parts.Title className="break-words">{current.message}</Parts.Title>
            {current.hint && (
              <Parts.Description className="text-11 text-text-2">{current.hint}</Parts.Description>
            )}
          </div>
          {current.action && (
            <Parts.Action asChild altText={current.action.label}>
              <Button size="small" onClick={current.action.run}>
                {current.action.label}
              </Button>
            </Parts.Action>
          )}
          <Parts.Close asChild>
            <IconButton icon={X} label="Close" size="small" tooltipSide="top" />
          </Parts.Close>
        </Parts.Root>
      )}
      <Parts.Viewport className="fixed bottom-4 max-sm:bottom-26 left-1/2 z-(--z-toast) w-[360px] max-w-[calc(100vw-32px)] -translate-x-1/2 outline-none" />
    </Parts.Provider>
  )
}
