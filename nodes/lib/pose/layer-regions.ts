import type { CancelSignal } from '../../core/define-node'
import { KEYPOINTS, POSE_STRIDE } from '../../core/values'
import type { LayerRegion } from './edit-layers'
import { isVisible, JOINT, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT, SKULL } from './keypoints'
import { type FrameOf, visibleMean } from './similarity'
import type { Point } from './two-bone-ik'

/** Points that move as one, and what they turn about. */
export interface RegionGroup {
  points: readonly number[]
  /** Pivots by preference: the mean of the points of the first list that the range ever shows. */
  pivots: readonly (readonly number[])[]
  /** What the group hangs on when it is frozen: carried along, turned with a forearm, laid over a skull. */
  holds: 'pivot' | 'forearm' | 'skull' | 'canvas'
}

const HIPS = [JOINT.rightHip, JOINT.leftHip]
const LEGS = [...PARTS.leftLeg, ...PARTS.rightLeg]
const UPPER_BODY = PARTS.all.filter((i) => !LEGS.includes(i as (typeof LEGS)[number]))
const HEAD = [...PARTS.head, ...PARTS.face]

const group = (
  points: readonly number[],
  holds: RegionGroup['holds'],
  ...pivots: (readonly number[])[]
): RegionGroup => ({ points, holds, pivots: [...pivots, points] })

const leftHand = group(PARTS.leftHand, 'forearm', [JOINT.leftWrist], [LEFT_HAND_ROOT])
const rightHand = group(PARTS.rightHand, 'forearm', [JOINT.rightWrist], [RIGHT_HAND_ROOT])
const leftArm = group([JOINT.leftElbow, JOINT.leftWrist, ...PARTS.leftHand], 'pivot', [JOINT.leftShoulder])
const rightArm = group([JOINT.rightElbow, JOINT.rightWrist, ...PARTS.rightHand], 'pivot', [
  JOINT.rightShoulder,
])
const own = (points: readonly number[]) => group(points, 'skull')

const GROUPS: Record<LayerRegion, readonly RegionGroup[]> = {
  all: [group(PARTS.all, 'canvas', [JOINT.neck])],
  upperBody: [group(UPPER_BODY, 'pivot', HIPS, [JOINT.neck])],
  head: [group(HEAD, 'pivot', [JOINT.neck], [JOINT.rightShoulder, JOINT.leftShoulder])],
  leftArm: [leftArm],
  rightArm: [rightArm],
  arms: [leftArm, rightArm],
  leftHand: [leftHand],
  rightHand: [rightHand],
  hands: [leftHand, rightHand],
  face: [group(PARTS.face, 'skull', SKULL)],
  lips: [own(PARTS.lips)],
  jaw: [group(PARTS.jaw, 'skull', SKULL)],
  brows: [own(PARTS.rightBrow), own(PARTS.leftBrow)],
  eyes: [own(PARTS.rightEye), own(PARTS.leftEye)],
}

export const regionGroups = (region: LayerRegion): readonly RegionGroup[] => GROUPS[region]

/** Frames `[from, to)` of a motion that is being edited in place. */
export interface EditedRange {
  /** `[frames, 134, 3]`, written to. */
  data: Float32Array
  from: number
  to: number
  /** Asked every thousand frames or so. */
  signal?: CancelSignal
}

export const readPoint = (data: Float32Array, frame: number, i: number): Point => ({
  x: data[(frame * KEYPOINTS + i) * 3],
  y: data[(frame * KEYPOINTS + i) * 3 + 1],
})

export function writePoint(data: Float32Array, frame: number, i: number, { x, y }: Point): void {
  data[frame * POSE_STRIDE + 3 * i] = x
  data[frame * POSE_STRIDE + 3 * i + 1] = y
}

/**
 * Where a group's pivot is in every frame of the range. In frames that do not show it the nearest earlier place holds
 * (before the first one: that one), so that a flickering hip does not throw the person about.
 *
 * @returns null when the range shows none of the pivots.
 */
export function pivotTrack({ data, from, to }: EditedRange, pivots: RegionGroup['pivots']): Point[] | null {
  for (const points of pivots) {
    const track: (Point | null)[] = []
    for (let f = from; f < to; f++) track.push(pivotOf({ data, frame: f }, points))
    const first = track.find((place) => place !== null)
    if (!first) continue
    let last = first
    return track.map((place) => (last = place ?? last))
  }
  return null
}

/** A pair of joints counts when both are seen, a cloud of points when half of it is. */
function pivotOf(pose: FrameOf, points: readonly number[]): Point | null {
  const visible = points.filter((i) => isVisible(pose.data, pose.frame, i)).length
  const needed = points.length <= 2 ? points.length : points.length / 2
  return visible >= needed ? visibleMean(pose, points) : null
}
