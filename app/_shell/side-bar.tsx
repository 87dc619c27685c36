'use client'
import {
  Film,
  Home,
  LayoutTemplate,
  type LucideIcon,
  Package,
  Settings,
  Trash2,
  Workflow,
} from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { classNames } from '../_ui/class-names'
import { Logo } from '../_ui/logo'
import { Tooltip } from '../_ui/tooltip'

export type Place = 'home' | 'workflows' | 'templates' | 'results' | 'models' | 'bin' | 'settings'

const PLACES: { place: Place; href: string; label: string; icon: LucideIcon }[] = [
  { place: 'home', href: '/', label: 'Home', icon: Home },
  { place: 'workflows', href: '/?show=workflows', label: 'Workflows', icon: Workflow },
  { place: 'templates', href: '/?show=templates', label: 'Templates', icon: LayoutTemplate },
  { place: 'results', href: '/?show=results', label: 'Results', icon: Film },
  { place: 'models', href: '/models', label: 'Models', icon: Package },
  { place: 'bin', href: '/?show=bin', label: 'Bin', icon: Trash2 },
  { place: 'settings', href: '/settings', label: 'Settings', icon: Settings },
]

/** Where one can go besides a workflow: 228 wide, 52 on small screens, a bar at the foot of a phone. */
export function SideBar({
  place,
  counts,
  children,
}: {
  place: Place | undefined
  counts: Partial<Record<Place, number>>
  /** Below the places; hidden where only icons fit. */
  children?: ReactNode
}) {
  return (
    <aside className="flex flex-none border-line-1 bg-panel max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:z-(--z-bar) max-sm:border-t sm:h-full sm:w-[52px] sm:flex-col sm:border-r sm:px-1.5 sm:pt-2.5 sm:pb-3 xl:w-[228px] xl:px-2.5">
      <Link
        href="/"
        aria-label="MMGT Studio, home"
        className="mb-2.5 flex h-8 items-center gap-2 rounded-2 px-1 max-sm:hidden sm:max-xl:justify-center"
      >
        <Logo />
        <span className="font-title text-15 max-xl:hidden">MMGT Studio</span>
      </Link>
      <nav aria-label="Places" className="flex max-sm:w-full max-sm:justify-around sm:flex-col">
        {PLACES.map(({ place: key, href, label, icon: Icon }) => (
          <Tooltip key={key} text={label} side="right">
            <Link
              href={href}
              aria-current={key === place ? 'page' : undefined}
              className={classNames(
                // A phone has room for five; there the bin is reached from the list of workflows, and packs belong to a desk.
                (key === 'bin' || key === 'models') && 'max-sm:hidden',
                'flex items-center gap-2 rounded-2 font-strong transition-colors duration-(--t-instant) hover:bg-hover',
                'max-sm:h-14 max-sm:flex-1 max-sm:flex-col max-sm:justify-center max-sm:gap-1 max-sm:text-11 sm:h-9 sm:max-xl:justify-center xl:h-[30px] xl:px-2.5',
                key === place
                  ? 'bg-active text-text-1 max-sm:bg-transparent'
                  : 'text-text-2 max-sm:text-text-3',
              )}
            >
              <Icon size={16} strokeWidth={1.75} aria-hidden className={key === place ? '' : 'text-text-3'} />
              <span className="sm:max-xl:sr-only">{label}</span>
              {counts[key] !== undefined && (
                <span className="ml-auto text-11 text-text-3 max-xl:hidden">{counts[key]}</span>
              )}
            </Link>
          </Tooltip>
        ))}
      </nav>
      {children}
    </aside>
  )
}
