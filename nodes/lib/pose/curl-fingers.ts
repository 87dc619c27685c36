import { isVisible, LEFT_HAND_ROOT, RIGHT_HAND_ROOT } from './keypoints'
import { readPoint, writePoint } from './layer-regions'
import type { Point } from './two-bone-ik'

export const FINGERS = ['thumb', 'index', 'middle', 'ring', 'little'] as const

/** How far each finger closes beyond what is there, 0…1, and the fan of the fingers, 1 as it is. */
export type FingerCurls = Record<(typeof FINGERS)[number] | 'spread', number>

/** Degrees each joint bends out of the picture at curl 1, as in the hand model of the procedural gestures. */
const BEND = { finger: [78, 100, 60], thumb: [25, 35, 50] } as const
/** A closing thumb also swings across the palm, degrees. */
const THUMB_SWING = 38
/** Degrees toward the thumb that one unit of spread fans each finger, as there. */
const FAN = [12, 7, 0, -6, -15] as const

const DEGREE = Math.PI / 180

/**
 * Closes the fingers of one frame, in place. A pose has no depth: a bending bone is drawn shorter by the cosine of its
 * bend and beyond a right angle points back, which is how a flat hand towards the camera closes. Missing points stay,
 * and so does a hand whose palm is not seen.
 */
export function curlFingers(
  data: Float32Array,
  frame: number,
  hand: 'left' | 'right',
  curls: FingerCurls,
): void {
  const root = hand === 'left' ? LEFT_HAND_ROOT : RIGHT_HAND_ROOT
  const sense = senseOfThumb(data, frame, root)
  if (sense === 0) return
  FINGERS.forEach((finger, f) => {
    const curl = curls[finger]
    const swing = finger === 'thumb' ? -THUMB_SWING * curl : 0
    const turn = sense * (swing + FAN[f] * (curls.spread - 1)) * DEGREE
    if (curl === 0 && turn === 0) return
    bendFinger(data, frame, root + 1 + 4 * f, turn, curl, finger === 'thumb' ? BEND.thumb : BEND.finger)
  })
}

/** Which way round, in the picture, leads from the fingers to the thumb: 1 clockwise, −1 the other way, 0 unknown. */
function senseOfThumb(data: Float32Array, frame: number, root: number): number {
  const [index, little] = [root + 5, root + 17]
  if (![root, index, little].every((i) => isVisible(data, frame, i))) return 0
  const [r, i, l] = [root, index, little].map((p) => readPoint(data, frame, p))
  return Math.sign((l.x - r.x) * (i.y - r.y) - (l.y - r.y) * (i.x - r.x))
}

function bendFinger(
  data: Float32Array,
  frame: number,
  knuckle: number,
  turn: number,
  curl: number,
  bend: readonly [number, number, number],
): void {
  const points = [0, 1, 2, 3].map((k) => readPoint(data, frame, knuckle + k))
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  let angle = 0
  let at: Point = points[0]
  for (let k = 1; k < 4; k++) {
    if (!isVisible(data, frame, knuckle + k - 1) || !isVisible(data, frame, knuckle + k)) return
    angle += bend[k - 1] * curl * DEGREE
    const [x, y] = [points[k].x - points[k - 1].x, points[k].y - points[k - 1].y]
    const drawn = Math.cos(angle)
    at = { x: at.x + drawn * (c * x - s * y), y: at.y + drawn * (s * x + c * y) }
    writePoint(data, frame, knuckle + k, at)
  }
}
