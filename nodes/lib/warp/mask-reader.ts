/** Masks as permission: where they are empty, things stay as in the portrait. They are never used as outlines. */
import { clamp } from './geometry'
import { ARMS, HAND_POINTS, isVisible, LIPS_END, type Measures, MOUTH_OUTER } from './keypoints'
import { sampleAt } from './planes'
import type { Surface } from './rasterize'
import type { WarpRig } from './rig'

/** Planes of one frame, 0…255, [height, width] of any size; they cover the whole portrait. */
export interface FrameMasks {
  width: number
  height: number
  face?: Uint8Array
  lips?: Uint8Array
  hands?: Uint8Array
  upperBody?: Uint8Array
}

/** Cells of the grid on which the permission of the body is grown and feathered. */
const CELL = 8

export class MaskReader {
  private masks: FrameMasks | undefined
  private points: Float32Array = new Float32Array(0)
  private readonly faceAt: (x: number, y: number) => number
  private readonly nx: number
  private readonly ny: number
  private readonly grid: Float32Array
  private readonly spare: Float32Array

  constructor(
    private readonly rig: WarpRig,
    measures: Measures,
  ) {
    const feather = 0.05 * measures.faceWidth
    this.faceAt = (x, y) => {
      const plane = this.masks?.face
      if (!plane) return 1
      let sum = 2 * this.sample(plane, x, y)
      for (const d of [-feather, feather]) sum += this.sample(plane, x + d, y) + this.sample(plane, x, y + d)
      return sum / 6
    }
    this.nx = Math.ceil(rig.width / CELL) + 1
    this.ny = Math.ceil(rig.height / CELL) + 1
    this.grid = new Float32Array(this.nx * this.ny)
    this.spare = new Float32Array(this.nx * this.ny)
  }

  /** Takes the masks of a frame; the points say where its hands and lips are. */
  read(masks: FrameMasks | undefined, points: Float32Array): void {
    this.masks = masks
    this.points = points
  }

  /** 0…1: how far the arm of a side may move. */
  hand(side: number): number {
    const first = ARMS[side].hand
    return this.mean(this.masks?.hands, first, first + HAND_POINTS)
  }

  /** 0…1: how far the mouth may move. */
  lips(): number {
    return this.mean(this.masks?.lips, MOUTH_OUTER, LIPS_END)
  }

  /** 0…1: how far the eyelids may move. */
  eyes(): number {
    return this.mean(this.masks?.face, 60, 72)
  }

  /** 0…1 by place on screen, or null when the face may move freely. */
  face(): ((x: number, y: number) => number) | null {
    return this.masks?.face ? this.faceAt : null
  }

  private sample(plane: Uint8Array, x: number, y: number): number {
    const masks = this.masks!
    const u = ((x + 0.5) * masks.width) / this.rig.width - 0.5
    const v = ((y + 0.5) * masks.height) / this.rig.height - 0.5
    return sampleAt(plane, masks.width, masks.height, u, v) / 255
  }

  /** Mean of a plane at the frame's points that lie in the picture; boxes drawn to the last point exclude it, so a
   * pixel towards their middle counts too. 1 without a mask or without such points. */
  private mean(plane: Uint8Array | undefined, from: number, to: number): number {
    if (!plane) return 1
    const { points, rig } = this
    let cx = 0
    let cy = 0
    let n = 0
    for (let i = from; i < to; i++) {
      if (!isVisible(points, i)) continue
      cx += points[3 * i]
      cy += points[3 * i + 1]
      n++
    }
    if (n === 0) return 1
    cx /= n
    cy /= n
    let sum = 0
    let inside = 0
    for (let i = from; i < to; i++) {
      if (!isVisible(points, i)) continue
      const x = points[3 * i]
      const y = points[3 * i + 1]
      if (x < 0 || y < 0 || x > rig.width - 1 || y > rig.height - 1) continue
      sum += this.sample(plane, cx + 0.8 * (x - cx), cy + 0.8 * (y - cy))
      inside++
    }
    return inside === 0 ? 1 : clamp(sum / inside, 0, 1)
  }

  /** Outside `upperBody`, grown by 0.05 of the width, the portrait shows. */
  limitBody(frame: Surface): void {
    const plane = this.masks?.upperBody
    if (!plane) return
    this.growPermission(plane)
    const { nx, grid, rig } = this
    for (let y = 0; y < frame.height; y++) {
      const gy = Math.floor(y / CELL)
      const ty = y / CELL - gy
      for (let x = 0; x < frame.width; x++) {
        const gx = Math.floor(x / CELL)
        const tx = x / CELL - gx
        const o = gy * nx + gx
        const top = grid[o] + tx * (grid[o + 1] - grid[o])
        const low = grid[o + nx] + tx * (grid[o + nx + 1] - grid[o + nx])
        const k = top + ty * (low - top)
        if (k >= 0.999) continue
        const i = y * frame.width + x
        const v = frame.data[i]
        const r = (v & 255) * k + rig.portrait[3 * i] * (1 - k) + 0.5
        const g = ((v >>> 8) & 255) * k + rig.portrait[3 * i + 1] * (1 - k) + 0.5
        const b = ((v >>> 16) & 255) * k + rig.portrait[3 * i + 2] * (1 - k) + 0.5
        frame.data[i] = 0xff000000 | ((b | 0) << 16) | ((g | 0) << 8) | (r | 0)
      }
    }
  }

  private growPermission(plane: Uint8Array): void {
    const { nx, ny, grid, spare, rig } = this
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) grid[y * nx + x] = this.sample(plane, x * CELL, y * CELL)
    }
    const r = Math.max(1, Math.round((0.05 * rig.width) / CELL))
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        let most = 0
        for (let u = Math.max(0, x - r); u <= Math.min(nx - 1, x + r); u++)
          most = Math.max(most, grid[y * nx + u])
        spare[y * nx + x] = most
      }
    }
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        let most = 0
        for (let v = Math.max(0, y - r); v <= Math.min(ny - 1, y + r); v++)
          most = Math.max(most, spare[v * nx + x])
        grid[y * nx + x] = most
      }
    }
  }
}
