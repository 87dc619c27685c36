import { drawPose } from './draw'

/** Side of the square for which bones and dots of the drawing have their width. */
const SIDE = 512

/**
 * `drawPose` for looking at: on a canvas whose long side is at most 512 px, so that bones stay visible.
 *
 * @param points `[134, 3]`: x, y in px of a `width` × `height` canvas, score 0…1
 * @returns sRGB `[height, width, 3]` on black
 */
export function skeletonPicture(points: Float32Array, width: number, height: number) {
  const scale = Math.min(1, SIDE / Math.max(width, height))
  const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)))
  const scaled = points.map((value, i) => (i % 3 === 2 ? value : value * scale))
  return { width: w, height: h, channels: 3 as const, data: drawPose(scaled, w, h) }
}
