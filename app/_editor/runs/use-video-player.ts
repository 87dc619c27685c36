'use client'
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react'

export interface VideoPlayer {
  playing: boolean
  muted: boolean
  loop: boolean
  /** Seconds; 0 until the file is known. */
  duration: number
  failed: boolean
  toggle(): void
  seek(seconds: number): void
  step(frames: number): void
  setMuted(muted: boolean): void
  setLoop(loop: boolean): void
  /** Calls back with the seconds that are shown, in step with the pictures. */
  onTime(listener: (seconds: number) => void): () => void
}

/** Keeps `video` elements in step: the first leads and carries the sound, the others follow. */
export function useVideoPlayer(
  lead: RefObject<HTMLVideoElement | null>,
  fps: number,
  follower?: RefObject<HTMLVideoElement | null>,
): VideoPlayer {
  const [state, setState] = useState({ playing: false, muted: false, loop: true, duration: 0, failed: false })

  useEffect(() => {
    const video = lead.current
    if (!video) return
    const read = () =>
      setState((before) => ({
        ...before,
        playing: !video.paused && !video.ended,
        muted: video.muted,
        loop: video.loop,
        duration: Number.isFinite(video.duration) ? video.duration : 0,
        failed: video.error !== null,
      }))
    const events = ['play', 'pause', 'ended', 'volumechange', 'loadedmetadata', 'durationchange', 'error']
    for (const event of events) video.addEventListener(event, read)
    read()
    return () => {
      for (const event of events) video.removeEventListener(event, read)
    }
  }, [lead])

  const follow = useCallback(
    (exactly: boolean) => {
      const [video, other] = [lead.current, follower?.current]
      if (!video || !other) return
      // While both run a hair apart, a seek would be seen; it is made only when they have drifted by a frame.
      if (exactly || Math.abs(other.currentTime - video.currentTime) > 1 / fps)
        other.currentTime = video.currentTime
      other.loop = video.loop
      if (video.paused !== other.paused) void (video.paused ? other.pause() : other.play().catch(() => {}))
    },
    [lead, follower, fps],
  )

  const actions = useMemo(() => {
    const seek = (seconds: number) => {
      const video = lead.current
      if (!video) return
      // Before the length is known the browser keeps the place for later.
      const last = Number.isFinite(video.duration) ? Math.max(0, video.duration - 0.5 / fps) : seconds
      video.currentTime = Math.max(0, Math.min(last, seconds))
      follow(true)
    }
    return {
      seek,
      toggle() {
        const video = lead.current
        if (!video) return
        // A browser that refuses sound without a gesture leaves the player paused, which is what it then shows.
        if (video.paused) void video.play().catch(() => {})
        else video.pause()
        follow(true)
      },
      step(frames: number) {
        const video = lead.current
        if (!video) return
        video.pause()
        const frame = Math.floor(video.currentTime * fps + 1e-3) + frames
        seek((frame + 0.5) / fps) // the middle of a frame, where no rounding shows its neighbour
      },
      setMuted(muted: boolean) {
        if (lead.current) lead.current.muted = muted
      },
      setLoop(loop: boolean) {
        if (lead.current) lead.current.loop = loop
        setState((before) => ({ ...before, loop }))
      },
      onTime(listener: (seconds: number) => void) {
        const video = lead.current
        if (!video) return () => {}
        let pending = 0
        const tell = () => {
          listener(video.currentTime)
          follow(false)
          pending = video.paused ? 0 : requestAnimationFrame(tell)
        }
        const start = () => {
          if (pending === 0) tell()
        }
        video.addEventListener('play', start)
        video.addEventListener('seeked', start)
        video.addEventListener('timeupdate', start)
        start()
        return () => {
          cancelAnimationFrame(pending)
          video.removeEventListener('play', start)
          video.removeEventListener('seeked', start)
          video.removeEventListener('timeupdate', start)
        }
      },
    }
  }, [lead, fps, follow])
  return { ...state, ...actions }
}
