'use client'
import { WifiOff } from 'lucide-react'
import { useConnection } from './connection'

/** Says that the studio does not answer; goes by itself when it does. */
export function OfflineBanner({ children }: { children?: string }) {
  if (useConnection() !== 'lost') return null
  return (
    <div
      role="status"
      className="flex flex-none items-center justify-center gap-2 bg-warn-soft px-4 py-1.5 text-12 text-warn"
    >
      <WifiOff size={14} strokeWidth={1.75} className="flex-none" aria-hidden />
      <span>
        {children ??
          'The studio does not answer. What you see may be old; this page goes on when it is back.'}
      </span>
    </div>
  )
}
