'use client'
import { Layers } from 'lucide-react'
import { useCallback, useMemo, useRef } from 'react'
import { type MaskLayer, maskLayers } from '../../../nodes/lib/mask/mask-layers'
import { NothingToEdit } from '../full-screen/opening'
import { RunUpTo } from '../full-screen/run-up-to'
import { useSavedText } from '../full-screen/saved-text'
import { useDraft } from '../full-screen/use-draft'
import { editorStages } from '../stages/editor-stages'
import { portraitFor } from '../stages/trace-values'
import { useEditor, useWorkflow } from '../state/editor-context'
import { MaskWorkspace } from './mask-workspace'
import type { Below } from './picture-below'

const NO_LAYERS: MaskLayer[] = []

/** Full-screen editor of a `mask/editor` node: its layers over the mask that comes in, over the portrait. */
export function MaskEditor({ nodeId, onClose }: { nodeId: string; onClose: () => void }) {
  const { commands, undo, redo } = useEditor()
  const wiring = editorStages.useWiring()
  const values = editorStages.useValues()
  const title = editorStages.useTitle(nodeId)
  const workflow = useWorkflow(({ name }) => name)
  const saved = useSavedText()
  const source = wiring.edges.find(({ to }) => to[0] === nodeId && to[1] === 'mask')?.from
  const input = source && values[source[0]]?.[source[1]]
  const param = useWorkflow(({ nodes }) => nodes[nodeId]?.params.layers)
  const stored = useMemo(() => (param === undefined ? NO_LAYERS : maskLayers.safeParse(param).data), [param])
  const opened = useRef(stored)
  const write = useCallback(
    (layers: MaskLayer[], gesture?: string) => commands.setParam(nodeId, 'layers', layers, { gesture }),
    [commands, nodeId],
  )
  const draft = useDraft(stored ?? NO_LAYERS, write)
  const portrait = useMemo(() => portraitFor(wiring, values, nodeId), [wiring, values, nodeId])
  // A picture that no run has read yet is shown from its file.
  const shown = wiring.edges.find(({ to }) => to[0] === nodeId && to[1] === 'image')?.from[0]
  const asset = shown === undefined ? undefined : wiring.nodes[shown]?.params?.asset
  const below: Below = portrait ?? (typeof asset === 'string' && asset !== '' ? asset : undefined)

  if (!stored) {
    return (
      <NothingToEdit title={`The edits of ${title} cannot be read`} onClose={onClose}>
        They were written by another program or a newer version. Reset the parameter in the inspector to begin
        anew.
      </NothingToEdit>
    )
  }
  if (input?.type !== 'mask' || !('blobs' in input)) {
    return <RunUpTo nodeId={source?.[0]} what={title} onClose={onClose} />
  }
  const first = opened.current
  return (
    <MaskWorkspace
      nodeId={nodeId}
      frame={{
        icon: Layers,
        editor: 'Mask editor',
        title: workflow,
        saved,
        actions: { undo, redo },
        onDone: onClose,
        onDiscard: !first || stored === first ? undefined : () => write(first),
      }}
      input={input}
      below={below}
      draft={draft}
      onClose={onClose}
    />
  )
}
