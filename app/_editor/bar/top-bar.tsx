'use client'
import { LayoutTemplate, List, Workflow } from 'lucide-react'
import Link from 'next/link'
import { Logo } from '../../_ui/logo'
import { Segment } from '../../_ui/segment'
import { Tooltip } from '../../_ui/tooltip'
import { useMedia } from '../../_ui/use-media'
import { ShareButton } from '../share/share-dialog'
import { useEditor } from '../state/editor-context'
import { PHONE, showAs, useShownAs } from '../state/shown-as'
import { PhoneBar } from './phone-bar'
import { RunButton } from './run-button'
import { SavedState } from './saved-state'
import { UndoButtons } from './undo-buttons'
import { WorkflowName } from './workflow-name'

/** Where one is, whether it is saved, and Run, which a form has in its foot. */
export function TopBar() {
  const { workflowId } = useEditor()
  const shownAs = useShownAs()
  const isPhone = useMedia(PHONE)
  if (isPhone) return <PhoneBar />
  return (
    <header className="z-(--z-bar) flex h-(--bar-h) flex-none items-center gap-2 border-line-1 border-b bg-panel pr-3 pl-2">
      <Tooltip text="Library">
        <Link href="/" aria-label="Library" className="mr-1 rounded-2">
          <Logo />
        </Link>
      </Tooltip>
      <WorkflowName />
      <SavedState />
      <span className="mx-1 h-5 w-px flex-none bg-line-1" />
      <UndoButtons />
      <div className="flex min-w-0 flex-1 justify-center">
        <Segment
          label="Show the workflow as"
          value={shownAs}
          onChange={(next) => showAs(workflowId, next)}
          options={[
            { value: 'graph', label: 'Graph', icon: Workflow, withLabel: 'wide' },
            { value: 'list', label: 'List', icon: List, withLabel: 'wide' },
            { value: 'form', label: 'Form', icon: LayoutTemplate, withLabel: 'wide' },
          ]}
        />
      </div>
      <ShareButton workflowId={workflowId} />
      {shownAs !== 'form' && <RunButton />}
    </header>
  )
}
