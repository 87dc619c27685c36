'use client'
import { ImagePlus } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { type FirstPoseFit, firstPoseFit } from '../../../nodes/lib/pose/first-pose-schema'
import { useLoaded } from '../dock/use-loaded'
import { CannotBeRead, NothingToEdit, Opening } from '../full-screen/opening'
import { useSavedText } from '../full-screen/saved-text'
import { editorStages } from '../stages/editor-stages'
import { useEditor, useWorkflow } from '../state/editor-context'
import { FitWorkspace } from './fit-workspace'
import type { NodeEditorProps } from './pose-editor'
import { readPicture, useAround } from './subject'

/** Fits a first pose to the portrait that goes with the node. */
export function OpenFitting({ nodeId, onClose }: NodeEditorProps) {
  const editor = useEditor()
  const title = editorStages.useTitle(nodeId)
  const saved = useSavedText()
  const { portrait } = useAround(nodeId)
  const param = useWorkflow(({ nodes }) => nodes[nodeId]?.params?.fit)
  const fit = useMemo(() => firstPoseFit.optional().safeParse(param), [param])
  const picture = useLoaded(
    portrait ? JSON.stringify(portrait) : '',
    portrait && ((signal) => readPicture(portrait, signal)),
  )
  const write = useCallback(
    (next: FirstPoseFit | undefined, gesture?: string) => {
      if (next) editor.commands.setParam(nodeId, 'fit', next, { gesture })
      else editor.commands.resetParams(nodeId, ['fit'])
    },
    [editor, nodeId],
  )
  if (!portrait) {
    return (
      <NothingToEdit icon={ImagePlus} title="There is no portrait yet" onClose={onClose}>
        Drop a picture on the canvas and connect it, then open this again: the pose is fitted to it.
      </NothingToEdit>
    )
  }
  if (picture.error) {
    return (
      <CannotBeRead what="The portrait" error={picture.error} onAgain={picture.again} onClose={onClose} />
    )
  }
  if (!fit.success) {
    return (
      <NothingToEdit title={`The fit of ${title} cannot be read`} onClose={onClose}>
        It was written by another program or a newer version. Reset the parameter in the inspector to begin
        anew.
      </NothingToEdit>
    )
  }
  if (!picture.value) return <Opening text="Reading the portrait" />
  return (
    <FitWorkspace
      title={title}
      saved={saved}
      portrait={picture.value}
      fit={fit.data}
      onFit={write}
      actions={editor}
      onClose={onClose}
    />
  )
}
