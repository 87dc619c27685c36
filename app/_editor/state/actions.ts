'use client'
import { StudioError } from '../../../nodes/core/errors'
import { showToast } from '../../_ui/toast'
import type { CanvasControls } from '../canvas/canvas-view'
import { useCanvasView } from '../canvas/canvas-view'
import { cannotPin, togglePin } from '../inspector/pin-store'
import { usePalettes } from '../palette/palettes'
import { looksLikePiece } from './clipboard'
import type { Editor } from './editor-context'
import { foldable, isFolded } from './folded-edges'
import { editorOf } from './node-editors'
import { groupItem, itemOf, noteItem, select } from './selection-store'
import { toggleView } from './shown-as'

/** What the editor can be told by a key, a menu or the command palette, beyond its commands. */
export interface Action {
  id: string
  label: string
  /** Default shortcut, as `keymap.ts` writes it. */
  keys?: readonly string[]
  /** Why it cannot be done now. */
  disabled?(editor: Editor): string | undefined
  run(editor: Editor, canvas: CanvasControls): void | Promise<void>
  /** Needs no canvas: the form has none. */
  anywhere?: boolean
  /** Section of the list of shortcuts. */
  section: 'Edit' | 'Nodes' | 'View' | 'Run'
}

const chosenNodes = ({ selection }: Editor) =>
  selection
    .getState()
    .items.map(itemOf)
    .flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))
const chosen = ({ selection }: Editor) => selection.getState().items
const needsItems = (editor: Editor) => (chosen(editor).length === 0 ? 'Choose something first' : undefined)
const needsNodes = (editor: Editor) => (chosenNodes(editor).length === 0 ? 'Choose a node first' : undefined)

function toggleMode(editor: Editor, mode: 'bypass' | 'mute'): void {
  const ids = chosenNodes(editor)
  const { nodes } = editor.document.getState()
  const all = ids.every((id) => nodes[id]?.mode === mode)
  editor.commands.setMode(ids, all ? 'on' : mode)
}

async function copyToClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    showToast({
      message: 'The browser did not allow copying.',
      hint: 'Press Ctrl C with the canvas in focus.',
      tone: 'err',
    })
  }
}

/** Adds what is on the clipboard; says why when it is no piece of a workflow. */
export function pasteText(editor: Editor, text: string, canvas: CanvasControls): boolean {
  if (!looksLikePiece(text)) return false
  try {
    const { place } = canvas.pointer()
    editor.commands.paste(text, place)
  } catch (error) {
    const { message, hint } =
      error instanceof StudioError ? error : { message: String(error), hint: undefined }
    showToast({ message, hint, tone: 'err' })
  }
  return true
}

export const ACTIONS: readonly Action[] = [
  {
    id: 'undo',
    label: 'Undo',
    section: 'Edit',
    keys: ['Ctrl+Z'],
    anywhere: true,
    run: (editor) => editor.undo(),
    disabled: ({ history }) => (history.store.getState().undo ? undefined : 'Nothing to undo'),
  },
  {
    id: 'redo',
    label: 'Redo',
    section: 'Edit',
    keys: ['Ctrl+Shift+Z', 'Ctrl+Y'],
    anywhere: true,
    run: (editor) => editor.redo(),
    disabled: ({ history }) => (history.store.getState().redo ? undefined : 'Nothing to redo'),
  },
  {
    id: 'copy',
    label: 'Copy',
    section: 'Edit',
    disabled: needsItems,
    run: (editor) => copyToClipboard(editor.commands.copy(chosen(editor))),
  },
  {
    id: 'cut',
    label: 'Cut',
    section: 'Edit',
    disabled: needsItems,
    run: (editor) => copyToClipboard(editor.commands.cut(chosen(editor))),
  },
  {
    id: 'paste',
    label: 'Paste',
    section: 'Edit',
    async run(editor, canvas) {
      const text = await navigator.clipboard.readText().catch(() => undefined)
      if (text === undefined) {
        showToast({
          message: 'The browser did not allow reading the clipboard.',
          hint: 'Press Ctrl V instead.',
        })
      } else if (!pasteText(editor, text, canvas)) {
        showToast({
          message: 'There is no piece of a workflow on the clipboard.',
          hint: 'Copy nodes in this or another workflow first.',
        })
      }
    },
  },
  {
    id: 'duplicate',
    label: 'Duplicate',
    section: 'Edit',
    keys: ['Ctrl+D'],
    disabled: needsItems,
    run: (editor) => void editor.commands.duplicate(chosen(editor)),
  },
  {
    id: 'delete',
    label: 'Delete',
    section: 'Edit',
    keys: ['Delete', 'Backspace'],
    disabled: ({ selection }) =>
      selection.getState().items.length + selection.getState().edges.length === 0
        ? 'Choose something first'
        : undefined,
    run(editor) {
      const { items, edges } = editor.selection.getState()
      editor.commands.remove(items, edges)
    },
  },
  {
    id: 'dissolve',
    label: 'Delete and join the edges',
    section: 'Edit',
    keys: ['Ctrl+Delete', 'Ctrl+Backspace'],
    disabled: needsNodes,
    run: (editor) => editor.commands.dissolve(chosenNodes(editor)),
  },
  {
    id: 'select-all',
    label: 'Select all',
    section: 'Edit',
    keys: ['Ctrl+A'],
    run(editor) {
      const { nodes, groups, notes } = editor.document.getState()
      const items = [
        ...Object.keys(nodes),
        ...groups.map(({ id }) => groupItem(id)),
        ...notes.map(({ id }) => noteItem(id)),
      ]
      select(editor.selection, { items })
    },
  },
  {
    id: 'add-node',
    label: 'Add a node',
    section: 'Nodes',
    keys: ['/'],
    run: (_, canvas) => useCanvasView.setState({ palette: canvas.pointer() }),
  },
  {
    id: 'record',
    label: 'Record from the microphone',
    section: 'Nodes',
    run: () => usePalettes.setState({ open: 'record' }),
  },
  {
    id: 'add-note',
    label: 'Add a note',
    section: 'Nodes',
    keys: ['N'],
    run: ({ commands }, canvas) => void commands.addNote(canvas.pointer().place),
  },
  {
    id: 'connect',
    label: 'Connect from this node',
    section: 'Nodes',
    keys: ['C'],
    disabled: needsNodes,
    run: (editor) => useCanvasView.setState({ connectFrom: chosenNodes(editor)[0] }),
  },
  {
    id: 'open-editor',
    label: 'Open the node’s editor',
    section: 'Nodes',
    keys: ['Enter'],
    disabled: (editor) => {
      const [id] = chosenNodes(editor)
      if (!id) return 'Choose a node first'
      return editorOf(editor, id) ? undefined : 'This node has no editor of its own'
    },
    run: (editor) => editor.openEditor(chosenNodes(editor)[0]),
  },
  {
    id: 'bypass',
    label: 'Bypass',
    section: 'Nodes',
    keys: ['B'],
    disabled: needsNodes,
    run: (editor) => toggleMode(editor, 'bypass'),
  },
  {
    id: 'mute',
    label: 'Mute',
    section: 'Nodes',
    keys: ['M'],
    disabled: needsNodes,
    run: (editor) => toggleMode(editor, 'mute'),
  },
  {
    id: 'collapse',
    label: 'Collapse or open',
    section: 'Nodes',
    keys: ['Alt+C'],
    disabled: needsNodes,
    run(editor) {
      const ids = chosenNodes(editor)
      const { layout } = editor.document.getState()
      editor.commands.setCollapsed(ids, !ids.every((id) => layout[id]?.collapsed))
    },
  },
  {
    id: 'fold',
    label: 'Fold the edges into chips, or draw them',
    section: 'Nodes',
    keys: ['Alt+E'],
    disabled: (editor) =>
      foldable(editor.document.getState(), editor.selection.getState()).length === 0
        ? 'Choose an edge, or a node that edges lead to'
        : undefined,
    run(editor) {
      const document = editor.document.getState()
      const edges = foldable(document, editor.selection.getState())
      editor.commands.setFolded(edges, !edges.every((edge) => isFolded(document, edge)))
    },
  },
  {
    id: 'group',
    label: 'Group',
    section: 'Nodes',
    keys: ['Ctrl+G'],
    disabled: needsItems,
    run: (editor) => void editor.commands.group(chosen(editor)),
  },
  {
    id: 'ungroup',
    label: 'Ungroup',
    section: 'Nodes',
    keys: ['Ctrl+Shift+G'],
    disabled: (editor) =>
      chosen(editor).some((item) => itemOf(item).kind === 'group') ? undefined : 'Choose a group first',
    run: (editor) =>
      editor.commands.ungroup(
        chosen(editor)
          .map(itemOf)
          .flatMap(({ kind, id }) => (kind === 'group' ? [id] : [])),
      ),
  },
  {
    id: 'tidy',
    label: 'Tidy',
    section: 'Nodes',
    keys: ['Shift+T'],
    run: (editor, canvas) => canvas.glide(() => editor.commands.tidy(chosen(editor))),
  },
  { id: 'fit', label: 'Fit all', section: 'View', keys: ['F'], run: (_, canvas) => canvas.fit() },
  {
    id: 'zoom-100',
    label: 'Zoom to 100 %',
    section: 'View',
    keys: ['1'],
    run: (_, canvas) => canvas.zoomTo(1),
  },
  {
    id: 'fit-selection',
    label: 'Fit the selection',
    section: 'View',
    keys: ['0'],
    run: (editor, canvas) => canvas.fit(chosen(editor)),
  },
  {
    id: 'zoom-in',
    label: 'Zoom in',
    section: 'View',
    keys: ['+', '='],
    run: (_, canvas) => canvas.zoomBy(1.25),
  },
  { id: 'zoom-out', label: 'Zoom out', section: 'View', keys: ['-'], run: (_, canvas) => canvas.zoomBy(0.8) },
  {
    id: 'list',
    label: 'List or graph',
    section: 'View',
    keys: ['Alt+L'],
    anywhere: true,
    run: ({ workflowId }) => toggleView(workflowId, 'list'),
  },
  {
    id: 'form',
    label: 'Form or graph',
    section: 'View',
    keys: ['Shift+F'],
    anywhere: true,
    run: ({ workflowId }) => toggleView(workflowId, 'form'),
  },
  {
    id: 'pin',
    label: 'Keep the inspector on this node, or let it go',
    section: 'View',
    keys: ['Alt+P'],
    disabled: cannotPin,
    run: (editor) => togglePin(editor),
  },
  {
    id: 'deselect',
    label: 'Let go',
    section: 'View',
    keys: ['Escape'],
    run: (editor) => select(editor.selection, {}),
  },
]

export const actionById = (id: string): Action => {
  const action = ACTIONS.find((entry) => entry.id === id)
  if (!action) throw new Error(`no action ${id}`)
  return action
}

/** Why an action cannot be done now. */
export const whyNot = (
  action: Action,
  editor: Editor,
  canvas: CanvasControls | undefined,
): string | undefined => (canvas || action.anywhere ? action.disabled?.(editor) : 'Only in the graph')

/** Does it, if it can be done now. @returns whether it can */
export function act(action: Action, editor: Editor, canvas: CanvasControls | undefined): boolean {
  if (whyNot(action, editor, canvas) !== undefined) return false
  void action.run(editor, canvas as CanvasControls) // those that need none do not look at it
  return true
}
