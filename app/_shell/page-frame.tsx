'use client'
import type { ReactNode } from 'react'
import { OfflineBanner } from './offline-banner'
import { type Place, SideBar } from './side-bar'

/** Side bar, connection line and a page that scrolls beside them: every page but the editor and a shared link. */
export function PageFrame({
  place,
  counts = {},
  side,
  children,
}: {
  /** Undefined on a page that is none of them, such as a folder. */
  place: Place | undefined
  counts?: Partial<Record<Place, number>>
  side?: ReactNode
  children: ReactNode
}) {
  return (
    <div className="flex h-dvh flex-col bg-canvas">
      <OfflineBanner />
      <div className="flex min-h-0 flex-1">
        <SideBar place={place} counts={counts}>
          {side}
        </SideBar>
        <div className="relative flex min-w-0 flex-1 flex-col max-sm:pb-14">{children}</div>
      </div>
    </div>
  )
}
