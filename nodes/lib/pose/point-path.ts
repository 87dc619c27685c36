import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../core/values'
import { median } from '../dsp/order-statistics'
import { isVisible } from './keypoints'
import { personUnit } from './procedural/rig'

/** x and y of one point over time, in shoulder widths; NaN where the point is missing. */
export interface Path {
  x: Float64Array
  y: Float64Array
}

/** Median over the frames of the person's shoulder width, px. */
export function medianUnit(pose: PoseValue): number {
  return median(Array.from({ length: pose.frames }, (_, f) => personUnit(frameOf(pose, f))))
}

const frameOf = (pose: PoseValue, frame: number): Float32Array =>
  pose.data.subarray(frame * POSE_STRIDE, (frame + 1) * POSE_STRIDE)

export function pathOf(pose: PoseValue, point: number, unit: number): Path {
  const axis = (offset: 0 | 1) =>
    Float64Array.from({ length: pose.frames }, (_, f) =>
      isVisible(pose.data, f, point) ? pose.data[(f * KEYPOINTS + point) * 3 + offset] / unit : Number.NaN,
    )
  return { x: axis(0), y: axis(1) }
}
