import { KEYPOINTS, POSE_STRIDE } from '../../core/values'
import { isVisible } from './keypoints'

/** Turn, scale and shift of the plane: `x' = a·x − b·y + tx`, `y' = b·x + a·y + ty`. Scale is √(a² + b²). */
export interface Similarity {
  a: number
  b: number
  tx: number
  ty: number
}

/** A pose array and the frame of it that is meant. */
export interface FrameOf {
  data: Float32Array
  frame: number
}

/**
 * The similarity that brings `points` of one frame nearest to the same points of another, in the least-squares sense
 * (Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991; in the plane a
 * quotient of complex numbers). Only points visible in both count.
 *
 * @returns null when fewer than `atLeast` such points are left or when they lie on one spot.
 */
export function fitSimilarity(
  from: FrameOf,
  to: FrameOf,
  points: readonly number[],
  atLeast = 2,
): Similarity | null {
  const common = points.filter((i) => isVisible(from.data, from.frame, i) && isVisible(to.data, to.frame, i))
  if (common.length < atLeast) return null
  const p = meanOf(from, common)
  const q = meanOf(to, common)
  let a = 0
  let b = 0
  let size = 0
  for (const i of common) {
    const s = (from.frame * KEYPOINTS + i) * 3
    const d = (to.frame * KEYPOINTS + i) * 3
    const [px, py] = [from.data[s] - p.x, from.data[s + 1] - p.y]
    const [qx, qy] = [to.data[d] - q.x, to.data[d + 1] - q.y]
    a += px * qx + py * qy
    b += px * qy - py * qx
    size += px * px + py * py
  }
  if (size < 1e-6) return null
  a /= size
  b /= size
  return { a, b, tx: q.x - a * p.x + b * p.y, ty: q.y - b * p.x - a * p.y }
}

function meanOf({ data, frame }: FrameOf, points: readonly number[]): { x: number; y: number } {
  let x = 0
  let y = 0
  for (const i of points) {
    x += data[frame * POSE_STRIDE + 3 * i]
    y += data[frame * POSE_STRIDE + 3 * i + 1]
  }
  return { x: x / points.length, y: y / points.length }
}

/** Middle of those of `points` that are visible, or null when none is. */
export function visibleMean(pose: FrameOf, points: readonly number[]): { x: number; y: number } | null {
  const visible = points.filter((i) => isVisible(pose.data, pose.frame, i))
  return visible.length === 0 ? null : meanOf(pose, visible)
}
