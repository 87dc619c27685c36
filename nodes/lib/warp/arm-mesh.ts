/** A cut arm with its hand: a mesh over its texture, bent at shoulder, elbow, wrist and finger joints. */

import type { ArmPose } from './frame-pose'
import { clamp, distanceToSegment, easeTurn, lerp, smooth, wrapAngle } from './geometry'
import { ARMS, FINGERS, isVisible } from './keypoints'
import { drawTriangle, type Surface } from './rasterize'
import type { ArmRig, WarpRig } from './rig'
import type { Texture } from './texture'

/** Mesh cells along the longer side of the portrait. */
const CELLS = 128
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
/** A forearm drawn shorter than about this many radii of the sleeve points at the camera and loses its width. */
const POINTING = 2.4
/** Limit of a finger bone's turn against the palm, rad. */
const MAX_BEND = 0.9
/** And of each of its bones against the whole finger. */
const MAX_CURL = 0.35
/** Bones that may share a vertex of the hand. */
const SHARED = 4
/** Palm and 15 finger bones. */
const HAND_BONES = 16

/** In drawing order. `joint`: a round of sleeve under the elbow, seen only where the other two part. */
export const ARM_PARTS = ['joint', 'upper', 'fore'] as const
export type ArmPart = (typeof ARM_PARTS)[number]

export class ArmMesh {
  readonly nx: number
  readonly ny: number
  /** Vertices at rest and on screen, pairs in px. */
  readonly rest: Float64Array
  readonly moved: Float64Array
  /** First vertex of each cell that holds something, from the shoulder outwards to the thumb. */
  readonly cells: Int32Array
  /** Per vertex: 0…1 from chest to upper arm, upper arm to forearm, forearm to hand. */
  private readonly atShoulder: Float32Array
  private readonly atElbow: Float32Array
  private readonly atWrist: Float32Array
  /** 1 where the shoulder formula applies, 0 where the elbow's does. They agree in between. */
  private readonly isUpper: Uint8Array
  private readonly handBone: Int8Array
  private readonly handWeight: Float32Array
  /** Affine maps of the hand's bones: [bone, 6] = a b tx c d ty. */
  private readonly hand = new Float64Array(6 * HAND_BONES)
  private readonly points: Float64Array
  private readonly targets = new Float64Array(42)
  private readonly handSeen: boolean

  constructor(
    rig: WarpRig,
    private readonly arm: ArmRig,
    private readonly part: ArmPart,
    /** RGBA of this part over the arm's box; decides which cells are drawn. */
    private readonly pixels: Uint8Array,
  ) {
    const ids = ARMS[arm.side]
    const f = rig.first
    // Shoulder, elbow, wrist, then 21 hand points.
    this.points = new Float64Array(48)
    ;[ids.shoulder, ids.elbow, ids.wrist].forEach((i, k) => {
      this.points[2 * k] = f[3 * i]
      this.points[2 * k + 1] = f[3 * i + 1]
    })
    for (let k = 0; k < 21; k++) {
      const i = isVisible(f, ids.hand + k) ? ids.hand + k : ids.wrist
      this.points[6 + 2 * k] = f[3 * i]
      this.points[7 + 2 * k] = f[3 * i + 1]
    }
    this.handSeen = arm.handSeen
    const { box } = arm
    const size = Math.max(rig.width, rig.height) / CELLS
    this.nx = Math.max(2, Math.ceil((box.width - 1) / size) + 1)
    this.ny = Math.max(2, Math.ceil((box.height - 1) / size) + 1)
    const n = this.nx * this.ny
    this.rest = new Float64Array(2 * n)
    this.atShoulder = new Float32Array(n)
    this.atElbow = new Float32Array(n)
    this.atWrist = new Float32Array(n)
    this.isUpper = new Uint8Array(n)
    this.handBone = new Int8Array(SHARED * n)
    this.handWeight = new Float32Array(SHARED * n)
    const rank = new Float32Array(n)
    for (let y = 0; y < this.ny; y++) {
      for (let x = 0; x < this.nx; x++) {
        const i = y * this.nx + x
        this.rest[2 * i] = box.left + (x * (box.width - 1)) / (this.nx - 1)
        this.rest[2 * i + 1] = box.top + (y * (box.height - 1)) / (this.ny - 1)
        rank[i] = this.weigh(i)
      }
    }
    this.moved = this.rest.slice()
    this.cells = this.usedCells(rank)
  }

  /** Computes the static weights of a vertex; returns its place in the drawing order. */
  private weigh(i: number): number {
    const p = this.points
    const x = this.rest[2 * i]
    const y = this.rest[2 * i + 1]
    const [sx, sy, ex, ey, wx, wy] = p
    const upperLength = Math.max(1, Math.hypot(ex - sx, ey - sy))
    const foreLength = Math.max(1, Math.hypot(wx - ex, wy - ey))
    const ux = (ex - sx) / upperLength
    const uy = (ey - sy) / upperLength
    const fx = (wx - ex) / foreLength
    const fy = (wy - ey) / foreLength
    const along = ((x - sx) * ux + (y - sy) * uy) / upperLength
    this.atShoulder[i] = smooth(0.05, 0.5, along)
    // The line that halves the elbow: beyond it is forearm.
    const r = this.arm.upperRadius
    const { nx, ny } = elbowNormal(ux, uy, fx, fy)
    const s = (x - ex) * nx + (y - ey) * ny
    // Near the elbow both parts bend alike, so that they meet; further away each is stiff.
    const near = 1 - smooth(1.2 * r, 2 * r, Math.hypot(x - ex, y - ey))
    const bend = smooth(-0.9 * r, 0.9 * r, s)
    if (this.part === 'joint') {
      this.atElbow[i] = 0.5
      this.isUpper[i] = 0
      return 0
    }
    if (this.part === 'upper') {
      this.atElbow[i] = bend * near
      this.isUpper[i] = this.atElbow[i] === 0 ? 1 : 0
      return 0
    }
    this.atElbow[i] = 1 - (1 - bend) * near
    if (!this.handSeen) return 0
    const hand = p.subarray(6)
    const { px, py, palm } = palmAxis(hand)
    let wnx = px + fx
    let wny = py + fy
    const wn = Math.hypot(wnx, wny)
    wnx = wn < 0.3 ? fx : wnx / wn
    wny = wn < 0.3 ? fy : wny / wn
    const past = (x - wx) * wnx + (y - wy) * wny
    const wr = this.arm.foreRadius
    this.atWrist[i] = smooth(-0.6 * wr, 0.55 * wr, past)
    // Fingers that are bent back past the wrist are hand all the same.
    let toFinger = Number.POSITIVE_INFINITY
    for (const finger of FINGERS) {
      for (let k = 1; k < 4; k++)
        toFinger = Math.min(toFinger, handDistance(hand, finger[k], finger[k + 1], x, y))
    }
    if (toFinger < 0.5 * distanceToSegment(x, y, ex, ey, wx, wy)) this.atWrist[i] = 1
    const finger = this.weighFingers(i, x, y, palm)
    return this.atWrist[i] > 0.5 ? 1 + finger : 0
  }

  private weighFingers(i: number, x: number, y: number, palm: number): number {
    const hand = this.points.subarray(6)
    const distance = new Float64Array(HAND_BONES)
    distance[0] = Number.POSITIVE_INFINITY
    FINGERS.forEach((finger, f) => {
      distance[0] = Math.min(distance[0], handDistance(hand, finger[0], finger[1], x, y))
      for (let k = 1; k < 4; k++)
        distance[1 + 3 * f + k - 1] = handDistance(hand, finger[k], finger[k + 1], x, y)
    })
    for (let f = 1; f < 4; f++)
      distance[0] = Math.min(distance[0], handDistance(hand, FINGERS[f][1], FINGERS[f + 1][1], x, y))
    const order = Array.from(distance.keys()).sort((a, b) => distance[a] - distance[b])
    const sigma = 0.085 * palm
    const nearest = distance[order[0]]
    let sum = 0
    for (let k = 0; k < SHARED; k++) {
      const bone = order[k]
      const w = Math.exp((nearest * nearest - distance[bone] * distance[bone]) / (2 * sigma * sigma))
      this.handBone[SHARED * i + k] = bone
      this.handWeight[SHARED * i + k] = w
      sum += w
    }
    for (let k = 0; k < SHARED; k++) this.handWeight[SHARED * i + k] /= sum
    // Palm first, then little finger to thumb.
    return order[0] === 0 ? 0 : 5 - Math.floor((order[0] - 1) / 3)
  }

  private usedCells(rank: Float32Array): Int32Array {
    const { box } = this.arm
    const texture = this.pixels
    const used: { first: number; rank: number }[] = []
    const sx = (box.width - 1) / (this.nx - 1)
    const sy = (box.height - 1) / (this.ny - 1)
    for (let y = 0; y + 1 < this.ny; y++) {
      for (let x = 0; x + 1 < this.nx; x++) {
        let any = false
        for (
          let v = Math.max(0, Math.floor(y * sy) - 1);
          !any && v <= Math.min(box.height - 1, (y + 1) * sy + 1);
          v++
        ) {
          for (
            let u = Math.max(0, Math.floor(x * sx) - 1);
            u <= Math.min(box.width - 1, (x + 1) * sx + 1);
            u++
          ) {
            if (texture[4 * (v * box.width + u) + 3] > 0) {
              any = true
              break
            }
          }
        }
        const first = y * this.nx + x
        if (any) used.push({ first, rank: Math.round(4 * (rank[first] + rank[first + this.nx + 1])) })
      }
    }
    used.sort((a, b) => a.rank - b.rank || a.first - b.first)
    return Int32Array.from(used, (cell) => cell.first)
  }

  /** Places all vertices for a frame. */
  pose(pose: ArmPose): void {
    const p = this.points
    const [sx, sy, ex, ey, wx, wy] = p
    const j = pose.joints
    const [turnChest, turnUpper, turnFore] = pose.turns
    const [stretchUpper, stretchFore] = pose.stretch
    const upperLength = Math.max(1, Math.hypot(ex - sx, ey - sy))
    const foreLength = Math.max(1, Math.hypot(wx - ex, wy - ey))
    const ux = (ex - sx) / upperLength
    const uy = (ey - sy) / upperLength
    const fx = (wx - ex) / foreLength
    const fy = (wy - ey) / foreLength
    if (this.handSeen) this.poseHand(pose)
    const elbow = wrapAngle(turnFore - turnUpper)
    const width = this.foreWidth(stretchFore * foreLength, foreLength)
    // The cloth around a turned elbow bends with it, but no further than this; beyond it upper arm and forearm lie one
    // over the other, stiff. Folded back, turns of +π and −π are the same elbow, and the direction of a forearm
    // without length is noise: there nothing bends.
    const bend = Math.sin(elbow) * smooth(0.2, 1, width)
    const n = this.nx * this.ny
    for (let i = 0; i < n; i++) {
      const x = this.rest[2 * i]
      const y = this.rest[2 * i + 1]
      let px: number
      let py: number
      if (this.isUpper[i] === 1) {
        const t = this.atShoulder[i]
        const dx = x - sx
        const dy = y - sy
        const grow = (stretchUpper - 1) * t * (dx * ux + dy * uy)
        const angle = lerp(turnChest, turnUpper, t)
        const c = Math.cos(angle)
        const s = Math.sin(angle)
        const gx = dx + grow * ux
        const gy = dy + grow * uy
        px = j[0] + c * gx - s * gy
        py = j[1] + s * gx + c * gy
      } else {
        const t = this.atElbow[i]
        const dx = x - ex
        const dy = y - ey
        const across = dy * fx - dx * fy
        const growU = (1 - t) * (stretchUpper - 1) * (dx * ux + dy * uy)
        const ofFore = this.part === 'fore' ? 1 - (1 - t) * width * width : 0
        const growF = ofFore * (stretchFore - 1) * (dx * fx + dy * fy)
        const thin = ofFore * (width - 1) * across
        const angle = turnUpper + (this.part === 'fore' ? elbow - (1 - t) * bend : t * bend)
        const c = Math.cos(angle)
        const s = Math.sin(angle)
        const gx = dx + growU * ux + growF * fx - thin * fy
        const gy = dy + growU * uy + growF * fy + thin * fx
        px = c * gx - s * gy
        py = s * gx + c * gy
        px += j[2]
        py += j[3]
      }
      const tw = this.atWrist[i]
      if (tw > 0) {
        let hx = 0
        let hy = 0
        for (let k = SHARED * i; k < SHARED * i + SHARED; k++) {
          const o = 6 * this.handBone[k]
          const w = this.handWeight[k]
          hx += w * (this.hand[o] * x + this.hand[o + 1] * y + this.hand[o + 2])
          hy += w * (this.hand[o + 3] * x + this.hand[o + 4] * y + this.hand[o + 5])
        }
        px = lerp(px, hx, tw)
        py = lerp(py, hy, tw)
      }
      this.moved[2 * i] = px
      this.moved[2 * i + 1] = py
    }
  }

  /**
   * Width of a forearm against the portrait's, by its length on screen, px. Turning with full width when it passes the
   * line of sight, it would whirl within a frame or two; losing width with length, it moves no faster than its wrist.
   */
  private foreWidth(length: number, rest: number): number {
    const short = POINTING * this.arm.upperRadius
    const width = (length * Math.hypot(rest, short)) / (rest * Math.hypot(length, short))
    return Math.abs(width - 1) < 1e-7 ? 1 : Math.min(1, width)
  }

  /** Palm: turn about the wrist with its own length and width; fingers: one stretched turn per bone. */
  private poseHand(pose: ArmPose): void {
    const p = this.points
    const hand = p.subarray(6)
    const q = pose.hand
    const { targets } = this
    const [wx, wy] = [p[4], p[5]]
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
    setAffine(this.hand, 0, wx, wy, jx, jy, from, from + turn, long, wide)
    const c1 = Math.cos(from + turn)
    const s1 = Math.sin(from + turn)
    const aq = Math.atan2(by, bx)
    const cq = Math.cos(aq)
    const sq = Math.sin(aq)
    const h = this.hand
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
    const hand = this.points.subarray(6)
    const { targets, hand: h } = this
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

  draw(to: Surface, texture: Texture): void {
    const { cells, rest, moved, nx } = this
    const left = this.arm.box.left
    const top = this.arm.box.top
    for (let c = 0; c < cells.length; c++) {
      const p = 2 * cells[c]
      const q = p + 2 * nx
      const u0 = (rest[p] - left) * 512
      const v0 = (rest[p + 1] - top) * 512
      const u1 = (rest[q + 2] - left) * 512
      const v1 = (rest[q + 3] - top) * 512
      drawTriangle(
        to,
        texture,
        true,
        moved[p],
        moved[p + 1],
        u0,
        v0,
        moved[p + 2],
        moved[p + 3],
        u1,
        v0,
        moved[q + 2],
        moved[q + 3],
        u1,
        v1,
      )
      drawTriangle(
        to,
        texture,
        true,
        moved[p],
        moved[p + 1],
        u0,
        v0,
        moved[q],
        moved[q + 1],
        u0,
        v1,
        moved[q + 2],
        moved[q + 3],
        u1,
        v1,
      )
    }
  }

  /** Grows [left, top, right, bottom] to hold the drawn vertices on screen, px. */
  growBounds(out: Float64Array): void {
    const { cells, moved, nx } = this
    for (let c = 0; c < cells.length; c++) {
      const p = 2 * cells[c]
      for (const i of [p, p + 2, p + 2 * nx, p + 2 * nx + 2]) {
        if (moved[i] < out[0]) out[0] = moved[i]
        if (moved[i] > out[2]) out[2] = moved[i]
        if (moved[i + 1] < out[1]) out[1] = moved[i + 1]
        if (moved[i + 1] > out[3]) out[3] = moved[i + 1]
      }
    }
  }
}

/** Unit normal of the line that halves the elbow, towards the forearm. */
export function elbowNormal(ux: number, uy: number, fx: number, fy: number): { nx: number; ny: number } {
  let nx = ux + fx
  let ny = uy + fy
  if (Math.hypot(nx, ny) < 0.3) {
    nx = fx - ux
    ny = fy - uy
  }
  const length = Math.max(1e-6, Math.hypot(nx, ny))
  return { nx: nx / length, ny: ny / length }
}

/** Unit vector from wrist to the mean knuckle, and that distance in px. */
function palmAxis(hand: Float64Array): { px: number; py: number; palm: number } {
  let px = 0
  let py = 0
  for (let k = 5; k <= 17; k += 4) {
    px += (hand[2 * k] - hand[0]) / 4
    py += (hand[2 * k + 1] - hand[1]) / 4
  }
  const palm = Math.max(1, Math.hypot(px, py))
  return { px: px / palm, py: py / palm, palm }
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

const handDistance = (hand: Float64Array, a: number, b: number, x: number, y: number): number =>
  distanceToSegment(x, y, hand[2 * a], hand[2 * a + 1], hand[2 * b], hand[2 * b + 1])

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
