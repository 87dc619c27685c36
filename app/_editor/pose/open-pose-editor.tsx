'use client'
import { useCallback, useMemo } from 'react'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { editLayers } from '../../../nodes/lib/pose/edit-layers'
import { loadOnsets, loadPose, loadSound } from '../../_lib/values/load-values'
import { identityOf } from '../../_lib/values/stored-value'
import { useLoaded } from '../dock/use-loaded'
import { CannotBeRead, NothingToEdit, Opening } from '../full-screen/opening'
import { RunUpTo } from '../full-screen/run-up-to'
import { useSavedText } from '../full-screen/saved-text'
import { editorStages } from '../stages/editor-stages'
import { trackValues } from '../stages/trace-values'
import { useEditor, useWorkflow } from '../state/editor-context'
import type { NodeEditorProps } from './pose-editor'
import { PoseWorkspace } from './pose-workspace'
import { readPicture, useAround } from './subject'

const NONE: readonly EditLayer[] = []

/** Brings together what the workspace shows: the motion that arrives at the node, and the portrait it will move. */
export function OpenPoseEditor({ nodeId, onClose }: NodeEditorProps) {
  const editor = useEditor()
  const title = editorStages.useTitle(nodeId)
  const workflow = useWorkflow(({ name }) => name)
  const saved = useSavedText()
  const { wiring, values, portrait, firstPose } = useAround(nodeId)
  const from = wiring.edges.find(({ to }) => to[0] === nodeId && to[1] === 'pose')?.from
  const input = from && values[from[0]]?.[from[1]]
  const inputTitle = editorStages.useTitle(from?.[0] ?? nodeId)
  const audio = trackValues(wiring, values, nodeId).audio?.ref
  const param = useWorkflow(({ nodes }) => nodes[nodeId]?.params?.layers)
  const layers = useMemo(() => (param === undefined ? NONE : editLayers.safeParse(param).data), [param])

  const motion = useLoaded(input ? identityOf(input) : '', input && ((signal) => loadPose(input, { signal })))
  const picture = useLoaded(
    portrait ? JSON.stringify(portrait) : '',
    portrait && ((signal) => readPicture(portrait, signal)),
  )
  const first = useLoaded(
    firstPose ? identityOf(firstPose) : '',
    firstPose && ((signal) => loadPose(firstPose, { signal })),
  )
  const sound = useLoaded(
    audio ? identityOf(audio) : '',
    audio &&
      (async (signal) => {
        const value = await loadSound(audio, { signal })
        return value && { value, onsets: await loadOnsets(audio, { signal }) }
      }),
  )
  const subject = useMemo(
    () =>
      motion.value && {
        input: motion.value,
        inputTitle,
        portrait: picture.value,
        portraitProblem: picture.error instanceof Error ? picture.error.message : undefined,
        firstPose: first.value,
        audio: sound.value?.value,
        onsets: sound.value?.onsets.map((seconds) => Math.round(seconds * (motion.value?.fps ?? 25))),
      },
    [motion.value, inputTitle, picture.value, picture.error, first.value, sound.value],
  )
  const write = useCallback(
    (next: EditLayer[], gesture?: string) => editor.commands.setParam(nodeId, 'layers', next, { gesture }),
    [editor, nodeId],
  )
  if (!input) return <RunUpTo nodeId={from?.[0]} what={title} onClose={onClose} />
  if (motion.error) {
    return <CannotBeRead what="The motion" error={motion.error} onAgain={motion.again} onClose={onClose} />
  }
  if (!layers) {
    return (
      <NothingToEdit title={`The layers of ${title} cannot be read`} onClose={onClose}>
        They were written by another program or a newer version. Reset the parameter in the inspector to begin
        anew.
      </NothingToEdit>
    )
  }
  if (!subject) return <Opening text="Reading the motion" />
  return (
    <PoseWorkspace
      title={workflow}
      saved={saved}
      subject={subject}
      layers={layers}
      onLayers={write}
      actions={editor}
      onClose={onClose}
    />
  )
}
