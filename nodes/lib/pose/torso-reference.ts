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
  /** Distance of neck and nose, px; undefined where the nose is not seen. */
  neckToNose: number | undefined
}

/**
 * Whether a person is seen from the side, where the shoulders say nothing of their size. From the front they are 1.5 to
 * 1.9 times as far apart as neck and nose; this is less than half of it.
 */
export const isFromSide = ({ shoulders, neckToNose }: TorsoReference): boolean =>
  neckToNose !== undefined && shoulders < 0.75 * neckToNose

/** @returns null when no frame shows the neck and both shoulders. */
export function torsoReference({ data, frames }: PoseValue): TorsoReference | null {
  const { neck, nose, leftShoulder, rightShoulder } = JOINT
  for (let frame = 0; frame < frames; frame++) {
    if (![neck, leftShoulder, rightShoulder].every((i) => isVisible(data, frame, i))) continue
    const at = (i: number) => frame * POSE_STRIDE + 3 * i
    const between = (a: number, b: number) =>
      Math.hypot(data[at(a)] - data[at(b)], data[at(a) + 1] - data[at(b) + 1])
    const shoulders = between(leftShoulder, rightShoulder)
    if (shoulders < MIN_SHOULDERS) continue
    const neckToNose = isVisible(data, frame, nose) ? between(neck, nose) : undefined
    return { frame, neck: { x: data[at(neck)], y: data[at(neck) + 1] }, shoulders, neckToNose }
  }
  return null
}
