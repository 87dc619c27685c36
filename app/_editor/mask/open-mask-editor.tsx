'use client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type MaskLayer, maskLayers } from '../../../nodes/lib/mask/mask-layers'
import type { ValueRef } from '../../../server/storage/value-ref'
import { type FrameReader, maskReader, videoReader } from '../../_lib/values/frame-reader'
import { loadSound } from '../../_lib/values/load-values'
import { identityOf } from '../../_lib/values/stored-value'
import { useLoaded } from '../dock/use-loaded'
import { NothingToEdit } from '../full-screen/opening'
import { pictureOf } from '../full-screen/picture-of'
import { RunUpTo } from '../full-screen/run-up-to'
import { useSavedText } from '../full-screen/saved-text'
import type { NodeEditorProps } from '../pose/pose-editor'
import { type PictureSource, readPicture, useAround } from '../pose/subject'
import { editorStages } from '../stages/editor-stages'
import { trackValues, type Values, type Wiring } from '../stages/trace-values'
import { useEditor, useWorkflow } from '../state/editor-context'
import { MaskWorkspace } from './mask-workspace'

const NONE: readonly MaskLayer[] = []

/** Brings together what the workspace shows: the mask that arrives at the node, and what lies below it. */
export function OpenMaskEditor({ nodeId, onClose }: NodeEditorProps) {
  const editor = useEditor()
  const title = editorStages.useTitle(nodeId)
  const saved = useSavedText()
  const { wiring, values, portrait } = useAround(nodeId)
  const from = wiring.edges.find(({ to }) => to[0] === nodeId && to[1] === 'mask')?.from
  const input = from && values[from[0]]?.[from[1]]
  const param = useWorkflow(({ nodes }) => nodes[nodeId]?.params?.layers)
  const layers = useMemo(() => (param === undefined ? NONE : maskLayers.safeParse(param).data), [param])
  const audio = trackValues(wiring, values, nodeId).audio?.ref
  const sound = useLoaded(audio ? identityOf(audio) : '', audio && ((signal) => loadSound(audio, { signal })))
  const key = input ? identityOf(input) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which mask it is
  const mask = useMemo(() => input && maskReader(input), [key])
  const picture = usePictureBelow(portrait, videoAround(wiring, values, nodeId))
  const write = useCallback(
    (next: MaskLayer[], gesture?: string) => editor.commands.setParam(nodeId, 'layers', next, { gesture }),
    [editor, nodeId],
  )
  if (!mask) return <RunUpTo nodeId={from?.[0]} what={title} onClose={onClose} />
  if (!layers) {
    return (
      <NothingToEdit title={`The layers of ${title} cannot be read`} onClose={onClose}>
        They were written by another program or a newer version. Reset the parameter in the inspector to begin
        anew.
      </NothingToEdit>
    )
  }
  return (
    <MaskWorkspace
      title={title}
      saved={saved}
      mask={mask}
      audio={sound.value}
      picture={picture}
      layers={layers}
      onLayers={write}
      actions={editor}
      onClose={onClose}
    />
  )
}

/** A video that is connected as the picture below; the portrait stands in for one that was not made yet. */
function videoAround(wiring: Wiring, values: Values, nodeId: string): ValueRef | undefined {
  const from = wiring.edges.find(({ to }) => to[0] === nodeId && to[1] === 'image')?.from
  const ref = from && values[from[0]]?.[from[1]]
  if (ref?.type === 'video') return ref
  // What was last made with this mask, so that one paints on the moving person.
  for (const edge of wiring.edges) {
    if (edge.from[0] !== nodeId) continue
    const made = Object.values(values[edge.to[0]] ?? {}).find(({ type }) => type === 'video')
    if (made) return made
  }
  return undefined
}

function usePictureBelow(portrait: PictureSource | undefined, video: ValueRef | undefined) {
  const [still, setStill] = useState<ImageBitmap>()
  const key = portrait ? JSON.stringify(portrait) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which picture it is
  useEffect(() => {
    const abort = new AbortController()
    if (portrait)
      void readPicture(portrait, abort.signal)
        .then(pictureOf)
        .then(setStill, () => setStill(undefined)) // the mask is edited on black then
    return () => abort.abort()
  }, [key])
  const videoKey = video ? identityOf(video) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which video it is
  const reader = useMemo<FrameReader | undefined>(() => video && videoReader(video), [videoKey])
  const last = useRef<ImageBitmap>(undefined)
  return useCallback(
    (frame: number, changed: () => void) => {
      if (!reader) return still
      const there = reader.peek(frame)
      if (there) last.current = there
      else reader.want(frame, 2, (error) => error === undefined && changed())
      return there ?? still
    },
    [reader, still],
  )
}
