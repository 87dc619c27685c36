'use client'
import { getNodesBounds, getViewportForBounds, type Viewport } from '@xyflow/react'
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import type { CanvasNode } from './flow-items'
import { levelFor, setDetailLevel } from './level-of-detail'

/** An empty canvas: React Flow fits the first cards that come. */
export const EMPTY: Viewport = { x: 0, y: 0, zoom: 1 }

/**
 * Where the canvas opens, so that all of it is seen; undefined until the room is known. Fitting only after the first
 * drawing would draw cards twice: those at the origin in full, and then all of them as small as they are seen.
 */
export function useFirstViewport(
  area: RefObject<HTMLElement | null>,
  nodes: CanvasNode[],
  fit: { padding: number; maxZoom: number; minZoom: number },
): Viewport | undefined {
  const [viewport, setViewport] = useState<Viewport>()
  const latest = useRef({ nodes, fit })
  latest.current = { nodes, fit }
  useLayoutEffect(() => {
    const { nodes, fit } = latest.current
    const box = area.current!.getBoundingClientRect()
    const first =
      nodes.length === 0 || box.width === 0
        ? EMPTY
        : getViewportForBounds(
            getNodesBounds(nodes),
            box.width,
            box.height,
            fit.minZoom,
            fit.maxZoom,
            fit.padding,
          )
    setDetailLevel(levelFor(first.zoom, nodes.length))
    setViewport(first)
  }, [area])
  return viewport
}
