/** Closes eyes by painting skin into the texture, from the fold down to the lid line. The iris stays and is covered. */
import { lidGap } from './face-plates'
import { clamp, type Similarity, smooth } from './geometry'
import { isVisible } from './keypoints'
import type { EyeRig, WarpRig } from './rig'
import type { Texture } from './texture'

/** A rectangle of a texture that is painted on and can be put back. */
export class TexturePatch {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly original: Int32Array
  private dirty = false

  constructor(
    readonly texture: Texture,
    box: { left: number; top: number; width: number; height: number },
  ) {
    this.left = 2 * box.left
    this.top = 2 * box.top
    this.width = 2 * box.width - 1
    this.height = 2 * box.height - 1
    this.original = new Int32Array(this.width * this.height)
    for (let y = 0; y < this.height; y++) {
      const from = (this.top + y) * texture.stride + this.left
      this.original.set(texture.data.subarray(from, from + this.width), y * this.width)
    }
  }

  restore(): void {
    if (!this.dirty) return
    for (let y = 0; y < this.height; y++) {
      const to = (this.top + y) * this.texture.stride + this.left
      for (let x = 0; x < this.width; x++) this.texture.data[to + x] = this.original[y * this.width + x]
    }
    this.dirty = false
  }

  /** Lays (r, g, b) over the original texel with strength `a`; alpha of the texel stays. */
  mix(x: number, y: number, r: number, g: number, b: number, a: number): void {
    const at = (this.top + y) * this.texture.stride + this.left + x
    const old = this.texture.data[at]
    const alpha = old >>> 24
    const k = alpha / 255
    const nr = ((old & 255) * (1 - a) + r * k * a + 0.5) | 0
    const ng = (((old >>> 8) & 255) * (1 - a) + g * k * a + 0.5) | 0
    const nb = (((old >>> 16) & 255) * (1 - a) + b * k * a + 0.5) | 0
    this.texture.data[at] = (alpha << 24) | (nb << 16) | (ng << 8) | nr
    this.dirty = true
  }
}

export class Eyelid {
  private readonly patch: TexturePatch
  private readonly ax: number
  private readonly ay: number
  private readonly half: number
  private readonly cos: number
  private readonly sin: number
  /** Lid curves over −1…1: (1 − e²)(a + b·e), upwards positive, in half widths. */
  private readonly upper: [number, number]
  private readonly lower: [number, number]

  constructor(
    rig: WarpRig,
    private readonly eye: EyeRig,
    texture: Texture,
  ) {
    this.patch = new TexturePatch(texture, eye.box)
    const p = rig.points
    const i = eye.first
    const dx = p[3 * (i + 3)] - p[3 * i]
    const dy = p[3 * (i + 3) + 1] - p[3 * i + 1]
    this.half = Math.hypot(dx, dy) / 2
    this.ax = p[3 * i] + dx / 2
    this.ay = p[3 * i + 1] + dy / 2
    this.cos = dx / (2 * this.half)
    this.sin = dy / (2 * this.half)
    const local = (k: number): [number, number] => {
      const x = (p[3 * (i + k)] - this.ax) / this.half
      const y = (p[3 * (i + k) + 1] - this.ay) / this.half
      return [x * this.cos + y * this.sin, x * this.sin - y * this.cos]
    }
    this.upper = curve(local(1), local(2))
    this.lower = curve(local(5), local(4))
  }

  /** 0 open … 1 shut, for a frame. */
  closure(points: Float32Array, head: Similarity): number {
    const i = this.eye.first
    for (let k = 0; k < 6; k++) if (!isVisible(points, i + k)) return 0
    const scale = Math.hypot(head.a, head.b)
    const gap = lidGap(points, i) / Math.max(1e-6, scale)
    return clamp((1 - gap / Math.max(0.5, this.eye.gap) - 0.1) / 0.75, 0, 1)
  }

  /** Paints the lid; returns whether anything was painted. */
  paint(closure: number): boolean {
    const { patch, eye } = this
    patch.restore()
    if (closure <= 0) return false
    const w = eye.box.width
    const h = eye.box.height
    const [lr, lg, lb] = eye.lash
    const soft = Math.max(0.06, 1 / this.half)
    const lashWidth = Math.max(0.07, 0.9 / this.half)
    const shut = smooth(0.75, 1, closure)
    for (let y = 0; y < patch.height; y++) {
      for (let x = 0; x < patch.width; x++) {
        const dx = (eye.box.left + x / 2 - this.ax) / this.half
        const dy = (eye.box.top + y / 2 - this.ay) / this.half
        const e = dx * this.cos + dy * this.sin
        const up = dx * this.sin - dy * this.cos
        if (e < -1.45 || e > 1.45) continue
        const ce = clamp(e, -1.06, 1.06)
        const arch = Math.max(0, 1 - ce * ce)
        const top = arch * (this.upper[0] + this.upper[1] * ce)
        const bottom = arch * (this.lower[0] + this.lower[1] * ce)
        // The shut line lies a little above the lower lid, and sags.
        const low = bottom + 0.06 * arch
        const line = top + (low - top) * closure
        const ends = 1 - smooth(0.98, 1.3, Math.abs(e))
        // Skin from above the old lash line down to the lid line; it appears as soon as the lid has left its place.
        const roof = top + 0.3
        const cover = smooth(line - soft, line + soft, up) * (1 - smooth(roof - 0.18, roof + 0.1, up)) * ends
        const strength = cover * smooth(0, 0.18, closure)
        if (strength > 0.003) {
          const i = 3 * (Math.min(h - 1, (y + 1) >> 1) * w + Math.min(w - 1, (x + 1) >> 1))
          // Light falls from above: darker towards the line, a soft crease where the lid folds.
          const shade = 1 - 0.1 * (1 - smooth(0, 0.55, up - line)) - 0.07 * crease(up - (top + 0.14), 0.09)
          patch.mix(x, y, eye.plate[i] * shade, eye.plate[i + 1] * shade, eye.plate[i + 2] * shade, strength)
        }
        const lash =
          crease(up - line + 0.35 * lashWidth, lashWidth) *
          (1 - smooth(0.95, 1.12, Math.abs(e))) *
          smooth(0.02, 0.2, closure) *
          (0.82 + 0.1 * shut)
        if (lash > 0.01) patch.mix(x, y, lr, lg, lb, Math.min(1, lash))
      }
    }
    return true
  }
}

/** A bump of half width `r` around 0. */
const crease = (d: number, r: number): number => {
  const t = Math.abs(d) / (1.6 * r)
  return t >= 1 ? 0 : (1 - t * t) ** 2
}

/** (1 − e²)(a + b·e) through two points. */
function curve([e1, h1]: [number, number], [e2, h2]: [number, number]): [number, number] {
  const k1 = h1 / Math.max(0.15, 1 - e1 * e1)
  const k2 = h2 / Math.max(0.15, 1 - e2 * e2)
  const b = Math.abs(e2 - e1) > 0.1 ? (k2 - k1) / (e2 - e1) : 0
  return [(k1 + k2) / 2 - (b * (e1 + e2)) / 2, b]
}
