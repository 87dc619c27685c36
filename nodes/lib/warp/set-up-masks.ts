/** Masks that are known before a portrait is set up: they bound what is looked for, or say outright what it is. */
import { ARMS, HAND_POINTS, isVisible } from './keypoints'
import type { LabPicture } from './lab'
import { distanceToMask, growMask, resizePlane } from './planes'

/** Unions over all frames, 0…255, [height, width] of any size; they cover the whole portrait. */
export interface SetUpMasks {
  width: number
  height: number
  hands?: Uint8Array
  upperBody?: Uint8Array
}

export interface MaskHints {
  /** 1 where the person may be: `upperBody` grown by 0.05 of the width. Null without it. */
  allowed: Uint8Array | null
  /** 1 = person, when `upperBody` was edited into an outline: it then stands for the matte. */
  outline: Uint8Array | null
  /** 1 where a hand may be, and where surely (the middle of each blob). Null without `hands`, or where it is empty. */
  hands: { outer: Uint8Array; core: Uint8Array } | null
  /** Per arm side: nothing of its hand may move. */
  held: [boolean, boolean]
}

/** Reach of an edited outline's edge to the picture's own, px of the working size; warp reference, section 6. */
const NEAR_EDGE = 3
/** |∇Lab| of an edge in the picture: what an arm's outline must have to be cut. */
const EDGE = 4.5

/**
 * @param points the first pose, 134 × (x, y, score), px of `lab`
 */
export function readSetUpMasks(
  masks: SetUpMasks | undefined,
  lab: LabPicture,
  points: Float32Array,
): MaskHints {
  const { width, height } = lab
  const atWorkingSize = (plane: Uint8Array | undefined): Uint8Array | null =>
    plane && masks
      ? Uint8Array.from(
          resizePlane(Float32Array.from(plane), masks.width, masks.height, width, height),
          (v) => (v > 127 ? 1 : 0),
        )
      : null
  const body = atWorkingSize(masks?.upperBody)
  const hands = atWorkingSize(masks?.hands)
  return {
    allowed: body && growMask(body, width, height, 0.05 * width),
    outline: body && isOutline(body, lab) ? body : null,
    hands: hands?.includes(1) ? { outer: hands, core: middle(hands, width, height) } : null,
    held: [0, 1].map((side) => hands !== null && isEmptyAt(hands, points, side, width, height)) as [
      boolean,
      boolean,
    ],
  }
}

/** Drawn from a pose a mask is a blob; more than half of an edited one's edge lies on edges of the picture. */
function isOutline(mask: Uint8Array, { width, height, gradient }: LabPicture): boolean {
  const edges = Uint8Array.from(gradient, (v) => (v >= EDGE ? 1 : 0))
  const toEdge = distanceToMask(edges, width, height)
  let all = 0
  let near = 0
  for (let y = 1; y + 1 < height; y++) {
    for (let x = 1; x + 1 < width; x++) {
      const i = y * width + x
      if (!mask[i] || (mask[i - 1] && mask[i + 1] && mask[i - width] && mask[i + width])) continue
      all++
      if (toEdge[i] <= NEAR_EDGE) near++
    }
  }
  return all > 0 && near > 0.5 * all
}

function middle(mask: Uint8Array, width: number, height: number): Uint8Array {
  const depth = distanceToMask(
    Uint8Array.from(mask, (v) => 1 - v),
    width,
    height,
  )
  let deepest = 0
  for (let i = 0; i < mask.length; i++) if (mask[i] && depth[i] > deepest) deepest = depth[i]
  return Uint8Array.from(mask, (v, i) => (v && depth[i] > 0.7 * deepest ? 1 : 0))
}

/** No visible point of the hand that lies in the picture is inside. False when there is no such point. */
function isEmptyAt(
  mask: Uint8Array,
  points: Float32Array,
  side: number,
  width: number,
  height: number,
): boolean {
  let seen = 0
  const from = ARMS[side].hand
  for (let i = from; i < from + HAND_POINTS; i++) {
    const x = Math.round(points[3 * i])
    const y = Math.round(points[3 * i + 1])
    if (!isVisible(points, i) || x < 0 || y < 0 || x >= width || y >= height) continue
    if (mask[y * width + x]) return false
    seen++
  }
  return seen > 0
}
