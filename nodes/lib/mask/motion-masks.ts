import { pixelOf } from '../pose/draw'
import { PARTS } from '../pose/keypoints'
import { fillRow } from '../pose/raster'
import { fillUpperBody } from './upper-body'

/** Regions that a pose gives; the first three as MMGT draws them, the last is ours. */
export const MOTION_REGIONS = ['face', 'lips', 'hands', 'upperBody'] as const
export type MotionRegion = (typeof MOTION_REGIONS)[number]

export interface MotionMaskOptions {
  /** Pixels by which every box and outline grows, ≥ 0; the original has 0. */
  padding?: number
  /**
   * The face plane as the original computes it: face and hands are added with overflow, so that both together give
   * 254. Otherwise 255, the only difference (stage 1 reference, section 9.5).
   */
  reference?: boolean
}

/**
 * The plane of one region for one pose (stage 1 reference, section 9.5):
 *   hands      the bounding box of each hand
 *   lips       the bounding box of the mouth points
 *   face       the bounding box of all face points, together with the hands
 *   upperBody  head, neck, torso, arms and hands (`fillUpperBody`), not in the original
 * The last row and column of a box are not in it. A region without visible points stays black.
 *
 * @param points `[134, 3]`: x, y in pixels of the canvas, score
 * @param out    `[height, width]` to draw into; it is cleared first. A new one if left out
 * @returns `[height, width]`, 0 outside, 255 inside
 */
export function motionMask(
  points: Float32Array,
  region: MotionRegion,
  width: number,
  height: number,
  { padding = 0, reference = false }: MotionMaskOptions = {},
  out: Uint8Array = new Uint8Array(width * height),
): Uint8Array {
  const canvas = { data: out.fill(0), width, height, channels: 1 as const }
  if (region === 'upperBody') {
    fillUpperBody(points, canvas, padding)
    return out
  }
  const boxOf = (part: readonly number[]) => boundingBox(points, part, width, height, padding)
  const fill = (box: Box | null) => {
    if (!box) return
    for (let y = box.top; y < box.bottom; y++) fillRow(canvas, y, box.left, box.right - 1, 255)
  }
  if (region === 'lips') {
    fill(boxOf(PARTS.lips))
    return out
  }
  const left = boxOf(PARTS.leftHand)
  const right = boxOf(PARTS.rightHand)
  const face = region === 'face' ? boxOf(PARTS.face) : null
  fill(face)
  fill(left)
  fill(right)
  if (reference && face) {
    for (const hand of [left, right]) {
      if (!hand) continue
      for (let y = Math.max(face.top, hand.top); y < Math.min(face.bottom, hand.bottom); y++) {
        fillRow(canvas, y, Math.max(face.left, hand.left), Math.min(face.right, hand.right) - 1, 254)
      }
    }
  }
  return out
}

/** Rows `top…bottom` and columns `left…right`, the ends excluded. */
interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** The box around the visible points, cut at the canvas; null where it is empty. */
function boundingBox(
  points: Float32Array,
  part: readonly number[],
  width: number,
  height: number,
  padding: number,
): Box | null {
  let left = width
  let top = height
  let right = 0
  let bottom = 0
  let seen = false
  for (const i of part) {
    const pixel = pixelOf(points, i)
    if (!pixel) continue
    seen = true
    left = Math.min(left, pixel.x)
    top = Math.min(top, pixel.y)
    right = Math.max(right, pixel.x)
    bottom = Math.max(bottom, pixel.y)
  }
  if (!seen) return null
  left = Math.max(0, left - padding)
  top = Math.max(0, top - padding)
  right = Math.min(width, right + padding)
  bottom = Math.min(height, bottom + padding)
  return left < right && top < bottom ? { left, top, right, bottom } : null
}
