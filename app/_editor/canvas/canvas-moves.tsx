'use client'
import { useStoreApi } from '@xyflow/react'
import { useEffect } from 'react'

/** A movement is over when it has been quiet for this long. */
const QUIET_MS = 200

/**
 * Says on the canvas how it moves (`data-moves`). While it is panned, what lies on it is a layer that moves and is not
 * drawn again; while it is zoomed everything is drawn at every step, so what is dear and hardly seen is left out.
 */
export function CanvasMoves() {
  const store = useStoreApi()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let moves: 'pan' | 'zoom' | undefined
    const say = (next: typeof moves) => {
      clearTimeout(timer)
      if (next) timer = setTimeout(() => say(undefined), QUIET_MS)
      if (next === moves) return
      moves = next
      const { domNode } = store.getState()
      if (moves) domNode?.setAttribute('data-moves', moves)
      else domNode?.removeAttribute('data-moves')
    }
    const stop = store.subscribe((now, before) => {
      if (now.transform !== before.transform) say(now.transform[2] === before.transform[2] ? 'pan' : 'zoom')
    })
    return () => {
      stop()
      say(undefined)
    }
  }, [store])
  return null
}
