'use client'
import type { Editor } from './editor-context'

export type NodeEditor = 'pose' | 'mask' | 'fit'

/**
 * Which full-screen editor a node has: layers over a motion or over masks; and a pose without a file is fitted to the
 * portrait, as often as one likes.
 */
export function editorOf(editor: Editor, nodeId: string): NodeEditor | undefined {
  const node = editor.document.getState().nodes[nodeId]
  const definition = editor.definitions.get(node?.type ?? '')
  if (!node || !definition) return undefined
  const gives = new Set(Object.values(definition.outputs).map(({ type }) => type))
  if (definition.widgets.layers?.widget === 'layers') return gives.has('mask') ? 'mask' : 'pose'
  if (definition.widgets.fit?.widget === 'fit' && !node.params.asset) return 'fit'
  return undefined
}
