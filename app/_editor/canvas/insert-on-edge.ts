'use client'
import type { Editor } from '../state/editor-context'
import { useConnecting } from './connecting'
import { edgeUnder, fitsInto } from './edge-under'

/** Asking the page what lies under the pointer costs a layout: not more often than this while a card is dragged. */
const LOOK_EVERY_MS = 60

type Spot = { clientX: number; clientY: number }

/** Says which edge would take a dragged card in, and shows it. `node`: the card, when it is dragged alone. */
export function watchEdgeUnder(editor: Editor, node: string | undefined) {
  const { edges } = editor.document.getState()
  const mayInsert = node !== undefined && !edges.some(({ from, to }) => from[0] === node || to[0] === node)
  let last: Spot | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const look = () => {
    timer = undefined
    const edge = last && edgeUnder(last)
    const insertInto = edge && node !== undefined && fitsInto(editor, node, edge) ? edge : undefined
    if (useConnecting.getState().insertInto !== insertInto) useConnecting.setState({ insertInto })
    return insertInto
  }
  return {
    at({ clientX, clientY }: Spot): void {
      if (!mayInsert) return
      last = { clientX, clientY }
      timer ??= setTimeout(look, LOOK_EVERY_MS)
    },
    /** The edge under the place where it was let go. */
    end(): string | undefined {
      clearTimeout(timer)
      const insertInto = look()
      if (insertInto !== undefined) useConnecting.setState({ insertInto: undefined })
      return insertInto
    },
  }
}
