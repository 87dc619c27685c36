import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { skeletonParts } from './skeleton-picture'

/** Height of three points over time, 0 (lowest) … 1 (highest of all three); NaN where a point is missing. */
export interface MotionCurves {
  rightHand: Float32Array
  leftHand: Float32Array
  head: Float32Array
}

export async function motionCurves(pose: PoseValue): Promise<MotionCurves> {
  const { JOINT, VISIBLE_SCORE } = await skeletonParts()
  const height = (point: number) => {
    const curve = new Float32Array(pose.frames)
    for (let f = 0; f < pose.frames; f++) {
      const at = f * POSE_STRIDE + 3 * point
      curve[f] = pose.data[at + 2] >= VISIBLE_SCORE ? -pose.data[at + 1] : Number.NaN
    }
    return curve
  }
  const hands = [height(JOINT.rightWrist), height(JOINT.leftWrist)]
  const head = height(JOINT.nose)
  const spread = (curves: Float32Array[]) => {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    for (const curve of curves) {
      for (const v of curve) {
        if (v < low) low = v
        if (v > high) high = v
      }
    }
    return curves.map((curve) => curve.map((v) => (high > low ? (v - low) / (high - low) : 0.5)))
  }
  const [rightHand, leftHand] = spread(hands)
  // A head moves by a tenth of what hands do: drawn against its own range it would look wild, so it gets a third.
  const [alone] = spread([head])
  return { rightHand, leftHand, head: alone.map((v) => 0.6 + v / 3) }
}

/** Draws a curve over `[0, width]`; gaps where it is missing. `y` of 1 is the top. */
export function strokeCurve(
  g: CanvasRenderingContext2D,
  curve: Float32Array,
  xOf: (frame: number) => number,
  { top, height }: { top: number; height: number },
): void {
  g.beginPath()
  let pen = false
  for (let f = 0; f < curve.length; f++) {
    if (Number.isNaN(curve[f])) {
      pen = false
      continue
    }
    const y = top + (1 - curve[f]) * height
    if (pen) g.lineTo(xOf(f), y)
    else g.moveTo(xOf(f), y)
    pen = true
  }
  g.stroke()
}

/** Fills the area below a curve down to `bottom`. */
export function fillBelow(
  g: CanvasRenderingContext2D,
  levels: readonly number[],
  xOf: (frame: number) => number,
  { bottom, height }: { bottom: number; height: number },
): void {
  if (levels.length === 0) return
  g.beginPath()
  g.moveTo(xOf(0), bottom)
  for (let f = 0; f < levels.length; f++) g.lineTo(xOf(f), bottom - levels[f] * height)
  g.lineTo(xOf(levels.length - 1), bottom)
  g.closePath()
  g.fill()
}
