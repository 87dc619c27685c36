/** The soft shadow that a moving arm throws on the person behind it. */
import type { Surface } from './rasterize'
import { quarter, type WarpRig } from './rig'

export class ArmShadow {
  private readonly width: number
  private readonly height: number
  private readonly plane: Float32Array
  private readonly spare: Float32Array
  private readonly radius: number
  private readonly shiftX: number
  private readonly shiftY: number

  constructor(private readonly rig: WarpRig) {
    this.width = quarter(rig.width)
    this.height = quarter(rig.height)
    this.plane = new Float32Array(this.width * this.height)
    this.spare = new Float32Array(this.width * this.height)
    const size = Math.max(rig.width, rig.height)
    // Two box means of radius r have variance 2·((2r + 1)² − 1)/12; asked is 0.022 of the size, in quarter pixels.
    const sigma = (0.022 * size) / 4
    this.radius = Math.max(1, Math.round((Math.sqrt(6 * sigma * sigma + 1) - 1) / 2))
    this.shiftX = (0.003 * size) / 4
    this.shiftY = (0.008 * size) / 4
  }

  /** Darkens `frame` below the alpha of `layer` (drawn within x0…x1, y0…y1 px). */
  cast(
    frame: Surface,
    layer: Surface,
    x0: number,
    y0: number,
    x1: number,
    y1: number,
    strength: number,
  ): void {
    const { width, height, plane, radius } = this
    const pad = 2 * radius + 2
    const left = Math.max(0, (x0 >> 2) - pad)
    const right = Math.min(width - 1, (x1 >> 2) + pad)
    const top = Math.max(0, (y0 >> 2) - pad)
    const bottom = Math.min(height - 1, (y1 >> 2) + pad)
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        // One sample per quarter pixel is enough under a blur this wide.
        const px = Math.min(layer.width - 1, 4 * x + 2)
        const py = Math.min(layer.height - 1, 4 * y + 2)
        const inside = px >= x0 && px <= x1 && py >= y0 && py <= y1
        plane[y * width + x] = inside ? layer.data[py * layer.width + px] >>> 24 : 0
      }
    }
    for (let pass = 0; pass < 2; pass++) this.blur(left, top, right, bottom)
    this.darken(frame, left, top, right, bottom, strength / 255)
  }

  private blur(left: number, top: number, right: number, bottom: number): void {
    const { width, plane, spare, radius } = this
    const n = 2 * radius + 1
    for (let y = top; y <= bottom; y++) {
      let sum = 0
      const row = y * width
      for (let x = left; x < Math.min(right, left + radius); x++) sum += plane[row + x]
      for (let x = left; x <= right; x++) {
        if (x + radius <= right) sum += plane[row + x + radius]
        if (x - radius - 1 >= left) sum -= plane[row + x - radius - 1]
        spare[row + x] = sum / n
      }
    }
    for (let x = left; x <= right; x++) {
      let sum = 0
      for (let y = top; y < Math.min(bottom, top + radius); y++) sum += spare[y * width + x]
      for (let y = top; y <= bottom; y++) {
        if (y + radius <= bottom) sum += spare[(y + radius) * width + x]
        if (y - radius - 1 >= top) sum -= spare[(y - radius - 1) * width + x]
        plane[y * width + x] = sum / n
      }
    }
  }

  private darken(
    frame: Surface,
    left: number,
    top: number,
    right: number,
    bottom: number,
    strength: number,
  ): void {
    const { width, plane, rig, shiftX, shiftY } = this
    const factor = this.spare
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const sx = Math.max(left, Math.min(right, Math.round(x - shiftX)))
        const sy = Math.max(top, Math.min(bottom, Math.round(y - shiftY)))
        factor[y * width + x] = strength * plane[sy * width + sx] * (rig.person[y * width + x] / 255)
      }
    }
    darkenBy(frame, factor, width, left, top, right, bottom)
  }
}

/** The shade of the arms at rest, put back as long as they are near their place. */
export class StillShade {
  private readonly width: number
  private readonly factor: Float32Array
  private readonly left: number
  private readonly top: number
  private readonly right: number
  private readonly bottom: number

  constructor(private readonly rig: WarpRig) {
    this.width = quarter(rig.width)
    const height = quarter(rig.height)
    this.factor = new Float32Array(rig.shade.length)
    let [left, top, right, bottom] = [this.width, height, 0, 0]
    rig.shade.forEach((v, i) => {
      if (v === 0) return
      const x = i % this.width
      const y = Math.floor(i / this.width)
      left = Math.min(left, x - 1)
      top = Math.min(top, y - 1)
      right = Math.max(right, x + 1)
      bottom = Math.max(bottom, y + 1)
    })
    this.left = Math.max(0, left)
    this.top = Math.max(0, top)
    this.right = Math.min(this.width - 1, right)
    this.bottom = Math.min(height - 1, bottom)
  }

  /** @param strength 0…1 */
  darken(frame: Surface, strength: number): void {
    if (strength <= 0.004) return
    const { factor, rig, width } = this
    for (let i = 0; i < factor.length; i++) factor[i] = (strength * rig.shade[i]) / 255
    darkenBy(frame, factor, width, this.left, this.top, this.right, this.bottom)
  }
}

/** Darkens a frame by factors 0…1 on the quarter grid (bilinear), inside a box of that grid. */
function darkenBy(
  frame: Surface,
  factor: Float32Array,
  width: number,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  for (let y = Math.max(0, 4 * top); y <= Math.min(frame.height - 1, 4 * bottom + 1); y++) {
    const fy = (y - 1.5) / 4
    const gy = Math.max(top, Math.floor(fy))
    const ty = Math.max(0, fy - gy)
    const up = gy * width
    const down = Math.min(bottom, gy + 1) * width
    for (let x = Math.max(0, 4 * left); x <= Math.min(frame.width - 1, 4 * right + 1); x++) {
      const fx = (x - 1.5) / 4
      const gx = fx < left ? left : fx | 0
      const next = gx < right ? gx + 1 : right
      const a0 = factor[up + gx]
      const a1 = factor[up + next]
      const b0 = factor[down + gx]
      const b1 = factor[down + next]
      if (a0 === 0 && a1 === 0 && b0 === 0 && b1 === 0) continue // most of the box has no shade
      const tx = fx < gx ? 0 : fx - gx
      const a = a0 + tx * (a1 - a0)
      const b = b0 + tx * (b1 - b0)
      const k = 256 - ((256 * (a + ty * (b - a)) + 0.5) | 0)
      if (k >= 256) continue
      const i = y * frame.width + x
      const v = frame.data[i]
      const rb = (Math.imul(v & 0xff00ff, k) >>> 8) & 0xff00ff
      const g = Math.imul((v >>> 8) & 0xff, k) & 0xff00 // alpha, if the surface has one, stays
      frame.data[i] = (v & 0xff000000) | rb | g
    }
  }
}
