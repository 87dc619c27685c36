'use client'
import { type PointerEvent, useEffect, useLayoutEffect, useMemo } from 'react'
import { loadOnsets } from '../../_lib/values/load-values'
import { identityOf } from '../../_lib/values/stored-value'
import { useArtifacts } from '../stages/artifact-context'
import { useStageSource } from '../stages/stage-source'
import type { Wiring } from '../stages/trace-values'
import { transport, useTransport } from '../state/transport'
import { clampHeight, DOCK, remembered, useDockView, usualHeight } from './dock-view'
import { type EditMark, editMarks } from './edit-marks'
import { TimeArea } from './time-area'
import { EditsTrack, MaskTrack, PoseTrack, SpeechTrack, VideoTrack } from './tracks'
import { TransportBar } from './transport-bar'
import { onTransportKey } from './transport-keys'
import { useClip } from './use-clip'
import { useLoaded } from './use-loaded'

/** Timeline under the canvas: one transport for every moving picture. */
export function Dock() {
  const open = useDockView((view) => view.open)
  const height = useDockView((view) => view.height)
  const tracks = useClip()
  const marks = useEdits()
  const onsets = useOnsetFrames(tracks.audio)
  const empty = useTransport((state) => state.frames === 0)
  // After the first paint agrees with what the server sent.
  useLayoutEffect(() => useDockView.setState(remembered()), [])
  useEffect(() => {
    addEventListener('keydown', onTransportKey)
    return () => removeEventListener('keydown', onTransportKey)
  }, [])
  return (
    <section
      aria-label="Timeline"
      className="relative flex shrink-0 flex-col border-line-1 border-t bg-panel"
      style={{ height: open ? height : DOCK.collapsed }}
    >
      {open && <ResizeEdge height={height} />}
      <TransportBar />
      {open &&
        (empty ? (
          <p className="grid flex-1 place-items-center border-line-1 border-t px-6 text-center text-text-3">
            Speech, motion and video appear here on one time axis after the first run.
          </p>
        ) : (
          <TimeArea onsets={onsets}>
            {tracks.audio && <SpeechTrack found={tracks.audio} onsets={onsets} />}
            {tracks.pose && <PoseTrack found={tracks.pose} />}
            {tracks.mask && <MaskTrack found={tracks.mask} />}
            {marks.length > 0 && <EditsTrack marks={marks} />}
            <VideoTrack found={tracks.video} />
          </TimeArea>
        ))}
    </section>
  )
}

/** Frames at which syllables begin; the transport steps to them. */
function useOnsetFrames(audio: ReturnType<typeof useClip>['audio']): number[] {
  const source = useArtifacts()
  const fps = useTransport((state) => state.fps)
  const { value } = useLoaded(
    audio ? identityOf(audio.ref) : '',
    audio && ((signal) => loadOnsets(audio.ref, { source, signal })),
  )
  const frames = useMemo(() => (value ?? []).map((seconds) => Math.round(seconds * fps)), [value, fps])
  useEffect(() => transport.setMarks(frames), [frames])
  return frames
}

/** Layers of all editor nodes of the workflow. */
function useEdits(): EditMark[] {
  const wiring = useStageSource().useWiring()
  return useMemo(() => marksOf(wiring), [wiring])
}

/** A node whose `layers` say where they begin has edits; only mask layers may begin at no frame (null: the first). */
const marksOf = (wiring: Wiring): EditMark[] =>
  Object.values(wiring.nodes).flatMap(({ type, params }) =>
    editMarks(params?.layers, type.startsWith('mask/')),
  )

/** The upper edge: drag for another height, double-click for the usual one. */
function ResizeEdge({ height }: { height: number }) {
  const set = (next: number) => {
    useDockView.setState({ height: clampHeight(next) })
    transport.repaint()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves has no element of its own
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label="Height of the timeline"
      aria-valuenow={height}
      aria-valuemin={DOCK.least}
      aria-valuemax={DOCK.most}
      tabIndex={0}
      className="absolute inset-x-0 -top-1 z-1 h-2 cursor-row-resize touch-none"
      onPointerDown={(event: PointerEvent<HTMLDivElement>) =>
        event.currentTarget.setPointerCapture(event.pointerId)
      }
      onPointerMove={(event: PointerEvent<HTMLDivElement>) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
        const bottom = event.currentTarget.parentElement?.getBoundingClientRect().bottom
        if (bottom !== undefined) set(bottom - event.clientY)
      }}
      onDoubleClick={() => set(usualHeight())}
      onKeyDown={(event) => {
        if (event.key === 'ArrowUp') set(height + 8)
        if (event.key === 'ArrowDown') set(height - 8)
      }}
    />
  )
}
