import { JOINT, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT } from './keypoints'

export const METRIC_REGIONS = [
  'body',
  'head',
  'leftArm',
  'rightArm',
  'leftHand',
  'rightHand',
  'lips',
  'brows',
  'eyes',
] as const
export type MetricRegion = (typeof METRIC_REGIONS)[number]

/** Points of each region, and what their motion is measured against. */
export const REGIONS: Record<
  MetricRegion,
  { points: readonly number[]; against: 'canvas' | 'skull' | number }
> = {
  body: { points: PARTS.torso, against: 'canvas' },
  head: { points: [JOINT.nose, JOINT.rightEye, JOINT.leftEye, 51, 54], against: 'canvas' },
  leftArm: { points: [JOINT.leftElbow, JOINT.leftWrist], against: 'canvas' },
  rightArm: { points: [JOINT.rightElbow, JOINT.rightWrist], against: 'canvas' },
  leftHand: { points: PARTS.leftHand.slice(1), against: LEFT_HAND_ROOT },
  rightHand: { points: PARTS.rightHand.slice(1), against: RIGHT_HAND_ROOT },
  lips: { points: PARTS.lips, against: 'skull' },
  brows: { points: PARTS.brows, against: 'skull' },
  eyes: { points: PARTS.eyes, against: 'skull' },
}

export const regionPoints = (region: MetricRegion): readonly number[] => REGIONS[region].points
