import { BODY_BONES, HAND_BONES, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT, VISIBLE_SCORE } from './keypoints'
import { type Canvas, drawThickLine, ellipsePolygon, FARTHEST, fillCircle, fillConvex } from './raster'

/** What of a person is drawn; always in this order. */
export const POSE_PARTS = ['body', 'hands', 'face'] as const
export type PosePart = (typeof POSE_PARTS)[number]

/** Knees and ankles: MMGT was trained without them (stage 1 reference, section 7.3). */
export const LEG_POINTS: readonly number[] = [9, 10, 12, 13]

/** The colour of a bone or joint of the body has the index of that bone or joint. */
export const BODY_COLOURS = [
  0xff0000, 0xff5500, 0xffaa00, 0xffff00, 0xaaff00, 0x55ff00, 0x00ff00, 0x00ff55, 0x00ffaa, 0x00ffff,
  0x00aaff, 0x0055ff, 0x0000ff, 0x5500ff, 0xaa00ff, 0xff00ff, 0xff00aa, 0xff0055,
]

/** Limbs are dimmed before the joints are drawn; nothing else is on the canvas then, so the colours can be. */
export const LIMB_COLOURS = BODY_COLOURS.map((colour) => {
  const dim = (shift: number) => Math.trunc(((colour >> shift) & 255) * 0.9) << shift
  return dim(16) | dim(8) | dim(0)
})

/** Hues 0…19 of 20, truncated; red and blue are swapped, as in the original. */
export const FINGER_COLOURS = [
  0x0000ff, 0x004cff, 0x0099ff, 0x00e5ff, 0x00ffcb, 0x00ff7f, 0x00ff33, 0x19ff00, 0x66ff00, 0xb2ff00,
  0xffff00, 0xffb200, 0xff6600, 0xff1900, 0xff0032, 0xff007f, 0xff00cc, 0xe500ff, 0x9800ff, 0x4c00ff,
]

const LIMB_HALF_WIDTH = 4
const JOINT_RADIUS = 4
const FACE_RADIUS = 3
const HAND_JOINT_COLOUR = 0x0000ff
const FACE_COLOUR = 0xffffff

/**
 * The picture of one pose that DWPose draws and MMGT reads, equal to the original's to the pixel on its
 * 512-pixel square (stage 1 reference, sections 9.1–9.4; fingers in reversed channel order, as there). Other canvases
 * follow the same rules with the same widths in pixels. Knees and ankles are left out.
 *
 * A visible point that is not a number, or lies farther than 32,768 px from the origin, counts as missing.
 *
 * @param points `[134, 3]`: x, y in pixels of the canvas, score 0…1
 * @param out   `[height, width, 3]` to draw into; it is cleared first. A new one if left out
 * @param parts what to draw; all by default
 * @returns sRGB `[height, width, 3]` on black
 */
export function drawPose(
  points: Float32Array,
  width: number,
  height: number,
  out: Uint8Array = new Uint8Array(width * height * 3),
  parts: readonly PosePart[] = POSE_PARTS,
): Uint8Array {
  const canvas: Canvas = { data: out.fill(0), width, height, channels: 3 }
  if (parts.includes('body')) drawBody(canvas, points)
  if (parts.includes('hands')) {
    drawHand(canvas, points, LEFT_HAND_ROOT)
    drawHand(canvas, points, RIGHT_HAND_ROOT)
  }
  if (parts.includes('face')) drawFace(canvas, points)
  return out
}

const isNear = (v: number) => v > -FARTHEST && v < FARTHEST // false for NaN

/** Whether point `i` is visible and lies where it can be drawn. `points`: `[134, 3]`. */
export function isPointUsable(points: Float32Array, i: number): boolean {
  return points[3 * i + 2] >= VISIBLE_SCORE && isNear(points[3 * i]) && isNear(points[3 * i + 1])
}

const isBodyPointDrawn = (points: Float32Array, i: number) =>
  isPointUsable(points, i) && !LEG_POINTS.includes(i)

/**
 * Pixel of a face or hand point, or null where it is missing or left of or above pixel 1 (the original's test for
 * "missing" also drops the first row and column).
 */
export function pixelOf(points: Float32Array, i: number): { x: number; y: number } | null {
  if (!isPointUsable(points, i)) return null
  const x = Math.trunc(points[3 * i])
  const y = Math.trunc(points[3 * i + 1])
  return x > 0 && y > 0 ? { x, y } : null
}

function drawBody(canvas: Canvas, points: Float32Array): void {
  const { fround } = Math // lengths and middles are single precision in the original
  for (let i = 0; i < BODY_BONES.length; i++) {
    const [a, b] = BODY_BONES[i]
    if (!isBodyPointDrawn(points, a) || !isBodyPointDrawn(points, b)) continue
    const [ax, ay, bx, by] = [points[3 * a], points[3 * a + 1], points[3 * b], points[3 * b + 1]]
    const dx = fround(ax - bx)
    const dy = fround(ay - by)
    const length = fround(Math.sqrt(fround(fround(dx * dx) + fround(dy * dy))))
    const polygon = ellipsePolygon(
      Math.trunc(fround(ax + bx) / 2),
      Math.trunc(fround(ay + by) / 2),
      Math.trunc(length / 2),
      LIMB_HALF_WIDTH,
      Math.trunc((Math.atan2(dy, dx) * 180) / Math.PI),
    )
    fillConvex(canvas, polygon, 'pixel', LIMB_COLOURS[i])
  }
  for (let i = 0; i < BODY_COLOURS.length; i++) {
    if (!isBodyPointDrawn(points, i)) continue
    fillCircle(
      canvas,
      Math.trunc(points[3 * i]),
      Math.trunc(points[3 * i + 1]),
      JOINT_RADIUS,
      BODY_COLOURS[i],
    )
  }
}

function drawHand(canvas: Canvas, points: Float32Array, root: number): void {
  for (let i = 0; i < HAND_BONES.length; i++) {
    const a = pixelOf(points, root + HAND_BONES[i][0])
    const b = pixelOf(points, root + HAND_BONES[i][1])
    if (a && b) drawThickLine(canvas, a.x, a.y, b.x, b.y, FINGER_COLOURS[i])
  }
  for (let i = root; i < root + 21; i++) {
    const point = pixelOf(points, i)
    if (point) fillCircle(canvas, point.x, point.y, JOINT_RADIUS, HAND_JOINT_COLOUR)
  }
}

function drawFace(canvas: Canvas, points: Float32Array): void {
  for (const i of PARTS.face) {
    const point = pixelOf(points, i)
    if (point) fillCircle(canvas, point.x, point.y, FACE_RADIUS, FACE_COLOUR)
  }
}
