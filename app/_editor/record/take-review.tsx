'use client'
import { Pause, Play } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { AudioValue } from '../../../nodes/core/values'
import { saySeconds } from '../../_lib/say-time'
import { IconButton } from '../../_ui/icon-button'
import { paintBars } from '../stages/sound-pictures'
import { STAGE } from '../stages/stage-colours'
import { encodeWav } from './encode-wav'

/** A take to see and to hear. */
export function TakeReview({ take }: { take: AudioValue }) {
  const canvasRef = useRef<HTMLCanvasElement>(null)
  const audio = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [url, setUrl] = useState<string>()
  const seconds = take.channels[0].length / take.sampleRate
  useEffect(() => {
    const made = URL.createObjectURL(
      new Blob([encodeWav(take.channels, take.sampleRate)], { type: 'audio/wav' }),
    )
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [take])
  useEffect(() => {
    const canvas = canvasRef.current
    const g = canvas?.getContext('2d')
    if (!canvas || !g) return
    const ratio = devicePixelRatio
    canvas.width = canvas.clientWidth * ratio
    canvas.height = canvas.clientHeight * ratio
    paintBars(g, take, {
      width: canvas.width,
      height: canvas.height,
      ratio,
      fromSeconds: 0,
      toSeconds: seconds,
      colour: STAGE.audio,
    })
  }, [take, seconds])
  const toggle = useCallback(() => {
    const element = audio.current
    if (!element) return
    if (element.paused)
      void element.play().catch(() => {}) // stays paused, which is what it shows
    else element.pause()
  }, [])
  return (
    <div className="flex items-center gap-2">
      <IconButton
        icon={playing ? Pause : Play}
        label={playing ? 'Pause' : 'Listen'}
        size="large"
        onClick={toggle}
      />
      <canvas ref={canvasRef} className="h-16 min-w-0 flex-1 rounded-2 bg-stage" aria-hidden />
      <span className="w-12 text-right text-text-2 tabular-nums">{saySeconds(seconds)}</span>
      {/* biome-ignore lint/a11y/useMediaCaption: the user has just said it */}
      <audio
        ref={audio}
        src={url}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
      />
    </div>
  )
}
