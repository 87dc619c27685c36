/** What one frame's points ask of head, chest, hips and arms. */
import { clamp, fitSimilarity, identity, type Similarity, wrapAngle } from './geometry'
import { ARMS, HAND_POINTS, HEAD_POINTS, HIPS, isVisible, NECK, SHOULDERS } from './keypoints'
import type { ArmRig, WarpRig } from './rig'

/** How long a bone may be drawn against the portrait. */
const MAX_STRETCH = 1.6
/** An upper arm is never drawn shorter than this; below `SHORT` its direction is noise, and the portrait's own is mixed in. */
const MIN_UPPER = 0.4
const SHORT = 0.35
/** A forearm that swings past the line of sight shrinks behind its hand and grows again on the other side. */
const MIN_FORE = 0.02

export interface ArmPose {
  /** Where shoulder, elbow and wrist go, px: [sx, sy, ex, ey, wx, wy]. */
  joints: Float64Array
  /** Turns in radians against the first pose: [chest, upper arm, forearm]; each unwrapped from the one before. */
  turns: Float64Array
  /** Length ratios of upper arm and forearm. */
  stretch: Float64Array
  /** Target of each hand point relative to the wrist, [21, 2]; NaN where the frame does not say. */
  hand: Float64Array
  /** Largest way of a joint or hand point against the first pose, px. */
  motion: number
}

export interface FramePose {
  head: Similarity
  chest: Similarity
  hips: Similarity
  arms: ArmPose[]
}

export const emptyFramePose = (rig: WarpRig): FramePose => ({
  head: identity(),
  chest: identity(),
  hips: identity(),
  arms: rig.arms.map(() => ({
    joints: new Float64Array(6),
    turns: new Float64Array(3),
    stretch: new Float64Array(2),
    hand: new Float64Array(2 * HAND_POINTS),
    motion: 0,
  })),
})

const source = new Float64Array(2 * 64)
const target = new Float64Array(2 * 64)

function fitPoints(
  rig: WarpRig,
  points: Float32Array,
  list: readonly number[],
  out: Similarity,
  min: number,
  max: number,
): number {
  let n = 0
  for (let k = 0; k < list.length; k++) {
    const i = list[k]
    if (!isVisible(rig.first, i) || !isVisible(points, i)) continue
    source[2 * n] = rig.first[3 * i]
    source[2 * n + 1] = rig.first[3 * i + 1]
    target[2 * n] = points[3 * i]
    target[2 * n + 1] = points[3 * i + 1]
    n++
  }
  fitSimilarity(source, target, n, out, min, max)
  return n
}

const CHEST_POINTS = [NECK, SHOULDERS[0], SHOULDERS[1]]

/**
 * Reads one frame (134 × (x, y, score), px of the portrait) into `out`. A point that is missing keeps its place
 * relative to the bone it hangs on.
 *
 * @param reach 0…1 per arm side: how much of the arm's motion is allowed
 */
export function readFrame(rig: WarpRig, points: Float32Array, out: FramePose, reach: Float64Array): void {
  fitPoints(rig, points, CHEST_POINTS, out.chest, 0.9, 1.1)
  const headPoints = fitPoints(rig, points, HEAD_POINTS, out.head, 0.8, 1.25)
  if (headPoints < 3) Object.assign(out.head, out.chest)
  const hipsSeen = HIPS.every((i) => isVisible(rig.first, i) && isVisible(points, i))
  out.hips.tx = 0
  out.hips.ty = 0
  if (hipsSeen) {
    for (let k = 0; k < 2; k++) {
      out.hips.tx += (points[3 * HIPS[k]] - rig.first[3 * HIPS[k]]) / 2
      out.hips.ty += (points[3 * HIPS[k] + 1] - rig.first[3 * HIPS[k] + 1]) / 2
    }
  }
  for (let k = 0; k < rig.arms.length; k++) {
    readArm(rig, rig.arms[k], points, out.chest, out.arms[k], reach[rig.arms[k].side])
  }
}

function readArm(
  rig: WarpRig,
  arm: ArmRig,
  points: Float32Array,
  chest: Similarity,
  out: ArmPose,
  reach: number,
): void {
  const ids = ARMS[arm.side]
  const f = rig.first
  const turnChest = Math.atan2(chest.b, chest.a)
  const s0x = f[3 * ids.shoulder]
  const s0y = f[3 * ids.shoulder + 1]
  const e0x = f[3 * ids.elbow]
  const e0y = f[3 * ids.elbow + 1]
  const w0x = f[3 * ids.wrist]
  const w0y = f[3 * ids.wrist + 1]
  const sx = chest.a * s0x - chest.b * s0y + chest.tx
  const sy = chest.b * s0x + chest.a * s0y + chest.ty
  out.joints[0] = sx
  out.joints[1] = sy
  out.turns[0] = turnChest
  const elbowSeen = isVisible(points, ids.elbow)
  const wristSeen = isVisible(points, ids.wrist)
  // Upper arm: from the shoulder as the body carries it to the elbow of the frame.
  let dx = elbowSeen
    ? points[3 * ids.elbow] - sx
    : Math.cos(turnChest) * (e0x - s0x) - Math.sin(turnChest) * (e0y - s0y)
  let dy = elbowSeen
    ? points[3 * ids.elbow + 1] - sy
    : Math.sin(turnChest) * (e0x - s0x) + Math.cos(turnChest) * (e0y - s0y)
  bone(e0x - s0x, e0y - s0y, dx, dy, turnChest, reach, 1, SHORT, MIN_UPPER)
  out.turns[1] = boneTurn
  out.stretch[0] = boneStretch
  const ex = sx + boneX
  const ey = sy + boneY
  out.joints[2] = ex
  out.joints[3] = ey
  if (wristSeen) {
    // From the frame's own elbow: if ours had to give way, the forearm keeps its direction.
    dx = points[3 * ids.wrist] - (elbowSeen ? points[3 * ids.elbow] : ex)
    dy = points[3 * ids.wrist + 1] - (elbowSeen ? points[3 * ids.elbow + 1] : ey)
  } else {
    dx = Math.cos(boneTurn) * (w0x - e0x) - Math.sin(boneTurn) * (w0y - e0y)
    dy = Math.sin(boneTurn) * (w0x - e0x) + Math.cos(boneTurn) * (w0y - e0y)
  }
  // An arm that the picture's border cuts must not show its cut end.
  bone(w0x - e0x, w0y - e0y, dx, dy, boneTurn, reach, arm.touchesBorder ? 0.35 : 1, 0.001, MIN_FORE)
  out.turns[2] = boneTurn
  out.stretch[1] = boneStretch
  out.joints[4] = ex + boneX
  out.joints[5] = ey + boneY
  let motion = Math.max(
    Math.hypot(sx - s0x, sy - s0y),
    Math.hypot(ex - e0x, ey - e0y),
    Math.hypot(out.joints[4] - w0x, out.joints[5] - w0y),
  )
  const wx = wristSeen ? points[3 * ids.wrist] : Number.NaN
  const wy = wristSeen ? points[3 * ids.wrist + 1] : Number.NaN
  for (let k = 0; k < HAND_POINTS; k++) {
    const i = ids.hand + k
    if (!isVisible(points, i) || !isVisible(f, i)) {
      out.hand[2 * k] = Number.NaN
      out.hand[2 * k + 1] = Number.NaN
      continue
    }
    const hx = f[3 * i] - w0x
    const hy = f[3 * i + 1] - w0y
    const tx = points[3 * i] - wx
    const ty = points[3 * i + 1] - wy
    out.hand[2 * k] = hx + reach * (tx - hx)
    out.hand[2 * k + 1] = hy + reach * (ty - hy)
    if (wristSeen) motion = Math.max(motion, Math.hypot(tx - hx, ty - hy))
  }
  out.motion = motion
}

let boneTurn = 0
let boneStretch = 1
let boneX = 0
let boneY = 0

/** Turn and stretch that take the bone (ax, ay) to (bx, by); results in boneTurn, boneStretch, boneX, boneY. */
function bone(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  parentTurn: number,
  reach: number,
  gain: number,
  short: number,
  least: number,
): void {
  const length = Math.max(1, Math.hypot(ax, ay))
  const drawn = Math.hypot(bx, by)
  if (drawn < short * length) {
    const k = short * length - drawn
    const c = Math.cos(parentTurn) / length
    const s = Math.sin(parentTurn) / length
    bx += k * (c * ax - s * ay)
    by += k * (s * ax + c * ay)
  }
  let relative = wrapAngle(Math.atan2(by, bx) - Math.atan2(ay, ax) - parentTurn)
  if (Math.abs(relative) < 1e-7) relative = 0
  boneTurn = parentTurn + relative * gain * reach
  let stretch = drawn / length
  if (Math.abs(stretch - 1) < 1e-7) stretch = 1
  boneStretch = clamp(1 + (stretch - 1) * gain * reach, least, MAX_STRETCH)
  const c = Math.cos(boneTurn) * boneStretch
  const s = Math.sin(boneTurn) * boneStretch
  boneX = c * ax - s * ay
  boneY = s * ax + c * ay
}
