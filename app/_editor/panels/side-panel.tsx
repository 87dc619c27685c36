'use client'
import { PanelLeftClose } from 'lucide-react'
import { IconButton } from '../../_ui/icon-button'
import { RunsPanel } from '../runs/runs-panel'
import { AssetsPanel } from './assets-panel'
import { NodesPanel } from './nodes-panel'
import { closePanel, type PanelName, usePanel } from './panel-store'
import { VersionsPanel } from './versions-panel'

const TITLES: Record<PanelName, string> = {
  nodes: 'Nodes',
  assets: 'Assets',
  runs: 'Runs',
  versions: 'Versions',
}

/** The open panel, over the edge of the canvas: nothing below it moves. */
export function SidePanel() {
  const open = usePanel((state) => state.open)
  if (!open) return null
  return (
    <aside
      aria-label={TITLES[open]}
      className="fade-in absolute inset-y-0 left-0 z-(--z-panel) flex w-[264px] flex-col border-line-1 border-r bg-panel shadow-2"
    >
      <header className="flex h-10 flex-none items-center pr-2 pl-3">
        <h2 className="flex-1 font-title text-13">{TITLES[open]}</h2>
        <IconButton icon={PanelLeftClose} size="small" label="Close the panel" onClick={closePanel} />
      </header>
      <div className="min-h-0 flex-1">
        {open === 'nodes' && <NodesPanel />}
        {open === 'assets' && <AssetsPanel />}
        {open === 'runs' && <RunsPanel />}
        {open === 'versions' && <VersionsPanel />}
      </div>
    </aside>
  )
}
