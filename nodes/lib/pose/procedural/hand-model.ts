import { HAND_STATE } from './hand-plan'
import { type Arm, isSeen, normalise, pointOf, type Rig, type Vector } from './rig'
import { type Rotation, rotationFromAxes } from './rotation'

const POINTS = 21
const FINGERS = 5
const DEGREE = Math.PI / 180
/** A hand needs this many visible points to be taken apart; one with fewer moves rigidly with its wrist. */
const LEAST_POINTS = 12

/**
 * The hand of the first pose, and the size of the generic hand it turns into while it gestures. A hand has a frame of
 * its own: along the middle finger (h), across toward the thumb (s), out of the palm (n).
 */
export interface Hand {
  usable: boolean
  /** Orientation in the first pose. */
  rotation: Rotation
  /** `[21, 3]` in the hand's frame; third coordinates are 0, the picture does not tell them. */
  first: Float64Array
  /** Length of the palm of the generic hand, px. */
  palm: number
  /** +1 when s = n × h, as for a right hand in a picture that is not mirrored. */
  sign: 1 | -1
}

export function measureHand(rig: Rig, arm: Arm): Hand {
  const root = arm.points.hand
  const seen = Array.from({ length: POINTS }, (_, i) => isSeen(rig.first, root + i))
  const [wx, wy] = pointOf(rig.first, root)
  const at = (i: number): [number, number] => {
    const [x, y] = pointOf(rig.first, root + i)
    return [x - wx, y - wy]
  }
  const knuckle = at(9)
  const h = normalise([knuckle[0], knuckle[1], 0])
  const sign: 1 | -1 = (arm.side === 'right' ? 1 : -1) * rig.handedness === 1 ? 1 : -1
  const usable =
    arm.usable &&
    seen.filter(Boolean).length >= LEAST_POINTS &&
    [0, 5, 9, 17].every((i) => seen[i]) &&
    h !== null
  const axis: Vector = h ?? [0, 1, 0]
  let across: Vector = [-axis[1], axis[0], 0]
  const [index, little] = [at(5), at(17)]
  if ((index[0] - little[0]) * across[0] + (index[1] - little[1]) * across[1] < 0)
    across = [axis[1], -axis[0], 0]
  const first = new Float64Array(3 * POINTS)
  for (let i = 0; i < POINTS; i++) {
    const [x, y] = seen[i] ? at(i) : [0, 0]
    first[3 * i] = x * axis[0] + y * axis[1]
    first[3 * i + 1] = x * across[0] + y * across[1]
  }
  // n completes the frame: n × h = sign · s, so n = h × (sign · s), which points along the line of sight.
  const n: Vector = [0, 0, sign * (axis[0] * across[1] - axis[1] * across[0])]
  const drawn = Math.hypot(knuckle[0], knuckle[1])
  const palm = Math.max(0.17 * rig.unit, Math.min(0.3 * rig.unit, Math.max(drawn, 0.2 * rig.unit)))
  return { usable, rotation: rotationFromAxes(axis, n), first, palm, sign }
}

/** Knuckles of thumb … little finger in palm lengths: along, toward the thumb. */
const KNUCKLES = [
  [0.18, 0.24],
  [0.95, 0.27],
  [1, 0.04],
  [0.93, -0.16],
  [0.82, -0.34],
] as const
const BONES = [
  [0.42, 0.34, 0.28],
  [0.48, 0.29, 0.23],
  [0.53, 0.33, 0.24],
  [0.49, 0.31, 0.24],
  [0.38, 0.22, 0.2],
] as const
/** Direction of each finger in the plane of the palm, degrees toward the thumb: when closed, and added by spread 1. */
const FAN = [
  [42, 12],
  [1, 7],
  [0, 0],
  [-1, -6],
  [-3, -15],
] as const
/** Degrees each joint bends at curl 1; the thumb bends by 18° at curl 0. */
const FINGER_BEND = [78, 100, 60] as const
const THUMB_BEND = [25, 35, 50] as const
const THUMB_REST_BEND = 18
/** Fingers bend toward the palm, the thumb across it. */
const PALMWARD: Vector = [0, 0, 1]
const THUMBWARD: Vector = [-0.25, -0.55, 0.8]

/**
 * The generic hand with given curls and spread, in its own frame.
 * @param state of a `HandPlan`
 * @param out `[21, 3]` px
 */
export function modelHand(state: ArrayLike<number>, palm: number, out: Float64Array): void {
  const spread = state[HAND_STATE.spread]
  out.fill(0, 0, 3)
  for (let finger = 0; finger < FINGERS; finger++) {
    const curl = state[HAND_STATE.curl + finger]
    const thumb = finger === 0
    const fan = (FAN[finger][0] + FAN[finger][1] * spread) * DEGREE
    const straight: Vector = [Math.cos(fan), Math.sin(fan), 0]
    const toward = bendAxis(straight, thumb ? THUMBWARD : PALMWARD)
    let [x, y, z] = [KNUCKLES[finger][0] * palm, KNUCKLES[finger][1] * palm, 0]
    let bend = thumb ? THUMB_REST_BEND * DEGREE : 0
    out.set([x, y, z], 3 * (1 + 4 * finger))
    for (let joint = 0; joint < 3; joint++) {
      bend += (thumb ? THUMB_BEND : FINGER_BEND)[joint] * curl * DEGREE
      const [c, s] = [Math.cos(bend), Math.sin(bend)]
      const length = BONES[finger][joint] * palm
      x += length * (c * straight[0] + s * toward[0])
      y += length * (c * straight[1] + s * toward[1])
      z += length * (c * straight[2] + s * toward[2])
      out.set([x, y, z], 3 * (2 + 4 * finger + joint))
    }
  }
}

/** The part of `toward` that is orthogonal to `along`, as a unit vector. */
function bendAxis(along: Vector, toward: Vector): Vector {
  const share = along[0] * toward[0] + along[1] * toward[1] + along[2] * toward[2]
  return (
    normalise([toward[0] - share * along[0], toward[1] - share * along[1], toward[2] - share * along[2]]) ?? [
      0, 0, 1,
    ]
  )
}

/** Turns the bones of each finger beyond its knuckle by a small angle in the plane of the palm. `form`: `[21, 3]`. */
export function wiggleFingers(form: Float64Array, radians: ArrayLike<number>): void {
  for (let finger = 0; finger < FINGERS; finger++) {
    const knuckle = 1 + 4 * finger
    const [kx, ky] = [form[3 * knuckle], form[3 * knuckle + 1]]
    const [c, s] = [Math.cos(radians[finger]), Math.sin(radians[finger])]
    for (let i = knuckle + 1; i < knuckle + 4; i++) {
      const [x, y] = [form[3 * i] - kx, form[3 * i + 1] - ky]
      form[3 * i] = kx + c * x - s * y
      form[3 * i + 1] = ky + s * x + c * y
    }
  }
}
