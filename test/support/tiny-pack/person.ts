import { readFileSync } from 'node:fs'
import path from 'node:path'
import { cropOf, withNeck } from '../../../models/networks/simcc-pose'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { standInFile } from '../published-network'
import type { TinyRole, TinyRoles } from './role'

const SIDE = 64
/** Cells across the detector's grids. */
const [FINE, MIDDLE, COARSE] = [8, 4, 2]
const COLUMNS = 6
const GREY = 114
/** Of a dark picture's patches, 0 … 1: from here on one is a person. */
const WHITE = 0.75
/** Mean level from which a picture is not dark. */
const DARK = 32
const POSE = { width: 144, height: 192, points: 133 }

/**
 * Finds people by brightness. Dark picture: somebody stands around each eighth of its width and height (on a grid of
 * 8 × 8) that is nearly white, the whiter the surer; nobody, if there is none. Any other picture is one person that
 * fills it.
 */
function detector(): Uint8Array {
  const g = new GraphBuilder('detector')
  const picture = g.input('images', 'float32', [1, 3, SIDE, SIDE])
  const { width, height, mean } = extentOf(g, picture)
  const light = g.clip(g.sub(mean, DARK), 0, 1)
  const filling = g.concat(
    [
      g.div(width, 2 * 32),
      g.div(height, 2 * 32),
      g.log(g.div(width, 32)),
      g.log(g.div(height, 32)),
      g.constant(1, 'float32', [1, 1, 1]),
      g.mul(light, 0.5),
    ],
    2,
  )
  const others = (count: number) => g.constant(Array(count * COLUMNS).fill(0), 'float32', [1, count, COLUMNS])
  const dark = g.sub(g.constant(1, 'float32', [1, 1, 1]), light)
  g.output(
    'output',
    g.concat([patches(g, picture, dark), others(MIDDLE ** 2), filling, others(COARSE ** 2 - 1)], 1),
  )
  return standInFile(g.graph)
}

/** Size of what is not the grey around a picture, and its mean level; [1, 1, 1] each. */
function extentOf(g: GraphBuilder, picture: Value) {
  const isPicture = g.reduceMax(g.clip(g.mul(g.abs(g.sub(picture, GREY)), 10), 0, 1), [1]) // [1, 1, side, side]
  const size = (across: number, along: number) =>
    g.max(g.squeeze(g.reduceSum(g.reduceMax(isPicture, [across]), [along]), [1]), 1)
  const [width, height] = [size(2, 3), size(3, 2)]
  const area = g.mul(width, height)
  const sum = g.mul(g.squeeze(g.reduceMean(picture, [1, 2, 3]), [1]), SIDE ** 2)
  const outside = g.mul(g.sub(g.mul(area, -1), -(SIDE ** 2)), GREY)
  return { width, height, mean: g.div(g.sub(sum, outside), area) }
}

/** Rows of the finest grid: a box of 16 × 24 pixels around every white cell. */
function patches(g: GraphBuilder, picture: Value, dark: Value): Value {
  const cell = SIDE / FINE
  const cells = g.reshape(picture, [1, 3, FINE, cell, FINE, cell])
  const level = g.div(g.reshape(g.reduceMean(cells, [1, 3, 5]), [1, FINE ** 2, 1]), 255)
  const isWhite = g.cast(g.greater(level, WHITE), 'float32')
  const score = g.mul(g.mul(level, isWhite), dark)
  const box = [0.5, 0.5, Math.log(16 / cell), Math.log(24 / cell), 1]
  const same = g.expand(g.constant(box, 'float32', [1, 1, box.length]), [1, FINE ** 2, box.length])
  return g.concat([same, score], 2)
}

/** Sees one pose in whatever box it is given, the surer the brighter the box is. */
function keypoints({ places, scores }: BoxPose): Uint8Array {
  const { width, height, points } = POSE
  const g = new GraphBuilder('keypoints')
  const picture = g.input('input', 'float32', [1, 3, height, width])
  const level = g.sigmoid(g.add(g.reshape(g.reduceMean(picture, [1, 2, 3]), [1, 1, 1]), 2))
  for (const [axis, name] of ['simcc_x', 'simcc_y'].entries()) {
    const bins = 2 * [width, height][axis]
    const hot = new Array<number>(points * bins).fill(0)
    for (let i = 0; i < points; i++) {
      const bin = Math.round(places[2 * i + axis] * bins)
      hot[i * bins + Math.min(bins - 1, Math.max(0, bin))] = scores[i]
    }
    g.output(name, g.mul(g.constant(hot, 'float32', [1, points, bins]), level))
  }
  return standInFile(g.graph)
}

interface BoxPose {
  places: Float32Array
  scores: Float32Array
}

/** A shipped portrait, whose points are all surely seen or not in it. */
function portrait(): { side: number; points: [number, number, number][] } {
  const file = path.resolve(import.meta.dirname, '../../../nodes/examples/portrait-mara.pose.json')
  const { width, frames } = JSON.parse(readFileSync(file, 'utf8'))
  const points = frames[0].map(([x, y, score]: number[]) => [x, y, score > 0 ? 0.95 : 0])
  return { side: width, points }
}

/** The 133 points of the whole body as shares of the network's input when the box is the whole square picture. */
function inBox(side: number, points: readonly (readonly number[])[]): BoxPose {
  const { centre, scale } = cropOf({ x1: 0, y1: 0, x2: side, y2: side }, POSE.width, POSE.height)
  const places = new Float32Array(2 * POSE.points)
  const scores = new Float32Array(POSE.points)
  for (const [to, from] of sources().entries()) {
    if (from === undefined) continue
    const [x, y, score] = points[to]
    // What the picture does not show is guessed below its edge.
    const place = score > 0 ? [x, y] : [side / 2, 1.05 * side]
    for (const axis of [0, 1]) places[2 * from + axis] = (place[axis] - centre[axis]) / scale[axis] + 0.5
    scores[from] = score > 0 ? score : 0.1
  }
  return { places, scores }
}

/** Of each of the 134 points, which of the 133 it is; undefined for the neck. */
function sources(): (number | undefined)[] {
  const marked = Float32Array.from({ length: 2 * POSE.points }, (_, i) => Math.floor(i / 2))
  const ordered = withNeck(marked, new Float32Array(POSE.points))
  return Array.from({ length: POSE.points + 1 }, (_, to) => (to === 1 ? undefined : ordered[3 * to]))
}

/** A network that sees these points, `[134, 3]` of a square picture of `side` pixels, in whatever box it is given. */
export function keypointRole(side: number, data: Float32Array): TinyRoles {
  const points = Array.from({ length: POSE.points + 1 }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)])
  return { 'keypoint-detector': { ...seesPortrait, make: () => keypoints(inBox(side, points)) } }
}

const seesPortrait: TinyRole = {
  file: 'person/keypoints.onnx',
  make() {
    const { side, points } = portrait()
    return keypoints(inBox(side, points))
  },
  config: { width: POSE.width, height: POSE.height },
}

export const personRoles: TinyRoles = {
  'person-detector': { file: 'person/detector.onnx', make: detector, config: { side: SIDE } },
  'keypoint-detector': seesPortrait,
}
