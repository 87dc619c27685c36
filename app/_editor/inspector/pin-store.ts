'use client'
import { create } from 'zustand'
import { type Editor, useEditor, useWorkflow } from '../state/editor-context'
import { itemOf } from '../state/selection-store'

/** The node that the inspector stays on, whatever is chosen. Of this page, not of the document. */
const usePin = create<{ workflow?: string; node?: string }>(() => ({}))

/** The node it is pinned to in this workflow, as long as that is there. */
export function usePinned(): string | undefined {
  const { workflowId } = useEditor()
  const node = usePin((pin) => (pin.workflow === workflowId ? pin.node : undefined))
  return useWorkflow(({ nodes }) => (node !== undefined && nodes[node] ? node : undefined))
}

const chosenNode = ({ selection }: Editor): string | undefined => {
  const [item, ...more] = selection.getState().items.map(itemOf)
  return item?.kind === 'node' && more.length === 0 ? item.id : undefined
}

/** The same as `usePinned` says: a node that was deleted holds nothing. */
const isPinned = ({ workflowId, document }: Editor) => {
  const { workflow, node } = usePin.getState()
  return workflow === workflowId && node !== undefined && document.getState().nodes[node] !== undefined
}

/** Keeps the inspector on a node, or lets it follow the selection again. */
export function togglePin(editor: Editor, node = chosenNode(editor)): void {
  usePin.setState(isPinned(editor) ? { node: undefined } : { workflow: editor.workflowId, node }, true)
}

export const letPinGo = (): void => usePin.setState({}, true)

/** Why there is nothing to pin. */
export const cannotPin = (editor: Editor): string | undefined =>
  isPinned(editor) || chosenNode(editor) ? undefined : 'Choose one node first'
