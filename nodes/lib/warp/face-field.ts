/** The face's own motion on top of the head's: a smooth field through the residuals of the face points. */
import { solveInPlace } from '../pose/solve-linear'
import { clamp, type Similarity } from './geometry'
import { FACE, FACE_END, isVisible, LID_POINTS, LIPS_END, type Measures, MOUTH_OUTER } from './keypoints'
import type { WarpRig } from './rig'

const ANCHORS = 18
/** Softening of the kernel, in face widths. */
const SOFT = 0.05
/** Smoothing, in face widths: keeps lips that touch from pulling the field apart. */
const SMOOTHING = 6e-4

/**
 * Interpolates −r at the moved points p + r with the kernel √(d² + 0.05²) and an affine part; zero at a ring of
 * anchors around the face. Distances in face widths.
 */
export class FaceField {
  /** Points of the face that move the field. */
  readonly ids: number[]
  /** Residuals in px of the head at rest, pairs, in the order of `ids`. */
  readonly residuals: Float64Array
  /** Largest residual among lip points, px. */
  lipMotion = 0
  private readonly centres: Float64Array
  private readonly coefficients: [Float64Array, Float64Array]
  private readonly matrix: Float64Array
  private readonly n: number
  private active = false

  constructor(
    private readonly rig: WarpRig,
    private readonly measures: Measures,
  ) {
    this.ids = []
    for (let i = FACE; i < FACE_END; i++)
      if (!LID_POINTS.includes(i) && isVisible(rig.first, i)) this.ids.push(i)
    this.n = this.ids.length + ANCHORS
    this.residuals = new Float64Array(2 * this.ids.length)
    this.centres = new Float64Array(2 * this.n)
    const size = this.n + 3
    this.coefficients = [new Float64Array(size), new Float64Array(size)]
    this.matrix = new Float64Array(size * size)
    const { chin, upX, upY, faceHeight, faceWidth } = measures
    for (let k = 0; k < ANCHORS; k++) {
      const angle = (2 * Math.PI * k) / ANCHORS
      const across = 0.92 * faceWidth * Math.cos(angle)
      const along = 0.55 * faceHeight + 1.05 * faceHeight * Math.sin(angle)
      const o = 2 * (this.ids.length + k)
      this.centres[o] = (chin[0] + upX * along - upY * across) / faceWidth
      this.centres[o + 1] = (chin[1] + upY * along + upX * across) / faceWidth
    }
  }

  /** Reads the residuals of a frame. `lips`: 0…1, how far the mouth may move. */
  read(points: Float32Array, head: Similarity, lips: number): void {
    const { rig, ids, residuals } = this
    const limit = 0.35 * this.measures.faceWidth
    const det = head.a * head.a + head.b * head.b
    this.active = false
    this.lipMotion = 0
    for (let k = 0; k < ids.length; k++) {
      const i = ids[k]
      let rx = 0
      let ry = 0
      if (isVisible(points, i)) {
        const x = points[3 * i] - head.tx
        const y = points[3 * i + 1] - head.ty
        rx = (head.a * x + head.b * y) / det - rig.first[3 * i]
        ry = (head.a * y - head.b * x) / det - rig.first[3 * i + 1]
      }
      const length = Math.hypot(rx, ry)
      let gain = length > limit ? limit / length : 1
      const isLip = i >= MOUTH_OUTER && i < LIPS_END
      if (isLip) gain *= lips
      // Rounding of float points is no motion.
      if (length < 1e-3) gain = 0
      residuals[2 * k] = rx * gain
      residuals[2 * k + 1] = ry * gain
      if (gain > 0) this.active = true
      if (isLip) this.lipMotion = Math.max(this.lipMotion, length * gain)
    }
  }

  scale(factor: number): void {
    for (let k = 0; k < this.residuals.length; k++) this.residuals[k] *= factor
    this.lipMotion *= factor
  }

  get moves(): boolean {
    return this.active
  }

  /** Solves for the coefficients of the current residuals. */
  solve(): void {
    const { ids, residuals, rig, n, centres, matrix } = this
    const w = this.measures.faceWidth
    const size = n + 3
    const [cx, cy] = this.coefficients
    for (let k = 0; k < ids.length; k++) {
      centres[2 * k] = (rig.points[3 * ids[k]] + residuals[2 * k]) / w
      centres[2 * k + 1] = (rig.points[3 * ids[k] + 1] + residuals[2 * k + 1]) / w
      cx[k] = -residuals[2 * k]
      cy[k] = -residuals[2 * k + 1]
    }
    for (let k = ids.length; k < size; k++) {
      cx[k] = 0
      cy[k] = 0
    }
    const ox = this.originX
    const oy = this.originY
    for (let i = 0; i < n; i++) {
      const xi = centres[2 * i]
      const yi = centres[2 * i + 1]
      for (let j = 0; j <= i; j++) {
        const dx = xi - centres[2 * j]
        const dy = yi - centres[2 * j + 1]
        const v = Math.sqrt(dx * dx + dy * dy + SOFT * SOFT) - (i === j ? SMOOTHING : 0)
        matrix[i * size + j] = v
        matrix[j * size + i] = v
      }
      const affine = [1, xi - ox, yi - oy]
      for (let k = 0; k < 3; k++) {
        matrix[i * size + n + k] = affine[k]
        matrix[(n + k) * size + i] = affine[k]
      }
    }
    for (let i = n; i < size; i++) for (let j = n; j < size; j++) matrix[i * size + j] = 0
    solveInPlace(matrix, [cx, cy])
  }

  private get originX(): number {
    return this.measures.chin[0] / this.measures.faceWidth
  }
  private get originY(): number {
    return this.measures.chin[1] / this.measures.faceWidth
  }

  /**
   * The field at `count` places (pairs, px of the head at rest), times `gain` each, into `out` (pairs, px).
   */
  evaluate(places: Float64Array, gain: Float32Array, count: number, out: Float64Array): void {
    const { n, centres } = this
    const w = this.measures.faceWidth
    const [cx, cy] = this.coefficients
    const ox = this.originX
    const oy = this.originY
    for (let p = 0; p < count; p++) {
      if (gain[p] === 0) {
        out[2 * p] = 0
        out[2 * p + 1] = 0
        continue
      }
      const x = places[2 * p] / w
      const y = places[2 * p + 1] / w
      let vx = cx[n] + cx[n + 1] * (x - ox) + cx[n + 2] * (y - oy)
      let vy = cy[n] + cy[n + 1] * (x - ox) + cy[n + 2] * (y - oy)
      for (let k = 0; k < n; k++) {
        const dx = x - centres[2 * k]
        const dy = y - centres[2 * k + 1]
        const d = Math.sqrt(dx * dx + dy * dy + SOFT * SOFT)
        vx += cx[k] * d
        vy += cy[k] * d
      }
      const limit = 0.5 * w
      out[2 * p] = clamp(vx, -limit, limit) * gain[p]
      out[2 * p + 1] = clamp(vy, -limit, limit) * gain[p]
    }
  }
}
