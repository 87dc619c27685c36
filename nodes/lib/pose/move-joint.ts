import { isVisible, JOINT, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT } from './keypoints'
import { readPoint, writePoint } from './layer-regions'
import { type Point, twoBoneIk } from './two-bone-ik'

const ARMS: Record<number, { shoulder: number; elbow: number; hand: readonly number[] }> = {
  [JOINT.rightWrist]: { shoulder: JOINT.rightShoulder, elbow: JOINT.rightElbow, hand: PARTS.rightHand },
  [JOINT.leftWrist]: { shoulder: JOINT.leftShoulder, elbow: JOINT.leftElbow, hand: PARTS.leftHand },
}

const LEFT_ARM = [JOINT.leftElbow, JOINT.leftWrist, ...PARTS.leftHand]
const RIGHT_ARM = [JOINT.rightElbow, JOINT.rightWrist, ...PARTS.rightHand]
const HEAD = [...PARTS.head, ...PARTS.face]

/** What hangs on a body point, without the point itself. */
const FOLLOWERS: Record<number, readonly number[]> = {
  [JOINT.neck]: [JOINT.rightShoulder, JOINT.leftShoulder, ...LEFT_ARM, ...RIGHT_ARM, ...HEAD],
  [JOINT.nose]: HEAD.filter((i) => i !== JOINT.nose),
  [JOINT.rightShoulder]: RIGHT_ARM,
  [JOINT.leftShoulder]: LEFT_ARM,
  [JOINT.rightElbow]: RIGHT_ARM.slice(1),
  [JOINT.leftElbow]: LEFT_ARM.slice(1),
  [JOINT.rightWrist]: PARTS.rightHand,
  [JOINT.leftWrist]: PARTS.leftHand,
  [JOINT.rightHip]: PARTS.rightLeg.slice(1),
  [JOINT.leftHip]: PARTS.leftLeg.slice(1),
  [JOINT.rightKnee]: PARTS.rightLeg.slice(2),
  [JOINT.leftKnee]: PARTS.leftLeg.slice(2),
  [JOINT.rightAnkle]: PARTS.rightLeg.slice(3),
  [JOINT.leftAnkle]: PARTS.leftLeg.slice(3),
}

/** Points that move along when `joint` is moved: down the limb, or outwards along a finger. */
export function followersOf(joint: number): readonly number[] {
  if (FOLLOWERS[joint]) return FOLLOWERS[joint]
  if (joint < LEFT_HAND_ROOT) return []
  const root = joint < RIGHT_HAND_ROOT ? LEFT_HAND_ROOT : RIGHT_HAND_ROOT
  const index = joint - root
  const tip = index === 0 ? 20 : Math.ceil(index / 4) * 4
  return Array.from({ length: tip - index }, (_, i) => joint + 1 + i)
}

/**
 * Shifts a joint of one frame, in place, and takes along what hangs on it. With `ik` a wrist bends its arm instead
 * (both bones keep their lengths) and the hand keeps its angle to the forearm. A joint that is missing is not moved;
 * neither are missing followers. Without `follow` the joint alone moves.
 */
export function moveJoint(
  data: Float32Array,
  frame: number,
  joint: number,
  shift: Point,
  { ik, stretch, follow = true }: { ik: boolean; stretch: boolean; follow?: boolean },
): void {
  if (!isVisible(data, frame, joint) || (shift.x === 0 && shift.y === 0)) return
  const arm = ARMS[joint]
  const bends =
    ik && follow && arm && isVisible(data, frame, arm.shoulder) && isVisible(data, frame, arm.elbow)
  if (bends) return bendArm(data, frame, joint, shift, stretch)
  for (const i of follow ? [joint, ...followersOf(joint)] : [joint]) {
    if (!isVisible(data, frame, i)) continue
    const p = readPoint(data, frame, i)
    writePoint(data, frame, i, { x: p.x + shift.x, y: p.y + shift.y })
  }
}

function bendArm(data: Float32Array, frame: number, wrist: number, shift: Point, stretch: boolean): void {
  const { shoulder, elbow, hand } = ARMS[wrist]
  const [s, e, w] = [shoulder, elbow, wrist].map((i) => readPoint(data, frame, i))
  const bent = twoBoneIk(s, e, w, { x: w.x + shift.x, y: w.y + shift.y }, stretch)
  const turn =
    Math.atan2(bent.end.y - bent.middle.y, bent.end.x - bent.middle.x) - Math.atan2(w.y - e.y, w.x - e.x)
  writePoint(data, frame, elbow, bent.middle)
  writePoint(data, frame, wrist, bent.end)
  const [c, sn] = [Math.cos(turn), Math.sin(turn)]
  for (const i of hand) {
    if (!isVisible(data, frame, i)) continue
    const p = readPoint(data, frame, i)
    const [x, y] = [p.x - w.x, p.y - w.y]
    writePoint(data, frame, i, { x: bent.end.x + c * x - sn * y, y: bent.end.y + sn * x + c * y })
  }
}
