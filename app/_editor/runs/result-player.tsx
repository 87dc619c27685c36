'use client'
import { Download, Maximize, Pause, Play, Repeat, Volume2, VolumeX } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useRef } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { timecode } from '../dock/timecode'
import { PlayerButton } from './player-button'
import { SeekBar } from './seek-bar'
import { useVideoPlayer, type VideoPlayer } from './use-video-player'

export interface ResultFile {
  url: string
  downloadUrl: string
  name: string
  mime: string
  poster?: string
  /** Frames a second of the video. */
  fps: number
  /** Its sound, for the waveform over the picture. */
  sound?: ValueRef
  /** What it is called beside another: `Run 40`. */
  title?: string
  /** `512 × 512 · 25 fps · Warp` */
  facts?: string
}

interface ResultPlayerProps {
  file: ResultFile
  /** Shown beside it, in step. */
  beside?: ResultFile
  autoFocus?: boolean
  /** Begins by itself, where the browser lets it. */
  autoPlay?: boolean
}

/** Plays a finished video: our own controls over the picture, every frame within reach, all of it by keyboard. */
export function ResultPlayer({ file, beside, autoFocus, autoPlay }: ResultPlayerProps) {
  const frame = useRef<HTMLElement>(null)
  useEffect(() => {
    if (autoFocus) frame.current?.focus()
  }, [autoFocus])
  if (!file.mime.startsWith('video/')) return <StillResult file={file} />
  return <MovingResult key={file.url} file={file} beside={beside} frame={frame} autoPlay={autoPlay} />
}

function StillResult({ file }: { file: ResultFile }) {
  return (
    <div className="relative grid size-full place-items-center bg-black">
      {file.mime.startsWith('image/') ? (
        // biome-ignore lint/performance/noImgElement: a stored file, nothing to optimise
        <img src={file.url} alt={file.name} className="max-h-full max-w-full object-contain" />
      ) : (
        <div className="grid justify-items-center gap-3 text-center text-white">
          <p className="text-15">{file.name}</p>
          <p className="text-white/70">This kind of file is not shown here.</p>
        </div>
      )}
      <div className="absolute right-4 bottom-4">
        <PlayerButton
          icon={Download}
          label={`Download ${file.name}`}
          href={file.downloadUrl}
          name={file.name}
        />
      </div>
    </div>
  )
}

interface MovingResultProps {
  autoPlay?: boolean
  file: ResultFile
  beside?: ResultFile
  frame: RefObject<HTMLElement | null>
}

function MovingResult({ file, beside, frame, autoPlay }: MovingResultProps) {
  const lead = useRef<HTMLVideoElement>(null)
  const follower = useRef<HTMLVideoElement>(null)
  const player = useVideoPlayer(lead, file.fps, beside ? follower : undefined)
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      if (onPlayerKey(event, player, file.fps, frame.current)) event.preventDefault()
    },
    [player, file.fps, frame],
  )
  return (
    <section
      ref={frame}
      aria-label={`Player, ${file.name}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the keys of a player
      tabIndex={0}
      onKeyDown={onKeyDown}
      className="group relative flex size-full min-h-0 overflow-hidden bg-black outline-none focus-visible:shadow-(--focus)"
    >
      <PlayingVideo
        file={file}
        video={lead}
        player={player}
        loop={player.loop}
        titled={beside !== undefined}
        autoPlay={autoPlay}
      />
      {beside && (
        <>
          <div className="w-px bg-white/25" />
          <PlayingVideo file={beside} video={follower} player={player} loop={player.loop} muted titled />
        </>
      )}
      <Controls file={file} player={player} frame={frame} />
      {player.failed && (
        <p
          role="alert"
          className="absolute inset-0 grid place-items-center bg-black/70 p-6 text-center text-white"
        >
          {`${file.name} cannot be played here. Download it, or run the workflow again if it is gone.`}
        </p>
      )}
    </section>
  )
}

interface PlayingVideoProps {
  autoPlay?: boolean
  file: ResultFile
  video: RefObject<HTMLVideoElement | null>
  player: VideoPlayer
  loop: boolean
  muted?: boolean
  titled: boolean
}

function PlayingVideo({ file, video, player, loop, muted, titled, autoPlay }: PlayingVideoProps) {
  return (
    <div className="relative min-h-0 min-w-0 flex-1">
      <video
        ref={video}
        src={file.url}
        poster={file.poster}
        loop={loop}
        muted={muted}
        autoPlay={autoPlay}
        playsInline
        preload="auto"
        aria-label={file.name}
        onClick={player.toggle}
        className="size-full object-contain"
      />
      {titled && file.title && (
        <span className="absolute top-3 left-3 rounded-2 bg-black/72 px-2 py-1 font-strong text-12 text-white">
          {file.title}
        </span>
      )}
    </div>
  )
}

function Controls({
  file,
  player,
  frame,
}: {
  file: ResultFile
  player: VideoPlayer
  frame: RefObject<HTMLElement | null>
}) {
  return (
    <div className="absolute inset-x-0 bottom-0 bg-linear-to-t from-black/80 to-transparent px-4 pt-12 pb-2 text-white">
      <SeekBar player={player} sound={file.sound} />
      <div className="flex h-10 items-center gap-1">
        <PlayerButton
          icon={player.playing ? Pause : Play}
          label={player.playing ? 'Pause' : 'Play'}
          keys="Space"
          onPress={player.toggle}
        />
        <PlayerButton
          icon={player.muted ? VolumeX : Volume2}
          label={player.muted ? 'Sound on' : 'Mute'}
          keys="M"
          onPress={() => player.setMuted(!player.muted)}
        />
        <PlayerTime player={player} />
        <span className="flex-1" />
        <span className="mr-2 hidden truncate text-11 text-white/85 sm:inline">{file.facts}</span>
        <PlayerButton
          icon={Repeat}
          label="Loop"
          keys="Shift Space"
          on={player.loop}
          onPress={() => player.setLoop(!player.loop)}
        />
        <PlayerButton
          icon={Download}
          label={`Download ${file.name}`}
          href={file.downloadUrl}
          name={file.name}
        />
        <PlayerButton
          icon={Maximize}
          label="Full screen"
          keys="F"
          onPress={() => toggleFullScreen(frame.current)}
        />
      </div>
    </div>
  )
}

function PlayerTime({ player }: { player: VideoPlayer }) {
  const text = useRef<HTMLSpanElement>(null)
  useEffect(
    () =>
      player.onTime((seconds) => {
        if (text.current) text.current.textContent = timecode(seconds)
      }),
    [player.onTime],
  )
  return (
    <span className="ml-1 whitespace-pre font-mono text-13 tabular-nums">
      <span ref={text}>{timecode(0)}</span>
      <span className="text-white/60"> / {timecode(player.duration)}</span>
    </span>
  )
}

function toggleFullScreen(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen()
  else void element?.requestFullscreen()
}

/** @returns whether the key was one of the player's */
function onPlayerKey(
  event: KeyboardEvent,
  player: VideoPlayer,
  fps: number,
  frame: HTMLElement | null,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const onButton = event.target instanceof HTMLElement && event.target.closest('button, a') !== null
  switch (event.key) {
    case ' ':
      if (onButton) return false
      if (event.shiftKey) player.setLoop(!player.loop)
      else player.toggle()
      return true
    case ',':
    case '.':
      player.step(event.key === '.' ? 1 : -1)
      return true
    case 'j':
    case 'l':
      player.step(Math.round(event.key === 'l' ? fps : -fps))
      return true
    case 'm':
      player.setMuted(!player.muted)
      return true
    case 'f':
      toggleFullScreen(frame)
      return true
    default:
      return false
  }
}
