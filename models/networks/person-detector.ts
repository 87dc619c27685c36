import { ModelError } from '../errors'
import { resizeLinear } from '../pictures/opencv-resize'
import { blankPicture, type Picture, toPlanes } from '../pictures/picture'

/** Corners in pixels of the picture, and the detector's score. */
export interface DetectedBox {
  x1: number
  y1: number
  x2: number
  y2: number
  score: number
}

/** YOLOX-L as DWPose uses it (stage1.md §8.2). */
export const DETECTOR = {
  /** Of its square input, pixels. */
  side: 640,
  strides: [8, 16, 32],
  /** Boxes below this score are not even candidates. */
  candidateScore: 0.1,
  /** Of two boxes of one category that overlap more than this, the better one stays. */
  overlap: 0.45,
  /** What counts as a person in the end. */
  personScore: 0.3,
  person: 0,
} as const

/** Level of what the picture does not cover. */
const GREY = 114

/**
 * The picture as the detector wants it: as large as fits, top left on grey.
 * @returns `[3, side, side]` of 0 … 255 in the picture's own channel order (BGR for the published network), and by how
 * much the picture was scaled.
 */
export function letterbox(picture: Picture, side: number): { planes: Float32Array; ratio: number } {
  const ratio = Math.min(side / picture.height, side / picture.width)
  const width = Math.max(1, Math.trunc(picture.width * ratio))
  const height = Math.max(1, Math.trunc(picture.height * ratio))
  const resized = resizeLinear(picture, width, height)
  const square = blankPicture(side, side, picture.channels)
  square.data.fill(GREY)
  const row = width * picture.channels
  for (let y = 0; y < height; y++)
    square.data.set(resized.data.subarray(y * row, (y + 1) * row), y * side * picture.channels)
  return { planes: toPlanes(square, (sample) => sample), ratio }
}

/**
 * Centre x, y, width and height of every cell's box, `[cells, 4]` in pixels of the detector's input.
 * @param rows `[cells, 5 + categories]` as the network gives them: offset x, y, log width, log height, objectness, and
 * a score for each category. Cells go row by row, from the finest grid to the coarsest.
 * @throws ModelError `network/output` when the rows are not those of this input size
 */
export function decodeBoxes(rows: Float32Array, side: number, categories: number): Float32Array {
  const columns = 5 + categories
  const cells = rows.length / columns
  const expected = DETECTOR.strides.reduce((sum, stride) => sum + Math.floor(side / stride) ** 2, 0)
  if (cells !== expected) {
    throw new ModelError(
      'network/output',
      `The detector gave ${rows.length} values, expected ${expected} cells of ${columns}.`,
    )
  }
  const boxes = new Float32Array(4 * cells)
  let cell = 0
  for (const stride of DETECTOR.strides) {
    const across = Math.floor(side / stride)
    for (let i = 0; i < across * across; i++, cell++) {
      const at = cell * columns
      boxes[4 * cell] = (rows[at] + (i % across)) * stride
      boxes[4 * cell + 1] = (rows[at + 1] + Math.floor(i / across)) * stride
      boxes[4 * cell + 2] = Math.exp(rows[at + 2]) * stride
      boxes[4 * cell + 3] = Math.exp(rows[at + 3]) * stride
    }
  }
  return boxes
}

/** The box of one cell in pixels of the picture that was scaled by `ratio`. */
export function boxOfCell(boxes: Float32Array, cell: number, ratio: number): Omit<DetectedBox, 'score'> {
  const [x, y, width, height] = boxes.subarray(4 * cell, 4 * cell + 4)
  return {
    x1: (x - width / 2) / ratio,
    y1: (y - height / 2) / ratio,
    x2: (x + width / 2) / ratio,
    y2: (y + height / 2) / ratio,
  }
}

/** What is left of the boxes of one category, best first; scores are float32, and so are the limits they are held to. Boxes and rows as of `decodeBoxes`. */
export function detections(
  boxes: Float32Array,
  rows: Float32Array,
  category: number,
  ratio: number,
): DetectedBox[] {
  const cells = boxes.length / 4
  const columns = rows.length / cells
  const candidates: DetectedBox[] = []
  for (let cell = 0; cell < cells; cell++) {
    const at = cell * columns
    const score = Math.fround(rows[at + 4] * rows[at + 5 + category])
    if (score > Math.fround(DETECTOR.candidateScore))
      candidates.push({ ...boxOfCell(boxes, cell, ratio), score })
  }
  return withoutOverlaps(candidates)
}

/** Greedy: the best box suppresses those that overlap it, then the best of the rest does. */
function withoutOverlaps(candidates: DetectedBox[]): DetectedBox[] {
  const kept: DetectedBox[] = []
  for (const box of candidates.sort((a, b) => b.score - a.score))
    if (kept.every((better) => overlap(better, box) <= DETECTOR.overlap)) kept.push(box)
  return kept
}

/** Intersection over union of areas that count the pixels of both corners. */
function overlap(a: DetectedBox, b: DetectedBox): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1) + 1
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1) + 1
  const shared = Math.max(0, width) * Math.max(0, height)
  return shared / (areaOf(a) + areaOf(b) - shared)
}

const areaOf = ({ x1, y1, x2, y2 }: DetectedBox) => (x2 - x1 + 1) * (y2 - y1 + 1)
