'use client'
import { Download } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { readFile } from '../../_lib/values/load-values'
import { transport } from '../state/transport'
import { useArtifacts } from './artifact-context'
import { PaintedStage } from './painted-stage'
import { sayBytes } from './say-bytes'

const INFO_HEIGHT = 28

interface FileStageProps {
  file: ValueRef
  moving?: ValueRef
  width: number
  height: number
  label: string
}

/** A finished file: its clip in step with everything else, what it is called, how large it is, and the way to have it. */
export function FileStage({ file, moving, width, height, label }: FileStageProps) {
  const source = useArtifacts()
  const { sha256, name, mime, size } = readFile(file)
  const url = source.url(sha256, { mime, name })
  const pictureHeight = height - INFO_HEIGHT
  return (
    <div className="flex size-full flex-col">
      <div className="relative overflow-hidden" style={{ height: pictureHeight }}>
        {moving ? (
          <PaintedStage value={moving} width={width} height={pictureHeight} label={label} />
        ) : mime.startsWith('video/') ? (
          <FollowingVideo url={url} label={label} />
        ) : mime.startsWith('image/') ? (
          // biome-ignore lint/performance/noImgElement: a stored file of ours, nothing to optimise
          <img src={url} alt={label} className="size-full object-contain" />
        ) : null}
      </div>
      <div className="flex items-center gap-1.5 bg-white/6 pr-1 pl-2 text-11" style={{ height: INFO_HEIGHT }}>
        <span className="min-w-0 flex-1 truncate text-white/85" title={name}>
          {name}
        </span>
        <span className="text-white/60 tabular-nums">{sayBytes(size)}</span>
        <a
          href={source.url(sha256, { mime, name, download: true })}
          download={name}
          aria-label={`Download ${name}`}
          title="Download"
          className="nodrag grid size-6 place-items-center rounded-2 text-white/80 hover:bg-white/12 hover:text-white"
        >
          <Download size={14} strokeWidth={1.75} />
        </a>
      </div>
    </div>
  )
}

/** The file itself, seeking to where the transport is: for a file whose frames are no longer in storage. */
function FollowingVideo({ url, label }: { url: string; label: string }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const follow = (frame: number) => {
      const element = video.current
      if (!element || element.seeking) return // the next frame catches up
      element.currentTime = (frame + 0.5) / transport.store.getState().fps
    }
    follow(transport.store.getState().frame)
    return transport.onFrame(follow)
  }, [])
  return (
    <video
      ref={video}
      src={url}
      muted
      playsInline
      preload="auto"
      aria-label={label}
      className="size-full object-contain"
    />
  )
}
