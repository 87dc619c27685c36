import { JOINT, LEFT_HAND_ROOT, RIGHT_HAND_ROOT, VISIBLE_SCORE } from '../keypoints'

export type Side = 'right' | 'left'
export const SIDES: readonly Side[] = ['right', 'left']

/** Image axes: x right, y down, z toward the camera; px unless said otherwise. */
export type Vector = [x: number, y: number, z: number]

/**
 * An arm lifted from the picture into depth. A drawn bone can only be shorter than the true one, so each gets a
 * plausible length and the missing part becomes depth toward the camera.
 */
export interface Arm {
  side: Side
  /** +1 when "outward" is to the right of the picture. */
  outward: 1 | -1
  shoulder: Vector
  elbow: Vector
  wrist: Vector
  upperLength: number
  foreLength: number
  /** Angle of the elbow around the shoulder–wrist axis in the first pose, see `elbowOf`. */
  swivel: number
  points: { shoulder: number; elbow: number; wrist: number; hand: number }
  /** False when a joint is missing: the arm is then moved along with the shoulder only. */
  usable: boolean
}

/** The person of the first pose, measured. */
export interface Rig {
  width: number
  height: number
  /** `[134, 3]`, never written to. */
  first: Float32Array
  /** Shoulder width, px: the unit of all gestures. */
  unit: number
  /** Middle of the shoulders. */
  centre: [x: number, y: number]
  arms: Record<Side, Arm>
  /** +1, or −1 when the picture is mirrored (the right shoulder on the right). */
  handedness: 1 | -1
  /** 1 for a person seen from the front, falling to 0 seen from the side, where lifted arms would be wrong. */
  frontality: number
}

export const pointOf = (frame: Float32Array, point: number): [x: number, y: number] => [
  frame[3 * point],
  frame[3 * point + 1],
]

export const isSeen = (frame: Float32Array, point: number): boolean => frame[3 * point + 2] >= VISIBLE_SCORE

function seenDistance(frame: Float32Array, a: number, b: number): number {
  if (!isSeen(frame, a) || !isSeen(frame, b)) return 0
  const [ax, ay] = pointOf(frame, a)
  const [bx, by] = pointOf(frame, b)
  return Math.hypot(ax - bx, ay - by)
}

/**
 * Shoulder width in px, or what stands for it when the shoulders are turned or missing: the largest of the drawn
 * shoulder width, 1.05 face widths and half the trunk; at least 8.
 */
export function personUnit(frame: Float32Array): number {
  const { rightShoulder, leftShoulder, neck, rightHip, leftHip } = JOINT
  return Math.max(
    seenDistance(frame, rightShoulder, leftShoulder),
    1.05 * seenDistance(frame, 24, 40), // both ends of the jaw line
    0.5 * Math.max(seenDistance(frame, neck, rightHip), seenDistance(frame, neck, leftHip)),
    8,
  )
}

/** @param first `[134, 3]`: x, y in px of a `width` × `height` canvas, score; coordinates must be finite */
export function measureRig(first: Float32Array, width: number, height: number): Rig {
  const { rightShoulder, leftShoulder } = JOINT
  const shoulders = seenDistance(first, rightShoulder, leftShoulder)
  const unit = personUnit(first)
  const mirrored = shoulders > 0 && first[3 * rightShoulder] > first[3 * leftShoulder]
  const rightOutward = mirrored ? 1 : -1
  const centre = middleOfShoulders(first, width, height)
  const rig: Rig = {
    width,
    height,
    first,
    unit,
    centre,
    arms: {
      right: liftArm(first, 'right', rightOutward, unit),
      left: liftArm(first, 'left', rightOutward === 1 ? -1 : 1, unit),
    },
    handedness: mirrored ? -1 : 1,
    frontality: Math.max(0, Math.min(1, (shoulders / unit - 0.25) / 0.45)),
  }
  return rig
}

function middleOfShoulders(first: Float32Array, width: number, height: number): [number, number] {
  const seen = [JOINT.rightShoulder, JOINT.leftShoulder].filter((p) => isSeen(first, p))
  const points = seen.length === 2 ? seen : [JOINT.neck, ...seen].filter((p) => isSeen(first, p)).slice(0, 1)
  if (points.length === 0) return [width / 2, height / 2]
  const sum = points.map((p) => pointOf(first, p)).reduce(([ax, ay], [bx, by]) => [ax + bx, ay + by])
  return [sum[0] / points.length, sum[1] / points.length]
}

function liftArm(first: Float32Array, side: Side, outward: 1 | -1, unit: number): Arm {
  const points =
    side === 'right'
      ? {
          shoulder: JOINT.rightShoulder,
          elbow: JOINT.rightElbow,
          wrist: JOINT.rightWrist,
          hand: RIGHT_HAND_ROOT,
        }
      : { shoulder: JOINT.leftShoulder, elbow: JOINT.leftElbow, wrist: JOINT.leftWrist, hand: LEFT_HAND_ROOT }
  const [sx, sy] = pointOf(first, points.shoulder)
  const [ex, ey] = pointOf(first, points.elbow)
  const [wx, wy] = pointOf(first, points.wrist)
  const lift = (drawn: number, least: number, deepest: number) => {
    const depth = Math.min(deepest, Math.sqrt(Math.max(0, Math.max(1.03 * drawn, least) ** 2 - drawn ** 2)))
    return { depth, length: Math.hypot(drawn, depth) }
  }
  const upper = lift(Math.hypot(ex - sx, ey - sy), 0.7 * unit, 0.35 * unit)
  const fore = lift(Math.hypot(wx - ex, wy - ey), 0.6 * unit, 0.5 * unit)
  const arm: Arm = {
    side,
    outward,
    shoulder: [sx, sy, 0],
    elbow: [ex, ey, upper.depth],
    wrist: [wx, wy, upper.depth + fore.depth],
    upperLength: upper.length,
    foreLength: fore.length,
    swivel: 0,
    points,
    usable: [points.shoulder, points.elbow, points.wrist].every((p) => isSeen(first, p)),
  }
  arm.swivel = swivelOf(arm)
  return arm
}

/** Where elbows like to be, as outward, down, toward the camera. */
const POLE: Vector = [0.42, 0.78, -0.45]

/** Axis from shoulder to wrist and two directions across it: u toward the pole, v = axis × u. */
function armAxes(arm: Arm, reach: Vector, distance: number): { axis: Vector; u: Vector; v: Vector } {
  const axis: Vector =
    distance > 1e-6 ? [reach[0] / distance, reach[1] / distance, reach[2] / distance] : [0, 0, 1]
  const pole: Vector = [POLE[0] * arm.outward, POLE[1], POLE[2]]
  const along = dot(pole, axis)
  let u = normalise([pole[0] - along * axis[0], pole[1] - along * axis[1], pole[2] - along * axis[2]])
  if (!u) u = normalise([1 - axis[0] * axis[0], -axis[0] * axis[1], -axis[0] * axis[2]]) ?? [0, 1, 0]
  return { axis, u, v: cross(axis, u) }
}

function swivelOf(arm: Arm): number {
  const reach = subtract(arm.wrist, arm.shoulder)
  const { u, v } = armAxes(arm, reach, Math.hypot(...reach))
  const toElbow = subtract(arm.elbow, arm.shoulder)
  return Math.atan2(dot(toElbow, v), dot(toElbow, u))
}

/**
 * Two-bone inverse kinematics: the elbow, and the wrist that the arm can really reach.
 *
 * Beyond 90 % of its length the arm yields softly instead of locking, and nearer than an elbow of 38° it yields as
 * well; the distance of the first pose is always allowed, so that pose comes back exactly.
 *
 * @param shoulder px
 * @param reach wanted wrist − shoulder, px
 * @param swivel radians around the shoulder–wrist axis; 0 = toward the pole
 */
export function elbowOf(
  arm: Arm,
  shoulder: Vector,
  reach: Vector,
  swivel: number,
): { elbow: Vector; wrist: Vector } {
  const { upperLength: l1, foreLength: l2 } = arm
  const wanted = Math.hypot(...reach)
  const rest = Math.hypot(...subtract(arm.wrist, arm.shoulder))
  const distance = Math.min(
    yieldAbove(
      yieldBelow(
        wanted,
        Math.min(rest, 1.15 * foldedDistance(l1, l2, 38)),
        Math.min(rest - 0.001, foldedDistance(l1, l2, 38)),
      ),
      Math.max(0.9 * (l1 + l2), rest),
      Math.max(0.992 * (l1 + l2), rest + 0.001),
    ),
    l1 + l2,
  )
  const { axis, u, v } = armAxes(arm, reach, wanted)
  const cosine = Math.max(-1, Math.min(1, (l1 * l1 + distance * distance - l2 * l2) / (2 * l1 * distance)))
  const sine = Math.sqrt(1 - cosine * cosine)
  const [cu, cv] = [sine * Math.cos(swivel), sine * Math.sin(swivel)]
  const at = (i: 0 | 1 | 2) => shoulder[i] + l1 * (cosine * axis[i] + cu * u[i] + cv * v[i])
  return {
    elbow: [at(0), at(1), at(2)],
    wrist: [
      shoulder[0] + distance * axis[0],
      shoulder[1] + distance * axis[1],
      shoulder[2] + distance * axis[2],
    ],
  }
}

/** Shoulder–wrist distance at an elbow angle. */
const foldedDistance = (l1: number, l2: number, degrees: number): number =>
  Math.sqrt(l1 * l1 + l2 * l2 - 2 * l1 * l2 * Math.cos((degrees * Math.PI) / 180))

/** The identity up to `from`, then approaching `limit`. */
const yieldAbove = (x: number, from: number, limit: number): number =>
  x <= from ? x : from + (limit - from) * (1 - Math.exp(-(x - from) / (limit - from)))

/** The identity down to `from`, then approaching `limit`. */
const yieldBelow = (x: number, from: number, limit: number): number =>
  x >= from ? x : from - (from - limit) * (1 - Math.exp(-(from - x) / (from - limit)))

export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

export const subtract = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** Unit vector, or null when there is no direction. */
export function normalise(a: Vector): Vector | null {
  const length = Math.hypot(...a)
  return length > 1e-6 ? [a[0] / length, a[1] / length, a[2] / length] : null
}
