'use client'
import {
  type FitViewOptions,
  getNodesBounds,
  getViewportForBounds,
  useReactFlow,
  type Viewport,
} from '@xyflow/react'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { CanvasNode } from './flow-items'
import { levelFor, setDetailLevel } from './level-of-detail'

/** An empty canvas: React Flow fits the first cards that come. */
export const EMPTY: Viewport = { x: 0, y: 0, zoom: 1 }

/** Whoever does one of these has looked, and wants nothing moved. */
const TOUCHES = ['pointerdown', 'wheel', 'keydown']

interface Fit {
  padding: NonNullable<FitViewOptions['padding']>
  maxZoom: number
  minZoom: number
}

/**
 * Where the canvas opens, so that all of it is seen; undefined until the room is known. Fitting only after the first
 * drawing would draw cards twice: those at the origin in full, and then all of them as small as they are seen. While
 * panels around it still find their size, and nobody has touched anything, it is fitted again.
 */
export function useFirstViewport(
  area: RefObject<HTMLElement | null>,
  nodes: CanvasNode[],
  fit: Fit,
): Viewport | undefined {
  const [viewport, setFirst] = useState<Viewport>()
  const { setViewport } = useReactFlow()
  const latest = useRef({ nodes, fit })
  latest.current = { nodes, fit }

  useLayoutEffect(() => {
    const first = fitted(area.current!, latest.current.nodes, latest.current.fit)
    setDetailLevel(levelFor(first.zoom, latest.current.nodes.length))
    setFirst(first)
  }, [area])

  useEffect(() => {
    if (!viewport || viewport === EMPTY) return
    const observer = new ResizeObserver(() => {
      void setViewport(fitted(area.current!, latest.current.nodes, latest.current.fit))
    })
    observer.observe(area.current!)
    const stop = () => {
      observer.disconnect()
      for (const touch of TOUCHES) window.removeEventListener(touch, stop, true)
    }
    for (const touch of TOUCHES) window.addEventListener(touch, stop, true)
    return stop
  }, [area, setViewport, viewport])
  return viewport
}

function fitted(area: HTMLElement, nodes: CanvasNode[], { minZoom, maxZoom, padding }: Fit): Viewport {
  const { width, height } = area.getBoundingClientRect()
  if (nodes.length === 0 || width === 0 || height === 0) return EMPTY
  return getViewportForBounds(getNodesBounds(nodes), width, height, minZoom, maxZoom, padding)
}
