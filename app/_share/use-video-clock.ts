'use client'
import { type RefObject, useEffect } from 'react'
import { transport } from '../_editor/state/transport'

/**
 * Ties a video that plays with its own sound to the transport: what else shows time follows the video, and scrubbing
 * anywhere else moves it.
 */
export function useVideoClock(
  video: RefObject<HTMLVideoElement | null>,
  { frames, fps }: { frames: number; fps: number },
): void {
  useEffect(() => {
    const element = video.current
    if (!element || frames === 0) return
    transport.setClip({ frames, fps }, undefined)
    let own = -1 // the frame that the video itself announced last
    let request = 0
    const frameAt = (seconds: number) => Math.min(frames - 1, Math.floor(seconds * fps + 1e-3))
    const announce = (_now: number, { mediaTime }: { mediaTime: number }) => {
      own = frameAt(mediaTime)
      transport.seek(own)
      request = element.requestVideoFrameCallback(announce)
    }
    const follow = (frame: number) => {
      if (frame !== own) element.currentTime = (frame + 0.5) / fps
    }
    const unsubscribe = transport.onFrame(follow)
    request = element.requestVideoFrameCallback(announce)
    return () => {
      unsubscribe()
      element.cancelVideoFrameCallback(request)
    }
  }, [video, frames, fps])
}
