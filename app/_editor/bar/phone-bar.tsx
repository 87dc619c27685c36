'use client'
import { LayoutTemplate, List, MoreVertical, Share2, Workflow } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { IconButton } from '../../_ui/icon-button'
import { Logo } from '../../_ui/logo'
import { Menu } from '../../_ui/menu'
import { ShareDialog } from '../share/share-dialog'
import { useEditor } from '../state/editor-context'
import { showAs, useShownAs } from '../state/shown-as'
import { RunButton } from './run-button'
import { SavedState } from './saved-state'
import { UndoButtons } from './undo-buttons'
import { WorkflowName } from './workflow-name'

const VIEWS = [
  { view: 'form', label: 'Show the form', icon: LayoutTemplate },
  { view: 'graph', label: 'Show the graph', icon: Workflow },
  { view: 'list', label: 'Show the list', icon: List },
] as const

/** The bar on a phone: what is pressed rarely lies in its menu. */
export function PhoneBar() {
  const { workflowId } = useEditor()
  const shownAs = useShownAs()
  const [isSharing, setSharing] = useState(false)
  return (
    <header className="roomy z-(--z-bar) flex h-14 flex-none items-center border-line-1 border-b bg-panel pr-1 pl-1">
      <Link href="/" aria-label="Library" className="grid size-11 flex-none place-items-center rounded-2">
        <Logo />
      </Link>
      <div className="flex min-w-0 flex-1 items-center gap-1">
        <WorkflowName />
        <SavedState />
      </div>
      <UndoButtons />
      {shownAs !== 'form' && <RunButton />}
      <Menu
        align="end"
        entries={[
          { label: 'Share', icon: Share2, onSelect: () => setSharing(true) },
          '-',
          ...VIEWS.filter(({ view }) => view !== shownAs).map(({ view, label, icon }) => ({
            label,
            icon,
            onSelect: () => showAs(workflowId, view),
          })),
        ]}
      >
        <IconButton icon={MoreVertical} label="More" />
      </Menu>
      <ShareDialog workflowId={workflowId} open={isSharing} onOpenChange={setSharing} />
    </header>
  )
}
