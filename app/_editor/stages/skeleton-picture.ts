import { POSE_STRIDE, type PoseValue } from '../../../nodes/core/values'
import { loadPose } from '../../_lib/values/load-values'
import type { StoredRef } from '../../_lib/values/stored-value'
import {
  containRect,
  frameAt,
  type PaintTarget,
  type Picture,
  type PictureContext,
  whenLoaded,
} from './picture'

const drawing = () => import('../../../nodes/lib/pose/draw')
const keypoints = () => import('../../../nodes/lib/pose/keypoints')

export type SkeletonParts = Awaited<ReturnType<typeof drawing>> & Awaited<ReturnType<typeof keypoints>>

/** Colours, bones and points of the drawing that MMGT reads; fetched once. */
export async function skeletonParts(): Promise<SkeletonParts> {
  const [draw, points] = await Promise.all([drawing(), keypoints()])
  return { ...draw, ...points }
}

/** A motion as skeleton, in the colours of DWPose. */
export function skeletonPicture(ref: StoredRef, context: PictureContext): Picture {
  let loaded: { pose: PoseValue; parts: SkeletonParts } | undefined
  const work = Promise.all([loadPose(ref, context), skeletonParts()])
  whenLoaded(work, context, ([pose, parts]) => {
    loaded = { pose, parts }
  })
  const { width, height, frames, fps } = ref.meta as {
    width: number
    height: number
    frames: number
    fps: number
  }
  const clip = frames > 1 ? { frames, fps } : undefined
  return {
    aspect: width / height,
    clip,
    ready: () => loaded !== undefined,
    paint(target, moment) {
      if (!loaded) return
      const at = clip ? frameAt(clip, moment) : 0
      const points = loaded.pose.data.subarray(at * POSE_STRIDE, (at + 1) * POSE_STRIDE)
      paintSkeleton(target, points, { width, height }, loaded.parts)
    },
  }
}

const css = (colour: number) => `#${colour.toString(16).padStart(6, '0')}`

/**
 * One pose, smooth and with lines that stay visible on small stages: the picture of `drawPose` for eyes, not for
 * networks.
 *
 * @param points `[134, 3]` in pixels of a canvas of size `size`
 */
export function paintSkeleton(
  { context: g, width, height, ratio }: PaintTarget,
  points: Float32Array,
  size: { width: number; height: number },
  parts: SkeletonParts,
): void {
  const rect = containRect({ width, height }, size.width / size.height)
  const scale = rect.width / size.width
  const x = (i: number) => rect.x + points[3 * i] * scale
  const y = (i: number) => rect.y + points[3 * i + 1] * scale
  const line = (a: number, b: number) => {
    g.beginPath()
    g.moveTo(x(a), y(a))
    g.lineTo(x(b), y(b))
    g.stroke()
  }
  const dot = (i: number, radius: number) => {
    g.moveTo(x(i) + radius, y(i))
    g.arc(x(i), y(i), radius, 0, 2 * Math.PI)
  }
  const seen = (i: number) => parts.isPointUsable(points, i)
  const bodySeen = (i: number) => seen(i) && !parts.LEG_POINTS.includes(i)

  g.lineCap = 'round'
  g.lineWidth = Math.max(8 * scale, 2.5 * ratio)
  parts.BODY_BONES.forEach(([a, b], i) => {
    if (!bodySeen(a) || !bodySeen(b)) return
    g.strokeStyle = css(parts.LIMB_COLOURS[i])
    line(a, b)
  })
  g.lineWidth = Math.max(2 * scale, 0.9 * ratio)
  for (const root of [parts.LEFT_HAND_ROOT, parts.RIGHT_HAND_ROOT]) {
    parts.HAND_BONES.forEach(([a, b], i) => {
      if (!seen(root + a) || !seen(root + b)) return
      g.strokeStyle = css(parts.FINGER_COLOURS[i])
      line(root + a, root + b)
    })
  }
  for (let i = 0; i < parts.BODY_COLOURS.length; i++) {
    if (!bodySeen(i)) continue
    g.fillStyle = css(parts.BODY_COLOURS[i])
    g.beginPath()
    dot(i, Math.max(4 * scale, 1.4 * ratio))
    g.fill()
  }
  g.fillStyle = '#fff'
  g.beginPath()
  for (const i of parts.PARTS.face) if (seen(i)) dot(i, Math.max(1.6 * scale, 0.6 * ratio))
  g.fill()
}
