'use client'
import { create } from 'zustand'

/** How much of a card is drawn: all, no foot and facts, picture and name, or a block. */
export type DetailLevel = 'full' | 'middle' | 'far' | 'block'

/** Many cards turn into blocks a little earlier: nobody reads a picture of 60 px among hundreds. */
const MANY = 150

export function levelFor(zoom: number, cards: number): DetailLevel {
  if (zoom < (cards > MANY ? 0.3 : 0.2)) return 'block'
  if (zoom < 0.45) return 'far'
  return zoom < 0.55 ? 'middle' : 'full'
}

/** One for all cards: it changes when a border is crossed, not at every wheel notch. */
export const useDetailLevel = create<{ level: DetailLevel }>(() => ({ level: 'full' }))

export function setDetailLevel(level: DetailLevel): void {
  if (useDetailLevel.getState().level !== level) useDetailLevel.setState({ level })
}
