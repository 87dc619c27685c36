/** Draws frames of a rigged portrait. One renderer per thread; it keeps buffers, not state. */
import { ARM_PARTS, ArmMesh } from './arm-mesh'
import { BodyMesh } from './body-mesh'
import { Eyelid } from './eyelids'
import { emptyFramePose, readFrame } from './frame-pose'
import { smooth } from './geometry'
import { measure } from './keypoints'
import { type FrameMasks, MaskReader } from './mask-reader'
import { Mouth } from './mouth'
import { over, type Surface } from './rasterize'
import type { WarpRig } from './rig'
import { ArmShadow, StillShade } from './shadow'
import { enlarge, packPicture, type Texture } from './texture'

export interface WarpRenderer {
  /**
   * @param points one frame, 134 × (x, y, score), px of the portrait
   * @param out    [height, width, 3], written completely
   * @param masks  regions that may move in this frame; a region that is not given may move freely
   */
  render(points: Float32Array, out: Uint8Array, masks?: FrameMasks): void
  /** Meshes of the last frame, for checks. */
  readonly body: BodyMesh
  readonly arms: readonly ArmMesh[]
}

/** Enlarges the textures of a rig and allocates everything frames need. About 0.1 s at 512². */
export function createWarpRenderer(rig: WarpRig): WarpRenderer {
  return new Renderer(rig)
}

interface CutArm {
  index: number
  /** In the order of `ARM_PARTS`. */
  meshes: ArmMesh[]
  textures: Texture[]
  shadow: ArmShadow
}

class Renderer implements WarpRenderer {
  readonly body: BodyMesh
  readonly arms: ArmMesh[]
  private readonly texture: Texture
  private readonly base: Int32Array
  private readonly frame: Surface
  private readonly layer: Surface
  private readonly pose
  private readonly cut: CutArm[] = []
  private readonly lids: Eyelid[]
  private readonly mouth: Mouth
  private readonly masks: MaskReader
  private readonly reach = new Float64Array(2)
  private readonly shoulders: number
  private readonly shade: StillShade | null
  /** 1 with the arms at rest, 0 well away from it. */
  private stillness = 1
  private readonly bounds = new Float64Array(4)
  /** Where rest differs from the portrait, and by how much per channel: edges of cut layers. */
  private restAt = new Int32Array(0)
  private restBy = new Int16Array(0)

  constructor(private readonly rig: WarpRig) {
    const { width, height } = rig
    const measures = measure(rig.first)
    this.shoulders = measures.shoulders
    const matted = rig.bodyMode === 'matted'
    const picture = rig.body.length > 0 ? rig.body : rig.portrait
    this.texture = enlarge(picture, width, height, matted ? 4 : 3)
    this.base = packPicture(matted ? rig.plate : picture, width, height)
    this.frame = { width, height, data: new Int32Array(width * height) }
    this.layer = { width, height, data: new Int32Array(width * height) }
    this.pose = emptyFramePose(rig)
    this.body = new BodyMesh(rig, measures)
    this.lids = rig.eyes.map((eye) => new Eyelid(rig, eye, this.texture))
    this.mouth = new Mouth(rig, measures, this.texture)
    this.masks = new MaskReader(rig, measures)
    this.shade = rig.shade.length > 0 ? new StillShade(rig) : null
    rig.arms.forEach((arm, index) => {
      if (arm.tier !== 'cut' || arm.upper.length === 0) return
      const parts = ARM_PARTS.map((part) => arm[part])
      this.cut.push({
        index,
        meshes: parts.map((pixels, k) => new ArmMesh(rig, arm, ARM_PARTS[k], pixels)),
        textures: parts.map((pixels) => enlarge(pixels, arm.box.width, arm.box.height, 4)),
        shadow: new ArmShadow(rig),
      })
    })
    this.arms = this.cut.flatMap((arm) => arm.meshes)
    this.findRestDifference()
  }

  render(points: Float32Array, out: Uint8Array, masks?: FrameMasks): void {
    const { frame, pose, body, rig } = this
    this.masks.read(masks, points)
    this.reach[0] = this.masks.hand(0)
    this.reach[1] = this.masks.hand(1)
    readFrame(rig, points, pose, this.reach)
    body.pose(pose, points, this.masks.lips(), this.masks.face())
    this.draw(points)
    this.addRestDifference(this.armMotion())
    this.masks.limitBody(frame)
    unpack(frame.data, out)
  }

  private draw(points: Float32Array): void {
    const { frame, pose, body } = this
    let painted = false
    for (let k = 0; k < this.lids.length; k++) {
      const lid = this.lids[k]
      const closure = lid.closure(points, pose.head) * this.masks.eyes()
      if (lid.paint(closure)) painted = true
    }
    if (this.mouth.paint(body.face)) painted = true
    frame.data.set(this.base)
    body.draw(frame, this.texture, painted)
    this.mouth.draw(frame, body.face, pose.head)
    // The portrait's own shade under the arms goes as they leave their place; a thrown one comes instead.
    this.stillness = 1 - Math.min(1, this.armMotion() / (0.25 * this.shoulders))
    this.shade?.darken(frame, this.stillness)
    for (let k = 0; k < this.cut.length; k++) this.drawArm(this.cut[k])
  }

  private drawArm(arm: CutArm): void {
    const { frame, layer, bounds } = this
    const pose = this.pose.arms[arm.index]
    bounds[0] = bounds[1] = Number.POSITIVE_INFINITY
    bounds[2] = bounds[3] = Number.NEGATIVE_INFINITY
    for (let k = 0; k < arm.meshes.length; k++) {
      arm.meshes[k].pose(pose)
      arm.meshes[k].growBounds(bounds)
    }
    const x0 = Math.max(0, Math.floor(bounds[0]))
    const y0 = Math.max(0, Math.floor(bounds[1]))
    const x1 = Math.min(frame.width - 1, Math.ceil(bounds[2]))
    const y1 = Math.min(frame.height - 1, Math.ceil(bounds[3]))
    if (x1 < x0 || y1 < y0) return
    for (let y = y0; y <= y1; y++) layer.data.fill(0, y * layer.width + x0, y * layer.width + x1 + 1)
    for (let k = 0; k < arm.meshes.length; k++) {
      // The forearm was the one that threw the shade; it lies on what is drawn so far.
      if (ARM_PARTS[k] === 'fore') this.shade?.darken(layer, this.stillness)
      arm.meshes[k].draw(layer, arm.textures[k])
    }
    const strength = 0.22 * Math.min(1, pose.motion / (0.25 * this.shoulders))
    if (strength > 0.002) arm.shadow.cast(frame, layer, x0, y0, x1, y1, strength)
    for (let y = y0; y <= y1; y++) {
      for (let i = y * layer.width + x0; i <= y * layer.width + x1; i++) {
        const src = layer.data[i]
        if (src === 0) continue
        const alpha = src >>> 24
        frame.data[i] = alpha === 255 ? src : over(frame.data[i], src, alpha)
      }
    }
  }

  private armMotion(): number {
    let motion = 0
    for (let k = 0; k < this.cut.length; k++)
      motion = Math.max(motion, this.pose.arms[this.cut[k].index].motion)
    return motion
  }

  /** Renders the first pose once: what differs from the portrait is put back whenever the arms are at rest. */
  private findRestDifference(): void {
    const { rig, frame } = this
    this.reach.fill(1)
    this.masks.read(undefined, rig.first)
    readFrame(rig, rig.first, this.pose, this.reach)
    this.body.pose(this.pose, rig.first, 1, null)
    this.draw(rig.first)
    const at: number[] = []
    const by: number[] = []
    for (let i = 0; i < frame.data.length; i++) {
      const v = frame.data[i]
      const dr = rig.portrait[3 * i] - (v & 255)
      const dg = rig.portrait[3 * i + 1] - ((v >>> 8) & 255)
      const db = rig.portrait[3 * i + 2] - ((v >>> 16) & 255)
      if (dr === 0 && dg === 0 && db === 0) continue
      at.push(i)
      by.push(dr, dg, db)
    }
    this.restAt = Int32Array.from(at)
    this.restBy = Int16Array.from(by)
  }

  private addRestDifference(motion: number): void {
    const strength = 1 - smooth(0.15, 2.5, (motion * 150) / this.shoulders)
    if (strength <= 0) return
    const { restAt, restBy } = this
    const data = this.frame.data
    for (let k = 0; k < restAt.length; k++) {
      const i = restAt[k]
      const v = data[i]
      const r = (v & 255) + Math.round(strength * restBy[3 * k])
      const g = ((v >>> 8) & 255) + Math.round(strength * restBy[3 * k + 1])
      const b = ((v >>> 16) & 255) + Math.round(strength * restBy[3 * k + 2])
      data[i] =
        0xff000000 |
        ((b < 0 ? 0 : b > 255 ? 255 : b) << 16) |
        ((g < 0 ? 0 : g > 255 ? 255 : g) << 8) |
        (r < 0 ? 0 : r > 255 ? 255 : r)
    }
  }
}

function unpack(from: Int32Array, to: Uint8Array): void {
  let i = 0
  if (to.byteOffset % 4 === 0) {
    // Four pixels are three words: a quarter of the stores.
    const words = new Uint32Array(to.buffer, to.byteOffset, to.length >> 2)
    for (let o = 0; i + 3 < from.length; i += 4, o += 3) {
      const a = from[i]
      const b = from[i + 1]
      const c = from[i + 2]
      const d = from[i + 3]
      words[o] = (a & 0xffffff) | (b << 24)
      words[o + 1] = ((b >>> 8) & 0xffff) | (c << 16)
      words[o + 2] = ((c >>> 16) & 0xff) | (d << 8)
    }
  }
  for (; i < from.length; i++) {
    to[3 * i] = from[i]
    to[3 * i + 1] = from[i] >>> 8
    to[3 * i + 2] = from[i] >>> 16
  }
}
