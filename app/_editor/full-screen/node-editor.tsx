'use client'
import { useEffect } from 'react'
import { MaskEditor } from '../mask/mask-editor'
import { PoseEditor, PoseFitting } from '../pose/pose-editor'
import { useEditor, useWorkflow } from '../state/editor-context'
import { editorOf } from '../state/node-editors'

const EDITORS = { pose: PoseEditor, mask: MaskEditor, fit: PoseFitting }

/** The editor that a node opens in. A node that has none, or that somebody deleted meanwhile, closes it. */
export function NodeEditorOf({ nodeId }: { nodeId: string }) {
  const editor = useEditor()
  const there = useWorkflow(({ nodes }) => nodeId in nodes)
  const kind = there ? editorOf(editor, nodeId) : undefined
  useEffect(() => {
    if (!kind) editor.closeEditor()
  }, [kind, editor])
  if (!kind) return null
  const NodeEditor = EDITORS[kind]
  return <NodeEditor key={nodeId} nodeId={nodeId} onClose={editor.closeEditor} />
}
