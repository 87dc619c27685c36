'use client'
import { create } from 'zustand'
import type { Point } from '../state/boxes'
import type { Guide } from './guides'

const NOWHERE: Point = { x: 0, y: 0 }
const NONE: ReadonlyMap<string, Point> = new Map()
const NO_GUIDES: readonly Guide[] = []

interface Lifted {
  /** How far items are dragged from where React Flow has them, in px of the canvas. */
  offsets: ReadonlyMap<string, Point>
  /** What they line up with there. */
  guides: readonly Guide[]
}

/**
 * Items in the hand. React Flow and the document hear of a drag when it ends; until then only the dragged elements move
 * (the CSS property `translate`, which React does not set), and the edges that hang on them.
 */
export const useLifted = create<Lifted>(() => ({ offsets: NONE, guides: NO_GUIDES }))

export const liftedBy = (offsets: ReadonlyMap<string, Point>, item: string): Point =>
  offsets.get(item) ?? NOWHERE

export function lift(
  offsets: ReadonlyMap<string, Point>,
  guides: readonly Guide[],
  elements: Elements,
): void {
  for (const [item, { x, y }] of offsets) {
    const style = elements.get(item)?.style
    if (style) style.translate = `${x}px ${y}px`
  }
  useLifted.setState({ offsets, guides: guides.length > 0 ? guides : NO_GUIDES })
}

export function putDown(elements: Elements): void {
  for (const element of elements.values()) {
    element.style.removeProperty('translate')
    element.style.removeProperty('will-change')
  }
  useLifted.setState({ offsets: NONE, guides: NO_GUIDES })
}

export type Elements = ReadonlyMap<string, HTMLElement>

/** Elements of items on the page, made layers of their own so that moving them paints nothing. */
export function elementsOf(area: ParentNode, items: Iterable<string>): Elements {
  const elements = new Map<string, HTMLElement>()
  for (const item of items) {
    const element = area.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(item)}"]`)
    if (!element) continue
    element.style.willChange = 'translate'
    elements.set(item, element)
  }
  return elements
}
