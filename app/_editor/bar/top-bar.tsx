'use client'
import { Check, CloudOff, List, Redo2, TriangleAlert, Undo2, Workflow } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useState } from 'react'
import { classNames } from '../../_ui/class-names'
import { IconButton } from '../../_ui/icon-button'
import { Logo } from '../../_ui/logo'
import { NameField } from '../../_ui/name-field'
import { ProgressRing } from '../../_ui/progress-ring'
import { Segment } from '../../_ui/segment'
import { Tooltip } from '../../_ui/tooltip'
import { useCanvasView } from '../canvas/canvas-view'
import { useEditor, useHistory, useWorkflow } from '../state/editor-context'
import { useKeymap } from '../state/keymap'
import { RunButton } from './run-button'
import { useLiveStatus } from './use-live-status'

/** Where one is, whether it is saved, and Run. */
export function TopBar({ share }: { share?: ReactNode }) {
  const asList = useCanvasView((view) => view.asList)
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
          value={asList ? 'list' : 'graph'}
          onChange={(value) => useCanvasView.setState({ asList: value === 'list' })}
          options={[
            { value: 'graph', label: 'Graph', icon: Workflow, withLabel: true },
            { value: 'list', label: 'List', icon: List, withLabel: true },
          ]}
          className="max-lg:hidden"
        />
      </div>
      {share}
      <RunButton />
    </header>
  )
}

function WorkflowName() {
  const { commands } = useEditor()
  const name = useWorkflow((document) => document.name) ?? 'Untitled'
  const [renaming, setRenaming] = useState(false)
  return (
    <h1 className="flex min-w-0 items-center font-title text-13">
      {renaming ? (
        <NameField
          name={name}
          label="Name of the workflow"
          className="w-56"
          onDone={(text) => {
            if (text !== undefined && text.trim() !== name) commands.setName(text)
            setRenaming(false)
          }}
        />
      ) : (
        <button
          type="button"
          title="Rename"
          onClick={() => setRenaming(true)}
          className="max-w-64 truncate rounded-1 px-1 hover:bg-hover"
        >
          {name}
        </button>
      )}
    </h1>
  )
}

const STATES = {
  loading: { icon: undefined, text: 'Loading', tone: 'text-text-3' },
  saved: { icon: Check, text: 'Saved', tone: 'text-text-3' },
  saving: { icon: undefined, text: 'Saving', tone: 'text-text-3' },
  offline: { icon: CloudOff, text: 'Saved on this device', tone: 'text-warn' },
  failed: { icon: TriangleAlert, text: 'Not saved', tone: 'text-err' },
} as const

function SavedState() {
  const { live } = useEditor()
  const status = useLiveStatus()
  const { icon: Icon, text, tone } = STATES[status]
  const failure = status === 'failed' ? live.failure() : undefined
  return (
    <span
      role="status"
      title={failure ? `${failure.message} ${failure.hint ?? ''}` : undefined}
      className={classNames('flex flex-none items-center gap-1.5 px-1 text-11', tone)}
    >
      {Icon ? <Icon size={13} strokeWidth={1.75} aria-hidden /> : <ProgressRing size={12} />}
      <span className="min-w-[34px] max-sm:sr-only">{text}</span>
    </span>
  )
}

function UndoButtons() {
  const editor = useEditor()
  const keymap = useKeymap()
  const history = useHistory((state) => state)
  return (
    <>
      <IconButton
        icon={Undo2}
        label={history.undo ? `Undo: ${history.undo}` : 'Undo'}
        keys={keymap.shown('undo')}
        disabled={!history.undo}
        onClick={editor.undo}
      />
      <IconButton
        icon={Redo2}
        label={history.redo ? `Redo: ${history.redo}` : 'Redo'}
        keys={keymap.shown('redo')}
        disabled={!history.redo}
        onClick={editor.redo}
      />
    </>
  )
}
