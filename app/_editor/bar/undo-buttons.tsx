'use client'
import { Redo2, Undo2 } from 'lucide-react'
import { IconButton } from '../../_ui/icon-button'
import { useEditor, useHistory } from '../state/editor-context'
import { useKeymap } from '../state/keymap'

export function UndoButtons() {
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
