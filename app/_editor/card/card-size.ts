import type { CatalogEntry } from '../../../nodes/core/catalog'
import { stageHeight } from '../stages/stage-kind'
import { CARD_WIDTH, snap } from '../state/boxes'
import type { Layout } from '../state/document-store'

/** Heights of the parts of a card in px, top to bottom (the stage between header and rows has its own). */
export const CARD = { header: 28, aboveRows: 4, row: 20, belowRows: 2, foot: 25 }

/** A card whose type is missing keeps room for the sentence about it. */
const MISSING_STAGE = 96

export function cardWidth(layout: Layout | undefined): number {
  return Math.max(CARD_WIDTH.least, Math.min(CARD_WIDTH.most, snap(layout?.w ?? CARD_WIDTH.usual)))
}

const rowsOf = ({ inputs, outputs }: Pick<CatalogEntry, 'inputs' | 'outputs'>) =>
  Math.max(Object.keys(inputs).length, Object.keys(outputs).length)

/** Stage and strip together; 0 on a collapsed card. */
export function cardStageHeight(
  nodeId: string,
  definition: CatalogEntry | undefined,
  layout: Layout | undefined,
): number {
  if (layout?.collapsed) return 0
  return definition ? stageHeight(nodeId, definition, cardWidth(layout)) : MISSING_STAGE
}

/** `rows`: how many socket rows a card of an unknown type has. */
export function cardHeight(
  nodeId: string,
  definition: CatalogEntry | undefined,
  layout: Layout | undefined,
  rows = 0,
): number {
  if (layout?.collapsed) return CARD.header
  const sockets = (definition ? rowsOf(definition) : rows) * CARD.row
  return (
    CARD.header +
    cardStageHeight(nodeId, definition, layout) +
    CARD.aboveRows +
    sockets +
    CARD.belowRows +
    CARD.foot
  )
}

/** Height of the middle of a socket row over the card's upper edge. */
export const socketY = (stage: number, row: number, collapsed: boolean | undefined): number =>
  collapsed ? CARD.header / 2 : CARD.header + stage + CARD.aboveRows + CARD.row * row + CARD.row / 2
