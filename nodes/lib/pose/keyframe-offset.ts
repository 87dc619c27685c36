import type { FingerCurls } from './curl-fingers'
import type { Ease, FingersTrack, JointsLayer, RegionTrack } from './edit-layers'
import type { Point } from './two-bone-ik'

const CURVES: Record<Ease, (t: number) => number> = {
  linear: (t) => t,
  'ease-in': (t) => t * t,
  'ease-out': (t) => t * (2 - t),
  'ease-in-out': (t) => t * t * (3 - 2 * t),
  hold: () => 0,
}

/** How far the way from one key to the next is gone after the share `t` of its time; both 0…1. */
export const easeCurve = (ease: Ease, t: number): number => CURVES[ease](t)

/**
 * The keys around a frame and the share of the way between them, 0…1, as the first one's ease says. Before the first
 * and after the last key both are that key. `keys` ascend by frame and there is at least one.
 */
export function keysAround<K extends { frame: number; ease: Ease }>(
  keys: readonly K[],
  frame: number,
): { before: K; after: K; t: number } {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle].frame <= frame) low = middle + 1
    else high = middle
  }
  const before = keys[low - 1] ?? keys[low]
  const after = keys[low] ?? before
  if (before === after) return { before, after, t: 0 }
  return { before, after, t: CURVES[before.ease]((frame - before.frame) / (after.frame - before.frame)) }
}

/** The shift of a keyed joint in one frame, px. */
export function keyframeOffset(keys: JointsLayer['keys'], frame: number): Point {
  const { before, after, t } = keysAround(keys, frame)
  return { x: before.dx + t * (after.dx - before.dx), y: before.dy + t * (after.dy - before.dy) }
}

/** Shift (px), size and turn of a keyed region in one frame. Sizes go by ratio, so that growth looks even. */
export function keyframeTransform(
  keys: RegionTrack['keys'],
  frame: number,
): { dx: number; dy: number; scale: number; degrees: number } {
  const { before, after, t } = keysAround(keys, frame)
  return {
    dx: before.dx + t * (after.dx - before.dx),
    dy: before.dy + t * (after.dy - before.dy),
    scale: before.scale * (after.scale / before.scale) ** t,
    degrees: before.degrees + t * (after.degrees - before.degrees),
  }
}

export function keyframeCurls(keys: FingersTrack['keys'], frame: number): FingerCurls {
  const { before, after, t } = keysAround(keys, frame)
  const between = (name: keyof FingerCurls) => before[name] + t * (after[name] - before[name])
  return {
    thumb: between('thumb'),
    index: between('index'),
    middle: between('middle'),
    ring: between('ring'),
    little: between('little'),
    spread: between('spread'),
  }
}
