import type { Ease, JointsLayer } from './edit-layers'
import type { Point } from './two-bone-ik'

const CURVES: Record<Ease, (t: number) => number> = {
  linear: (t) => t,
  'ease-in': (t) => t * t,
  'ease-out': (t) => t * (2 - t),
  'ease-in-out': (t) => t * t * (3 - 2 * t),
  hold: () => 0,
}

/**
 * The shift of a keyed joint in one frame, px. Between two keys the first one's ease says how; before the first and
 * after the last key its shift holds. `keys` ascend by frame and there is at least one.
 */
export function keyframeOffset(keys: JointsLayer['keys'], frame: number): Point {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle].frame <= frame) low = middle + 1
    else high = middle
  }
  const before = keys[low - 1]
  const after = keys[low]
  if (!before) return { x: after.dx, y: after.dy }
  if (!after) return { x: before.dx, y: before.dy }
  const t = CURVES[before.ease]((frame - before.frame) / (after.frame - before.frame))
  return { x: before.dx + t * (after.dx - before.dx), y: before.dy + t * (after.dy - before.dy) }
}
