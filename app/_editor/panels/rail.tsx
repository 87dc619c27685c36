'use client'
import { Boxes, History, Image, ListVideo, type LucideIcon, Settings } from 'lucide-react'
import Link from 'next/link'
import { classNames } from '../../_ui/class-names'
import { isActive, useRuns } from '../state/run-store'
import { type PanelName, togglePanel, usePanel } from './panel-store'

const TOP: { name: PanelName; label: string; icon: LucideIcon }[] = [
  { name: 'nodes', label: 'Nodes', icon: Boxes },
  { name: 'assets', label: 'Assets', icon: Image },
  { name: 'runs', label: 'Runs', icon: ListVideo },
]

const item =
  'relative flex h-[46px] w-full flex-col items-center justify-center gap-1 rounded-2 text-11 transition-colors duration-(--t-instant) hover:bg-hover hover:text-text-1'

/** The left edge: panels above, what concerns the workflow as a whole below. */
export function Rail() {
  return (
    <nav
      aria-label="Panels"
      className="z-(--z-bar) flex w-(--rail-w) flex-none flex-col border-line-1 border-r bg-panel px-0.5 py-2"
    >
      {TOP.map((entry) => (
        <RailButton key={entry.name} {...entry} />
      ))}
      <span className="flex-1" />
      <RailButton name="versions" label="Versions" icon={History} />
      <Link href="/settings" className={classNames(item, 'text-text-2')}>
        <Settings size={18} strokeWidth={1.75} aria-hidden />
        Settings
      </Link>
    </nav>
  )
}

function RailButton({ name, label, icon: Icon }: { name: PanelName; label: string; icon: LucideIcon }) {
  const on = usePanel(({ open }) => open === name)
  const live = useRuns(({ run }) => name === 'runs' && isActive(run))
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => togglePanel(name)}
      className={classNames(item, on ? 'bg-active text-text-1' : 'text-text-2')}
    >
      <Icon size={18} strokeWidth={1.75} aria-hidden />
      {label}
      {live && (
        <span
          role="img"
          aria-label="A run is going on"
          className="absolute top-1.5 right-3 size-[7px] rounded-full bg-accent"
        />
      )}
    </button>
  )
}
