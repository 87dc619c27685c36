import { type Picture, toPlanes } from '../pictures/picture'
import { type Affine, affineFromPoints, warpAffine } from '../pictures/warp-affine'

/** The whole-body network of DWPose, dw-ll_ucoco_384 (stage1.md §8.3). */
export const POSE_NETWORK = {
  width: 288,
  height: 384,
  /** Bins per input pixel of its outputs. */
  binsPerPixel: 2,
  /** COCO-wholebody points that it gives. */
  points: 133,
} as const

/** A box is enlarged by this before it is cut out. */
const PADDING = 1.25
/** Statistics of RGB, applied to BGR: the published weights were trained that way (stage1.md §14, 22). */
const MEAN = [123.675, 116.28, 103.53]
const STD = [58.395, 57.12, 57.375]
/** Both shoulders must be seen better than this for the neck between them to be; scores are float32. */
const NECK_SCORE = Math.fround(0.3)

interface Box {
  x1: number
  y1: number
  x2: number
  y2: number
}

/** What the network looks at: a middle and a size in pixels of the picture. */
export interface Crop {
  centre: readonly [number, number]
  scale: readonly [number, number]
}

/** A box with a margin, widened or heightened to the aspect of the network's input. */
export function cropOf({ x1, y1, x2, y2 }: Box, width: number, height: number): Crop {
  const aspect = width / height
  const [w, h] = [(x2 - x1) * PADDING, (y2 - y1) * PADDING]
  const scale: [number, number] = w > h * aspect ? [w, w / aspect] : [h * aspect, h]
  return { centre: [(x1 + x2) / 2, (y1 + y2) / 2], scale }
}

/** Pixels of the picture → pixels of the network's input. The reference rounds its points to float32. */
export function cropMap({ centre, scale }: Crop, width: number, height: number): Affine {
  const [x, y] = [Math.fround(centre[0]), Math.fround(centre[1])]
  const top = Math.fround(centre[1] - scale[0] / 2)
  const left = Math.fround(x + Math.fround(top - y))
  const middle: [number, number] = [width / 2, height / 2]
  const above: [number, number] = [middle[0], middle[1] - width / 2]
  return affineFromPoints(
    [
      [x, y],
      [x, top],
      [left, top],
    ],
    [middle, above, [middle[0] - width / 2, above[1]]],
  )
}

/** The part of a BGR picture that the network looks at. */
export const cropPicture = (picture: Picture, crop: Crop, width: number, height: number): Picture =>
  warpAffine(picture, cropMap(crop, width, height), width, height)

/** `[3, height, width]` around 0. */
export const poseNetworkInput = (picture: Picture): Float32Array =>
  toPlanes(picture, (sample, channel) => (sample - MEAN[channel]) / STD[channel])

/** Points in bins of the network's outputs, `[points, 2]`; a point that nothing speaks for is at (−1, −1). */
export interface SimccPoints {
  bins: Float32Array
  scores: Float32Array
}

/** The likeliest bin of each axis; a point's score is the lower of the two. `x` is `[points, bins]`, as is `y`. */
export function likeliestBins(x: Float32Array, y: Float32Array, points: number): SimccPoints {
  const bins = new Float32Array(2 * points)
  const scores = new Float32Array(points)
  for (let i = 0; i < points; i++) {
    const across = largest(x, i, points)
    const down = largest(y, i, points)
    scores[i] = Math.min(across.value, down.value)
    bins.set(scores[i] > 0 ? [across.bin, down.bin] : [-1, -1], 2 * i)
  }
  return { bins, scores }
}

function largest(all: Float32Array, i: number, points: number): { bin: number; value: number } {
  const count = all.length / points
  let bin = 0
  for (let b = 1; b < count; b++) if (all[i * count + b] > all[i * count + bin]) bin = b
  return { bin, value: all[i * count + bin] }
}

/** Bins → pixels of the network's input → pixels of the picture, `[points, 2]`. */
export function pointsInPicture(
  bins: Float32Array,
  { centre, scale }: Crop,
  width: number,
  height: number,
): Float32Array {
  const size = [width, height]
  return bins.map((bin, i) => {
    const axis = i % 2
    const place = bin / POSE_NETWORK.binsPerPixel / size[axis]
    return place * scale[axis] + centre[axis] - scale[axis] / 2
  })
}

/** Where the body's points 1 … 17 of OpenPose's order come from, the neck being 17; 0, 5 and 11 stay (stage1.md §8.4). */
const REORDERED: readonly (readonly [to: number, from: number])[] = [
  [1, 17],
  [2, 6],
  [3, 8],
  [4, 10],
  [6, 7],
  [7, 9],
  [8, 12],
  [9, 14],
  [10, 16],
  [12, 13],
  [13, 15],
  [14, 2],
  [15, 1],
  [16, 4],
  [17, 3],
]

/**
 * Whole-body points of COCO as the 134 of OpenPose with a neck, `[134, 3]` of x, y, score. The neck is half-way between
 * the shoulders and has the score 1 or 0.
 */
export function withNeck(points: Float32Array, scores: Float32Array): Float32Array {
  const count = scores.length
  const [left, right] = [5, 6]
  const neck = [0, 1].map((axis) => (points[2 * left + axis] + points[2 * right + axis]) / 2)
  const seen = scores[left] > NECK_SCORE && scores[right] > NECK_SCORE
  const rows = Array.from({ length: count }, (_, i) => [points[2 * i], points[2 * i + 1], scores[i]])
  rows.splice(17, 0, [...neck, seen ? 1 : 0])
  const ordered = [...rows]
  for (const [to, from] of REORDERED) ordered[to] = rows[from]
  return Float32Array.from(ordered.flat())
}
