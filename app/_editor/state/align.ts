import type { Box, Point } from './boxes'

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom' | 'columns' | 'rows'

/** Upper left corners of boxes lined up by an edge or a middle, or spread with equal gaps. */
export function aligned(boxes: readonly (Box & { item: string })[], how: Alignment): Record<string, Point> {
  const left = Math.min(...boxes.map(({ x }) => x))
  const right = Math.max(...boxes.map(({ x, w }) => x + w))
  const top = Math.min(...boxes.map(({ y }) => y))
  const bottom = Math.max(...boxes.map(({ y, h }) => y + h))
  if (how === 'columns' || how === 'rows') {
    const [start, size] = how === 'columns' ? (['x', 'w'] as const) : (['y', 'h'] as const)
    const sorted = [...boxes].sort((a, b) => a[start] - b[start])
    const used = sorted.reduce((sum, box) => sum + box[size], 0)
    const span = how === 'columns' ? right - left : bottom - top
    const gap = (span - used) / (sorted.length - 1)
    let at = how === 'columns' ? left : top
    return Object.fromEntries(
      sorted.map((box) => {
        const place = { x: box.x, y: box.y, [start]: at }
        at += box[size] + gap
        return [box.item, place]
      }),
    )
  }
  const place = ({ x, y, w, h }: Box): Point => {
    switch (how) {
      case 'left':
        return { x: left, y }
      case 'centre':
        return { x: (left + right - w) / 2, y }
      case 'right':
        return { x: right - w, y }
      case 'top':
        return { x, y: top }
      case 'middle':
        return { x, y: (top + bottom - h) / 2 }
      case 'bottom':
        return { x, y: bottom - h }
    }
  }
  return Object.fromEntries(boxes.map(({ item, ...box }) => [item, place(box)]))
}
