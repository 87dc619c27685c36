import * as Y from 'yjs'
import { liveParts } from '../../../../nodes/core/live-document'
import { CARD_WIDTH, type Point, snap } from '../boxes'
import type { Note } from '../document-store'
import { newId } from '../new-id'
import { noteItem, select } from '../selection-store'
import type { CommandContext } from './command-context'
import { assign } from './write-parts'

/** Notes on the canvas. */
export function noteCommands(context: CommandContext) {
  const { doc, selection } = context
  const live = liveParts(doc)
  const { edit } = context.history

  return {
    addNote(at: Point, text = ''): string {
      return edit('add a note', () => {
        const id = newId('note', (taken) => live.notes.has(taken))
        const note = { text, x: snap(at.x), y: snap(at.y), w: CARD_WIDTH.usual, h: 96 }
        live.notes.set(id, new Y.Map<unknown>(Object.entries(note)))
        select(selection, { items: [noteItem(id)] })
        return id
      })
    },

    setNote(id: string, values: Partial<Pick<Note, 'text'>>, { gesture }: { gesture?: string } = {}): void {
      edit(
        'edit a note',
        () => {
          const note = live.notes.get(id)
          if (note) assign(note, values)
        },
        gesture,
      )
    },
  }
}
