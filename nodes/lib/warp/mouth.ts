/** What opens between the lips: teeth, tongue, dark. */
import { TexturePatch } from './eyelids'
import type { FaceField } from './face-field'
import { clamp, type Similarity, smooth } from './geometry'
import { type Measures, MOUTH_INNER, MOUTH_OUTER } from './keypoints'
import type { Surface } from './rasterize'
import type { WarpRig } from './rig'
import type { Texture } from './texture'

/** Points per lip curve. */
const STEPS = 24
/** Sub-scanlines per pixel row of the soft mask. */
const ROWS = 4

export class Mouth {
  private readonly patch: TexturePatch
  private readonly outline = new Float64Array(4 * (STEPS + 1))
  private readonly coverage: Float32Array
  private readonly lips = new Float64Array(16)
  private readonly crossings = new Float64Array(64)
  private readonly mouthWidth: number

  constructor(
    private readonly rig: WarpRig,
    private readonly measures: Measures,
    texture: Texture,
  ) {
    this.patch = new TexturePatch(texture, rig.mouth.box)
    this.coverage = new Float32Array(rig.width * 4)
    const p = rig.points
    this.mouthWidth = Math.max(
      4,
      Math.hypot(
        p[3 * MOUTH_OUTER] - p[3 * (MOUTH_OUTER + 6)],
        p[3 * MOUTH_OUTER + 1] - p[3 * (MOUTH_OUTER + 6) + 1],
      ),
    )
  }

  /** Takes teeth and dark out of the lips' skin as the mouth leaves its first shape; true when painted. */
  paint(face: FaceField): boolean {
    const { patch, rig } = this
    patch.restore()
    if (!rig.mouth.open) return false
    const strength = this.moving(face)
    if (strength <= 0) return false
    const { width, height } = rig.mouth.box
    for (let y = 0; y < patch.height; y++) {
      const row = Math.min(height - 1, (y + 1) >> 1) * width
      for (let x = 0; x < patch.width; x++) {
        const i = row + Math.min(width - 1, (x + 1) >> 1)
        const a = (rig.mouth.opening[i] / 255) * strength
        if (a > 0.003) {
          patch.mix(x, y, rig.mouth.clean[3 * i], rig.mouth.clean[3 * i + 1], rig.mouth.clean[3 * i + 2], a)
        }
      }
    }
    return true
  }

  /** 0…1: have the lips left their first shape? Px count as on a face 105 px wide. */
  private moving(face: FaceField): number {
    return smooth(0.25, 1.5, (face.lipMotion * 105) / this.measures.faceWidth)
  }

  /** Draws the inside of the mouth over the face. */
  draw(to: Surface, face: FaceField, head: Similarity): void {
    const { rig, measures, lips } = this
    const { upX, upY, faceWidth } = measures
    for (let k = 0; k < 8; k++) {
      const i = MOUTH_INNER + k
      const at = face.ids.indexOf(i)
      if (at < 0) return
      lips[2 * k] = rig.points[3 * i] + face.residuals[2 * at]
      lips[2 * k + 1] = rig.points[3 * i + 1] + face.residuals[2 * at + 1]
    }
    let gap = 0
    for (let k = 1; k <= 3; k++) {
      gap += ((lips[2 * k] - lips[16 - 2 * k]) * upX + (lips[2 * k + 1] - lips[17 - 2 * k]) * upY) / 3
    }
    const strength = this.moving(face) * smooth(0.8, 2.2, (gap * 100) / faceWidth)
    if (strength <= 0) return
    this.fill(to, head, gap, strength)
  }

  private fill(to: Surface, head: Similarity, gap: number, strength: number): void {
    const { lips, outline, measures } = this
    const { upX, upY } = measures
    // Head-space frame of the mouth: corner to corner, and down.
    const cx = (lips[0] + lips[8]) / 2
    const cy = (lips[1] + lips[9]) / 2
    const half = Math.max(1, Math.hypot(lips[8] - lips[0], lips[9] - lips[1]) / 2)
    const ex = (lips[8] - lips[0]) / (2 * half)
    const ey = (lips[9] - lips[1]) / (2 * half)
    const flip = -ey * upX + ex * upY > 0 ? -1 : 1
    const nx = -ey * flip
    const ny = ex * flip
    const upper = lipCurve(lips, [1, 2, 3], cx, cy, ex, ey, nx, ny, half)
    const lower = lipCurve(lips, [7, 6, 5], cx, cy, ex, ey, nx, ny, half)
    let top = Number.POSITIVE_INFINITY
    let bottom = Number.NEGATIVE_INFINITY
    let left = Number.POSITIVE_INFINITY
    let right = Number.NEGATIVE_INFINITY
    const count = 2 * (STEPS + 1)
    for (let k = 0; k < count; k++) {
      const isUpper = k <= STEPS
      const e = isUpper ? -1 + (2 * k) / STEPS : 1 - (2 * (k - STEPS - 1)) / STEPS
      const v = bend(isUpper ? upper : lower, e) * half
      const hx = cx + e * half * ex + v * nx
      const hy = cy + e * half * ey + v * ny
      const x = head.a * hx - head.b * hy + head.tx
      const y = head.b * hx + head.a * hy + head.ty
      outline[2 * k] = x
      outline[2 * k + 1] = y
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      left = Math.min(left, x)
      right = Math.max(right, x)
    }
    const x0 = Math.max(0, Math.floor(left) - 1)
    const x1 = Math.min(to.width - 1, Math.ceil(right) + 1)
    const y0 = Math.max(0, Math.floor(top) - 1)
    const y1 = Math.min(to.height - 1, Math.ceil(bottom) + 1)
    if (x1 <= x0 || y1 <= y0) return
    const det = head.a * head.a + head.b * head.b
    const w = x1 - x0 + 1
    for (let y = y0; y <= y1; y++) {
      this.cover(y, x0, w, count)
      for (let x = x0; x <= x1; x++) {
        // A pixel's neighbours soften the edge: lips have no knife edge.
        const i = x - x0
        const a = strength * clamp(this.coverage[i], 0, 1)
        if (a < 0.004) continue
        const sx = x - head.tx
        const sy = y - head.ty
        const hx = (head.a * sx + head.b * sy) / det
        const hy = (head.a * sy - head.b * sx) / det
        const e = ((hx - cx) * ex + (hy - cy) * ey) / half
        const v = ((hx - cx) * nx + (hy - cy) * ny) / half
        this.colour(hx, hy, e, v, bend(upper, e), bend(lower, e), gap, half)
        const o = y * to.width + x
        const old = to.data[o]
        const r = ((old & 255) * (1 - a) + rgb[0] * a + 0.5) | 0
        const g = (((old >>> 8) & 255) * (1 - a) + rgb[1] * a + 0.5) | 0
        const b = (((old >>> 16) & 255) * (1 - a) + rgb[2] * a + 0.5) | 0
        to.data[o] = (old & 0xff000000) | (b << 16) | (g << 8) | r
      }
    }
  }

  /** Share of each pixel of row `y` that lies inside the outline, softened by half a pixel sideways. */
  private cover(y: number, x0: number, w: number, count: number): void {
    const { outline, coverage, crossings } = this
    coverage.fill(0, 0, w)
    for (let sub = 0; sub < ROWS; sub++) {
      // Rows overlap by half a pixel: a tent, not a box.
      const at = y - 0.75 + (1.5 * (sub + 0.5)) / ROWS
      let n = 0
      for (let k = 0; k < count; k++) {
        const j = k + 1 === count ? 0 : k + 1
        const ya = outline[2 * k + 1]
        const yb = outline[2 * j + 1]
        if (ya <= at === yb <= at || n >= 62) continue
        crossings[n++] = outline[2 * k] + ((at - ya) / (yb - ya)) * (outline[2 * j] - outline[2 * k])
      }
      for (let p = 1; p < n; p++) {
        const v = crossings[p]
        let q = p - 1
        while (q >= 0 && crossings[q] > v) {
          crossings[q + 1] = crossings[q]
          q--
        }
        crossings[q + 1] = v
      }
      for (let p = 0; p + 1 < n; p += 2) {
        const from = crossings[p] - x0
        const to = crossings[p + 1] - x0
        for (let i = Math.max(0, Math.floor(from - 1)); i <= Math.min(w - 1, Math.ceil(to + 1)); i++) {
          const share = Math.min(to, i + 0.75) - Math.max(from, i - 0.75)
          if (share > 0) coverage[i] += share / 1.5 / ROWS
        }
      }
    }
  }

  /** Colour inside the mouth at head place (hx, hy); e −1…1 across, v down, between the lip curves. Into `rgb`. */
  private colour(
    hx: number,
    hy: number,
    e: number,
    v: number,
    top: number,
    bottom: number,
    gap: number,
    half: number,
  ): void {
    const { mouth } = this.rig
    const m = this.mouthWidth
    const open = Math.max(0.02, bottom - top)
    const k = clamp((v - top) / open, 0, 1)
    const depth = 0.7 + 0.5 * k
    let r = (0.3 * mouth.lip[0] + 14) * depth
    let g = (0.14 * mouth.lip[1] + 6) * depth
    let b = (0.16 * mouth.lip[2] + 8) * depth
    // Tongue: a soft mound on the floor of a mouth that is wide enough to show it.
    const shown = smooth(0.14, 0.32, gap / m)
    if (shown > 0) {
      const d = Math.hypot(e / 0.62, (k - 1.08) / 0.55)
      const t = shown * (1 - smooth(0.55, 1.05, d))
      const light = 0.62 + 0.22 * (1 - d)
      r += t * (mouth.lip[0] * light + 16 - r)
      g += t * (mouth.lip[1] * light * 0.86 - g)
      b += t * (mouth.lip[2] * light * 0.9 - b)
    }
    if (mouth.teeth) {
      const i = this.openingAt(hx, hy)
      if (i > 0) {
        r += i * (sampled[0] - r)
        g += i * (sampled[1] - g)
        b += i * (sampled[2] - b)
      }
    } else {
      // Upper teeth hang below the upper lip, a band with a soft lower edge, darker towards the corners.
      const height = Math.min(0.3 * gap, 0.105 * m) / half
      const below = v - top
      const edge = 0.35 * height + 0.6 / half
      const row =
        (1 - smooth(height - edge, height + 0.4 * edge, below)) * (1 - smooth(0.74, 0.92, Math.abs(e)))
      if (row > 0) {
        const light =
          0.97 * mouth.bright * (1 - 0.42 * e * e) * (0.82 + 0.18 * smooth(0, 0.5 * height, below))
        // Faint gaps between teeth.
        const tooth = 1 - 0.06 * (0.5 + 0.5 * Math.cos((2 * Math.PI * e) / 0.21))
        r += row * (Math.min(250, light * tooth) - r)
        g += row * (Math.min(244, light * tooth * 0.965) - g)
        b += row * (Math.min(232, light * tooth * 0.9) - b)
      }
    }
    // The upper lip throws its shadow on what is just below it.
    const shadow = 1 - 0.35 * (1 - smooth(0, 2.2 / half, v - top))
    rgb[0] = r * shadow
    rgb[1] = g * shadow
    rgb[2] = b * shadow
  }

  /** The portrait's own teeth, fixed to the head: share 0…1, colour into `sampled`. */
  private openingAt(x: number, y: number): number {
    const { mouth, portrait, width, height } = this.rig
    const px = clamp(x, 0, width - 1.001)
    const py = clamp(y, 0, height - 1.001)
    const ix = Math.floor(px)
    const iy = Math.floor(py)
    const bx = ix - mouth.box.left
    const by = iy - mouth.box.top
    if (bx < 0 || by < 0 || bx + 1 >= mouth.box.width || by + 1 >= mouth.box.height) return 0
    const fx = px - ix
    const fy = py - iy
    const o = by * mouth.box.width + bx
    const s = mouth.opening
    const share =
      (s[o] * (1 - fx) + s[o + 1] * fx) * (1 - fy) +
      (s[o + mouth.box.width] * (1 - fx) + s[o + mouth.box.width + 1] * fx) * fy
    if (share === 0) return 0
    const i = 3 * (iy * width + ix)
    const j = i + 3 * width
    for (let k = 0; k < 3; k++) {
      sampled[k] =
        (portrait[i + k] * (1 - fx) + portrait[i + 3 + k] * fx) * (1 - fy) +
        (portrait[j + k] * (1 - fx) + portrait[j + 3 + k] * fx) * fy
    }
    // Only clear teeth: the soft rim of the opening is lip.
    return smooth(0.75, 1, share / 255)
  }
}

const rgb = new Float64Array(3)
const sampled = new Float64Array(3)

/** Quartic through the corners: (1 − e²)(a + b·e + c·e²), fitted to three lip points; v in half widths. */
function lipCurve(
  lips: Float64Array,
  ids: number[],
  cx: number,
  cy: number,
  ex: number,
  ey: number,
  nx: number,
  ny: number,
  half: number,
): [number, number, number] {
  const e: number[] = []
  const k: number[] = []
  for (const id of ids) {
    const x = (lips[2 * id] - cx) / half
    const y = (lips[2 * id + 1] - cy) / half
    const along = clamp(x * ex + y * ey, -0.92, 0.92)
    e.push(along)
    k.push((x * nx + y * ny) / (1 - along * along))
  }
  // Lagrange through the three places, limited: points too near a corner would bulge.
  const [e0, e1, e2] = e
  const d0 = (e0 - e1) * (e0 - e2)
  const d1 = (e1 - e0) * (e1 - e2)
  const d2 = (e2 - e0) * (e2 - e1)
  if (Math.min(Math.abs(d0), Math.abs(d1), Math.abs(d2)) < 0.01) return [(k[0] + k[1] + k[2]) / 3, 0, 0]
  const c = k[0] / d0 + k[1] / d1 + k[2] / d2
  const b = -(k[0] * (e1 + e2)) / d0 - (k[1] * (e0 + e2)) / d1 - (k[2] * (e0 + e1)) / d2
  const a = (k[0] * e1 * e2) / d0 + (k[1] * e0 * e2) / d1 + (k[2] * e0 * e1) / d2
  return [a, clamp(b, -0.5, 0.5), clamp(c, -0.8, 0.8)]
}

const bend = ([a, b, c]: [number, number, number], e: number): number => {
  const t = clamp(e, -1, 1)
  return (1 - t * t) * (a + b * t + c * t * t)
}
