/** The body (and, in `soft` mode, the background around it) as one mesh; finer over the face. */
import { FaceField } from './face-field'
import type { FramePose } from './frame-pose'
import { smooth } from './geometry'
import { ARMS, type Measures, MOUTH_INNER } from './keypoints'
import { drawTriangle, type Surface } from './rasterize'
import { BONE_COUNT, BONES, type WarpRig } from './rig'
import type { Texture } from './texture'

/** Below this a node counts as still: nothing is drawn over the portrait there. Px. */
const STILL = 0.01
/** An arm of tier `bend` turns this far at most, rad; small turns come through at 0.4. */
const BEND_LIMIT = 0.22

export class BodyMesh {
  readonly face: FaceField
  /** Coarse nodes: where they lie at rest and where they are, pairs in px. */
  readonly rest: Float64Array
  readonly moved: Float64Array
  /** Fine nodes over the face: body places (pairs), their places on screen, and texture places. */
  readonly facePlaces: Float64Array
  readonly faceMoved: Float64Array
  readonly faceSource: Float64Array
  readonly faceNx: number
  readonly faceNy: number
  private readonly faceGain: Float32Array
  private readonly field: Float64Array
  private readonly gx0: number
  private readonly gy0: number
  private readonly gx1: number
  private readonly gy1: number
  private readonly fine: number
  /** Nodes outside this ellipse around the inner lips may not fold. */
  private readonly guarded: Uint8Array
  private readonly visible: Uint8Array
  private readonly bones = new Float64Array(6 * BONE_COUNT)
  /** Smallest determinant of the face field outside the mouth, this frame. */
  faceJacobian = 1
  /** How often the fold guard had to weaken the face this frame. */
  guardSteps = 0

  constructor(
    private readonly rig: WarpRig,
    private readonly measures: Measures,
  ) {
    const { nx, ny, width, height } = rig
    this.face = new FaceField(rig, measures)
    this.rest = new Float64Array(2 * nx * ny)
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        this.rest[2 * (y * nx + x)] = (x * (width - 1)) / (nx - 1)
        this.rest[2 * (y * nx + x) + 1] = (y * (height - 1)) / (ny - 1)
      }
    }
    this.moved = this.rest.slice()
    const { chin, upX, upY, faceHeight, faceWidth } = measures
    const cx = chin[0] + 0.55 * faceHeight * upX
    const cy = chin[1] + 0.55 * faceHeight * upY
    const hx = 1.05 * faceWidth
    const hy = 1.15 * faceWidth
    const cellX = (width - 1) / (nx - 1)
    const cellY = (height - 1) / (ny - 1)
    this.gx0 = Math.max(0, Math.floor((cx - hx) / cellX))
    this.gy0 = Math.max(0, Math.floor((cy - hy) / cellY))
    this.gx1 = Math.min(nx - 1, Math.ceil((cx + hx) / cellX))
    this.gy1 = Math.min(ny - 1, Math.ceil((cy + hy) / cellY))
    this.fine = Math.max(1, Math.round(cellX / (faceWidth / 30)))
    this.faceNx = (this.gx1 - this.gx0) * this.fine + 1
    this.faceNy = (this.gy1 - this.gy0) * this.fine + 1
    const n = this.faceNx * this.faceNy
    this.facePlaces = new Float64Array(2 * n)
    this.faceMoved = new Float64Array(2 * n)
    this.faceSource = new Float64Array(2 * n)
    this.field = new Float64Array(2 * n)
    this.faceGain = new Float32Array(n)
    this.guarded = new Uint8Array(n)
    const mouth = this.mouthEllipse()
    for (let j = 0; j < this.faceNy; j++) {
      for (let i = 0; i < this.faceNx; i++) {
        const k = j * this.faceNx + i
        const x = (this.gx0 + i / this.fine) * cellX
        const y = (this.gy0 + j / this.fine) * cellY
        this.facePlaces[2 * k] = x
        this.facePlaces[2 * k + 1] = y
        this.faceGain[k] = 1 - smooth(0.8, 1, Math.max(Math.abs(x - cx) / hx, Math.abs(y - cy) / hy))
        this.guarded[k] = mouth(x, y) ? 0 : 1
      }
    }
    this.visible = new Uint8Array((nx - 1) * (ny - 1)).fill(1)
    if (rig.bodyMode === 'matted') this.hideEmptyCells()
  }

  /** Cells of a cut-out body that hold none of it are never drawn. */
  private hideEmptyCells(): void {
    const { rig } = this
    const { nx, ny, width, height } = rig
    this.visible.fill(0)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (rig.body[4 * (y * width + x) + 3] === 0) continue
        for (let dy = -1; dy <= 1; dy++) {
          for (let dx = -1; dx <= 1; dx++) {
            const gx = Math.floor(((x + dx) * (nx - 1)) / (width - 1))
            const gy = Math.floor(((y + dy) * (ny - 1)) / (height - 1))
            if (gx >= 0 && gy >= 0 && gx < nx - 1 && gy < ny - 1) this.visible[gy * (nx - 1) + gx] = 1
          }
        }
      }
    }
  }

  private mouthEllipse(): (x: number, y: number) => boolean {
    const p = this.rig.points
    let x0 = Number.POSITIVE_INFINITY
    let x1 = Number.NEGATIVE_INFINITY
    let y0 = Number.POSITIVE_INFINITY
    let y1 = Number.NEGATIVE_INFINITY
    for (let i = MOUTH_INNER; i < MOUTH_INNER + 8; i++) {
      x0 = Math.min(x0, p[3 * i])
      x1 = Math.max(x1, p[3 * i])
      y0 = Math.min(y0, p[3 * i + 1])
      y1 = Math.max(y1, p[3 * i + 1])
    }
    const m = 1.5 * (x1 - x0)
    const rx = (x1 - x0) / 2 + 0.16 * m
    const ry = (y1 - y0) / 2 + 0.14 * m
    // The field lives at moved points: an opening mouth takes the ellipse down with it, by up to 0.35 face widths.
    const drop = 0.3 * this.measures.faceWidth
    return (x, y) => {
      const dy = y - (y0 + y1) / 2
      const reach = dy > 0 ? ry + drop : ry
      return Math.hypot((x - (x0 + x1) / 2) / rx, dy / reach) < 1
    }
  }

  /** Places all nodes for a frame. `allowed` (optional): 0…1 at a place on screen, how far the face may move there. */
  pose(
    frame: FramePose,
    points: Float32Array,
    lips: number,
    allowed: ((x: number, y: number) => number) | null,
  ): void {
    this.setBones(frame)
    this.moveCoarse()
    this.face.read(points, frame.head, lips)
    this.moveFace(allowed)
  }

  private setBones(frame: FramePose): void {
    const b = this.bones
    const set = (bone: number, a: number, c: number, tx: number, ty: number) => {
      b[6 * bone] = a - 1
      b[6 * bone + 1] = -c
      b[6 * bone + 2] = tx
      b[6 * bone + 3] = c
      b[6 * bone + 4] = a - 1
      b[6 * bone + 5] = ty
    }
    b.fill(0)
    set(BONES.head, frame.head.a, frame.head.b, frame.head.tx, frame.head.ty)
    set(BONES.chest, frame.chest.a, frame.chest.b, frame.chest.tx, frame.chest.ty)
    set(BONES.hips, 1, 0, frame.hips.tx, frame.hips.ty)
    for (let k = 0; k < this.rig.arms.length; k++) {
      const arm = this.rig.arms[k]
      if (arm.tier !== 'bend') continue
      const ids = ARMS[arm.side]
      const f = this.rig.first
      const { joints, turns } = frame.arms[k]
      const limited = (d: number) => BEND_LIMIT * Math.tanh((0.4 * d) / BEND_LIMIT)
      const upper = turns[0] + limited(turns[1] - turns[0])
      const fore = upper + limited(turns[2] - turns[1])
      const sx = f[3 * ids.shoulder]
      const sy = f[3 * ids.shoulder + 1]
      const ex = f[3 * ids.elbow]
      const ey = f[3 * ids.elbow + 1]
      const cu = Math.cos(upper)
      const su = Math.sin(upper)
      set(BONES.upper[arm.side], cu, su, joints[0] - cu * sx + su * sy, joints[1] - su * sx - cu * sy)
      const ex1 = joints[0] + cu * (ex - sx) - su * (ey - sy)
      const ey1 = joints[1] + su * (ex - sx) + cu * (ey - sy)
      const cf = Math.cos(fore)
      const sf = Math.sin(fore)
      set(BONES.fore[arm.side], cf, sf, ex1 - cf * ex + sf * ey, ey1 - sf * ex - cf * ey)
    }
  }

  private moveCoarse(): void {
    const { rest, moved, bones, rig } = this
    const n = rig.nx * rig.ny
    moved.set(rest)
    for (let bone = 1; bone < BONE_COUNT; bone++) {
      const o = 6 * bone
      const a = bones[o]
      const b = bones[o + 1]
      const tx = bones[o + 2]
      const c = bones[o + 3]
      const d = bones[o + 4]
      const ty = bones[o + 5]
      if (a === 0 && b === 0 && tx === 0 && c === 0 && d === 0 && ty === 0) continue
      const weights = rig.weights
      const from = bone * n
      for (let i = 0; i < n; i++) {
        const w = weights[from + i]
        if (w === 0) continue
        const x = rest[2 * i]
        const y = rest[2 * i + 1]
        moved[2 * i] += w * (a * x + b * y + tx)
        moved[2 * i + 1] += w * (c * x + d * y + ty)
      }
    }
  }

  private moveFace(allowed: ((x: number, y: number) => number) | null): void {
    const { face, facePlaces, faceMoved, faceSource, field, faceGain, moved, fine, faceNx, faceNy, rig } =
      this
    const n = faceNx * faceNy
    for (let j = 0; j < faceNy; j++) {
      const cj = Math.min(this.gy1 - 1, this.gy0 + Math.floor(j / fine))
      const fy = this.gy0 + j / fine - cj
      for (let i = 0; i < faceNx; i++) {
        const ci = Math.min(this.gx1 - 1, this.gx0 + Math.floor(i / fine))
        const fx = this.gx0 + i / fine - ci
        // The same two triangles that the coarse cell is drawn with, so that the meshes meet without a seam.
        const p = 2 * (cj * rig.nx + ci)
        const q = p + 2 * rig.nx
        const k = 2 * (j * faceNx + i)
        for (let c = 0; c < 2; c++) {
          const m00 = moved[p + c]
          const m11 = moved[q + 2 + c]
          faceMoved[k + c] =
            fx >= fy
              ? m00 + fx * (moved[p + 2 + c] - m00) + fy * (m11 - moved[p + 2 + c])
              : m00 + fy * (moved[q + c] - m00) + fx * (m11 - moved[q + c])
        }
      }
    }
    this.faceJacobian = 1
    this.guardSteps = 0
    if (!face.moves) {
      faceSource.set(facePlaces)
      return
    }
    for (let attempt = 0; ; attempt++) {
      face.solve()
      face.evaluate(facePlaces, faceGain, n, field)
      if (allowed) {
        for (let k = 0; k < n; k++) {
          const gain = allowed(faceMoved[2 * k], faceMoved[2 * k + 1])
          field[2 * k] *= gain
          field[2 * k + 1] *= gain
        }
      }
      for (let k = 0; k < 2 * n; k++) faceSource[k] = facePlaces[k] + field[k]
      this.faceJacobian = this.smallestJacobian()
      if (this.faceJacobian > 0.05 || attempt === 4) break
      this.guardSteps++
      face.scale(0.8)
    }
  }

  private smallestJacobian(): number {
    const { faceSource, facePlaces, faceNx, faceNy, guarded } = this
    const hx = facePlaces[2] - facePlaces[0]
    const hy = facePlaces[2 * faceNx + 1] - facePlaces[1]
    let smallest = 1
    for (let j = 0; j + 1 < faceNy; j++) {
      for (let i = 0; i + 1 < faceNx; i++) {
        const k = j * faceNx + i
        if (!guarded[k] || !guarded[k + 1] || !guarded[k + faceNx] || !guarded[k + faceNx + 1]) continue
        const ax = (faceSource[2 * (k + 1)] - faceSource[2 * k]) / hx
        const ay = (faceSource[2 * (k + 1) + 1] - faceSource[2 * k + 1]) / hx
        const bx = (faceSource[2 * (k + faceNx)] - faceSource[2 * k]) / hy
        const by = (faceSource[2 * (k + faceNx) + 1] - faceSource[2 * k + 1]) / hy
        const det = ax * by - ay * bx
        if (det < smallest) smallest = det
      }
    }
    return smallest
  }

  /**
   * @param painted the texture was painted on (lids, lips): the face is drawn even where it is still
   */
  draw(to: Surface, texture: Texture, painted: boolean): void {
    const { rig, moved, rest, visible } = this
    const { nx, ny } = rig
    const over = rig.bodyMode === 'matted'
    for (let y = 0; y + 1 < ny; y++) {
      const inRows = y >= this.gy0 && y < this.gy1
      for (let x = 0; x + 1 < nx; x++) {
        if (!visible[y * (nx - 1) + x]) continue
        if (inRows && x >= this.gx0 && x < this.gx1) continue
        drawCell(to, texture, over, moved, rest, y * nx + x, nx, over)
      }
    }
    const { faceNx, faceNy, faceMoved, faceSource } = this
    for (let j = 0; j + 1 < faceNy; j++) {
      const row = (this.gy0 + Math.floor(j / this.fine)) * (nx - 1) + this.gx0
      for (let i = 0; i + 1 < faceNx; i++) {
        if (!visible[row + Math.floor(i / this.fine)]) continue
        drawCell(to, texture, over, faceMoved, faceSource, j * faceNx + i, faceNx, over || painted)
      }
    }
  }
}

/** Two triangles of a grid cell whose first node is `i`; skipped when all four nodes are still. */
function drawCell(
  to: Surface,
  texture: Texture,
  over: boolean,
  screen: Float64Array,
  source: Float64Array,
  i: number,
  nx: number,
  always: boolean,
): void {
  const p = 2 * i
  const q = p + 2 * nx
  if (
    !always &&
    Math.abs(screen[p] - source[p]) < STILL &&
    Math.abs(screen[p + 1] - source[p + 1]) < STILL &&
    Math.abs(screen[p + 2] - source[p + 2]) < STILL &&
    Math.abs(screen[p + 3] - source[p + 3]) < STILL &&
    Math.abs(screen[q] - source[q]) < STILL &&
    Math.abs(screen[q + 1] - source[q + 1]) < STILL &&
    Math.abs(screen[q + 2] - source[q + 2]) < STILL &&
    Math.abs(screen[q + 3] - source[q + 3]) < STILL
  ) {
    return
  }
  // 512: two texels per pixel, 256 steps per texel.
  drawTriangle(
    to,
    texture,
    over,
    screen[p],
    screen[p + 1],
    source[p] * 512,
    source[p + 1] * 512,
    screen[p + 2],
    screen[p + 3],
    source[p + 2] * 512,
    source[p + 3] * 512,
    screen[q + 2],
    screen[q + 3],
    source[q + 2] * 512,
    source[q + 3] * 512,
  )
  drawTriangle(
    to,
    texture,
    over,
    screen[p],
    screen[p + 1],
    source[p] * 512,
    source[p + 1] * 512,
    screen[q],
    screen[q + 1],
    source[q] * 512,
    source[q + 1] * 512,
    screen[q + 2],
    screen[q + 3],
    source[q + 2] * 512,
    source[q + 3] * 512,
  )
}
