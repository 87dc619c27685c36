import { POSE_STRIDE, type PoseValue } from '../../core/values'
import { isVisible, JOINT } from './keypoints'

/** Shoulders nearer together than this (px) are a person from the side; sizes taken from them would be noise. */
const MIN_SHOULDERS = 4

/** Where and how large a person is. */
export interface TorsoReference {
  /** First frame in which neck and both shoulders are visible. */
  frame: number
  neck: { x: number; y: number }
  /** Distance of the shoulders, px. */
  shoulders: number
}

/** @returns null when no frame shows the neck and both shoulders. */
export function torsoReference({ data, frames }: PoseValue): TorsoReference | null {
  const { neck, leftShoulder, rightShoulder } = JOINT
  for (let frame = 0; frame < frames; frame++) {
    if (![neck, leftShoulder, rightShoulder].every((i) => isVisible(data, frame, i))) continue
    const at = (i: number) => frame * POSE_STRIDE + 3 * i
    const dx = data[at(leftShoulder)] - data[at(rightShoulder)]
    const dy = data[at(leftShoulder) + 1] - data[at(rightShoulder) + 1]
    const shoulders = Math.hypot(dx, dy)
    if (shoulders < MIN_SHOULDERS) continue
    return { frame, neck: { x: data[at(neck)], y: data[at(neck) + 1] }, shoulders }
  }
  return null
}
