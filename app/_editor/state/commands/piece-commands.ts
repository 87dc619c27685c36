import * as Y from 'yjs'
import { liveParts } from '../../../../nodes/core/live-document'
import { type Point, snap } from '../boxes'
import { copyText, pastedPiece } from '../clipboard'
import { newId } from '../new-id'
import { groupItem, noteItem, select } from '../selection-store'
import { type CommandContext, say } from './command-context'
import type { removalCommands } from './removal-commands'
import { copyEdge, putNode } from './write-parts'

/** Pieces of a workflow are copied and put down again. */
export function pieceCommands(context: CommandContext, { remove }: ReturnType<typeof removalCommands>) {
  const { doc, store, selection } = context
  const live = liveParts(doc)
  const { edit } = context.history

  /** Writes a piece with new ids, moved by `by`, and selects it. */
  const insertPiece = (piece: ReturnType<typeof pastedPiece>, by: Point): string[] => {
    const ids = new Map<string, string>()
    for (const [id, node] of Object.entries(piece.nodes)) {
      const fresh = newId(node.type, (taken) => live.nodes.has(taken) || [...ids.values()].includes(taken))
      ids.set(id, fresh)
      putNode(live, fresh, node)
      const { x = 0, y = 0, ...rest } = piece.layout[id] ?? {}
      live.layout.set(fresh, new Y.Map(Object.entries({ ...rest, x: snap(x + by.x), y: snap(y + by.y) })))
    }
    for (const { from, to } of piece.edges) {
      const [source, target] = [ids.get(from[0]), ids.get(to[0])]
      if (source && target) copyEdge(live, [source, from[1]], [target, to[1]])
    }
    const items = [...ids.values()]
    for (const [name, list] of [
      ['notes', piece.notes],
      ['groups', piece.groups],
    ] as const) {
      for (const { id: _, ...value } of list) {
        const fresh = newId(name === 'notes' ? 'note' : 'group', (taken) => live[name].has(taken))
        const moved = { ...value, x: snap(value.x + by.x), y: snap(value.y + by.y) }
        live[name].set(fresh, new Y.Map(Object.entries(moved)))
        items.push(name === 'notes' ? noteItem(fresh) : groupItem(fresh))
      }
    }
    select(selection, { items })
    return items
  }

  return {
    copy: (items: readonly string[]): string => copyText(store.getState(), items),

    cut(items: readonly string[]): string {
      const text = copyText(store.getState(), items)
      remove(items)
      return text
    },

    /**
     * Adds a copied piece with its upper left corner at `at`.
     *
     * @throws StudioError `document/…` when the text is not a piece of a workflow
     */
    paste(text: string, at: Point): string[] {
      const piece = pastedPiece(text)
      const corners = [...Object.values(piece.layout), ...piece.notes, ...piece.groups]
      const left = Math.min(...corners.map(({ x }) => x), Number.POSITIVE_INFINITY)
      const top = Math.min(...corners.map(({ y }) => y), Number.POSITIVE_INFINITY)
      const by = Number.isFinite(left) ? { x: at.x - left, y: at.y - top } : at
      return edit('paste', () => insertPiece(piece, by))
    },

    /** Copies beside the originals, with the edges that lead into them. */
    duplicate(items: readonly string[], by: Point = { x: 32, y: 32 }): string[] {
      const document = store.getState()
      const piece = pastedPiece(copyText(document, items))
      return edit(say(context, 'duplicate', items), () => {
        const made = insertPiece(piece, by)
        const originals = Object.keys(piece.nodes)
        for (const { from, to } of document.edges) {
          const at = originals.indexOf(to[0])
          if (at >= 0 && !originals.includes(from[0])) copyEdge(live, from, [made[at], to[1]])
        }
        return made
      })
    },
  }
}
