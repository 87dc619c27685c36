'use client'
import {
  AudioLines,
  Clapperboard,
  FileVideo,
  Image,
  Layers,
  PersonStanding,
  Rows3,
  Table2,
  Type,
} from 'lucide-react'
import { type ComponentType, useEffect, useState } from 'react'
import type { ErrorJson } from '../../../nodes/core/errors'
import type { SocketKind } from '../../../nodes/core/sockets'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { PackFace } from './pack-face'
import { hasStrip, pictureHeight } from './stage-kind'
import type { StageRun } from './stage-source'
import type { BesideFigures } from './table-stage'
import { TimeStrip } from './time-strip'
import { ValueStage } from './value-stage'

export interface StageViewProps {
  type: SocketKind
  width: number
  label: string
  value?: ValueRef
  under?: ValueRef
  moving?: ValueRef
  beside?: BesideFigures
  /** Set while the node works. */
  work?: StageWork
  queued?: boolean
  /** The value is of an earlier state of the workflow. */
  stale?: boolean
  error?: ErrorJson
  /** Weights of a pack are not here. */
  lacksPack?: boolean
}

export interface StageWork {
  fraction: number
  text?: string
  startedAt?: number
  remainingSeconds?: number
  /** Object URL of the latest picture. */
  preview?: string
}

/** What a node at work says of it; undefined while it does not work. */
export const workOf = (run: StageRun): StageWork | undefined =>
  run.state === 'running'
    ? {
        fraction: run.fraction,
        text: run.text,
        startedAt: run.startedAt,
        remainingSeconds: run.remainingSeconds,
        preview: run.preview?.url,
      }
    : undefined

const EMPTY: Partial<
  Record<SocketKind, { icon: ComponentType<{ size?: number; strokeWidth?: number }>; text: string }>
> = {
  image: { icon: Image, text: 'The picture appears here' },
  audio: { icon: AudioLines, text: 'The sound appears here' },
  speech: { icon: Rows3, text: 'Features appear here' },
  pose: { icon: PersonStanding, text: 'The motion appears here' },
  mask: { icon: Layers, text: 'Masks appear here' },
  video: { icon: Clapperboard, text: 'Frames appear here' },
  file: { icon: FileVideo, text: 'The file appears here' },
  table: { icon: Table2, text: 'Figures appear here' },
}
const OTHER = { icon: Type, text: 'The value appears here' }

/** What a card shows of its node, in every state; its size depends on type and width only. */
export function StageView(props: StageViewProps) {
  const { type, width, label, value, work } = props
  const height = pictureHeight(type, width)
  return (
    <div style={{ width }}>
      <div className="relative overflow-hidden" style={{ width, height }}>
        <StageFace {...props} height={height} />
      </div>
      {hasStrip(type) && (
        <TimeStrip
          value={type === 'file' ? props.moving : value}
          width={width}
          label={label}
          fraction={work?.fraction}
        />
      )}
    </div>
  )
}

function StageFace(props: StageViewProps & { height: number }) {
  const { type, width, height, label, value, under, moving, beside, work, queued, stale, error } = props
  if (error) return <ErrorFace error={error} />
  if (props.lacksPack && !value && !work) return <PackFace small={height < 96} />
  if (!value && !work) return <EmptyFace type={type} />
  return (
    <div className="absolute inset-0 bg-stage">
      {value && (
        <div
          className="absolute inset-0 transition-[filter,opacity] duration-200"
          style={{
            filter: stale && !work ? 'saturate(0.35)' : undefined,
            opacity: queued || (work && !work.preview) ? 0.4 : 1,
          }}
        >
          <ValueStage
            value={value}
            under={under}
            moving={moving}
            beside={beside}
            width={width}
            height={height}
            label={label}
          />
        </div>
      )}
      {work && <WorkFace work={work} label={label} />}
    </div>
  )
}

function EmptyFace({ type }: { type: SocketKind }) {
  const { icon: Icon, text } = EMPTY[type] ?? OTHER
  return (
    <div className="grid size-full place-content-center justify-items-center gap-2 bg-field px-3 text-center text-11 text-text-3">
      <Icon size={18} strokeWidth={1.75} />
      <span className="stage-promise">{text}</span>
    </div>
  )
}

function ErrorFace({ error }: { error: ErrorJson }) {
  return (
    <div className="nowheel size-full overflow-y-auto bg-field p-3 text-11" role="alert">
      <p className="font-strong text-12 text-text-1">{error.message}</p>
      {error.hint && <p className="mt-1 text-text-2">{error.hint}</p>}
    </div>
  )
}

/** The latest picture of a node at work, with what it does and how long it has been at it. */
function WorkFace({ work, label }: { work: StageWork; label: string }) {
  return (
    <>
      {work.preview && (
        // biome-ignore lint/performance/noImgElement: an object URL that lives for a tenth of a second
        <img
          src={work.preview}
          alt={`${label}, preview`}
          className="absolute inset-0 size-full object-contain"
        />
      )}
      <div className="absolute inset-x-0 bottom-0 flex items-end justify-between gap-2 bg-linear-to-t from-black/85 to-transparent px-2 pt-6 pb-1.5 text-11 text-white">
        <span className="min-w-0 truncate font-strong">
          {work.text ?? (work.fraction > 0 ? `${Math.round(work.fraction * 100)} %` : 'Starting')}
        </span>
        <Elapsed since={work.startedAt} remaining={work.remainingSeconds} />
      </div>
    </>
  )
}

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

/** `0:07 / ~0:12` */
function Elapsed({ since, remaining }: { since?: number; remaining?: number }) {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  if (since === undefined) return null
  const elapsed = Math.max(0, (now - since) / 1_000)
  return (
    <span className="shrink-0 font-mono tabular-nums">
      {clock(elapsed)}
      {remaining !== undefined && ` / ~${clock(elapsed + remaining)}`}
    </span>
  )
}
