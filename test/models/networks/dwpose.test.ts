import { describe, expect, it } from 'vitest'
import { detectPoses, resizeForDwpose } from '../../../models/networks/dwpose'
import { DETECTOR, decodeBoxes, detections, letterbox } from '../../../models/networks/person-detector'
import { withNeck } from '../../../models/networks/simcc-pose'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { blankPicture, type Picture } from '../../../models/pictures/picture'
import { standIn } from '../../support/published-network'

const SIZES = { detectorSide: 64, poseWidth: 72, poseHeight: 96 }
/** Persons and something else. */
const CATEGORIES = 2

interface Found {
  /** In pixels of the detector's input. */
  centre: [number, number]
  size: [number, number]
  score: number
  category?: number
}

const cells = (side: number) => DETECTOR.strides.reduce((sum, stride) => sum + (side / stride) ** 2, 0)

/** What a detector would say that sees these boxes: one cell of the finest grid for each. */
function rowsOf(found: Found[], side = SIZES.detectorSide): Float32Array {
  const columns = 5 + CATEGORIES
  const rows = new Float32Array(cells(side) * columns)
  const [stride] = DETECTOR.strides
  for (const { centre, size, score, category = 0 } of found) {
    const [x, y] = centre.map((v) => Math.floor(v / stride))
    const row = (y * (side / stride) + x) * columns
    rows.set([centre[0] / stride - x, centre[1] / stride - y], row)
    rows.set(
      size.map((v) => Math.log(v / stride)),
      row + 2,
    )
    rows[row + 4] = 1
    rows[row + 5 + category] = score
  }
  return rows
}

/** Says the same of every picture. */
function detectorThatSees(found: Found[]) {
  const { detectorSide: side } = SIZES
  const g = new GraphBuilder('detector')
  const picture = g.input('images', 'float32', [1, 3, side, side])
  const shape = [1, cells(side), 5 + CATEGORIES]
  const nothing = g.mul(g.reduceMean(picture, [1, 2, 3]), g.constant(0)) // [1, 1, 1, 1]
  g.output('output', g.add(g.constant([...rowsOf(found)], 'float32', shape), g.squeeze(nothing, [3])))
  return standIn(g.graph)
}

/** Puts all points where its input is brightest. */
function poseThatFollowsLight() {
  const { poseWidth: width, poseHeight: height } = SIZES
  const g = new GraphBuilder('pose')
  const picture = g.input('input', 'float32', [1, 3, height, width])
  for (const [name, across, bins] of [
    ['simcc_x', 2, 2 * width],
    ['simcc_y', 3, 2 * height],
  ] as const) {
    const light = g.reshape(g.reduceMax(picture, [1, across]), [1, 1, bins / 2]) // of each column, or each row
    g.output(name, g.expand(g.resize(light, [1, 1, 2]), [1, 133, bins]))
  }
  return standIn(g.graph)
}

/** Black, with white squares around these places. */
function lights(width: number, height: number, half: number, ...places: [number, number][]): Picture {
  const picture = blankPicture(width, height, 3)
  for (const [x, y] of places)
    for (let row = y - half; row < y + half; row++)
      picture.data.fill(255, (row * width + x - half) * 3, (row * width + x + half) * 3)
  return picture
}

const networks = async (found: Found[]) => ({
  detector: await detectorThatSees(found),
  pose: await poseThatFollowsLight(),
})

describe('detectPoses', () => {
  it('finds each person’s points in the picture, the surest person first', async () => {
    const picture = lights(512, 512, 16, [120, 200], [400, 300])
    const people: Found[] = [
      { centre: [16, 24], size: [16, 40], score: 0.6 },
      { centre: [48, 40], size: [16, 40], score: 0.9 },
      { centre: [30, 30], size: [60, 60], score: 0.95, category: 1 },
      { centre: [40, 8], size: [10, 10], score: 0.2 },
    ]
    const poses = await detectPoses(await networks(people), picture, SIZES)
    expect(poses.map(({ score }) => Number(score.toFixed(2)))).toEqual([0.9, 0.6])
    for (const [i, place] of [
      [400, 300],
      [120, 200],
    ].entries()) {
      const { points } = poses[i]
      expect(points).toHaveLength(134 * 3)
      for (const axis of [0, 1]) {
        // The argmax is the first bin of the light's 32 pixels.
        expect(Math.abs(points[axis] - (place[axis] - 12))).toBeLessThan(10)
        expect(points[3 * 133 + axis]).toBe(points[axis])
      }
    }
  })

  it('takes the whole picture for a person when it finds none', async () => {
    const [only, ...more] = await detectPoses(await networks([]), lights(512, 512, 16, [256, 100]), SIZES)
    expect(more).toEqual([])
    expect(only.score).toBe(0)
    expect(Math.abs(only.points[0] - 244)).toBeLessThan(12)
    expect(Math.abs(only.points[1] - 88)).toBeLessThan(12)
  })

  it('gives points in pixels of the picture as it came, with alpha and of any aspect', async () => {
    const { data, width, height } = lights(300, 200, 10, [210, 60])
    const rgba = blankPicture(width, height, 4)
    for (let i = 0; i < width * height; i++) rgba.data.set(data.subarray(3 * i, 3 * i + 3), 4 * i)
    const [{ points }] = await detectPoses(await networks([]), rgba, SIZES)
    expect(Math.abs(points[0] - 202)).toBeLessThan(10)
    expect(Math.abs(points[1] - 52)).toBeLessThan(10)
  })
})

describe('the person detector', () => {
  const side = SIZES.detectorSide

  it('keeps the better of two boxes that overlap, and both when they hardly do', () => {
    const rows = rowsOf([
      { centre: [20, 20], size: [20, 20], score: 0.5 },
      { centre: [24, 20], size: [20, 20], score: 0.8 },
      { centre: [44, 20], size: [22, 20], score: 0.4 },
    ])
    const kept = detections(decodeBoxes(rows, side, CATEGORIES), rows, 0, 0.5)
    expect(kept.map(({ score }) => Number(score.toFixed(2)))).toEqual([0.8, 0.4])
    expect(kept[0].x1).toBeCloseTo((24 - 10) / 0.5, 3)
    expect(kept[0].y2).toBeCloseTo((20 + 10) / 0.5, 3)
  })

  it('refuses what is not its output, with both sizes', () => {
    expect(() => decodeBoxes(new Float32Array(70), side, CATEGORIES)).toThrow(
      'gave 70 values, expected 84 cells of 7',
    )
  })

  it('sees a wide picture on grey below it', () => {
    const { planes, ratio } = letterbox(blankPicture(128, 32, 3), 64)
    expect(ratio).toBe(0.5)
    expect([planes[0], planes[15 * 64], planes[16 * 64], planes[64 * 64 - 1]]).toEqual([0, 0, 114, 114])
  })
})

it('a picture whose sides are fit already is not touched', () => {
  const picture = blankPicture(512, 768, 3)
  expect(resizeForDwpose(picture)).toBe(picture)
  expect(resizeForDwpose(blankPicture(100, 200, 3))).toMatchObject({ width: 512, height: 1024 })
})

it('the neck lies between the shoulders, and is there when both are', () => {
  const points = Float32Array.from({ length: 266 }, (_, i) => i)
  const scores = new Float32Array(133).fill(0.9)
  expect([...withNeck(points, scores).subarray(3, 6)]).toEqual([11, 12, 1])
  scores[6] = 0.3
  expect(withNeck(points, scores)[5]).toBe(0)
})
