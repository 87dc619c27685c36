/** A cut arm with its hand: a mesh over its texture, bent at shoulder, elbow, wrist and finger joints. */

import type { ArmPose } from './frame-pose'
import { distanceToSegment, lerp, smooth, wrapAngle } from './geometry'
import { HandBones } from './hand-bones'
import { HandWeights, SHARED } from './hand-weights'
import { ARMS, isVisible } from './keypoints'
import { drawTriangle, type Surface } from './rasterize'
import type { ArmRig, WarpRig } from './rig'
import type { Texture } from './texture'

/** Mesh cells along the longer side of the portrait. */
const CELLS = 128
/** A forearm drawn shorter than about this many radii of the sleeve points at the camera and loses its width. */
const POINTING = 2.4

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
  private readonly fingers: HandWeights
  private readonly hand: HandBones
  private readonly points: Float64Array
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
    const hand = this.points.subarray(6)
    this.fingers = new HandWeights(n, hand)
    this.hand = new HandBones(hand, [this.points[4], this.points[5]])
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
    const { px, py } = this.fingers
    let wnx = px + fx
    let wny = py + fy
    const wn = Math.hypot(wnx, wny)
    wnx = wn < 0.3 ? fx : wnx / wn
    wny = wn < 0.3 ? fy : wny / wn
    const past = (x - wx) * wnx + (y - wy) * wny
    const wr = this.arm.foreRadius
    this.atWrist[i] = smooth(-0.6 * wr, 0.55 * wr, past)
    // Fingers that are bent back past the wrist are hand all the same.
    if (this.fingers.toFinger(x, y) < 0.5 * distanceToSegment(x, y, ex, ey, wx, wy)) this.atWrist[i] = 1
    const finger = this.fingers.weigh(i, x, y)
    return this.atWrist[i] > 0.5 ? 1 + finger : 0
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
    if (this.handSeen) this.hand.pose(pose)
    const elbow = wrapAngle(turnFore - turnUpper)
    const width = this.foreWidth(stretchFore * foreLength, foreLength)
    // The cloth around a turned elbow bends with it, but no further than this; beyond it upper arm and forearm lie one
    // over the other, stiff. Folded back, turns of +π and −π are the same elbow, and the direction of a forearm
    // without length is noise: there nothing bends.
    const bend = Math.sin(elbow) * smooth(0.2, 1, width)
    const n = this.nx * this.ny
    const { maps } = this.hand
    const { bones, weights } = this.fingers
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
          const o = 6 * bones[k]
          const w = weights[k]
          hx += w * (maps[o] * x + maps[o + 1] * y + maps[o + 2])
          hy += w * (maps[o + 3] * x + maps[o + 4] * y + maps[o + 5])
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
