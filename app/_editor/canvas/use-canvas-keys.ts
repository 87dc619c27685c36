'use client'
import type { FocusEvent, KeyboardEvent } from 'react'
import { cardHeight, cardWidth } from '../card/card-size'
import { boxOf, type Point } from '../state/boxes'
import { type Editor, useEditor } from '../state/editor-context'
import { flowOrder } from '../state/flow-order'
import { itemOf, select } from '../state/selection-store'
import type { CanvasControls } from './canvas-view'

const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** Alt and an arrow moves what is chosen by this many px; with Shift five times as far. */
const NUDGE = 4

/** Tab goes through the nodes in the order of the data, arrows along the edges, Alt and arrows move. */
export function useCanvasKeys(controls: CanvasControls) {
  const editor = useEditor()
  return {
    onKeyDown(event: KeyboardEvent) {
      const target = event.target as Element
      if (target.closest('input, textarea, button, [contenteditable], [role="dialog"], [role="menu"]')) return
      if (event.ctrlKey || event.metaKey) return
      const here =
        focusedNode(target) ?? editor.selection.getState().items.find((item) => itemOf(item).kind === 'node')
      const arrow = ARROWS[event.key]
      if (event.key === 'Tab' && !event.altKey) {
        const next = neighbourInOrder(editor, here, event.shiftKey ? -1 : 1)
        if (!next) return // the next thing of the page
        event.preventDefault()
        controls.reveal(next)
      } else if (arrow && event.altKey) {
        event.preventDefault()
        nudge(editor, arrow, event.shiftKey ? 5 * NUDGE : NUDGE)
      } else if (arrow && here) {
        event.preventDefault()
        const next = neighbourAlong(editor, here, arrow)
        if (next) controls.reveal(next)
      }
    },
    /** Whatever the keyboard reaches is chosen. */
    onFocus(event: FocusEvent) {
      const item = focusedNode(event.target)
      if (item && event.target.matches(':focus-visible')) select(editor.selection, { items: [item] })
    },
  }
}

const focusedNode = (target: Element) =>
  target.closest('.react-flow__node')?.getAttribute('data-id') ?? undefined

function neighbourInOrder(editor: Editor, here: string | undefined, step: 1 | -1): string | undefined {
  const { nodes, edges } = editor.document.getState()
  const order = flowOrder(nodes, edges)
  if (here === undefined) return step === 1 ? order[0] : order.at(-1)
  return order[order.indexOf(here) + step]
}

/** Right and left follow an edge where there is one; else, as up and down, the nearest card in that direction. */
function neighbourAlong(editor: Editor, here: string, { x, y }: Point): string | undefined {
  const document = editor.document.getState()
  const size = (id: string) => {
    const definition = editor.definitions.get(document.nodes[id]?.type ?? '')
    return { w: cardWidth(document.layout[id]), h: cardHeight(id, definition, document.layout[id]) }
  }
  if (x !== 0) {
    const joined = document.edges.flatMap(({ from, to }) =>
      x > 0 ? (from[0] === here ? [to[0]] : []) : to[0] === here ? [from[0]] : [],
    )
    if (joined.length > 0) return joined[0]
  }
  const own = boxOf(document, here, size)
  if (!own) return undefined
  const middle = { x: own.x + own.w / 2, y: own.y + own.h / 2 }
  let best: { id: string; away: number } | undefined
  for (const id of Object.keys(document.nodes)) {
    const box = id === here ? undefined : boxOf(document, id, size)
    if (!box) continue
    const [dx, dy] = [box.x + box.w / 2 - middle.x, box.y + box.h / 2 - middle.y]
    const along = dx * x + dy * y
    if (along <= 0) continue
    const away = along + 2 * Math.abs(dx * y + dy * x)
    if (!best || away < best.away) best = { id, away }
  }
  return best?.id
}

function nudge(editor: Editor, { x, y }: Point, by: number): void {
  const document = editor.document.getState()
  const places = Object.fromEntries(
    editor.selection.getState().items.flatMap((item) => {
      const box = boxOf(document, item, () => ({ w: 0, h: 0 }))
      return box ? [[item, { x: box.x + x * by, y: box.y + y * by }]] : []
    }),
  )
  if (Object.keys(places).length > 0)
    editor.commands.moveItems(places, { gesture: `nudge ${Object.keys(places).join()}` })
}
