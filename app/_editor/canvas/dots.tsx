'use client'
import { useStoreApi } from '@xyflow/react'
import { useEffect, useRef } from 'react'

/** Px of the canvas between two dots; doubled until they are `LEAST_STEP` px of the window apart. */
const STEP = 24
const LEAST_STEP = 14

/** The dots of the canvas, drawn outside React: a pan moves them, a zoom changes their step. */
export function Dots() {
  const store = useStoreApi()
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const place = () => {
      const [x, y, zoom] = store.getState().transform
      let step = STEP * zoom
      while (step < LEAST_STEP) step *= 2
      const before = (at: number) => (((at % step) + step) % step) - step
      ref.current?.style.setProperty('--step', `${step}px`)
      ref.current?.style.setProperty('transform', `translate(${before(x)}px, ${before(y)}px)`)
    }
    place()
    return store.subscribe((now, before) => now.transform !== before.transform && place())
  }, [store])
  return <div ref={ref} className="canvas-dots" aria-hidden />
}
