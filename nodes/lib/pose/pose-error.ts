import { KEYPOINTS, type PoseValue } from '../../core/values'
import { mean, percentile } from '../dsp/order-statistics'
import { isVisible } from './keypoints'
import { type MetricRegion, regionPoints } from './metric-regions'

/** How far the points of a region are from where they should be, px of the driving pose's canvas; null where none is compared. */
export interface PoseError {
  mean: number | null
  /** 95 % of the points are nearer. */
  most: number | null
  /** Part of the driving pose's visible points that are visible in the other one, too, 0 … 1. */
  found: number | null
}

/** Frames that both motions have in time. */
export const commonFrames = (driving: PoseValue, detected: PoseValue): number =>
  Math.min(driving.frames, Math.round((detected.frames / detected.fps) * driving.fps))

/**
 * The distance between a motion that was asked for and the one that was found in the result, over the points that are
 * visible in both. Canvases are scaled onto each other; each frame is compared with the nearest in time.
 */
export function poseError(driving: PoseValue, detected: PoseValue, region: MetricRegion): PoseError {
  const points = regionPoints(region)
  const [sx, sy] = [driving.width / detected.width, driving.height / detected.height]
  const distances: number[] = []
  let asked = 0
  for (let f = 0; f < commonFrames(driving, detected); f++) {
    const other = Math.min(detected.frames - 1, Math.round((f / driving.fps) * detected.fps))
    for (const point of points) {
      if (!isVisible(driving.data, f, point)) continue
      asked++
      if (!isVisible(detected.data, other, point)) continue
      const [a, b] = [placeOf(driving, f, point), placeOf(detected, other, point)]
      distances.push(Math.hypot(a.x - sx * b.x, a.y - sy * b.y))
    }
  }
  const isCompared = distances.length > 0
  return {
    mean: isCompared ? mean(distances) : null,
    most: isCompared ? percentile(distances, 95) : null,
    found: asked > 0 ? distances.length / asked : null,
  }
}

function placeOf({ data }: PoseValue, frame: number, point: number) {
  const at = (frame * KEYPOINTS + point) * 3
  return { x: data[at], y: data[at + 1] }
}
