import type { FINGERS } from '../../../nodes/lib/pose/curl-fingers'
import type { EditLayer, LayerRegion, Track } from '../../../nodes/lib/pose/edit-layers'
import {
  JOINT,
  KEYPOINT_NAMES,
  LEFT_HAND_ROOT,
  PARTS,
  RIGHT_HAND_ROOT,
} from '../../../nodes/lib/pose/keypoints'

/** What a person takes hold of in the editor; each is a region of the layers. */
export interface Part {
  id: PartId
  label: string
  /** On stages and beside names; the arms and hands have the colours of their bones. */
  colour: string
  region: LayerRegion
  points: readonly number[]
  /** Whose way the curves of the timeline show. */
  tracked: number
}

export type PartId =
  | 'body'
  | 'head'
  | 'face'
  | 'brows'
  | 'eyes'
  | 'lips'
  | 'rightArm'
  | 'rightHand'
  | 'leftArm'
  | 'leftHand'

const LEFT_ARM = [JOINT.leftShoulder, JOINT.leftElbow, JOINT.leftWrist]
const RIGHT_ARM = [JOINT.rightShoulder, JOINT.rightElbow, JOINT.rightWrist]

const part = (
  id: PartId,
  label: string,
  colour: string,
  region: LayerRegion,
  points: readonly number[],
  tracked: number,
): Part => ({ id, label, colour, region, points, tracked })

/** In the order in which they are listed. */
export const POSE_PARTS: readonly Part[] = [
  part('body', 'Body', '#9a9a9a', 'upperBody', [JOINT.neck, JOINT.rightHip, JOINT.leftHip], JOINT.neck),
  part('head', 'Head', '#5b6cff', 'head', [...PARTS.head, ...PARTS.face], JOINT.nose),
  part('face', 'Face', '#ffffff', 'face', PARTS.face, 54),
  part('brows', 'Brows', '#c9a0ff', 'brows', PARTS.brows, 43),
  part('eyes', 'Eyes', '#7fd4ff', 'eyes', PARTS.eyes, 61),
  part('lips', 'Lips', '#ff5c8a', 'lips', PARTS.lips, 81),
  part('rightArm', 'Right arm', '#ffb020', 'rightArm', RIGHT_ARM, JOINT.rightWrist),
  part('rightHand', 'Right hand', '#f5e11c', 'rightHand', PARTS.rightHand, RIGHT_HAND_ROOT + 12),
  part('leftArm', 'Left arm', '#7fe03a', 'leftArm', LEFT_ARM, JOINT.leftWrist),
  part('leftHand', 'Left hand', '#31d07c', 'leftHand', PARTS.leftHand, LEFT_HAND_ROOT + 12),
]

export const partById = (id: PartId): Part => POSE_PARTS.find((one) => one.id === id) as Part // every id is in the list

/** The same part on the other side of the body; the part itself where there is one only. */
export const MIRRORED: Record<PartId, PartId> = {
  body: 'body',
  head: 'head',
  face: 'face',
  brows: 'brows',
  eyes: 'eyes',
  lips: 'lips',
  rightArm: 'leftArm',
  leftArm: 'rightArm',
  rightHand: 'leftHand',
  leftHand: 'rightHand',
}

export interface ArmJoints {
  shoulder: number
  elbow: number
  wrist: number
  hand: number
}

export const ARM_OF: Partial<Record<PartId, ArmJoints>> = {
  rightArm: { shoulder: 2, elbow: 3, wrist: 4, hand: RIGHT_HAND_ROOT },
  leftArm: { shoulder: 5, elbow: 6, wrist: 7, hand: LEFT_HAND_ROOT },
}

export const HAND_OF: Partial<Record<PartId, { side: 'left' | 'right'; wrist: number; root: number }>> = {
  rightHand: { side: 'right', wrist: JOINT.rightWrist, root: RIGHT_HAND_ROOT },
  leftHand: { side: 'left', wrist: JOINT.leftWrist, root: LEFT_HAND_ROOT },
}

export const jointIndex = (joint: number | string): number =>
  typeof joint === 'number' ? joint : KEYPOINT_NAMES.indexOf(joint)

/** The part that a point belongs to when it is picked. */
export function partOfPoint(i: number): PartId {
  if (LEFT_ARM.includes(i as (typeof LEFT_ARM)[number])) return 'leftArm'
  if (RIGHT_ARM.includes(i as (typeof RIGHT_ARM)[number])) return 'rightArm'
  if (i >= RIGHT_HAND_ROOT) return 'rightHand'
  if (i >= LEFT_HAND_ROOT) return 'leftHand'
  if (PARTS.head.includes(i as (typeof PARTS.head)[number])) return 'head'
  if (i >= 72) return 'lips'
  if (i >= 60) return 'eyes'
  if (i >= 41 && i <= 50) return 'brows'
  if (i >= 24) return 'face'
  return 'body'
}

const REGION_PART: Partial<Record<LayerRegion, PartId>> = { jaw: 'face', upperBody: 'body', all: 'body' }

export const partOfRegion = (region: LayerRegion): PartId | undefined =>
  POSE_PARTS.find((one) => one.region === region)?.id ?? REGION_PART[region]

export function partOfTrack(track: Track): PartId {
  if (track.part === 'joint') return partOfPoint(jointIndex(track.joint))
  if (track.part === 'fingers') return track.hand === 'left' ? 'leftHand' : 'rightHand'
  return partOfRegion(track.region) ?? 'body'
}

/** Parts that a layer changes. */
export function partsOfLayer(layer: EditLayer): PartId[] {
  if (layer.kind === 'keys') return [...new Set(layer.tracks.map(partOfTrack))]
  if (layer.kind === 'joints') return [partOfPoint(jointIndex(layer.joint))]
  if (layer.region === 'arms') return ['rightArm', 'leftArm']
  if (layer.region === 'hands') return ['rightHand', 'leftHand']
  const one = partOfRegion(layer.region)
  return one ? [one] : []
}

export const FINGER_LABELS: Record<(typeof FINGERS)[number], string> = {
  thumb: 'Thumb',
  index: 'Index',
  middle: 'Middle',
  ring: 'Ring',
  little: 'Little',
}
