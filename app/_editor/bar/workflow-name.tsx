'use client'
import { useState } from 'react'
import { NameField } from '../../_ui/name-field'
import { useEditor, useWorkflow } from '../state/editor-context'

/** What the workflow is called; a press renames it. */
export function WorkflowName() {
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
