import { resizeArea, resizeLanczos4, rint } from '../pictures/opencv-resize'
import { type Picture, swapRedAndBlue } from '../pictures/picture'
import { DETECTOR, decodeBoxes, detections, letterbox } from './person-detector'
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
  const resized = resizeForDwpose(swapRedAndBlue(picture))
  const people = await findPeople(networks.detector, resized, sizes.detectorSide)
  const whole = { x1: 0, y1: 0, x2: resized.width, y2: resized.height, score: 0 }
  const poses: DetectedPose[] = []
  for (const box of people.length > 0 ? people : [whole]) {
    const points = await findPoints(networks.pose, resized, box, sizes)
    // Back from the resized picture, whose sides are multiples of 64.
    for (let i = 0; i < points.length; i += 3) {
      points[i] *= picture.width / resized.width
      points[i + 1] *= picture.height / resized.height
    }
    poses.push({ points, score: box.score })
  }
  return poses
}

/** The size at which the original looks at a picture: the short side 512, both sides whole multiples of 64. */
export function resizeForDwpose(picture: Picture, shortSide = SHORT_SIDE): Picture {
  const scale = shortSide / Math.min(picture.width, picture.height)
  const fitted = (length: number) => rint((length * scale) / STEP) * STEP
  const [width, height] = [fitted(picture.width), fitted(picture.height)]
  if (width === picture.width && height === picture.height) return picture
  return scale > 1 ? resizeLanczos4(picture, width, height) : resizeArea(picture, width, height)
}

async function findPeople(detector: PublishedNetwork, picture: Picture, side: number) {
  const { planes, ratio } = letterbox(picture, side)
  const [output] = await runPublished(detector, { dims: [1, 3, side, side], data: planes })
  const categories = output.dims[output.dims.length - 1] - 5
  const boxes = decodeBoxes(output.data, side, categories)
  const found = detections(boxes, output.data, DETECTOR.person, ratio)
  return found.filter(({ score }) => score > Math.fround(DETECTOR.personScore))
}

async function findPoints(
  network: PublishedNetwork,
  picture: Picture,
  box: Parameters<typeof cropOf>[0],
  { poseWidth: width, poseHeight: height }: DwposeSizes,
): Promise<Float32Array> {
  const crop = cropOf(box, width, height)
  const data = poseNetworkInput(cropPicture(picture, crop, width, height))
  const [x, y] = await runPublished(network, { dims: [1, 3, height, width], data })
  const { bins, scores } = likeliestBins(x.data, y.data, POSE_NETWORK.points)
  return withNeck(pointsInPicture(bins, crop, width, height), scores)
}
