'use client'
import { useEffect, useRef } from 'react'
import type { ArtifactSource } from '../../_lib/values/artifact-source'
import { transport } from '../state/transport'
import type { Picture, PictureContext } from './picture'
import { stillPicture } from './still-picture'

/** Steps of resolution: a canvas that is zoomed gets its pixels at the next step, not at every wheel notch. */
const RATIOS = [0.5, 1, 1.5, 2, 3, 4]

/** How often a canvas looks how large it is seen. */
const MEASURE_EVERY_MS = 300

export interface StageCanvasProps {
  /** What is shown, lowest first. Changes when what it depends on changes. */
  pictures: (context: PictureContext) => Picture[]
  width: number
  height: number
  label: string
  source: ArtifactSource
  onFailure?(error: unknown): void
}

/** Pictures at the play position, painted while they are in sight. */
export function StageCanvas({ pictures, width, height, label, source, onFailure }: StageCanvasProps) {
  const box = useRef<HTMLDivElement>(null)
  const failure = useRef(onFailure)
  failure.current = onFailure

  useEffect(() => {
    const [canvas, image] = [box.current?.querySelector('canvas'), box.current?.querySelector('img')]
    const g = canvas?.getContext('2d')
    if (!box.current || !canvas || !image || !g) return
    const { current: place } = box
    const still = stillPicture(canvas, image)
    let abort = new AbortController()
    let layers: Picture[] = []
    let measuredAt = Number.NEGATIVE_INFINITY
    let ratio = 1
    let wantedWidth = 0
    let painted = false

    const build = () => {
      abort.abort()
      abort = new AbortController()
      layers = pictures({
        source,
        signal: abort.signal,
        wantedWidth,
        changed: painter.invalidate,
        failed: (error) => failure.current?.(error),
      })
      painter.setStill(layers.every((layer) => layer.clip === undefined))
    }
    const measure = () => {
      const now = performance.now()
      if (now - measuredAt < MEASURE_EVERY_MS) return
      measuredAt = now
      const zoom = place.getBoundingClientRect().width / width || 1
      ratio = RATIOS.find((step) => step >= zoom * devicePixelRatio * 0.9) ?? 4
      // Pictures come at the size of a card; one that is looked at closely gets its own pixels, and keeps them.
      const wanted = width * Math.max(1, ratio)
      if (wanted < wantedWidth * 1.5) return
      wantedWidth = wanted
      build()
    }
    const paint = (frame: number) => {
      measure()
      const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))]
      if (canvas.width !== w || canvas.height !== h) {
        canvas.width = w
        canvas.height = h
        painted = false
      }
      const target = { context: g, width: w, height: h, ratio }
      const { fps, playing } = transport.store.getState()
      const moment = { frame, fps, playing }
      const ready = layers.filter((layer) => layer.ready(moment))
      // What is shown stays until all of what comes next is there.
      if (painted && ready.length < layers.length) return
      g.clearRect(0, 0, w, h)
      for (const layer of ready) layer.paint(target, moment)
      painted = ready.length > 0
      still.moved()
    }

    const painter = transport.addPainter(paint)
    const watcher = new IntersectionObserver((seen) => {
      measuredAt = Number.NEGATIVE_INFINITY
      // On a busy page several come together, and the last one is how it is now.
      painter.setVisible(seen.at(-1)?.isIntersecting === true)
      painter.invalidate()
    })
    watcher.observe(place)
    return () => {
      abort.abort()
      watcher.disconnect()
      painter.remove()
      still.end()
    }
  }, [pictures, width, height, source])

  return (
    <div ref={box} role="img" aria-label={label} style={{ width, height }}>
      <canvas className="block size-full" />
      {/* biome-ignore lint/performance/noImgElement: an object URL */}
      <img alt="" className="hidden size-full" draggable={false} />
    </div>
  )
}
