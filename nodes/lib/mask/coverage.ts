import type { Bounds } from './bounds'
import type { CombineOp } from './combine'

/**
 * How far a shape covers each pixel of a canvas, 0…255, with smoothed edges. `data`: `[bottom − top, right − left]`;
 * outside its bounds a shape covers nothing. Shapes lie in continuous coordinates: pixel (i, j) is the square from
 * (i, j) to (i + 1, j + 1).
 */
export interface Coverage extends Bounds {
  data: Uint8Array
}

/** Flat `[x, y, x, y, …]`, px. */
export type Outline = ArrayLike<number>

/**
 * A closed polygon with exact areas along its edge. Parts that it winds round twice in the same sense are inside,
 * parts it winds round once in each sense (the overlap of a folded lasso) are outside.
 *
 * @returns null where nothing of it is on the canvas
 */
export function polygonCoverage(outline: Outline, width: number, height: number): Coverage | null {
  const bounds = boundsOfOutline(outline, 0, width, height)
  if (!bounds) return null
  const columns = bounds.right - bounds.left
  const rows = bounds.bottom - bounds.top
  // Signed area that begins at each pixel; summed along a row it gives the coverage. One column more for what
  // begins right of the bounds.
  const begins = new Float64Array((columns + 1) * rows)
  let previous = outline.length - 2
  for (let i = 0; i < outline.length; i += 2) {
    addEdge(
      begins,
      columns,
      rows,
      outline[previous] - bounds.left,
      outline[previous + 1] - bounds.top,
      outline[i] - bounds.left,
      outline[i + 1] - bounds.top,
    )
    previous = i
  }
  const data = new Uint8Array(columns * rows)
  for (let y = 0; y < rows; y++) {
    let sum = 0
    for (let x = 0; x < columns; x++) {
      sum += begins[y * (columns + 1) + x]
      data[y * columns + x] = Math.min(1, Math.abs(sum)) * 255 + 0.5
    }
  }
  return { ...bounds, data }
}

/** Cuts an edge where it enters and leaves the canvas; what is left or right of it runs along the border instead. */
function addEdge(
  begins: Float64Array,
  columns: number,
  rows: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  const top = Math.max(0, Math.min(y0, y1))
  const bottom = Math.min(rows, Math.max(y0, y1))
  if (top >= bottom) return
  const sense = y0 < y1 ? 1 : -1
  const slope = (x1 - x0) / (y1 - y0)
  const cuts = [top, bottom]
  for (const border of [0, columns]) {
    const y = y0 + (border - x0) / slope // infinite or NaN for an upright edge: no cut
    if (y > top && y < bottom) cuts.push(y)
  }
  cuts.sort((a, b) => a - b)
  for (let i = 1; i < cuts.length; i++) {
    const from = Math.min(columns, Math.max(0, x0 + (cuts[i - 1] - y0) * slope))
    const to = Math.min(columns, Math.max(0, x0 + (cuts[i] - y0) * slope))
    addInside(begins, columns, from, cuts[i - 1], to, cuts[i], sense)
  }
}

/** An edge on the canvas, `y0` ≤ `y1`: each row gets the signed area to the right of the edge. */
function addInside(
  begins: Float64Array,
  columns: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  sense: 1 | -1,
): void {
  if (y0 === y1) return
  const slope = (x1 - x0) / (y1 - y0)
  for (let y = Math.floor(y0); y < y1; y++) {
    const from = Math.max(y0, y)
    const to = Math.min(y1, y + 1)
    const a = Math.min(columns, Math.max(0, x0 + (from - y0) * slope))
    const b = Math.min(columns, Math.max(0, x0 + (to - y0) * slope))
    addRow(begins, y * (columns + 1), columns, Math.min(a, b), Math.max(a, b), sense * (to - from))
  }
}

/** One row of an edge that goes from `left` to `right` while it descends by `drop`. */
function addRow(
  begins: Float64Array,
  row: number,
  columns: number,
  left: number,
  right: number,
  drop: number,
): void {
  const first = Math.min(columns, Math.floor(left))
  if (right <= first + 1 || first === columns) {
    const beyond = drop * ((left + right) / 2 - first) // the part of the pixel left of the edge
    begins[row + first] += drop - beyond
    if (first < columns) begins[row + first + 1] += beyond
    return
  }
  const perPixel = drop / (right - left)
  let covered = 0 // of the pixel before
  for (let x = first; x < right; x++) {
    const from = Math.max(left, x)
    const to = Math.min(right, x + 1)
    const here = perPixel * (to - from) * (x + 1 - (from + to) / 2) + perPixel * (from - left)
    begins[row + x] += here - covered
    covered = here
  }
  const end = Math.ceil(right)
  if (end <= columns) begins[row + end] += drop - covered
}

/**
 * The path of a round brush.
 *
 * @param path     one point or more
 * @param radius   px, > 0
 * @param hardness 0…1: the part of the radius that is covered fully; 1 leaves an edge of one pixel
 * @param check    called every few milliseconds; throws to stop
 * @returns null where nothing of it is on the canvas
 */
export function strokeCoverage(
  path: Outline,
  radius: number,
  hardness: number,
  width: number,
  height: number,
  check: () => void = () => {},
): Coverage | null {
  const reach = radius + 0.5
  const bounds = boundsOfOutline(path, reach, width, height)
  if (!bounds) return null
  const columns = bounds.right - bounds.left
  const squares = new Float32Array(columns * (bounds.bottom - bounds.top)).fill(reach * reach)
  let sinceCheck = 0
  for (let i = 0; i === 0 || i + 2 < path.length; i += 2) {
    const j = Math.min(i + 2, path.length - 2)
    sinceCheck += nearerToSegment(squares, bounds, path[i], path[i + 1], path[j], path[j + 1], reach)
    if (sinceCheck > 1_000_000) {
      check()
      sinceCheck = 0
    }
  }
  const fade = (1 - hardness) * radius + 1
  const data = new Uint8Array(squares.length)
  for (let i = 0; i < data.length; i++) {
    const t = Math.min(1, (reach - Math.sqrt(squares[i])) / fade)
    if (t > 0) data[i] = t * t * (3 - 2 * t) * 255 + 0.5
  }
  return { ...bounds, data }
}

/** Lowers the squared distances of the pixels near a segment. @returns the number of pixels looked at */
function nearerToSegment(
  squares: Float32Array,
  bounds: Bounds,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  reach: number,
): number {
  const columns = bounds.right - bounds.left
  const dx = x1 - x0
  const dy = y1 - y0
  const perLength = dx * dx + dy * dy > 0 ? 1 / (dx * dx + dy * dy) : 0
  const left = Math.max(bounds.left, Math.floor(Math.min(x0, x1) - reach))
  const right = Math.min(bounds.right, Math.ceil(Math.max(x0, x1) + reach))
  const top = Math.max(bounds.top, Math.floor(Math.min(y0, y1) - reach))
  const bottom = Math.min(bounds.bottom, Math.ceil(Math.max(y0, y1) + reach))
  for (let y = top; y < bottom; y++) {
    const py = y + 0.5 - y0
    const row = (y - bounds.top) * columns - bounds.left
    for (let x = left; x < right; x++) {
      const px = x + 0.5 - x0
      const along = (px * dx + py * dy) * perLength
      const t = along < 0 ? 0 : along > 1 ? 1 : along
      const ex = px - t * dx
      const ey = py - t * dy
      const square = ex * ex + ey * ey
      if (square < squares[row + x]) squares[row + x] = square
    }
  }
  return Math.max(0, right - left) * Math.max(0, bottom - top)
}

/** Pixels that an outline widened by `by` touches; null where none is on the canvas. */
function boundsOfOutline(outline: Outline, by: number, width: number, height: number): Bounds | null {
  let [minX, minY, maxX, maxY] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]
  for (let i = 0; i < outline.length; i += 2) {
    minX = Math.min(minX, outline[i])
    maxX = Math.max(maxX, outline[i])
    minY = Math.min(minY, outline[i + 1])
    maxY = Math.max(maxY, outline[i + 1])
  }
  const bounds = {
    left: Math.max(0, Math.floor(minX - by)),
    top: Math.max(0, Math.floor(minY - by)),
    right: Math.min(width, Math.ceil(maxX + by)),
    bottom: Math.min(height, Math.ceil(maxY + by)),
  }
  return bounds.left < bounds.right && bounds.top < bounds.bottom ? bounds : null
}

/**
 * Puts a shape onto a plane in place. `union` and `subtract` leave what is outside the shape; `intersect` empties it.
 *
 * @param coverage null for a shape that is off the canvas
 */
export function applyCoverage(
  plane: Uint8Array,
  width: number,
  coverage: Coverage | null,
  op: Extract<CombineOp, 'union' | 'subtract' | 'intersect'>,
): void {
  const before = op === 'intersect' ? plane.slice() : plane
  if (op === 'intersect') plane.fill(0)
  if (!coverage) return
  const { left, top, right, bottom, data } = coverage
  for (let y = top; y < bottom; y++) {
    const row = (y - top) * (right - left) - left
    for (let x = left; x < right; x++) {
      const c = data[row + x]
      const at = y * width + x
      const m = before[at]
      if (op === 'union') plane[at] = m > c ? m : c
      else if (op === 'subtract') plane[at] = m > c ? m - c : 0
      else plane[at] = m < c ? m : c
    }
  }
}
