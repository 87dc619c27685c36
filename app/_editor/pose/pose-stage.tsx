'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import { PARTS } from '../../../nodes/lib/pose/keypoints'
import type { StageView } from '../full-screen/stage-view'
import { type SkeletonParts, skeletonParts } from '../stages/skeleton-picture'
import { transport, useTransport } from '../state/transport'
import { type Drag, dragTo, type Grab, nearestPoint, startDrag } from './gestures'
import { Gizmos } from './gizmos'
import { keyFramesOf } from './key-edits'
import { partOfPoint } from './parts'
import { pointsOf, shownFrame } from './pose-actions'
import { usePoseSession } from './session'
import { paintPoseStage } from './stage-paint'

const PICKABLE = [...PARTS.body, ...PARTS.face, ...PARTS.hands]

/** Picture, skeleton and handles; drags become edits of the selected layer. */
export function PoseStage({ stage }: { stage: StageView }) {
  const session = usePoseSession()
  const { view, edited } = session
  const playing = useTransport((state) => state.playing)
  const frame = Math.min(
    edited.frames - 1,
    useTransport((state) => state.frame),
  )
  const drag = useRef<Drag | null>(null)
  /** The layer that is selected again when a drag is given up. */
  const selectedBefore = useRef<string | undefined>(undefined)
  const [says, setSays] = useState<{ text: string; x: number; y: number } | null>(null)
  const points = pointsOf(session, frame)

  const grab = (what: Grab, event: React.PointerEvent) => {
    if (event.button !== 0) return
    event.stopPropagation()
    transport.pause()
    const from = stage.toPicture(event)
    const shown = { frame: shownFrame(session), points, frames: edited.frames }
    const part = 'part' in what ? what.part : partOfPoint(what.joint)
    if (!view.parts.includes(part)) session.show({ parts: event.shiftKey ? [...view.parts, part] : [part] })
    selectedBefore.current = view.layer
    drag.current = startDrag(what, from, shown, session.layers.value, view.layer, view.free.includes(part))
    stage.box.current?.setPointerCapture(event.pointerId)
  }
  const move = (event: React.PointerEvent) => {
    const now = drag.current
    if (!now) return
    const to = stage.toPicture(event)
    if (view.layer !== now.layer) session.show({ layer: now.layer })
    const moved = dragTo(now, to, { shift: event.shiftKey, alt: event.altKey })
    session.layers.hold(moved.layers)
    const rect = stage.box.current?.getBoundingClientRect()
    setSays({ text: moved.says, x: event.clientX - (rect?.left ?? 0), y: event.clientY - (rect?.top ?? 0) })
  }
  const end = (keep: boolean) => {
    const now = drag.current
    drag.current = null
    setSays(null)
    if (!now) return
    if (keep) return session.layers.release()
    session.layers.cancel()
    session.show({ layer: selectedBefore.current })
  }
  useEffect(() => {
    const giveUp = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !drag.current) return
      event.preventDefault()
      event.stopImmediatePropagation()
      drag.current = null
      setSays(null)
      session.layers.cancel()
      session.show({ layer: selectedBefore.current })
    }
    addEventListener('keydown', giveUp, true)
    return () => removeEventListener('keydown', giveUp, true)
  }, [session.layers.cancel, session.show])

  return (
    <div
      ref={stage.box}
      data-pose-stage
      className="absolute inset-0 touch-none overflow-hidden"
      onPointerDown={(event) => {
        if (stage.panWith(event) || event.button !== 0) return
        const hit = nearestPoint(points, stage.toPicture(event), 18 / stage.view.scale, PICKABLE)
        session.show({ parts: hit === undefined ? [] : [partOfPoint(hit)] })
      }}
      onPointerMove={move}
      onPointerUp={() => end(true)}
      onPointerCancel={() => end(false)}
    >
      <StagePicture stage={stage} frame={frame} playing={playing} />
      {view.handles && !playing && view.look !== 'picture' && (
        <Gizmos points={points} stage={stage} onGrab={grab} />
      )}
      {says && (
        <div
          className="pointer-events-none absolute z-1 whitespace-pre rounded-2 bg-black/80 px-2 py-1 font-mono text-11 text-[#9fd8ff]"
          style={{ left: says.x + 18, top: says.y + 12 }}
        >
          {says.text}
        </div>
      )}
    </div>
  )
}

function StagePicture({ stage, frame, playing }: { stage: StageView; frame: number; playing: boolean }) {
  const session = usePoseSession()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [parts, setParts] = useState<SkeletonParts>()
  useEffect(() => void skeletonParts().then(setParts), [])
  const { warp, view, edited, portraitPicture } = session
  const { width, height } = stage.size

  const paint = useCallback(() => {
    const g = canvas.current?.getContext('2d')
    if (!g || !parts || width === 0) return
    const ratio = Math.max(1, devicePixelRatio)
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (g.canvas.width !== w) g.canvas.width = w
    if (g.canvas.height !== h) g.canvas.height = h
    const layer = session.layers.value.find(({ id }) => id === view.layer)
    const warped = view.warp ? warp?.picture?.bitmap : undefined
    paintPoseStage(g, {
      pose: edited,
      frame,
      view: stage.view,
      ratio,
      look: view.look,
      picture: warped ?? portraitPicture,
      onion: view.onion,
      playing,
      parts,
      hidden: view.hidden,
      selected: view.parts,
      keyFrames: view.parts.flatMap((part) => keyFramesOf(layer, part)),
    })
  }, [
    parts,
    width,
    height,
    edited,
    frame,
    stage.view,
    view,
    warp,
    portraitPicture,
    playing,
    session.layers.value,
  ])

  useEffect(paint, [paint])
  // A warped frame comes when it comes: painted then, without another render of the editor.
  useEffect(() => warp?.onPicture(paint), [warp, paint])
  return (
    <canvas
      ref={canvas}
      aria-label="Pose over the portrait"
      role="img"
      className="absolute inset-0 size-full"
    />
  )
}
