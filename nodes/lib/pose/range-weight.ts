export interface FrameRange {
  /** First frame with any effect. */
  from: number
  /** First frame without effect again. */
  to: number
  /** Frames of partial effect at the start and the end of the range, inside it. */
  fadeIn: number
  fadeOut: number
}

/** x² (3 − 2x) on 0…1: starts and ends without a jerk. */
const smoothStep = (x: number): number => (x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x))

/** How much an effect counts in a frame, 0…1. With overlapping fades the weaker side wins. */
export function rangeWeight(frame: number, { from, to, fadeIn, fadeOut }: FrameRange): number {
  if (frame < from || frame >= to) return 0
  return smoothStep(Math.min((frame - from + 1) / (fadeIn + 1), (to - frame) / (fadeOut + 1)))
}
