'use client'
import { Maximize, Pause, Play, Repeat, Volume2, VolumeX } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { classNames } from '../_ui/class-names'
import { SoundLine, soundColumns } from './sound-line'
import { usePeaks } from './use-peaks'
import { useVideoClock } from './use-video-clock'

export interface PlayedFile {
  url: string
  poster?: string
  bytes: number
  frames: number
  fps: number
  /** Facts of the picture: “512 × 512 · 25 fps”. */
  facts: string
}

const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
const timecode = (seconds: number) =>
  `${two(seconds / 60)}:${two(seconds % 60)}.${two(Math.round((seconds % 1) * 100) % 100)}`

/** The result, large, with its own transport; what else shows time on the page moves with it. */
export function ResultPlayer({ file, label }: { file: PlayedFile; label: string }) {
  const frame = useRef<HTMLDivElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [playing, setPlaying] = useState(false)
  const [loop, setLoop] = useState(true)
  const [muted, setMuted] = useState(false)
  const [seconds, setSeconds] = useState(0)
  const [failed, setFailed] = useState(false)
  const duration = file.frames / file.fps
  const peaks = usePeaks(file.url, file.bytes, soundColumns)
  useVideoClock(video, file)

  useEffect(() => {
    if (!playing) return
    let request = 0
    const follow = () => {
      if (video.current) setSeconds(video.current.currentTime)
      request = requestAnimationFrame(follow)
    }
    request = requestAnimationFrame(follow)
    return () => cancelAnimationFrame(request)
  }, [playing])

  const toggle = () => {
    const element = video.current
    if (!element) return
    if (element.paused) void element.play().catch(() => setFailed(true))
    else element.pause()
  }
  const seek = (to: number) => {
    const element = video.current
    if (!element) return
    element.currentTime = Math.max(0, Math.min(duration - 1e-3, to))
    setSeconds(element.currentTime)
  }
  const step = (by: number) => {
    video.current?.pause()
    const now = Math.floor((video.current?.currentTime ?? 0) * file.fps + 1e-3)
    seek((Math.max(0, Math.min(file.frames - 1, now + by)) + 0.5) / file.fps)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest('button, [role=slider]')) return
    if (event.key === ' ') toggle()
    else if (event.key === ',') step(-1)
    else if (event.key === '.') step(1)
    else return
    event.preventDefault()
  }
  const full = () => {
    if (document.fullscreenElement) void document.exitFullscreen()
    else void frame.current?.requestFullscreen().catch(() => {}) // a browser that refuses keeps its size
  }

  return (
    <section
      ref={frame}
      aria-label={label}
      onKeyDown={onKeyDown}
      className="relative flex size-full flex-col bg-[#090909] text-white"
    >
      <video
        ref={video}
        src={file.url}
        poster={file.poster}
        loop={loop}
        muted={muted}
        playsInline
        preload="auto"
        aria-label={label}
        onClick={toggle}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onSeeked={(event) => setSeconds(event.currentTarget.currentTime)}
        onError={() => setFailed(true)}
        className="min-h-0 w-full flex-1 object-contain"
      />
      {failed && (
        <p role="alert" className="absolute inset-x-0 top-4 mx-auto w-fit rounded-2 bg-black/72 px-3 py-2">
          This browser cannot play the file. Download it instead.
        </p>
      )}
      <div className="absolute inset-x-0 bottom-0 bg-linear-to-t from-black/88 to-transparent px-6 pt-10 pb-2 max-sm:px-3">
        <SoundLine
          peaks={peaks}
          fraction={duration > 0 ? Math.min(1, seconds / duration) : 0}
          label="Time"
          valueText={`${timecode(seconds)} of ${timecode(duration)}`}
          onSeek={(fraction) => seek(fraction * duration)}
          onStep={step}
        />
        <div className="mt-1 flex h-11 items-center gap-1">
          <Control label={playing ? 'Pause' : 'Play'} onClick={toggle}>
            {playing ? <Pause size={18} strokeWidth={1.75} /> : <Play size={18} strokeWidth={1.75} />}
          </Control>
          <Control label={muted ? 'Sound on' : 'Sound off'} onClick={() => setMuted(!muted)}>
            {muted ? <VolumeX size={18} strokeWidth={1.75} /> : <Volume2 size={18} strokeWidth={1.75} />}
          </Control>
          <span className="ml-1 font-mono text-12">
            {timecode(seconds)} / {timecode(duration)}
          </span>
          <span className="ml-auto pr-2 text-11 max-sm:hidden">{file.facts}</span>
          <Control label="Loop" on={loop} className="ml-auto sm:ml-0" onClick={() => setLoop(!loop)}>
            <Repeat size={18} strokeWidth={1.75} />
          </Control>
          <Control label="Full screen" onClick={full}>
            <Maximize size={18} strokeWidth={1.75} />
          </Control>
        </div>
      </div>
    </section>
  )
}

/** A control on a picture: white on the scrim in both themes, 44 px for fingers. */
function Control({
  label,
  on,
  onClick,
  className,
  children,
}: {
  label: string
  on?: boolean
  onClick: () => void
  className?: string
  children: React.ReactNode
}) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={on}
      title={label}
      onClick={onClick}
      className={classNames(
        'grid size-9 cursor-default place-items-center rounded-2 hover:bg-white/14 max-sm:size-11',
        on === true && 'text-now',
        className,
      )}
    >
      {children}
    </button>
  )
}
