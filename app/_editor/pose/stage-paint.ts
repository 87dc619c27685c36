import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import type { View } from '../full-screen/stage-view'
import { paintSkeleton, type SkeletonParts } from '../stages/skeleton-picture'
import { ARM_OF, type PartId, partById } from './parts'
import type { OnionSkin, PoseLook } from './session'

/** Onion skins: warm before, cool after. */
export const ONION = { before: '#ffb38a', after: '#9fd0f5' }

export interface PoseScene {
  pose: PoseValue
  frame: number
  view: View
  /** Device pixels per pixel of the page. */
  ratio: number
  look: PoseLook
  picture: ImageBitmap | undefined
  onion: OnionSkin
  playing: boolean
  parts: SkeletonParts
  hidden: readonly PartId[]
  selected: readonly PartId[]
  /** Frames with keys of the selected arm, drawn as dots on its path. */
  keyFrames: readonly number[]
}

export function paintPoseStage(g: CanvasRenderingContext2D, scene: PoseScene): void {
  const { pose, frame, view, ratio, look, picture, onion, playing } = scene
  g.setTransform(1, 0, 0, 1, 0, 0)
  g.clearRect(0, 0, g.canvas.width, g.canvas.height)
  const scale = view.scale * ratio
  g.setTransform(1, 0, 0, 1, view.x * ratio, view.y * ratio)
  const [width, height] = [pose.width * scale, pose.height * scale]
  g.fillStyle = '#000'
  g.fillRect(0, 0, width, height)
  g.save()
  g.beginPath()
  g.rect(0, 0, width, height)
  g.clip()
  if (picture && look !== 'skeleton') {
    g.imageSmoothingQuality = 'high'
    g.drawImage(picture, 0, 0, width, height)
  }
  g.restore()
  if (look === 'picture') return
  const points = shownPoints(scene)
  if (onion.on && !playing) {
    const ghost = (at: number, colour: string) => {
      if (at === frame || at < 0 || at >= pose.frames) return
      g.strokeStyle = colour
      strokeBones(g, pointsAt(pose, at), scale, scene)
    }
    ghost(frame - onion.before, ONION.before)
    ghost(frame + onion.after, ONION.after)
  }
  paintSkeleton({ context: g, width, height, ratio: ratio * 1.2 }, points, pose, scene.parts)
  if (onion.on && onion.path && !playing) {
    for (const part of scene.selected) paintPath(g, scene, part, scale)
  }
}

const pointsAt = (pose: PoseValue, frame: number) =>
  pose.data.subarray(frame * POSE_STRIDE, (frame + 1) * POSE_STRIDE)

/** The pose of the frame; points of hidden parts are missing. */
function shownPoints({ pose, frame, hidden }: PoseScene): Float32Array {
  const points = pointsAt(pose, frame)
  if (hidden.length === 0) return points
  const shown = points.slice()
  for (const part of hidden) for (const i of partById(part).points) shown[3 * i + 2] = 0
  return shown
}

/** Arms, hands and head as thin lines. */
function strokeBones(
  g: CanvasRenderingContext2D,
  points: Float32Array,
  scale: number,
  scene: PoseScene,
): void {
  const { parts, ratio } = scene
  const draw = (a: number, b: number) => {
    if (!parts.isPointUsable(points, a) || !parts.isPointUsable(points, b)) return
    g.moveTo(points[3 * a] * scale, points[3 * a + 1] * scale)
    g.lineTo(points[3 * b] * scale, points[3 * b + 1] * scale)
  }
  g.globalAlpha = 0.85
  g.lineWidth = 1.6 * ratio
  g.lineCap = 'round'
  g.beginPath()
  for (const [a, b] of parts.BODY_BONES)
    if (!parts.LEG_POINTS.includes(a) && !parts.LEG_POINTS.includes(b)) draw(a, b)
  for (const root of [parts.LEFT_HAND_ROOT, parts.RIGHT_HAND_ROOT]) {
    for (const [a, b] of parts.HAND_BONES) draw(root + a, root + b)
  }
  g.stroke()
  g.globalAlpha = 1
}

/** The way of a wrist, or of what a part is followed by, around the frame. */
function paintPath(g: CanvasRenderingContext2D, scene: PoseScene, part: PartId, scale: number): void {
  const { pose, frame, ratio, keyFrames } = scene
  const point = ARM_OF[part]?.wrist ?? partById(part).tracked
  const from = Math.max(0, frame - 20)
  const to = Math.min(pose.frames - 1, frame + 20)
  const at = (f: number) => {
    const o = f * POSE_STRIDE + 3 * point
    return pose.data[o + 2] >= 0.3 ? { x: pose.data[o] * scale, y: pose.data[o + 1] * scale } : null
  }
  g.fillStyle = 'rgb(255 255 255 / 0.8)'
  for (let f = from; f <= to; f++) {
    const p = at(f)
    if (!p) continue
    const key = keyFrames.includes(f)
    g.beginPath()
    g.arc(p.x, p.y, (key ? 3 : 1.2) * ratio, 0, 2 * Math.PI)
    g.fill()
  }
}
