'use client'
import { useEditorKeys } from '../full-screen/editor-keys'
import type { DocumentActions } from '../full-screen/frame'
import { copySelected, keySelected, pasteCopied, removeKeysHere, swivelSelected } from './pose-actions'
import type { PoseSession, PoseTool } from './session'

export function usePoseKeys(
  session: PoseSession,
  actions: DocumentActions,
  onClose: () => void,
  fit: () => void,
): void {
  const { view, show } = session
  const tool = (id: PoseTool) => () => show({ tool: id })
  const swivel = (by: number) => () =>
    swivelSelected(session, by, `swivel ${view.layer} ${view.parts.join()}`)
  useEditorKeys({
    escape: () => (view.parts.length > 0 ? show({ parts: [] }) : onClose()),
    'ctrl+z': actions.undo,
    'ctrl+shift+z': actions.redo,
    'ctrl+y': actions.redo,
    'ctrl+c': () => copySelected(session),
    'ctrl+v': () => pasteCopied(session),
    k: () => keySelected(session),
    delete: () => removeKeysHere(session),
    q: swivel(-4),
    e: swivel(4),
    'shift+q': swivel(-20),
    'shift+e': swivel(20),
    h: () => show({ handles: !view.handles }),
    f: fit,
    v: tool('select'),
    a: tool('joints'),
    n: tool('hand'),
    u: tool('head'),
    p: tool('face'),
  })
}
