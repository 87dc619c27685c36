import type * as Y from 'yjs'
import type { Definitions } from '../definitions'
import type { DocumentStore } from '../document-store'
import type { History } from '../history'
import { itemOf, type SelectionStore } from '../selection-store'

/** What commands work with. */
export interface CommandContext {
  doc: Y.Doc
  store: DocumentStore
  history: History
  selection: SelectionStore
  definitions(): Definitions
  /** Size of a card as it is drawn; of a type, before there is a node of it. */
  cardSize(node: string, type?: string): { w: number; h: number }
}

export function titleOf({ store, definitions }: CommandContext, id: string): string {
  const node = store.getState().nodes[id]
  return node?.title ?? (node && definitions().get(node.type)?.title) ?? id
}

/** What is done to items, for the tooltip of undo: "delete Mel spectrogram", "move 3 items". */
export const say = (context: CommandContext, verb: string, items: readonly string[]): string =>
  items.length === 1 && itemOf(items[0]).kind === 'node'
    ? `${verb} ${titleOf(context, items[0])}`
    : `${verb} ${items.length} ${items.length === 1 ? itemOf(items[0]).kind : 'items'}`
