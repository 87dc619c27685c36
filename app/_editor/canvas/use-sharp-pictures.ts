'use client'
import { useEffect } from 'react'
import { transport } from '../state/transport'
import { useCanvasView } from './canvas-view'

/** A zoom is over when it has been quiet for this long. */
const QUIET_MS = 150

/** After a zoom the pictures of cards are drawn again, at the resolution that they are seen at now. */
export function useSharpPictures(): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = useCanvasView.subscribe((now, before) => {
      if (now.zoom === before.zoom) return
      clearTimeout(timer)
      timer = setTimeout(transport.repaint, QUIET_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
}
