'use client'
import { useEffect, useRef, useState } from 'react'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { PoseValue } from '../../../nodes/core/values'
import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { pictureOf } from '../full-screen/picture-of'
import { transport, useTransport } from '../state/transport'
import { EditedMotion } from './edited-motion'
import type { PoseSubject } from './session'
import { WarpPreview, type WarpState } from './warp-preview'

/** Long side of the warp preview, px: a drag is followed at this size. */
const PREVIEW_SIZE = 512

/** The motion with its layers; between two results the last one stays. */
export function useEdited(input: PoseValue, layers: readonly EditLayer[]) {
  const [state, setState] = useState<{ edited: PoseValue; notes: string[]; failure?: ErrorJson }>({
    edited: input,
    notes: [],
  })
  const worker = useRef<EditedMotion | null>(null)
  useEffect(() => {
    setState({ edited: input, notes: [] })
    const made = new EditedMotion(
      input,
      (edited, notes) => setState({ edited, notes }),
      (failure) => setState((now) => ({ ...now, failure })),
    )
    worker.current = made
    return () => made.close()
  }, [input])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new input wants its layers too
  useEffect(
    () => worker.current?.apply(layers.filter((layer) => layer.kind !== 'keys' || layer.tracks.length > 0)),
    [layers, input],
  )
  return state
}

export function useWarp({ portrait, firstPose }: PoseSubject, on: boolean, edited: PoseValue) {
  const [warp, setWarp] = useState<WarpPreview>()
  const [warpState, setWarpState] = useState<WarpState>()
  useEffect(() => {
    if (!on || !portrait || !firstPose) return
    const made = new WarpPreview({ portrait, firstPose, maxSize: PREVIEW_SIZE }, setWarpState)
    setWarp(made)
    setWarpState(made.state)
    return () => {
      made.close()
      setWarp(undefined)
      setWarpState(undefined)
    }
  }, [on, portrait, firstPose])
  const frame = useTransport((state) => state.frame)
  useEffect(() => warp?.show(edited, frame), [warp, edited, frame])
  return { warp, warpState }
}

export function usePortrait({ portrait }: PoseSubject): ImageBitmap | undefined {
  const [picture, setPicture] = useState<ImageBitmap>()
  useEffect(() => {
    if (!portrait) return setPicture(undefined)
    let stopped = false
    void pictureOf(portrait).then((bitmap) => !stopped && setPicture(bitmap))
    return () => {
      stopped = true
    }
  }, [portrait])
  return picture
}

export function useClip({ input, audio, onsets }: PoseSubject): void {
  useEffect(() => {
    transport.setClip({ frames: input.frames, fps: input.fps }, audio)
    transport.setMarks(onsets ?? [])
    return () => transport.pause()
  }, [input, audio, onsets])
}
