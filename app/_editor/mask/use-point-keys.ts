'use client'
import type { StoreApi } from 'zustand'
import type { EditorKeys } from '../full-screen/editor-keys'
import type { Point } from './mask-edits'
import type { MaskPointer } from './mask-stage'
import type { MaskDrawing } from './use-mask-drawing'

/** How far an arrow key moves the point, px of the page; with Shift. */
const STEP = 4
const FAR = 32

/** How close to its first corner a polygon is closed, px of the page. */
const NEAR = 6

const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] } as const

/**
 * Drawing without a pointer, while the picture has the focus: the arrows move a point, Enter begins and ends a stroke or
 * shape there. With a shape chosen the arrows move that.
 */
export function usePointKeys({
  on,
  pointer,
  drawing,
  scale,
  picture,
  nudge,
}: {
  on: boolean
  pointer: StoreApi<MaskPointer>
  drawing: MaskDrawing
  /** Pixels of the page per pixel of the picture. */
  scale: number
  picture: { width: number; height: number }
  nudge: ((dx: number, dy: number) => void) | undefined
}): EditorKeys {
  if (!on) return {} // sliders and lists need the arrows themselves
  const at = (): Point => pointer.getState().at ?? [picture.width / 2, picture.height / 2]
  const moveBy = (dx: number, dy: number) => {
    if (nudge) return nudge(dx, dy)
    const [x, y] = at()
    const next: Point = [
      Math.max(0, Math.min(picture.width, x + dx)),
      Math.max(0, Math.min(picture.height, y + dy)),
    ]
    pointer.setState({ at: next, by: 'keys' })
    drawing.move([next], { square: false })
  }
  const press = (event: KeyboardEvent) => {
    pointer.setState({ at: at(), by: 'keys' })
    if (drawing.isDrawing && drawing.corners.length === 0) drawing.end(at(), { square: false })
    else drawing.begin(at(), { alt: event.altKey, near: NEAR / scale })
  }
  const keys: EditorKeys = { enter: press, 'alt+enter': press }
  for (const [key, [x, y]] of Object.entries(ARROWS)) {
    keys[key] = () => moveBy((x * STEP) / scale, (y * STEP) / scale)
    keys[`shift+${key}`] = () => moveBy((x * FAR) / scale, (y * FAR) / scale)
  }
  return keys
}
