import type { PoseValue } from '../../core/values'
import { mean } from '../dsp/order-statistics'
import { highShare } from './high-share'
import { type MetricRegion, REGIONS } from './metric-regions'
import { medianUnit, type Path, pathOf } from './point-path'
import { withoutSkullMotion } from './without-skull-motion'

export interface RegionMotion {
  /** Root mean square distance of its points from their mean places, shoulder widths: how far, whatever the speed. */
  amount: number | null
  /** Mean path speed, shoulder widths per second. */
  speed: number | null
  /** Highest speed of any of its points, shoulder widths per second. */
  peak: number | null
  /** Share of the energy of its velocity above 8 Hz, 0…1: what no limb does. */
  highShare: number | null
  /** Mean absolute jerk, shoulder widths per s³. */
  jerk: number | null
}

/**
 * How one region moves. Hands are measured against their root, face parts against the skull (shift, turn in the
 * plane and size removed), the rest against the canvas. Missing points are left out; null where nothing is left.
 */
export function regionMotion(pose: PoseValue, region: MetricRegion, unit = medianUnit(pose)): RegionMotion {
  const paths = relativePaths(pose, region, unit)
  const { fps } = pose
  let travelled = 0
  let steps = 0
  let peak = Number.NEGATIVE_INFINITY
  let jerk = 0
  let jerks = 0
  for (const { x, y } of paths) {
    for (let f = 1; f < x.length; f++) {
      const step = Math.hypot(x[f] - x[f - 1], y[f] - y[f - 1])
      if (Number.isNaN(step)) continue
      travelled += step
      steps++
      peak = Math.max(peak, step * fps)
      if (f < 3) continue
      const third = Math.hypot(
        x[f] - 3 * x[f - 1] + 3 * x[f - 2] - x[f - 3],
        y[f] - 3 * y[f - 1] + 3 * y[f - 2] - y[f - 3],
      )
      if (Number.isNaN(third)) continue
      jerk += third
      jerks++
    }
  }
  return {
    amount: amountOf(paths),
    speed: steps > 0 ? (travelled * fps) / steps : null,
    peak: steps > 0 ? peak : null,
    highShare: highShare(paths, fps),
    jerk: jerks > 0 ? (jerk * fps ** 3) / jerks : null,
  }
}

/** Root mean square distance of all points from their mean places. */
function amountOf(paths: Path[]): number | null {
  let squares = 0
  let count = 0
  for (const { x, y } of paths) {
    const [seenX, seenY] = [x, y].map((values) => values.filter((value) => !Number.isNaN(value)))
    const [mx, my] = [mean(seenX), mean(seenY)]
    for (let i = 0; i < seenX.length; i++) squares += (seenX[i] - mx) ** 2 + (seenY[i] - my) ** 2
    count += seenX.length
  }
  return count > 0 ? Math.sqrt(squares / count) : null
}

/** (right − left) / (right + left) of the arms' path speeds: −1 only the left arm moves … 1 only the right one. */
export function armBalance(right: RegionMotion, left: RegionMotion): number | null {
  if (right.speed === null || left.speed === null) return null
  const sum = right.speed + left.speed
  return sum > 0 ? (right.speed - left.speed) / sum : null
}

function relativePaths(pose: PoseValue, region: MetricRegion, unit: number): Path[] {
  const { points, against } = REGIONS[region]
  const paths = points.map((point) => pathOf(pose, point, unit))
  if (against === 'canvas') return paths
  if (against === 'skull') return withoutSkullMotion(pose, paths, unit)
  const root = pathOf(pose, against, unit)
  return paths.map(({ x, y }) => ({ x: x.map((v, f) => v - root.x[f]), y: y.map((v, f) => v - root.y[f]) }))
}
