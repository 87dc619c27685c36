'use client'
import { type PointerEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'

export interface Size {
  width: number
  height: number
}

export interface Place {
  x: number
  y: number
}

/** Where the picture lies on the stage: px of the stage = origin + scale × px of the picture. */
export interface View extends Place {
  scale: number
}

const LEAST = 0.05
const MOST = 16
/** Room around a picture that is fitted, px. */
const MARGIN = 14

/** The whole picture in the middle of the stage. */
export function fittedView(picture: Size, stage: Size): View {
  const scale = Math.max(
    LEAST,
    Math.min((stage.width - 2 * MARGIN) / picture.width, (stage.height - 2 * MARGIN) / picture.height),
  )
  return {
    scale,
    x: (stage.width - picture.width * scale) / 2,
    y: (stage.height - picture.height * scale) / 2,
  }
}

/** Zooms about a place of the stage. */
export function zoomedView(view: View, at: Place, factor: number): View {
  const scale = Math.max(LEAST, Math.min(MOST, view.scale * factor))
  const k = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * k, y: at.y - (at.y - view.y) * k }
}

export interface StageView {
  box: RefObject<HTMLDivElement | null>
  view: View
  size: Size
  fit(): void
  zoom(factor: number): void
  /** 100 %: a pixel of the picture is a pixel of the page. */
  actualSize(): void
  /** A place of the page in pixels of the picture. */
  toPicture(event: { clientX: number; clientY: number }): Place
  /** For the stage: middle button, or any button while Space is held, pans. True when the press was one. */
  panWith(event: PointerEvent<HTMLElement>): boolean
}

/** Zoom and pan of a stage. It stays fitted when the window changes until somebody zooms. */
export function useStageView(picture: Size): StageView {
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  const [moved, setMoved] = useState<View | null>(null)
  const { width, height } = picture
  const view = useMemo(
    () => moved ?? (size.width > 0 ? fittedView({ width, height }, size) : { scale: 1, x: 0, y: 0 }),
    [moved, size, width, height],
  )
  const latest = useRef(view)
  latest.current = view

  useEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const resized = new ResizeObserver(measure)
    resized.observe(element)
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { left, top } = element.getBoundingClientRect()
      const at = { x: event.clientX - left, y: event.clientY - top }
      if (event.ctrlKey || event.metaKey || (event.deltaX === 0 && Math.abs(event.deltaY) >= 40)) {
        return setMoved(zoomedView(latest.current, at, Math.exp(-event.deltaY / 500)))
      }
      setMoved({ ...latest.current, x: latest.current.x - event.deltaX, y: latest.current.y - event.deltaY })
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      resized.disconnect()
      element.removeEventListener('wheel', onWheel)
    }
  }, [])

  const zoom = useCallback(
    (factor: number) =>
      setMoved(zoomedView(latest.current, { x: size.width / 2, y: size.height / 2 }, factor)),
    [size],
  )
  return {
    box,
    view,
    size,
    fit: useCallback(() => setMoved(null), []),
    zoom,
    actualSize: useCallback(() => zoom(1 / latest.current.scale), [zoom]),
    toPicture: useCallback(({ clientX, clientY }) => {
      const rect = box.current?.getBoundingClientRect()
      const { x, y, scale } = latest.current
      return { x: (clientX - (rect?.left ?? 0) - x) / scale, y: (clientY - (rect?.top ?? 0) - y) / scale }
    }, []),
    panWith: useCallback((event) => {
      if (event.button !== 1) return false
      event.preventDefault()
      const start = latest.current
      const element = event.currentTarget
      element.setPointerCapture(event.pointerId)
      const from = { x: event.clientX, y: event.clientY }
      const move = (next: globalThis.PointerEvent) =>
        setMoved({ ...start, x: start.x + next.clientX - from.x, y: start.y + next.clientY - from.y })
      const end = () => {
        element.removeEventListener('pointermove', move)
        element.removeEventListener('pointerup', end)
        element.removeEventListener('pointercancel', end)
      }
      element.addEventListener('pointermove', move)
      element.addEventListener('pointerup', end)
      element.addEventListener('pointercancel', end)
      return true
    }, []),
  }
}
