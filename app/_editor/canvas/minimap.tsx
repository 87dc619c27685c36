'use client'
import { useReactFlow, useStoreApi } from '@xyflow/react'
import { type PointerEvent, useEffect, useRef } from 'react'
import { useEditor } from '../state/editor-context'
import type { CanvasEdge, CanvasNode } from './flow-items'
import { liftedBy, useLifted } from './lifted'

const SIZE = { w: 150, h: 92 }
/** Room around everything, in px of the minimap. */
const MARGIN = 5
/** While something is dragged it is drawn no more often than this. */
const DRAG_EVERY_MS = 100
/** One pixel of the wheel zooms by 2 to the power of this. */
const ZOOM_PER_PIXEL = 0.002

interface Extent {
  left: number
  top: number
  right: number
  bottom: number
}

/**
 * All cards as blocks, and what is seen of them. Drawn outside React, at most once a frame: the blocks when a card or
 * its state changes, while the canvas is panned only the frame around what is seen.
 */
export function Minimap() {
  const { runs } = useEditor()
  const flow = useReactFlow<CanvasNode, CanvasEdge>()
  const store = useStoreApi<CanvasNode, CanvasEdge>()
  const blocks = useRef<HTMLCanvasElement>(null)
  const view = useRef<HTMLDivElement>(null)
  /** Px of the canvas to one of the minimap. */
  const scale = useRef(1)

  useEffect(() => {
    let scheduled = 0
    let later: ReturnType<typeof setTimeout> | undefined
    let dirty = true
    let drawnFor = ''
    let cards: readonly CanvasNode[] = []
    let extent: Extent | undefined

    const draw = () => {
      scheduled = 0
      const { nodes, transform, width, height } = store.getState()
      if (width === 0 || !blocks.current || !view.current) return
      if (cards !== nodes) {
        cards = nodes
        extent = extentOf(nodes)
        dirty = true
      }
      const [x, y, zoom] = transform
      const seen = { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom }
      const all = extent ? union(extent, seen) : seen
      const s = Math.max((all.right - all.left) / SIZE.w, (all.bottom - all.top) / SIZE.h)
      const left = (all.left + all.right) / 2 - ((SIZE.w + 2 * MARGIN) / 2) * s
      const top = (all.top + all.bottom) / 2 - ((SIZE.h + 2 * MARGIN) / 2) * s
      const k = SIZE.w / (SIZE.w + 2 * MARGIN) / s
      scale.current = 1 / k
      const placed = `${left} ${top} ${k}`
      if (dirty || placed !== drawnFor) {
        dirty = false
        drawnFor = placed
        drawBlocks(blocks.current, nodes, { left, top, k }, (id) => runs.store.getState().views[id]?.state)
      }
      const { style } = view.current
      style.transform = `translate(${(seen.left - left) * k}px, ${(seen.top - top) * k}px)`
      style.width = `${(seen.right - seen.left) * k}px`
      style.height = `${(seen.bottom - seen.top) * k}px`
    }
    const soon = () => {
      scheduled ||= requestAnimationFrame(draw)
    }
    const again = () => {
      dirty = true
      soon()
    }
    const dragged = () => {
      later ??= setTimeout(() => {
        later = undefined
        again()
      }, DRAG_EVERY_MS)
    }
    const stops = [
      store.subscribe((now, before) => {
        if (
          now.transform !== before.transform ||
          now.nodes !== before.nodes ||
          now.width !== before.width ||
          now.height !== before.height
        )
          soon()
      }),
      runs.store.subscribe((now, before) => now.views !== before.views && again()),
      useLifted.subscribe(dragged),
    ]
    const theme = new MutationObserver(again)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme', 'class'] })
    soon()
    return () => {
      cancelAnimationFrame(scheduled)
      clearTimeout(later)
      for (const stop of stops) stop()
      theme.disconnect()
    }
  }, [store, runs])

  // React listens to wheels passively; this one must not scroll the page.
  useEffect(() => {
    const element = blocks.current
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const pixels = event.deltaMode === 1 ? event.deltaY * 25 : event.deltaY
      void flow.zoomTo(flow.getZoom() * 2 ** (-pixels * ZOOM_PER_PIXEL))
    }
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [flow])

  const pan = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    const { x, y, zoom } = flow.getViewport()
    const by = scale.current * zoom
    void flow.setViewport({ x: x - event.movementX * by, y: y - event.movementY * by, zoom })
  }
  return (
    <>
      <canvas
        ref={blocks}
        role="img"
        aria-label="Overview"
        className="block touch-none"
        style={{ width: SIZE.w, height: SIZE.h }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={pan}
      />
      <div
        ref={view}
        className="pointer-events-none absolute top-0 left-0 outline-[1.5px] outline-text-3"
        aria-hidden
      />
    </>
  )
}

function drawBlocks(
  canvas: HTMLCanvasElement,
  nodes: readonly CanvasNode[],
  { left, top, k }: { left: number; top: number; k: number },
  stateOf: (id: string) => string | undefined,
): void {
  const g = canvas.getContext('2d')
  if (!g) return
  const ratio = devicePixelRatio
  canvas.width = Math.round(SIZE.w * ratio)
  canvas.height = Math.round(SIZE.h * ratio)
  g.scale(ratio, ratio)
  const tokens = getComputedStyle(canvas)
  const [usual, running, failed] = ['--text-3', '--accent', '--err'].map((name) =>
    tokens.getPropertyValue(name),
  )
  const { offsets } = useLifted.getState()
  for (const { id, type, position, width = 0, height = 0 } of nodes) {
    if (type !== 'card') continue
    const state = stateOf(id)
    const by = liftedBy(offsets, id)
    g.fillStyle = state === 'running' ? running : state === 'failed' ? failed : usual
    const w = Math.max(1, width * k)
    const h = Math.max(1, height * k)
    g.beginPath()
    g.roundRect(
      (position.x + by.x - left) * k,
      (position.y + by.y - top) * k,
      w,
      h,
      Math.min(24 * k, w / 2, h / 2),
    )
    g.fill()
  }
}

function extentOf(nodes: readonly CanvasNode[]): Extent | undefined {
  if (nodes.length === 0) return undefined
  const extent = { left: 1e9, top: 1e9, right: -1e9, bottom: -1e9 }
  for (const { position, width = 0, height = 0 } of nodes) {
    extent.left = Math.min(extent.left, position.x)
    extent.top = Math.min(extent.top, position.y)
    extent.right = Math.max(extent.right, position.x + width)
    extent.bottom = Math.max(extent.bottom, position.y + height)
  }
  return extent
}

const union = (a: Extent, b: Extent): Extent => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
})
