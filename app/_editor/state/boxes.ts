import type { WorkflowDocument } from '../../../nodes/core/document'
import { itemOf } from './selection-store'

export interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  w: number
  h: number
}

/** Positions and widths lie on this grid. */
export const GRID = 4
export const snap = (value: number): number => Math.round(value / GRID) * GRID

export const CARD_WIDTH = { least: 148, usual: 208, most: 480 }

/** Where an item lies; undefined when it does not exist. */
export function boxOf(
  document: WorkflowDocument,
  item: string,
  cardSize: (node: string) => { w: number; h: number },
): Box | undefined {
  const { kind, id } = itemOf(item)
  if (kind === 'node') {
    if (!Object.hasOwn(document.nodes, id)) return undefined
    const { x = 0, y = 0 } = document.layout[id] ?? {}
    return { x, y, ...cardSize(id) }
  }
  const list = (kind === 'note' ? document.notes : document.groups) as unknown as (Box & { id: string })[] // boxes by `boxOf` of the clipboard and our own commands
  const found = list.find((entry) => entry.id === id)
  return found && { x: found.x, y: found.y, w: found.w, h: found.h }
}
