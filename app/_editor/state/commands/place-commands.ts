import { liveParts } from '../../../../nodes/core/live-document'
import { type Alignment, aligned } from '../align'
import { type Box, boxOf, type Point, snap } from '../boxes'
import { itemOf } from '../selection-store'
import { type CommandContext, say } from './command-context'
import { assign, layoutOf, placeOf } from './write-parts'

/** Where items lie and how large they are. */
export function placeCommands(context: CommandContext) {
  const { doc, store, cardSize } = context
  const live = liveParts(doc)
  const { edit } = context.history

  const commands = {
    /** Upper left corners by item. One step for all. */
    moveItems(places: Readonly<Record<string, Point>>, { gesture }: { gesture?: string } = {}): void {
      edit(
        say(context, 'move', Object.keys(places)),
        () => {
          for (const [item, { x, y }] of Object.entries(places)) {
            const entry = placeOf(live, itemOf(item))
            if (entry) assign(entry, { x: snap(x), y: snap(y) })
          }
        },
        gesture,
      )
    },

    resizeItem(item: string, box: Partial<Box>, { gesture }: { gesture?: string } = {}): void {
      edit(
        say(context, 'resize', [item]),
        () => {
          const entry = placeOf(live, itemOf(item))
          const rounded = Object.fromEntries(Object.entries(box).map(([side, value]) => [side, snap(value)]))
          if (entry) assign(entry, rounded)
        },
        gesture,
      )
    },

    setCollapsed(ids: readonly string[], collapsed: boolean): void {
      edit(say(context, collapsed ? 'collapse' : 'open', ids), () => {
        for (const id of ids)
          if (live.nodes.has(id)) assign(layoutOf(live, id), { collapsed: collapsed || undefined })
      })
    },

    /** Puts everything into columns in the order of the data; of several chosen nodes only these. */
    async tidy(items: readonly string[] = []): Promise<void> {
      const { tidyLayout } = await import('../tidy-layout')
      const chosen = items.map(itemOf).flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))
      const places = tidyLayout(store.getState(), chosen.length > 1 ? chosen : undefined, cardSize)
      edit('tidy', () => commands.moveItems(places))
    },

    /** Lines items up by an edge or a middle, or spreads them with equal gaps. */
    align(items: readonly string[], how: Alignment): void {
      const boxes = items.flatMap((item) => {
        const box = boxOf(store.getState(), item, cardSize)
        return box ? [{ item, ...box }] : []
      })
      if (boxes.length > 1) edit(say(context, 'align', items), () => commands.moveItems(aligned(boxes, how)))
    },
  }
  return commands
}
