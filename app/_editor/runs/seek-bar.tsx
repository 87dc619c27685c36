'use client'
import { type PointerEvent, useEffect, useRef } from 'react'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { loadSound } from '../../_lib/values/load-values'
import { identityOf } from '../../_lib/values/stored-value'
import { useLoaded } from '../dock/use-loaded'
import { useArtifacts } from '../stages/artifact-context'
import { loudest, waveformPeaks } from '../stages/waveform'
import type { VideoPlayer } from './use-video-player'

const HEIGHT = 44

/** The time of a clip over its picture: as its waveform where there is sound, else as a line. Press or drag seeks. */
export function SeekBar({ player, sound }: { player: VideoPlayer; sound?: ValueRef }) {
  const source = useArtifacts()
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const slider = useRef<HTMLDivElement>(null)
  const { duration, onTime, seek } = player
  const { value: audio } = useLoaded(
    sound ? identityOf(sound) : '',
    sound && ((signal) => loadSound(sound, { source, signal })),
  )
  useEffect(() => {
    const canvas = canvasRef.current
    const g = canvas?.getContext('2d')
    if (!canvas || !g || duration <= 0) return
    let peaks: Float32Array | undefined
    const resize = () => {
      canvas.width = Math.round(canvas.clientWidth * devicePixelRatio)
      canvas.height = Math.round(HEIGHT * devicePixelRatio)
      const columns = Math.max(1, Math.floor(canvas.width / (3 * devicePixelRatio)))
      peaks = audio && waveformPeaks(audio, columns, 0, duration)
    }
    resize()
    let shown = 0
    const draw = (seconds: number) => {
      shown = seconds
      paintSeekBar(g, peaks, seconds / duration)
      slider.current?.setAttribute('aria-valuenow', seconds.toFixed(2))
    }
    const watcher = new ResizeObserver(() => {
      resize()
      draw(shown)
    })
    watcher.observe(canvas)
    const stop = onTime(draw)
    return () => {
      watcher.disconnect()
      stop()
    }
  }, [audio, duration, onTime])
  const seekTo = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    seek(((event.clientX - left) / width) * duration)
  }
  return (
    <div
      ref={slider}
      role="slider"
      aria-label="Time"
      aria-valuemin={0}
      aria-valuemax={duration}
      aria-valuenow={0}
      tabIndex={0}
      className="cursor-pointer touch-none"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        seekTo(event)
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seekTo(event)}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') player.step(-1)
        if (event.key === 'ArrowRight') player.step(1)
        if (event.key === 'Home') seek(0)
        if (event.key === 'End') seek(duration)
      }}
    >
      <canvas ref={canvasRef} aria-hidden className="block w-full" style={{ height: HEIGHT }} />
    </div>
  )
}

/** `at`: 0…1. What has been played is azure, as everywhere. */
function paintSeekBar(g: CanvasRenderingContext2D, peaks: Float32Array | undefined, at: number): void {
  const { width, height } = g.canvas
  const ratio = height / HEIGHT
  const now = at * width
  g.clearRect(0, 0, width, height)
  const [played, rest] = ['#3db2ff', 'rgb(255 255 255 / 0.55)'] // --now, the same in both themes
  if (peaks) {
    const most = loudest(peaks)
    for (let c = 0; c < peaks.length; c++) {
      const h = Math.max(2 * ratio, (peaks[c] / most) * height * 0.8)
      g.fillStyle = c * 3 * ratio < now ? played : rest
      g.fillRect(c * 3 * ratio, (height - h) / 2, 2 * ratio, h)
    }
  } else {
    g.fillStyle = rest
    g.fillRect(0, height / 2 - ratio, width, 2 * ratio)
    g.fillStyle = played
    g.fillRect(0, height / 2 - ratio, now, 2 * ratio)
  }
  g.fillStyle = '#fff'
  g.fillRect(Math.min(width - 2 * ratio, now - ratio), 0, 2 * ratio, height)
}
