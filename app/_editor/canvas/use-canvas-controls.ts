'use client'
import { useReactFlow } from '@xyflow/react'
import { type PointerEvent, type RefObject, useEffect, useMemo, useRef } from 'react'
import { flushSync } from 'react-dom'
import { create } from 'zustand'
import type { Box, Point } from '../state/boxes'
import { useEditor } from '../state/editor-context'
import { select } from '../state/selection-store'
import type { CanvasControls } from './canvas-view'

const CAMERA_MS = 320

const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches
const camera = () => ({ duration: reducedMotion() ? 0 : CAMERA_MS })

/** How much of the canvas the inspector lies over at its right, px; 0 where there is room beside it. */
function coveredRight(canvas: DOMRect): number {
  const inspector = document.querySelector('[aria-label="Inspector"]')?.getBoundingClientRect()
  return inspector && inspector.width > 0 ? Math.max(0, canvas.right - inspector.left) : 0
}

/** The canvas that is on the page, for keys, menus and panels outside it. */
export const useCanvas = create<{ controls?: CanvasControls }>(() => ({}))

export function useCanvasControls(
  area: RefObject<HTMLElement | null>,
  setOverrides: (overrides: ReadonlyMap<string, Partial<Box>>) => void,
) {
  const flow = useReactFlow()
  const editor = useEditor()
  const pointerAt = useRef<Point | null>(null)
  const controls = useMemo<CanvasControls>(() => {
    const middle = (): Point => {
      const box = area.current?.getBoundingClientRect() ?? new DOMRect()
      return { x: box.left + box.width / 2, y: box.top + box.height / 2 }
    }
    return {
      fit: (items) =>
        void flow.fitView({
          ...camera(),
          padding: 0.12,
          maxZoom: 1.5,
          ...(items?.length ? { nodes: items.map((id) => ({ id })) } : {}),
        }),
      zoomTo: (zoom) => void flow.zoomTo(zoom, camera()),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 140 }),
      reveal(item) {
        flushSync(() => select(editor.selection, { items: [item] })) // the inspector may open over the canvas
        const node = flow.getNode(item)
        if (!node) return
        const box = area.current?.getBoundingClientRect()
        const covered = box ? coveredRight(box) : 0
        const corner = flow.flowToScreenPosition(node.position)
        const far = flow.flowToScreenPosition({
          x: node.position.x + (node.width ?? 0),
          y: node.position.y + (node.height ?? 0),
        })
        const inside =
          box &&
          corner.x >= box.left &&
          corner.y >= box.top &&
          far.x <= box.right - covered &&
          far.y <= box.bottom
        const focus = () =>
          area.current
            ?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(item)}"]`)
            ?.focus({ preventScroll: true })
        if (inside) return focus()
        const zoom = Math.max(0.5, flow.getZoom())
        void flow
          .setCenter(
            node.position.x + (node.width ?? 0) / 2 + covered / 2 / zoom,
            node.position.y + (node.height ?? 0) / 2,
            { ...camera(), zoom },
          )
          .then(() => requestAnimationFrame(focus))
      },
      centre: () => flow.screenToFlowPosition(middle()),
      pointer() {
        const at = area.current?.matches(':hover') && pointerAt.current ? pointerAt.current : middle()
        return { at, place: flow.screenToFlowPosition(at) }
      },
      toCanvas: (at) => flow.screenToFlowPosition(at),
      async glide(change) {
        const before = new Map(flow.getNodes().map(({ id, position }) => [id, position]))
        await change()
        if (reducedMotion()) return
        const { layout } = editor.document.getState()
        const moved = [...before].flatMap(([id, from]) => {
          const to = layout[id]
          return to && (to.x !== from.x || to.y !== from.y) ? [{ id, from, to }] : []
        })
        if (moved.length === 0) return
        await new Promise<void>((done) => {
          const start = performance.now()
          const step = (now: number) => {
            const t = Math.min(1, (now - start) / CAMERA_MS)
            if (t >= 1) {
              setOverrides(new Map())
              return done()
            }
            const eased = 1 - (1 - t) ** 3
            setOverrides(
              new Map(
                moved.map(({ id, from, to }) => [
                  id,
                  { x: from.x + (to.x - from.x) * eased, y: from.y + (to.y - from.y) * eased },
                ]),
              ),
            )
            requestAnimationFrame(step)
          }
          step(start)
        })
      },
    }
  }, [flow, editor, area, setOverrides])
  useEffect(() => {
    useCanvas.setState({ controls })
    return () => useCanvas.setState({ controls: undefined })
  }, [controls])
  const onPointerMove = useRef((event: PointerEvent) => {
    pointerAt.current = { x: event.clientX, y: event.clientY }
  }).current
  return useMemo(() => ({ ...controls, onPointerMove }), [controls, onPointerMove])
}
