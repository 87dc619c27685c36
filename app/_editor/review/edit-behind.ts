'use client'
import type { ValueRef } from '../../../nodes/core/value-ref'
import type { Editor } from '../state/editor-context'
import { editorOf } from '../state/node-editors'

/** The node type with an editor for values of a type: it takes and gives them. */
function editorType({ definitions }: Editor, type: ValueRef['type']) {
  const has = (sockets: Record<string, { type: string }>) =>
    Object.values(sockets).some((socket) => socket.type === type)
  return definitions
    .all()
    .find(
      ({ widgets, inputs, outputs }) => widgets.layers?.widget === 'layers' && has(inputs) && has(outputs),
    )
}

export const canEdit = (editor: Editor, type: ValueRef['type'] | undefined): boolean =>
  type !== undefined && editorType(editor, type) !== undefined

/** Opens the editor that follows a node, or one that is put behind it, before everything that reads it. */
export function editBehind(editor: Editor, nodeId: string, type: ValueRef['type']): void {
  const { edges } = editor.document.getState()
  const readers = edges.filter(({ from }) => from[0] === nodeId).map(({ to }) => to[0])
  const known = readers.find((id) => ['pose', 'mask'].includes(editorOf(editor, id) ?? ''))
  if (known) return editor.openEditor(known)
  const found = editorType(editor, type)
  if (found) editor.openEditor(editor.commands.addBehind(found.id, nodeId, type))
}
