'use client'
import { useQueryClient } from '@tanstack/react-query'
import { ImagePlus } from 'lucide-react'
import { type FirstPoseFit, firstPoseOf } from '../../../nodes/lib/pose/first-pose-fit'
import { writePoseFile } from '../../../nodes/lib/pose/formats'
import { useTRPC } from '../../_lib/trpc'
import { useUploadAsset } from '../../_lib/uploads/use-upload-asset'
import { useLoaded } from '../dock/use-loaded'
import { NothingToEdit, Opening } from '../full-screen/opening'
import { editorStages } from '../stages/editor-stages'
import { useEditor } from '../state/editor-context'
import { FitWorkspace } from './fit-workspace'
import type { NodeEditorProps } from './pose-editor'
import { readPicture, useAround } from './subject'

/** Fits a first pose to the portrait that goes with the node, and keeps it as a file of its own. */
export function OpenFitting({ nodeId, onClose }: NodeEditorProps) {
  const editor = useEditor()
  const trpc = useTRPC()
  const queries = useQueryClient()
  const upload = useUploadAsset()
  const title = editorStages.useTitle(nodeId)
  const { portrait } = useAround(nodeId)
  const picture = useLoaded(
    portrait ? JSON.stringify(portrait) : '',
    portrait && ((signal) => readPicture(portrait, signal)),
  )
  const save = async (fit: FirstPoseFit) => {
    const file = new File([writePoseFile(firstPoseOf(fit))], 'first-pose.json', { type: 'application/json' })
    const asset = await upload(file)
    if (!asset) return
    editor.commands.setParam(nodeId, 'asset', asset.id)
    void queries.invalidateQueries(trpc.asset.pathFilter())
    onClose()
  }
  if (!portrait) {
    return (
      <NothingToEdit icon={ImagePlus} title="There is no portrait yet" onClose={onClose}>
        Drop a picture on the canvas and connect it, then open this again: the pose is fitted to it.
      </NothingToEdit>
    )
  }
  if (picture.error) {
    return (
      <NothingToEdit title="The portrait cannot be read" onClose={onClose}>
        {picture.error instanceof Error ? picture.error.message : String(picture.error)}
      </NothingToEdit>
    )
  }
  if (!picture.value) return <Opening text="Reading the portrait" />
  return <FitWorkspace title={title} portrait={picture.value} onSave={save} onClose={onClose} />
}
