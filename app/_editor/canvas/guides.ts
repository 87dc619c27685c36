import type { Box } from '../state/boxes'

/** A line that shows what an item lines up with, in px of the canvas. */
export interface Guide {
  axis: 'x' | 'y'
  at: number
  from: number
  to: number
}

export interface Snapped {
  dx: number
  dy: number
  guides: Guide[]
}

const lines = (start: number, size: number) => [start, start + size / 2, start + size]

/**
 * The small move that brings a box in line with the nearest others: their edges and middles, within `reach` px. Says
 * which lines to draw.
 */
export function alignToOthers(box: Box, others: readonly Box[], reach: number): Snapped {
  const x = nearest(box, others, reach, 'x', 'w')
  const y = nearest(box, others, reach, 'y', 'h')
  const moved = { ...box, x: box.x + (x?.by ?? 0), y: box.y + (y?.by ?? 0) }
  const guides: Guide[] = []
  if (x) {
    guides.push({
      axis: 'x',
      at: x.line,
      from: Math.min(moved.y, x.other.y),
      to: Math.max(moved.y + moved.h, x.other.y + x.other.h),
    })
  }
  if (y) {
    guides.push({
      axis: 'y',
      at: y.line,
      from: Math.min(moved.x, y.other.x),
      to: Math.max(moved.x + moved.w, y.other.x + y.other.w),
    })
  }
  return { dx: x?.by ?? 0, dy: y?.by ?? 0, guides }
}

function nearest(box: Box, others: readonly Box[], reach: number, start: 'x' | 'y', size: 'w' | 'h') {
  let best: { by: number; line: number; other: Box } | undefined
  const own = lines(box[start], box[size])
  for (const other of others) {
    for (const line of lines(other[start], other[size])) {
      for (const mine of own) {
        const by = line - mine
        if (Math.abs(by) <= reach && (!best || Math.abs(by) < Math.abs(best.by))) best = { by, line, other }
      }
    }
  }
  return best
}
