import type { ImageValue } from '../../../nodes/core/values'

/** A place of the tiny detector's grid of eight by eight, and a level. */
export type Patch = readonly [column: number, row: number, level: number]

/**
 * A picture for the tiny detectors: dark (below 32) it shows a person around each patch that is nearly white, otherwise
 * one person that fills it.
 */
export function litPicture(background: number, patches: readonly Patch[] = [], side = 512): ImageValue {
  const data = new Uint8Array(side * side * 3).fill(background)
  const cell = side / 8
  for (const [column, row, level] of patches)
    for (let y = row * cell; y < (row + 1) * cell; y++)
      data.fill(level, (y * side + column * cell) * 3, (y * side + (column + 1) * cell) * 3)
  return { width: side, height: side, channels: 3, data }
}

/** The middle of a patch, px. */
export const middleOf = ([column, row]: Patch, side = 512): [x: number, y: number] => [
  ((column + 0.5) * side) / 8,
  ((row + 0.5) * side) / 8,
]
