/**
 * Filled circles, lines and convex polygons without smoothing, bit-exact with OpenCV 4.6, because the networks were
 * trained on pictures drawn by it. The rules are in the stage 1 reference, section 9.4.
 *
 * Coordinates are integer pixels unless a comment says otherwise. Shapes may reach out of the canvas, at most
 * `FARTHEST` pixels; nothing outside is drawn. "Fixed point" means 1/65536 px, held in doubles: products reach
 * 2^50, beyond what 32-bit operators carry, so shifts are written as floor and trunc.
 */

/** Pixels to draw on. `data`: `[height, width, channels]`. */
export interface Canvas {
  data: Uint8Array
  width: number
  height: number
  channels: 1 | 3
}

/** `0xRRGGBB` on three channels, a grey level 0…255 on one. */
export type Colour = number

/** Coordinates farther from the origin than this many pixels must not be given to these functions. */
export const FARTHEST = 1 << 15

const ONE = 65536
const HALF = 32768

/** Colours the pixels `from…to` (both included) of row `y`; what lies outside is left out. */
export function fillRow(canvas: Canvas, y: number, from: number, to: number, colour: Colour): void {
  const { data, width, height, channels } = canvas
  if (y < 0 || y >= height) return
  if (from < 0) from = 0
  if (to >= width) to = width - 1
  if (from > to) return
  if (channels === 1) {
    data.fill(colour, y * width + from, y * width + to + 1)
    return
  }
  const r = colour >> 16
  const g = (colour >> 8) & 255
  const b = colour & 255
  const end = (y * width + to) * 3
  for (let at = (y * width + from) * 3; at <= end; at += 3) {
    data[at] = r
    data[at + 1] = g
    data[at + 2] = b
  }
}

function plot(canvas: Canvas, x: number, y: number, colour: Colour): void {
  const { data, width, height } = canvas
  if (x < 0 || x >= width || y < 0 || y >= height) return
  if (canvas.channels === 1) {
    data[y * width + x] = colour
    return
  }
  const at = (y * width + x) * 3
  data[at] = colour >> 16
  data[at + 1] = colour >> 8 // the array keeps the low eight bits
  data[at + 2] = colour
}

/** Disc of radius `radius` ≥ 0 around (`cx`, `cy`). */
export function fillCircle(canvas: Canvas, cx: number, cy: number, radius: number, colour: Colour): void {
  let err = 0
  let plus = 1
  let minus = 2 * radius - 1
  let dx = radius
  for (let dy = 0; dx >= dy; dy++) {
    fillRow(canvas, cy - dy, cx - dx, cx + dx, colour)
    fillRow(canvas, cy + dy, cx - dx, cx + dx, colour)
    fillRow(canvas, cy - dx, cx - dy, cx + dy, colour)
    fillRow(canvas, cy + dx, cx - dy, cx + dy, colour)
    err += plus
    plus += 2
    if (err > 0) {
      err -= minus
      minus -= 2
      dx--
    }
  }
}

/** 1 before the range `[0, last]`, 2 behind it, 0 inside. */
const sideOf = (v: number, last: number) => (v < 0 ? 1 : v > last ? 2 : 0)

type Ends = [x0: number, y0: number, x1: number, y1: number]

/**
 * The part of a line inside `[0, right] × [0, bottom]` (Cohen–Sutherland; first y, then x, each cut truncated toward
 * zero, which is visible in the pixels), or null where nothing is left.
 */
function clipLine([x0, y0, x1, y1]: Ends, right: number, bottom: number): Ends | null {
  let side0 = sideOf(x0, right) + 4 * sideOf(y0, bottom)
  let side1 = sideOf(x1, right) + 4 * sideOf(y1, bottom)
  if ((side0 & side1) === 0 && (side0 | side1) !== 0) {
    if (side0 & 12) {
      const edge = side0 < 8 ? 0 : bottom
      x0 += Math.trunc(((edge - y0) * (x1 - x0)) / (y1 - y0))
      y0 = edge
      side0 = sideOf(x0, right)
    }
    if (side1 & 12) {
      const edge = side1 < 8 ? 0 : bottom
      x1 += Math.trunc(((edge - y1) * (x1 - x0)) / (y1 - y0))
      y1 = edge
      side1 = sideOf(x1, right)
    }
    if ((side0 & side1) === 0 && (side0 | side1) !== 0) {
      if (side0) {
        const edge = side0 === 1 ? 0 : right
        y0 += Math.trunc(((edge - x0) * (y1 - y0)) / (x1 - x0))
        x0 = edge
        side0 = 0
      }
      if (side1) {
        const edge = side1 === 1 ? 0 : right
        y1 += Math.trunc(((edge - x1) * (y1 - y0)) / (x1 - x0))
        x1 = edge
        side1 = 0
      }
    }
  }
  return (side0 | side1) === 0 ? [x0, y0, x1, y1] : null
}

/** Bresenham's line, 8-connected, both ends included; always walked from left to right. */
export function drawLine(
  canvas: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  colour: Colour,
): void {
  const clipped = clipLine([x0, y0, x1, y1], canvas.width - 1, canvas.height - 1)
  if (!clipped) return
  const [fromX, fromY, toX, toY] =
    clipped[2] < clipped[0] ? [clipped[2], clipped[3], clipped[0], clipped[1]] : clipped
  const stepY = toY < fromY ? -1 : 1
  const across = toX - fromX
  const down = Math.abs(toY - fromY)
  const steep = down > across
  const long = steep ? down : across
  const short = steep ? across : down
  let err = long - 2 * short
  let x = fromX
  let y = fromY
  for (let i = 0; i <= long; i++) {
    plot(canvas, x, y, colour)
    const both = err < 0
    err += (both ? 2 * long : 0) - 2 * short
    if (steep) {
      y += stepY
      if (both) x++
    } else {
      x++
      if (both) y += stepY
    }
  }
}

/** A line between fixed-point ends, one pixel per step of its longer axis. */
function drawFixedLine(canvas: Canvas, x0: number, y0: number, x1: number, y1: number, colour: Colour): void {
  const clipped = clipLine([x0, y0, x1, y1], canvas.width * ONE - 1, canvas.height * ONE - 1)
  if (!clipped) return
  const dx = Math.abs(clipped[2] - clipped[0])
  const dy = Math.abs(clipped[3] - clipped[1])
  const flat = dx > dy
  const backwards = flat ? clipped[2] < clipped[0] : clipped[3] < clipped[1]
  const [fromX, fromY, toX, toY] = backwards ? [clipped[2], clipped[3], clipped[0], clipped[1]] : clipped
  plot(canvas, Math.floor((toX + HALF) / ONE), Math.floor((toY + HALF) / ONE), colour)

  const long = flat ? dx : dy
  const divisor = long % 2 === 0 ? long + 1 : long
  const slope = Math.trunc(((flat ? toY - fromY : toX - fromX) * ONE) / divisor)
  const count = Math.floor(long / ONE)
  let along = Math.floor(((flat ? fromX : fromY) + HALF) / ONE)
  let beside = (flat ? fromY : fromX) + HALF
  for (let i = 0; i <= count; i++) {
    const b = Math.floor(beside / ONE)
    if (flat) plot(canvas, along, b, colour)
    else plot(canvas, b, along, colour)
    along++
    beside += slope
  }
}

/** Whether vertices are whole pixels or 1/65536 px: they differ in the outline that is drawn. */
export type VertexUnit = 'pixel' | 'fixed'

/** One side of a convex polygon, walked downwards. `x` and `slope` are fixed point, `endRow` where the edge ends. */
interface EdgeWalker {
  vertex: number
  step: number
  x: number
  slope: number
  endRow: number
}

/** What both walkers share; when `left` vertices are used up, the polygon is done. `scale`: units per pixel. */
interface ConvexPolygon {
  vertices: ArrayLike<number>
  scale: number
  left: number
}

/** The row of a vertex, rounded half up. */
function rowOf(vertices: ArrayLike<number>, i: number, scale: number): number {
  return Math.floor((vertices[2 * i + 1] + (scale >> 1)) / scale)
}

/** Puts a walker that stands in row `y` on the next edge that ends below it. */
function advance(walker: EdgeWalker, polygon: ConvexPolygon, y: number): void {
  const { vertices, scale } = polygon
  const n = vertices.length / 2
  const toFixed = ONE / scale
  let from = walker.vertex
  let to = (from + walker.step) % n
  while (polygon.left-- > 0) {
    const endRow = rowOf(vertices, to, scale)
    if (endRow > y) {
      const rows = endRow - y
      walker.x = vertices[2 * from] * toFixed
      walker.slope = Math.trunc(((vertices[2 * to] * toFixed - walker.x) * 2 + rows) / (2 * rows))
      walker.endRow = endRow
      walker.vertex = to
      return
    }
    from = to
    to = (to + walker.step) % n
  }
}

/**
 * Fills a convex polygon and its outline.
 *
 * @param vertices flat `[x, y, x, y, …]`, integers in `unit`
 */
export function fillConvex(
  canvas: Canvas,
  vertices: ArrayLike<number>,
  unit: VertexUnit,
  colour: Colour,
): void {
  const n = vertices.length / 2
  drawOutline(canvas, vertices, unit, colour)
  if (n < 3) return

  const scale = unit === 'pixel' ? 1 : ONE
  let top = 0
  let bottomRow = rowOf(vertices, 0, scale)
  for (let i = 1; i < n; i++) {
    if (vertices[2 * i + 1] < vertices[2 * top + 1]) top = i
    bottomRow = Math.max(bottomRow, rowOf(vertices, i, scale))
  }
  const topRow = rowOf(vertices, top, scale)
  const lastRow = Math.min(bottomRow, canvas.height - 1)
  const polygon: ConvexPolygon = { vertices, scale, left: n }
  const forward: EdgeWalker = { vertex: top, step: 1, x: -ONE, slope: 0, endRow: topRow }
  const backward: EdgeWalker = { vertex: top, step: n - 1, x: -ONE, slope: 0, endRow: topRow }
  for (let y = topRow; y <= lastRow; y++) {
    if (y >= forward.endRow) advance(forward, polygon, y)
    if (y >= backward.endRow) advance(backward, polygon, y)
    if (polygon.left < 0) return
    const from = Math.floor((Math.min(forward.x, backward.x) + HALF) / ONE)
    const to = Math.floor((Math.max(forward.x, backward.x) + HALF) / ONE)
    fillRow(canvas, y, from, to, colour)
    forward.x += forward.slope
    backward.x += backward.slope
  }
}

function drawOutline(canvas: Canvas, vertices: ArrayLike<number>, unit: VertexUnit, colour: Colour): void {
  const draw = unit === 'pixel' ? drawLine : drawFixedLine
  let previous = vertices.length - 2
  for (let i = 0; i < vertices.length; i += 2) {
    draw(canvas, vertices[previous], vertices[previous + 1], vertices[i], vertices[i + 1], colour)
    previous = i
  }
}

/** A line two pixels thick with round ends. */
export function drawThickLine(
  canvas: Canvas,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  colour: Colour,
): void {
  const dx = x0 - x1
  const dy = y1 - y0
  if (dx !== 0 || dy !== 0) {
    const perPixel = ONE / Math.sqrt(dx * dx + dy * dy)
    const nx = roundHalfEven(dy * perPixel)
    const ny = roundHalfEven(dx * perPixel)
    const [ax, ay, bx, by] = [x0 * ONE, y0 * ONE, x1 * ONE, y1 * ONE]
    const corners = [ax + nx, ay + ny, ax - nx, ay - ny, bx - nx, by - ny, bx + nx, by + ny]
    fillConvex(canvas, corners, 'fixed', colour)
  }
  fillCircle(canvas, x0, y0, 1, colour)
  fillCircle(canvas, x1, y1, 1, colour)
}

/** Sine of whole degrees 0…450 as the original tabulates it: seven decimals, single precision. */
const SINES = Float64Array.from({ length: 451 }, (_, degrees) =>
  Math.fround(Number(Math.sin((degrees * Math.PI) / 180).toFixed(7))),
)

/**
 * Outline of an ellipse in steps of one degree, rounded to pixels, equal neighbours merged.
 *
 * @param a,b half axes in px; `degrees` (whole) turns the axis `a` from x towards y
 * @returns flat `[x, y, …]`, at least two vertices
 */
export function ellipsePolygon(cx: number, cy: number, a: number, b: number, degrees: number): number[] {
  const turn = degrees === 360 ? 360 : ((degrees % 360) + 360) % 360
  const cosTurn = SINES[450 - turn]
  const sinTurn = SINES[turn]
  const points: number[] = []
  let lastX = Number.NaN
  let lastY = Number.NaN
  for (let d = 0; d <= 360; d++) {
    const x = a * SINES[450 - d]
    const y = b * SINES[d]
    const px = roundHalfEven(cx + x * cosTurn - y * sinTurn)
    const py = roundHalfEven(cy + x * sinTurn + y * cosTurn)
    if (px === lastX && py === lastY) continue
    points.push(px, py)
    lastX = px
    lastY = py
  }
  return points.length === 2 ? [cx, cy, cx, cy] : points
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1
  return floor % 2 === 0 ? floor : floor + 1
}
