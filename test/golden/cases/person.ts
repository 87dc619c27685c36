import { z } from 'zod'
import {
  boxOfCell,
  DETECTOR,
  type DetectedBox,
  decodeBoxes,
  detections,
  letterbox,
} from '../../../models/networks/person-detector'
import {
  type Crop,
  cropMap,
  cropOf,
  cropPicture,
  likeliestBins,
  pointsInPicture,
  poseNetworkInput,
  withNeck,
} from '../../../models/networks/simcc-pose'
import type { Picture } from '../../../models/pictures/picture'
import { type Comparison, EXACT } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'
import { pictureOf } from './pictures'

const size = z.tuple([z.number(), z.number()])

/** `…_every_3rd`: every third row and column of a picture. */
function everyNth(tensor: string): number {
  const step = /every_(\d+)/.exec(tensor)?.[1]
  if (step === undefined) throw new GoldenError(`The output ${tensor} does not name its step.`)
  return Number(step)
}

/** Values of planes `[3, height, width]` at every `step`-th place, as `[rows, columns, 3]` or in their own order. */
function sampled(
  planes: ArrayLike<number>,
  width: number,
  height: number,
  step: number,
  order: 'hwc' | 'chw',
) {
  const values: number[] = []
  const at = (c: number, y: number, x: number) => planes[(c * height + y) * width + x]
  if (order === 'chw') {
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < height; y += step) for (let x = 0; x < width; x += step) values.push(at(c, y, x))
  } else {
    for (let y = 0; y < height; y += step)
      for (let x = 0; x < width; x += step) for (let c = 0; c < 3; c++) values.push(at(c, y, x))
  }
  return values
}

const only = (folder: GoldenFolder, pattern: RegExp): string => {
  const found = Object.keys(folder.outputs()).find((name) => pattern.test(name))
  if (!found) throw new GoldenError(`outputs.safetensors has no tensor like ${pattern.source}.`)
  return found
}

/** Letterbox, boxes of all categories before and after the suppression of overlaps, and the persons that stay. */
async function yolox(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(
    z.object({
      config: z.object({
        input_size: size,
        nms_thr: z.literal(DETECTOR.overlap),
        score_thr: z.literal(DETECTOR.candidateScore),
        final_score_thr: z.literal(DETECTOR.personScore),
        class: z.literal(DETECTOR.person),
      }),
    }),
  )
  const [side] = config.input_size
  const { planes, ratio } = letterbox(pictureOf(folder.inputs().image_bgr_u8), side)
  const { active_anchor_index: index, active_rows: active } = folder.inputs()
  const columns = active.shape[1]
  const cells = DETECTOR.strides.reduce((sum, stride) => sum + (side / stride) ** 2, 0)
  const rows = new Float32Array(cells * columns)
  const activeCells = Array.from(index.data, Number)
  for (const [i, cell] of activeCells.entries())
    rows.set((active.data as Float32Array).subarray(i * columns, (i + 1) * columns), cell * columns)

  const boxes = decodeBoxes(rows, side, columns - 5)
  const corners = (box: Omit<DetectedBox, 'score'>) => [box.x1, box.y1, box.x2, box.y2]
  const all = Array.from({ length: columns - 5 }, (_, category) =>
    detections(boxes, rows, category, ratio).map((box) => [...corners(box), box.score, category]),
  )
  const persons = detections(boxes, rows, DETECTOR.person, ratio).filter(
    ({ score }) => score > Math.fround(DETECTOR.personScore),
  )
  const view = only(folder, /^letterbox_every_/)
  return [
    folder.compare('ratio', [ratio]),
    folder.compare(view, sampled(planes, side, side, everyNth(view), 'chw'), EXACT),
    folder.compare(
      'decoded_active_rows_xywh',
      activeCells.flatMap((cell) => [...boxes.subarray(4 * cell, 4 * cell + 4)]),
    ),
    folder.compare(
      'boxes_xyxy_active',
      activeCells.flatMap((cell) => corners(boxOfCell(boxes, cell, ratio))),
    ),
    folder.compare('dets_after_multiclass_nms', all.flat(2)),
    folder.compare('final_boxes', persons.flatMap(corners)),
  ]
}

/** The part of a picture that the pose network sees: its middle, its map, its pixels, its numbers. */
async function poseAffine(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(z.object({ config: z.object({ input_size_wh: size }) }))
  const [width, height] = config.input_size_wh
  const picture = pictureOf(folder.inputs().image_bgr_u8)
  const [x1, y1, x2, y2] = folder.inputs().bbox.data as Float32Array
  const crop = cropOf({ x1, y1, x2, y2 }, width, height)
  const view = only(folder, /^warped_u8_every_/)
  const warped = cropPicture(picture, crop, width, height)
  const small = only(folder, /^warped_\d+x\d+_normalized_hwc$/)
  const [smallHeight, smallWidth] = folder.outputs()[small].shape
  const whole = cropOf(wholePicture(picture), width, height)
  const wholeView = only(folder, /^empty_bbox_normalized_every_/)
  return [
    folder.compare('center', crop.centre),
    folder.compare('scale', crop.scale),
    folder.compare('warp_matrix', cropMap(crop, width, height)),
    folder.compare(view, sampled(planesOf(warped), width, height, everyNth(view), 'hwc'), EXACT),
    folder.compare(small, networkSees(picture, crop, smallWidth, smallHeight, 1)),
    folder.compare('empty_bbox_center', whole.centre),
    folder.compare('empty_bbox_scale', whole.scale),
    folder.compare(wholeView, networkSees(picture, whole, width, height, everyNth(wholeView))),
  ]
}

const wholePicture = ({ width, height }: Pick<Picture, 'width' | 'height'>) => ({
  x1: 0,
  y1: 0,
  x2: width,
  y2: height,
})

const planesOf = ({ data, width, height }: Picture) =>
  Float32Array.from(
    { length: data.length },
    (_, i) => data[(i % (width * height)) * 3 + Math.floor(i / (width * height))],
  )

const networkSees = (picture: Picture, crop: Crop, width: number, height: number, step: number) =>
  sampled(poseNetworkInput(cropPicture(picture, crop, width, height)), width, height, step, 'hwc')

/** From the network's bins to points of a picture, in COCO's order and with the neck. */
async function simcc(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(
    z.object({ config: z.object({ split_ratio: z.literal(2), input_size_wh: size }) }),
  )
  const [width, height] = config.input_size_wh
  const { simcc_x: x, simcc_y: y, center, scale } = folder.inputs()
  const points = x.shape[x.shape.length - 2]
  const { bins, scores } = likeliestBins(x.data as Float32Array, y.data as Float32Array, points)
  const pair = ({ data }: { data: ArrayLike<number | bigint> }) => [Number(data[0]), Number(data[1])] as const
  const crop = { centre: pair(center), scale: pair(scale) }
  // "Full two-stage run on the image of case pose_affine", and "on a 512x512 image", both without a detection.
  const whole = (picture: Pick<Picture, 'width' | 'height'>) =>
    withNeck(pointsInPicture(bins, cropOf(wholePicture(picture), width, height), width, height), scores)
  const picture = pictureOf(folder.sibling('pose_affine').inputs().image_bgr_u8)
  return [
    folder.compare('argmax_locs', bins),
    folder.compare('max_values', scores),
    folder.compare(
      'decoded_input_pixels',
      bins.map((bin) => bin / config.split_ratio),
    ),
    folder.compare('keypoints_image', pointsInPicture(bins, crop, width, height)),
    folder.compare('scores', scores),
    folder.compare('wholebody134_whole_image_box', whole(picture)),
    folder.compare('detector512_keypoints134', whole({ width: 512, height: 512 })),
  ]
}

export const person: Record<string, GoldenRunner> = {
  pose_affine: poseAffine,
  simcc_decode: simcc,
  yolox_pre_post: yolox,
}
