import * as Y from 'yjs'
import { liveParts } from '../../../../nodes/core/live-document'
import { type Box, boxOf, snap } from '../boxes'
import type { Group } from '../document-store'
import { newId } from '../new-id'
import { groupItem, select } from '../selection-store'
import type { CommandContext } from './command-context'
import { assign } from './write-parts'

/** Space around what a new group encloses; the title has room above. */
const GROUP_PADDING = { side: 24, top: 44 }

/** Frames around items. */
export function groupCommands(context: CommandContext) {
  const { doc, store, selection, cardSize } = context
  const live = liveParts(doc)
  const { edit } = context.history

  const commands = {
    /** A frame around what is chosen. */
    group(items: readonly string[], title = 'Group'): string | undefined {
      const boxes = items
        .map((item) => boxOf(store.getState(), item, cardSize))
        .filter((box) => box !== undefined)
      if (boxes.length === 0) return undefined
      const left = Math.min(...boxes.map(({ x }) => x)) - GROUP_PADDING.side
      const top = Math.min(...boxes.map(({ y }) => y)) - GROUP_PADDING.top
      const right = Math.max(...boxes.map(({ x, w }) => x + w)) + GROUP_PADDING.side
      const bottom = Math.max(...boxes.map(({ y, h }) => y + h)) + GROUP_PADDING.side
      return commands.addGroup({ x: left, y: top, w: right - left, h: bottom - top }, title)
    },

    addGroup({ x, y, w, h }: Box, title = 'Group'): string {
      return edit('group', () => {
        const id = newId('group', (taken) => live.groups.has(taken))
        const group = { title, colour: 'grey', x: snap(x), y: snap(y), w: snap(w), h: snap(h) }
        live.groups.set(id, new Y.Map<unknown>(Object.entries(group)))
        select(selection, { items: [groupItem(id)] })
        return id
      })
    },

    /** Takes the frame away; what was in it stays. */
    ungroup(ids: readonly string[]): void {
      edit('ungroup', () => {
        for (const id of ids) live.groups.delete(id)
        select(selection, {})
      })
    },

    setGroup(id: string, values: Partial<Pick<Group, 'title' | 'colour'>>): void {
      edit('change a group', () => {
        const group = live.groups.get(id)
        if (group) assign(group, values)
      })
    },
  }
  return commands
}
