import type { ArmPose } from './frame-pose'
import { clamp, easeTurn, lerp, smooth, wrapAngle } from './geometry'
import { FINGERS } from './keypoints'

/** A palm seen from its edge stays about this wide against the portrait's: a crumpled texture looks worse. */
const EDGE_WIDTH = 0.55
/** A palm that points at the camera stays about this long against the portrait's. */
const SHORT_PALM = 0.5
/** Fingers that point at the camera stay about this long against the portrait's. */
const SHORT = 0.6
/** A palm wider than about this part of the portrait's shows its side for sure. */
const TURNED = 0.5
/** A finger curled to no length along the palm keeps about 0.4 of this part of it. */
const CURLED = 1
/** Limits of a knuckle's and of a finger point's way against the palm, palm lengths. Soft: a hard one would be felt. */
const KNUCKLE_REACH = 0.15
const FINGER_REACH = 0.7
/** Limit of a finger bone's turn against the palm, rad. */
const MAX_BEND = 0.9
/** And of each of its bones against the whole finger. */
const MAX_CURL = 0.35
/** Palm and 15 finger bones. */
export const HAND_BONES = 16

/** How a palm and its fingers move: one map per bone from the portrait to the screen. */
export class HandBones {
  /** Affine maps: [bone, 6] = a b tx c d ty. */
  readonly maps = new Float64Array(6 * HAND_BONES)
  private readonly targets = new Float64Array(42)

  constructor(
    /** 21 points in the portrait, pairs in px. */
    private readonly rest: Float64Array,
    /** Where the forearm ends. */
    private readonly wrist: readonly [number, number],
  ) {}

  /** Palm: turn about the wrist with its own length and width; fingers: one stretched turn per bone. */
  pose(pose: ArmPose): void {
    const { rest: hand, targets, maps: h } = this
    const q = pose.hand
    const [wx, wy] = this.wrist
    const [jx, jy] = [pose.joints[4], pose.joints[5]]
    // Palm axis: wrist to the mean knuckle.
    let ax = 0
    let ay = 0
    let bx = 0
    let by = 0
    let seen = 0
    for (let k = 5; k <= 17; k += 4) {
      if (Number.isNaN(q[2 * k]) || Number.isNaN(q[0])) continue
      ax += hand[2 * k] - hand[0]
      ay += hand[2 * k + 1] - hand[1]
      bx += q[2 * k] - q[0]
      by += q[2 * k + 1] - q[1]
      seen++
    }
    let turn = pose.turns[2]
    let long = 1
    let wide = 1
    let side = 1
    let known = 1
    let faced = 1
    const palm = Math.max(1, Math.hypot(ax, ay) / Math.max(1, seen))
    if (seen >= 2) {
      const length = Math.max(1e-6, Math.hypot(ax, ay))
      const drawn = Math.hypot(bx, by)
      // How far a wrist bends is settled over time, before: a limit of single frames would make it jump.
      let relative = wrapAngle(Math.atan2(by, bx) - Math.atan2(ay, ax) - turn)
      if (Math.abs(relative) < 1e-7) relative = 0
      turn += relative
      long = Math.min(1.3, Math.hypot(drawn / length, SHORT_PALM) / Math.hypot(1, SHORT_PALM))
      if (Math.abs(long - 1) < 1e-6) long = 1
      const la = Math.hypot(bx, by)
      let dot = 0
      let norm = 0
      for (const k of ACROSS) {
        if (Number.isNaN(q[2 * k])) continue
        const s0 = (-(hand[2 * k] - hand[0]) * ay + (hand[2 * k + 1] - hand[1]) * ax) / length
        const s1 = (-(q[2 * k] - q[0]) * by + (q[2 * k + 1] - q[1]) * bx) / la
        dot += s0 * s1
        norm += s0 * s0
      }
      let width = norm > 5 * (0.12 * palm) ** 2 ? dot / norm : long
      if (Math.abs(width - 1) < 1e-6) width = 1
      // The portrait knows one side of the hand. Turned over, it shows that side again, with the target mirrored.
      side = (width * Math.hypot(1, TURNED)) / Math.hypot(width, TURNED)
      // A palm that points at the camera has no axis to tell sides by: the hand keeps the shape it has in the portrait.
      known = smooth(0.1, 0.95, drawn / length)
      // Seen from its edge, the fingers stay as far apart as the palm is wide instead of closing and opening again.
      faced = smooth(0, 1, Math.abs(width))
      wide = clamp(
        Math.sqrt((width * width + EDGE_WIDTH * EDGE_WIDTH) / (1 + EDGE_WIDTH * EDGE_WIDTH)),
        0,
        1.4,
      )
      wide = lerp(0.8, wide, known)
    }
    const from = Math.atan2(ay, ax)
    setAffine(h, 0, wx, wy, jx, jy, from, from + turn, long, wide)
    const c1 = Math.cos(from + turn)
    const s1 = Math.sin(from + turn)
    const aq = Math.atan2(by, bx)
    const cq = Math.cos(aq)
    const sq = Math.sin(aq)
    const rootX = h[0] * hand[0] + h[1] * hand[1] + h[2]
    const rootY = h[3] * hand[0] + h[4] * hand[1] + h[5]
    for (let k = 0; k < 21; k++) {
      const x = h[0] * hand[2 * k] + h[1] * hand[2 * k + 1] + h[2]
      const y = h[3] * hand[2 * k] + h[4] * hand[2 * k + 1] + h[5]
      let rx = 0
      let ry = 0
      if (seen >= 2 && k > 0 && !Number.isNaN(q[2 * k])) {
        const dx = q[2 * k] - q[0]
        const dy = q[2 * k + 1] - q[1]
        const along = dx * cq + dy * sq
        const kept = -(x - rootX) * s1 + (y - rootY) * c1
        const across = lerp(kept, (-dx * sq + dy * cq) * side, faced)
        rx = known * (rootX + along * c1 - across * s1 - x)
        ry = known * (rootY + along * s1 + across * c1 - y)
        const r = Math.hypot(rx, ry)
        const limit = (KNUCKLES.includes(k) ? KNUCKLE_REACH : FINGER_REACH) * palm
        const soft = r < 1e-4 ? 0 : limit / Math.hypot(limit, r)
        rx *= soft
        ry *= soft
      }
      targets[2 * k] = x + rx
      targets[2 * k + 1] = y + ry
    }
    const thick = clamp((long + wide) / 2, 0.8, 1.2)
    for (let f = 0; f < 5; f++) this.poseFinger(f, thick)
  }

  /**
   * A finger keeps the gentle curve it has in the portrait: it turns as a whole, its bones a little on their own, and
   * they share one stretch. Projected joints of a curled finger zigzag; drawn that way it would look broken.
   */
  private poseFinger(f: number, thick: number): void {
    const finger = FINGERS[f]
    const { rest: hand, targets, maps: h } = this
    const [root, tip] = [finger[1], finger[4]]
    const ax = hand[2 * tip] - hand[2 * root]
    const ay = hand[2 * tip + 1] - hand[2 * root + 1]
    const length = Math.max(0.5, Math.hypot(ax, ay))
    let bx = targets[2 * tip] - targets[2 * root]
    let by = targets[2 * tip + 1] - targets[2 * root + 1]
    // In the palm's direction for it and across that, in lengths of the portrait's.
    const px = h[0] * ax + h[1] * ay
    const py = h[3] * ax + h[4] * ay
    const scale = 1 / (px * px + py * py)
    const along = softLength((bx * px + by * py) * scale)
    const across = (by * px - bx * py) * scale
    bx = along * px - across * py
    by = along * py + across * px
    let stretch = Math.min(1.35, Math.hypot(Math.hypot(bx, by) / length, SHORT) / Math.hypot(1, SHORT))
    if (Math.abs(stretch - 1) < 1e-6) stretch = 1
    // Against the palm a finger turns so far and no further; fists become bent fingers.
    const palm = Math.atan2(py, px)
    const bend = Math.atan2(across, along)
    const turn = wrapAngle(palm + easeTurn(bend, MAX_BEND) - Math.atan2(ay, ax))
    for (let s = 1; s < 4; s++) {
      const j = finger[s]
      const k = finger[s + 1]
      const dx = hand[2 * k] - hand[2 * j]
      const dy = hand[2 * k + 1] - hand[2 * j + 1]
      const own = wrapAngle(
        Math.atan2(targets[2 * k + 1] - targets[2 * j + 1], targets[2 * k] - targets[2 * j]) -
          Math.atan2(dy, dx) -
          turn,
      )
      const sure = clamp(
        Math.hypot(targets[2 * k] - targets[2 * j], targets[2 * k + 1] - targets[2 * j + 1]) / length,
        0,
        0.3,
      )
      let relative = turn + (sure / 0.3) * easeTurn(own, MAX_CURL)
      if (Math.abs(relative) < 1e-6) relative = 0
      const from = Math.atan2(dy, dx)
      bones[2 * s] = from
      bones[2 * s + 1] = relative
    }
    for (let s = 1; s < 4; s++) {
      const j = finger[s]
      const k = finger[s + 1]
      const bone = 3 * f + s
      const [from, relative] = [bones[2 * s], bones[2 * s + 1]]
      setAffine(
        h,
        bone,
        hand[2 * j],
        hand[2 * j + 1],
        targets[2 * j],
        targets[2 * j + 1],
        from,
        from + relative,
        stretch,
        thick,
      )
      const o = 6 * bone
      targets[2 * k] = h[o] * hand[2 * k] + h[o + 1] * hand[2 * k + 1] + h[o + 2]
      targets[2 * k + 1] = h[o + 3] * hand[2 * k] + h[o + 4] * hand[2 * k + 1] + h[o + 5]
    }
  }
}

/**
 * A finger that is curled back over its palm stays a short one that points where the palm would have it; drawn as its
 * points are, it would whirl when they pass the line of sight. 1 stays 1, and nothing becomes 0.
 */
const softLength = (along: number): number =>
  (along + Math.hypot(along, CURLED)) / (1 + Math.hypot(1, CURLED))

/** Direction in the portrait and turn of the three bones of the finger at hand. */
const bones = new Float64Array(8)

const ACROSS = [1, 5, 9, 13, 17]
const KNUCKLES = [1, 5, 9, 13, 17]

/** Affine map (ox, oy) → (tx, ty) that turns direction `from` into `to`, scaling along and across it. */
function setAffine(
  out: Float64Array,
  bone: number,
  ox: number,
  oy: number,
  tx: number,
  ty: number,
  from: number,
  to: number,
  along: number,
  across: number,
): void {
  const c0 = Math.cos(from)
  const s0 = Math.sin(from)
  const c1 = Math.cos(to)
  const s1 = Math.sin(to)
  const o = 6 * bone
  const a = c1 * along * c0 + s1 * across * s0
  const b = c1 * along * s0 - s1 * across * c0
  const c = s1 * along * c0 - c1 * across * s0
  const d = s1 * along * s0 + c1 * across * c0
  out[o] = a
  out[o + 1] = b
  out[o + 2] = tx - a * ox - b * oy
  out[o + 3] = c
  out[o + 4] = d
  out[o + 5] = ty - c * ox - d * oy
}
