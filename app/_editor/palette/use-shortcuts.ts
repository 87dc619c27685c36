'use client'
import { useEffect } from 'react'
import { useRunCommands } from '../bar/use-run-commands'
import { useCanvasView } from '../canvas/canvas-view'
import { useCanvas } from '../canvas/use-canvas-controls'
import { ACTIONS, act, pasteText } from '../state/actions'
import { useEditor } from '../state/editor-context'
import { actionFor, keyOf } from '../state/keymap'
import { itemOf } from '../state/selection-store'
import { usePalettes } from './palettes'

const FIELD = 'input, textarea, select, [contenteditable]'
const OWN_KEYS =
  '[role="menu"], [role="dialog"], [role="listbox"], [role="slider"], [role="tablist"], [role="radiogroup"]'

/** Keys that a focused button or link needs for itself. */
const PRESSES = new Set(['Enter', 'Escape'])

/** The keys of the editor. A key with no modifier never acts while a text field has the focus. */
export function useShortcuts(): void {
  const editor = useEditor()
  const { run, cancel } = useRunCommands()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const target = event.target instanceof Element ? event.target : document.body
      const key = keyOf(event)
      const id = actionFor(key)
      if (!id) return
      const isTyping = target.closest(FIELD) !== null
      if (isTyping && !(key.startsWith('Ctrl+') && ['commands', 'run', 'run-selected'].includes(id))) return
      if (target.closest(OWN_KEYS) && id !== 'commands') return
      if (PRESSES.has(key) && target.closest('button, a')) return
      const controls = useCanvas.getState().controls
      if (id === 'commands') usePalettes.setState({ open: 'commands' })
      else if (id === 'shortcuts') usePalettes.setState({ open: 'shortcuts' })
      else if (id === 'run') run()
      else if (id === 'run-selected') {
        const targets = editor.selection
          .getState()
          .items.map(itemOf)
          .flatMap(({ kind, id: node }) => (kind === 'node' ? [node] : []))
        if (targets.length === 0 || !controls) return
        run({ targets })
      } else if (id === 'cancel') cancel()
      else {
        const action = ACTIONS.find((entry) => entry.id === id)
        if (!action || !act(action, editor, controls)) return
      }
      event.preventDefault()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [editor, run, cancel])

  // The clipboard itself: works without asking for permission, across tabs and from text files.
  useEffect(() => {
    const outside = (event: ClipboardEvent) =>
      event.defaultPrevented || (event.target instanceof Element && event.target.closest(FIELD) !== null)
    const write = (event: ClipboardEvent) => {
      const { items } = editor.selection.getState()
      if (outside(event) || items.length === 0 || String(getSelection()) || !useCanvas.getState().controls)
        return
      event.preventDefault()
      const text = event.type === 'cut' ? editor.commands.cut(items) : editor.commands.copy(items)
      event.clipboardData?.setData('text/plain', text)
    }
    const read = (event: ClipboardEvent) => {
      const controls = useCanvas.getState().controls
      const text = event.clipboardData?.getData('text/plain')
      if (outside(event) || !text || !controls) return
      if (pasteText(editor, text, controls)) event.preventDefault()
    }
    document.addEventListener('copy', write)
    document.addEventListener('cut', write)
    document.addEventListener('paste', read)
    return () => {
      document.removeEventListener('copy', write)
      document.removeEventListener('cut', write)
      document.removeEventListener('paste', read)
    }
  }, [editor])

  // A palette that was closed gives the keys back to the canvas.
  useEffect(
    () => () => useCanvasView.setState({ palette: undefined, menu: undefined, connectFrom: undefined }),
    [],
  )
}
