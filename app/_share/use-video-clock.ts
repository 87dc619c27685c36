'use client'
import { type RefObject, useEffect } from 'react'
import { transport } from '../_editor/state/transport'

/**
 * Ties the video inside an element, which plays with its own sound, to the transport: what else shows time follows the
 * video, and scrubbing anywhere else moves it.
 */
export function useVideoClock(
  around: RefObject<HTMLElement | null>,
  { frames, fps }: { frames: number; fps: number },
): void {
  useEffect(() => {
    const video = around.current?.querySelector('video')
    if (!video || frames === 0) return
    transport.setClip({ frames, fps }, undefined)
    let own = -1 // the frame that the video itself announced last
    let request = 0
    const announce = (_now: number, { mediaTime }: { mediaTime: number }) => {
      own = Math.min(frames - 1, Math.floor(mediaTime * fps + 1e-3))
      transport.seek(own)
      request = video.requestVideoFrameCallback(announce)
    }
    const follow = (frame: number) => {
      if (frame !== own) video.currentTime = (frame + 0.5) / fps
    }
    const unsubscribe = transport.onFrame(follow)
    request = video.requestVideoFrameCallback(announce)
    return () => {
      unsubscribe()
      video.cancelVideoFrameCallback(request)
    }
  }, [around, frames, fps])
}
