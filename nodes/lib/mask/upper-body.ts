import { isPointUsable } from '../pose/draw'
import { JOINT, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT } from '../pose/keypoints'
import { type Canvas, fillConvex } from '../pose/raster'

/*
 * Sizes of a clothed person in units of the shoulder distance S, the face width w and the face height f: between
 * what is surely and what may be person in the proportions that the warp renderer works with.
 */
const SHOULDER_RADIUS = 0.17
const ELBOW_RADIUS = 0.15
const WRIST_RADIUS = 0.12
const HAND_RADIUS = 0.08
const HIP_RADIUS = 0.2
const NECK_RADIUS = 0.2
const THROAT_RADIUS = 0.45 // × w
const HEAD_HALF_WIDTH = 0.72 // × w
const HEAD_HALF_HEIGHT = 1.06 // × f; reaches over the hair
const HEAD_CENTRE = 0.9 // × f above the chin
/** Where hips are missing the torso goes on this far below the shoulders. */
const TORSO_LENGTH = 1.6
const HIP_HALF_WIDTH = 0.34
/** The shoulder distance where shoulders are missing, × w. */
const SHOULDERS_PER_FACE = 1.5
/** A turned body shows its shoulders closer together; its length still tells the scale. */
const SHOULDERS_PER_TORSO = 0.6

interface Point {
  x: number
  y: number
}

interface Disc extends Point {
  radius: number
}

/**
 * Paints the upper body of one pose: head with hair, neck, torso, arms and hands as convex hulls of discs whose sizes
 * follow the shoulder distance. It is a generous outline, not a matte.
 *
 * Hips that are missing are put below the shoulders, a missing shoulder opposite to the other, a missing neck between
 * the shoulders or below the head; arms are drawn as far as they are visible. A pose without shoulders and without
 * head leaves the plane as it is.
 *
 * @param points  `[134, 3]`: x, y in pixels, score
 * @param canvas  one channel; painted with 255
 * @param padding pixels by which the outline is moved outwards, ≥ 0
 */
export function fillUpperBody(points: Float32Array, canvas: Canvas, padding: number): void {
  const head = findHead(points)
  const torso = findTorso(points, head)
  const scale = torso?.scale ?? (head ? head.width * SHOULDERS_PER_FACE : 0)
  if (scale === 0) return
  const disc = ({ x, y }: Point, radius: number): Disc => ({ x, y, radius: radius + padding })

  if (torso) {
    fillHull(canvas, [
      ...torso.shoulders.map((point) => disc(point, SHOULDER_RADIUS * scale)),
      ...torso.hips.map((point) => disc(point, HIP_RADIUS * scale)),
    ])
  }
  for (const [shoulder, elbow, wrist, handRoot] of ARMS) {
    const at = (i: number, radius: number) => {
      const point = visiblePoint(points, i)
      return point && disc(point, radius * scale)
    }
    const joints = [at(shoulder, SHOULDER_RADIUS), at(elbow, ELBOW_RADIUS), at(wrist, WRIST_RADIUS)]
    fillBone(canvas, joints[0], joints[1])
    fillBone(canvas, joints[1], joints[2])
    const hand = Array.from({ length: 21 }, (_, i) => at(handRoot + i, HAND_RADIUS)).filter((d) => d !== null)
    if (joints[2] && hand.length > 0) hand.push(joints[2])
    fillHull(canvas, hand)
  }
  if (head) {
    fillEllipse(canvas, head, padding)
    if (torso) {
      fillHull(canvas, [disc(torso.neck, NECK_RADIUS * scale), disc(head, THROAT_RADIUS * head.width)])
    }
  }
}

const ARMS = [
  [JOINT.rightShoulder, JOINT.rightElbow, JOINT.rightWrist, RIGHT_HAND_ROOT],
  [JOINT.leftShoulder, JOINT.leftElbow, JOINT.leftWrist, LEFT_HAND_ROOT],
] as const

const visiblePoint = (points: Float32Array, i: number): Point | null =>
  isPointUsable(points, i) ? { x: points[3 * i], y: points[3 * i + 1] } : null

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
const opposite = (a: Point, centre: Point): Point => ({ x: 2 * centre.x - a.x, y: 2 * centre.y - a.y })

interface Torso {
  neck: Point
  shoulders: [Point, Point]
  hips: [Point, Point]
  /** The shoulder distance, px. */
  scale: number
}

function findTorso(points: Float32Array, head: Head | null): Torso | null {
  const right = visiblePoint(points, JOINT.rightShoulder)
  const left = visiblePoint(points, JOINT.leftShoulder)
  const seenNeck = visiblePoint(points, JOINT.neck)
  const shoulder = right ?? left
  const between = right && left && middle(right, left)
  const neck = seenNeck ?? between ?? (head && shoulder && { x: head.x, y: shoulder.y })
  if (!neck) return null
  const rightShoulder = right ?? (left && opposite(left, neck))
  const leftShoulder = left ?? (right && opposite(right, neck))
  if (!rightShoulder || !leftShoulder) return null

  const rightHip = visiblePoint(points, JOINT.rightHip)
  const leftHip = visiblePoint(points, JOINT.leftHip)
  let scale = distance(rightShoulder, leftShoulder)
  if (rightHip && leftHip) {
    scale = Math.max(scale, SHOULDERS_PER_TORSO * distance(neck, middle(rightHip, leftHip)))
  }
  if (scale === 0) return null
  const along = unit(rightShoulder, leftShoulder)
  // Square to the shoulders and down the picture.
  const down = along.x >= 0 ? { x: -along.y, y: along.x } : { x: along.y, y: -along.x }
  const hip = (side: number): Point => ({
    x: neck.x + scale * (TORSO_LENGTH * down.x + side * HIP_HALF_WIDTH * along.x),
    y: neck.y + scale * (TORSO_LENGTH * down.y + side * HIP_HALF_WIDTH * along.y),
  })
  return {
    neck,
    shoulders: [rightShoulder, leftShoulder],
    hips: [rightHip ?? hip(-1), leftHip ?? hip(1)],
    scale,
  }
}

/** From one point to another; sideways where they coincide. */
function unit(from: Point, to: Point): Point {
  const length = distance(from, to)
  return length > 0 ? { x: (to.x - from.x) / length, y: (to.y - from.y) / length } : { x: 1, y: 0 }
}

/** An ellipse; `up` (length 1) points to the crown, `width` is that of the face. */
interface Head extends Point {
  up: Point
  halfWidth: number
  halfHeight: number
  width: number
}

const CHIN = 32
const JAW_ENDS = [24, 40] as const

function findHead(points: Float32Array): Head | null {
  const chin = visiblePoint(points, CHIN)
  const [rightEnd, leftEnd] = JAW_ENDS.map((i) => visiblePoint(points, i))
  const brow = meanOf(points, PARTS.brows)
  if (chin && brow && rightEnd && leftEnd) {
    const width = distance(rightEnd, leftEnd)
    const height = distance(chin, brow)
    const up = unit(chin, brow)
    return {
      x: chin.x + HEAD_CENTRE * height * up.x,
      y: chin.y + HEAD_CENTRE * height * up.y,
      up,
      halfWidth: HEAD_HALF_WIDTH * Math.max(width, 0.8 * height), // a profile is no narrower than this
      halfHeight: HEAD_HALF_HEIGHT * height,
      width,
    }
  }
  const centre = meanOf(points, [...PARTS.head, ...PARTS.face])
  const width = guessFaceWidth(points)
  if (!centre || !width) return null
  return { ...centre, up: { x: 0, y: -1 }, halfWidth: 0.9 * width, halfHeight: 0.9 * width, width }
}

/** From the ears, the face points that are there, or the shoulders, in this order; 0 where nothing tells. */
function guessFaceWidth(points: Float32Array): number {
  const span = (indices: readonly number[]) => {
    const xs = indices.map((i) => visiblePoint(points, i)?.x).filter((x) => x !== undefined)
    return xs.length < 2 ? 0 : Math.max(...xs) - Math.min(...xs)
  }
  return (
    span([JOINT.rightEar, JOINT.leftEar]) ||
    span(PARTS.face) ||
    span([JOINT.rightShoulder, JOINT.leftShoulder]) / SHOULDERS_PER_FACE
  )
}

function meanOf(points: Float32Array, indices: readonly number[]): Point | null {
  const seen = indices.map((i) => visiblePoint(points, i)).filter((point) => point !== null)
  if (seen.length === 0) return null
  const sum = seen.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }))
  return { x: sum.x / seen.length, y: sum.y / seen.length }
}

const FIXED = 65536
const CIRCLE_STEPS = 48

function fillBone(canvas: Canvas, a: Disc | null, b: Disc | null): void {
  if (a && b) fillHull(canvas, [a, b])
}

function fillEllipse(canvas: Canvas, head: Head, padding: number): void {
  const outline: Point[] = []
  for (let i = 0; i < CIRCLE_STEPS; i++) {
    const angle = (2 * Math.PI * i) / CIRCLE_STEPS
    const along = (head.halfHeight + padding) * Math.cos(angle)
    const across = (head.halfWidth + padding) * Math.sin(angle)
    outline.push({
      x: head.x + along * head.up.x - across * head.up.y,
      y: head.y + along * head.up.y + across * head.up.x,
    })
  }
  fillOutline(canvas, outline)
}

/** The convex hull of discs. */
function fillHull(canvas: Canvas, discs: readonly Disc[]): void {
  const outline: Point[] = []
  for (const { x, y, radius } of discs) {
    for (let i = 0; i < CIRCLE_STEPS; i++) {
      const angle = (2 * Math.PI * i) / CIRCLE_STEPS
      outline.push({ x: x + radius * Math.cos(angle), y: y + radius * Math.sin(angle) })
    }
  }
  fillOutline(canvas, convexHull(outline))
}

function fillOutline(canvas: Canvas, outline: readonly Point[]): void {
  const vertices = outline.flatMap(({ x, y }) => [Math.round(x * FIXED), Math.round(y * FIXED)])
  fillConvex(canvas, vertices, 'fixed', 255)
}

/** Andrew's monotone chain; counter-clockwise, without points on the edges. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y)
  const halfHull = (from: readonly Point[]) => {
    const chain: Point[] = []
    for (const point of from) {
      while (chain.length >= 2 && !turnsLeft(chain[chain.length - 2], chain[chain.length - 1], point))
        chain.pop()
      chain.push(point)
    }
    chain.pop() // the first of the other half
    return chain
  }
  return [...halfHull(sorted), ...halfHull([...sorted].reverse())]
}

const turnsLeft = (a: Point, b: Point, c: Point) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0
