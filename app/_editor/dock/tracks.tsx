'use client'
import { Diamond, Film, Layers, Mic, PersonStanding } from 'lucide-react'
import { type ComponentType, type ReactNode, useCallback, useMemo, useState } from 'react'
import { maskReader, videoReader } from '../../_lib/values/frame-reader'
import { loadPose, loadSound } from '../../_lib/values/load-values'
import { regionCss } from '../../_lib/values/region-colours'
import { identityOf } from '../../_lib/values/stored-value'
import { useArtifacts } from '../stages/artifact-context'
import { motionCurves } from '../stages/motion-curves'
import { regionLevels } from '../stages/strip-pictures'
import type { Found } from '../stages/trace-values'
import { useTransport } from '../state/transport'
import type { EditMark } from './edit-marks'
import {
  paintEdits,
  paintHatch,
  paintMasks,
  paintMotion,
  paintSpeech,
  paintThumbnails,
  type RegionArea,
} from './paint-tracks'
import { TrackCanvas, type TrackPaint } from './track-canvas'
import { useLoaded } from './use-loaded'

interface RowProps {
  icon: ComponentType<{ size?: number; strokeWidth?: number; className?: string }>
  name: string
  fact?: ReactNode
  height: number
  paint(target: TrackPaint): void
}

function Row({ icon: Icon, name, fact, height, paint }: RowProps) {
  return (
    <div className="flex border-line-1 border-t" style={{ height }}>
      <div className="flex w-(--track-label-w) shrink-0 items-center gap-1.5 overflow-hidden border-line-1 border-r pr-2 pl-3 text-11 text-text-2">
        <Icon size={13} strokeWidth={1.75} className="shrink-0 text-text-3" />
        {name}
        <span className="ml-auto whitespace-nowrap text-10 text-text-3">{fact}</span>
      </div>
      <div className="min-w-0 flex-1 bg-field">
        <TrackCanvas paint={paint} height={height - 1} label={name} />
      </div>
    </div>
  )
}

/** Waveform and onsets. */
export function SpeechTrack({ found, onsets }: { found: Found; onsets: readonly number[] }) {
  const source = useArtifacts()
  const sound = useLoaded(identityOf(found.ref), (signal) => loadSound(found.ref, { source, signal }))
  const paint = useCallback(
    (target: TrackPaint) => sound.value && paintSpeech(target, sound.value, onsets),
    [sound.value, onsets],
  )
  const count = `${onsets.length} ${onsets.length === 1 ? 'onset' : 'onsets'}`
  return <Row icon={Mic} name="Speech" fact={sound.value ? count : ''} height={40} paint={paint} />
}

export function PoseTrack({ found }: { found: Found }) {
  const source = useArtifacts()
  const { value } = useLoaded(identityOf(found.ref), async (signal) => {
    const pose = await loadPose(found.ref, { source, signal })
    return { curves: await motionCurves(pose), fps: pose.fps }
  })
  const paint = useCallback(
    (target: TrackPaint) => value && paintMotion(target, value.curves, value.fps),
    [value],
  )
  const legend = (
    <span className="grid grid-cols-[auto_14px] items-center gap-x-1 leading-3">
      R hand <i className="h-0 border-text-2 border-t-2" />L hand{' '}
      <i className="h-0 border-text-2 border-t border-dashed" />
    </span>
  )
  return <Row icon={PersonStanding} name="Pose" fact={legend} height={42} paint={paint} />
}

export function MaskTrack({ found }: { found: Found }) {
  const source = useArtifacts()
  const key = identityOf(found.ref)
  const { value } = useLoaded(key, async (signal) => {
    const reader = maskReader(found.ref, { source, signal })
    const levels = await regionLevels(reader.regions, (region) => reader.coverage(region, { signal }))
    const areas: RegionArea[] = levels.map((area) => ({
      ...area,
      css: regionCss(area.region, reader.regions),
    }))
    return { areas, fps: reader.fps }
  })
  const paint = useCallback(
    (target: TrackPaint) => value && paintMasks(target, value.areas, value.fps),
    [value],
  )
  const squares = (
    <span className="flex gap-1">
      {value?.areas.map(({ region, css }) => (
        <i key={region} title={region} className="size-1.5 rounded-1" style={{ background: css }} />
      ))}
    </span>
  )
  return <Row icon={Layers} name="Masks" fact={squares} height={30} paint={paint} />
}

export function EditsTrack({ marks }: { marks: readonly EditMark[] }) {
  const frames = useTransport((state) => state.frames)
  const paint = useCallback((target: TrackPaint) => paintEdits(target, marks, frames), [marks, frames])
  return <Row icon={Diamond} name="Edits" fact={marks.length || ''} height={22} paint={paint} />
}

/** Height of the thumbnails in CSS pixels. */
const THUMBNAIL = 30

export function VideoTrack({ found }: { found?: Found }) {
  const source = useArtifacts()
  const key = found ? identityOf(found.ref) : ''
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says which video
  const reader = useMemo(
    () => found && videoReader(found.ref, { source, wantedWidth: THUMBNAIL * 2, background: true }),
    [key, source],
  )
  const [version, setVersion] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another thumbnail has come
  const paint = useCallback(
    (target: TrackPaint) => {
      paintHatch(target)
      if (reader) paintThumbnails(target, reader, () => setVersion((count) => count + 1))
    },
    [reader, version],
  )
  return <Row icon={Film} name="Video" fact={found ? '' : 'not rendered'} height={THUMBNAIL} paint={paint} />
}
