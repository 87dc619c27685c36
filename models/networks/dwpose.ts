import { ModelError } from '../errors'
import { resizeArea, resizeLanczos4, rint } from '../pictures/opencv-resize'
import { type Picture, swapRedAndBlue } from '../pictures/picture'
import { DETECTOR, type DetectedBox, decodeBoxes, detections, letterbox } from './person-detector'
import { type PublishedNetwork, runPublished } from './published-network'
import {
  cropOf,
  cropPicture,
  likeliestBins,
  POSE_NETWORK,
  pointsInPicture,
  poseNetworkInput,
  withNeck,
} from './simcc-pose'

/** The two published networks, loaded. */
export interface DwposeNetworks {
  detector: PublishedNetwork
  pose: PublishedNetwork
}

/** What a stand-in of another size differs in. */
export interface DwposeSizes {
  detectorSide: number
  poseWidth: number
  poseHeight: number
}

const PUBLISHED: DwposeSizes = {
  detectorSide: DETECTOR.side,
  poseWidth: POSE_NETWORK.width,
  poseHeight: POSE_NETWORK.height,
}

export interface DetectedPose {
  /** `[134, 3]`: x and y in pixels of the picture, score */
  points: Float32Array
  /** Of the detector; 0 when nobody was found and the whole picture was taken for the person. */
  score: number
}

/** Short side that the original brings every picture to, and the step of both sides. */
const SHORT_SIDE = 512
const STEP = 64

/**
 * Everybody in a picture with 134 keypoints each, best found first; never empty, because a picture without a person is
 * taken for one (stage1.md §8, §14.36). Sizes, arithmetic and channel order are those of the original.
 *
 * @param picture RGB or RGBA
 */
export async function detectPoses(
  networks: DwposeNetworks,
  picture: Picture,
  sizes: DwposeSizes = PUBLISHED,
): Promise<DetectedPose[]> {
  const seen = pictureForDwpose(picture)
  const people = await findPeople(networks.detector, seen, sizes)
  const poses: DetectedPose[] = []
  for (const box of people.length > 0 ? people : [wholePicture(seen)])
    poses.push({ points: await findPoints(networks.pose, seen, box, sizes), score: box.score })
  return poses
}

/** A picture as the original looks at it: BGR, of another size. */
export interface SeenPicture extends Picture {
  /** The picture's own size. */
  original: { width: number; height: number }
}

/** @param picture RGB or RGBA */
export const pictureForDwpose = (picture: Picture): SeenPicture => ({
  ...resizeForDwpose(swapRedAndBlue(picture)),
  original: { width: picture.width, height: picture.height },
})

/** What is taken for a person where nobody was found. */
export const wholePicture = ({ width, height }: Picture): DetectedBox => ({
  x1: 0,
  y1: 0,
  x2: width,
  y2: height,
  score: 0,
})

/** The size at which the original looks at a picture: the short side 512, both sides whole multiples of 64. */
export function resizeForDwpose(picture: Picture, shortSide = SHORT_SIDE): Picture {
  const scale = shortSide / Math.min(picture.width, picture.height)
  const fitted = (length: number) => rint((length * scale) / STEP) * STEP
  const [width, height] = [fitted(picture.width), fitted(picture.height)]
  if (width === picture.width && height === picture.height) return picture
  return scale > 1 ? resizeLanczos4(picture, width, height) : resizeArea(picture, width, height)
}

/**
 * Boxes of the people in a picture, in pixels of it as it is seen, the surest first.
 * @param minScore what counts as a person; below 0.1 nothing is even a candidate
 * @throws ModelError `network/output` when the network's output is not that of a detector of this size
 */
export async function findPeople(
  detector: PublishedNetwork,
  picture: SeenPicture,
  { detectorSide: side }: DwposeSizes = PUBLISHED,
  minScore: number = DETECTOR.personScore,
): Promise<DetectedBox[]> {
  const { planes, ratio } = letterbox(picture, side)
  const [output] = await runPublished(detector, { dims: [1, 3, side, side], data: planes })
  checkNumbers('detector', output.data)
  const categories = output.dims[output.dims.length - 1] - 5
  const boxes = decodeBoxes(output.data, side, categories)
  const found = detections(boxes, output.data, DETECTOR.person, ratio)
  return found.filter(({ score }) => score > Math.fround(minScore))
}

/**
 * `[134, 3]` of the person in a box: x and y in pixels of the picture as it came, score as the network gives it.
 * @throws ModelError `network/output` when the network's outputs are not those of a pose network of this size
 */
export async function findPoints(
  network: PublishedNetwork,
  picture: SeenPicture,
  box: DetectedBox,
  { poseWidth: width, poseHeight: height }: DwposeSizes = PUBLISHED,
): Promise<Float32Array> {
  const crop = cropOf(box, width, height)
  const data = poseNetworkInput(cropPicture(picture, crop, width, height))
  const [x, y] = await runPublished(network, { dims: [1, 3, height, width], data })
  const { points, binsPerPixel } = POSE_NETWORK
  for (const [output, size] of [
    [x, width],
    [y, height],
  ] as const) {
    const expected = points * binsPerPixel * size
    if (output?.data.length !== expected) {
      const got = output ? `${output.data.length} values` : 'no output'
      throw new ModelError(
        'network/output',
        `The pose network gave ${got}, expected ${expected}: ${points} points.`,
      )
    }
    checkNumbers('pose network', output.data)
  }
  const { bins, scores } = likeliestBins(x.data, y.data, points)
  const found = withNeck(pointsInPicture(bins, crop, width, height), scores)
  // Back from the picture as it is seen, whose sides are multiples of 64.
  for (let i = 0; i < found.length; i += 3) {
    found[i] *= picture.original.width / picture.width
    found[i + 1] *= picture.original.height / picture.height
  }
  return found
}

function checkNumbers(who: string, data: Float32Array): void {
  if (data.every(Number.isFinite)) return
  throw new ModelError('network/output', `The ${who} gave values that are not numbers.`)
}
