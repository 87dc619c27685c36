import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../core/values'
import type { ArmFit, FirstPoseFit, HeadFit } from './first-pose-schema'
import { JOINT, LEFT_HAND_ROOT, MIRROR, RIGHT_HAND_ROOT } from './keypoints'
import { modelHand } from './procedural/hand-model'
import { HAND_STATE } from './procedural/hand-plan'
import type { Point } from './two-bone-ik'

export const HAND_CURLS = { open: 0, rest: 0.25, fist: 0.95 } as const

/** Where the template has eyes and mouth. */
const TEMPLATE = { eyes: 0.165, mouth: 0.69 }

/**
 * Middle line and right half of a face: point, across in widths (from the middle) and down in heights (from the
 * brows). Means over the first poses of the shipped portraits, each turned upright and averaged with its mirror image.
 */
const FACE: readonly (readonly [point: number, across: number, down: number])[] = [
  [JOINT.nose, 0, 0.465],
  [JOINT.rightEye, -0.237, 0.136],
  [JOINT.rightEar, -0.552, 0.285],
  [24, -0.5, 0.214],
  [25, -0.491, 0.31],
  [26, -0.479, 0.408],
  [27, -0.455, 0.511],
  [28, -0.43, 0.634],
  [29, -0.378, 0.767],
  [30, -0.285, 0.887],
  [31, -0.154, 0.97],
  [32, 0, 1],
  [41, -0.429, 0.007],
  [42, -0.349, -0.014],
  [43, -0.264, -0.013],
  [44, -0.176, -0.001],
  [45, -0.088, 0.021],
  [51, 0, 0.14],
  [52, 0, 0.245],
  [53, 0, 0.35],
  [54, 0, 0.454],
  [55, -0.112, 0.519],
  [56, -0.056, 0.538],
  [57, 0, 0.544],
  [60, -0.371, 0.161],
  [61, -0.289, 0.094],
  [62, -0.192, 0.095],
  [63, -0.116, 0.173],
  [64, -0.192, 0.196],
  [65, -0.29, 0.198],
  [72, -0.212, 0.664],
  [73, -0.131, 0.656],
  [74, -0.051, 0.655],
  [75, 0, 0.667],
  [81, 0, 0.783],
  [82, -0.059, 0.778],
  [83, -0.132, 0.748],
  [84, -0.178, 0.678],
  [85, -0.068, 0.703],
  [86, 0, 0.72],
  [90, 0, 0.72],
  [91, -0.068, 0.703],
]

/** Where the person stands in the picture: of a cut-out its bounding box, else the whole picture. */
export interface PersonBox {
  left: number
  top: number
  right: number
  bottom: number
}

/**
 * A person at rest, from the front and down to the waist, to begin with. The proportions are those of the shipped
 * portraits: a head takes two fifths of the way down, shoulders are 1.85 faces wide.
 */
export function startingFit(width: number, height: number, person?: PersonBox): FirstPoseFit {
  const box = person ?? { left: 0, top: 0, right: width, bottom: height }
  const [boxWidth, boxHeight] = [box.right - box.left, box.bottom - box.top]
  // A cut-out ends at the hair; a picture has air above it.
  const hair = box.top + (person ? 0 : 0.1) * boxHeight
  const face = Math.min(0.145 * boxHeight * (person ? 1.12 : 1), 0.24 * boxWidth)
  const x = (box.left + box.right) / 2
  const y = hair + 1.05 * face
  const neck = y + 1.55 * face
  const half = 0.95 * face
  const arm = (side: 1 | -1): ArmFit => ({
    shoulder: { x: x + side * half, y: neck },
    elbow: {
      x: x + side * (half + 0.42 * face),
      y: Math.min(neck + 1.7 * face, box.bottom - 0.08 * boxHeight),
    },
    wrist: { x: x + side * 0.55 * face, y: Math.min(neck + 2.15 * face, box.bottom - 0.05 * boxHeight) },
    hand: { seen: true, degrees: side * -62, palm: 0.53 * face, curl: HAND_CURLS.rest, flipped: false },
  })
  return {
    width,
    height,
    head: { x, y, width: face * 0.98, height: face, degrees: 0, ...TEMPLATE },
    right: arm(-1),
    left: arm(1),
  }
}

/** The fit for the same picture in another size. */
export function resizedFit(fit: FirstPoseFit, width: number, height: number): FirstPoseFit {
  const [across, down] = [width / fit.width, height / fit.height]
  const place = <P extends { x: number; y: number }>(p: P): P => ({ ...p, x: p.x * across, y: p.y * down })
  const arm = ({ shoulder, elbow, wrist, hand }: ArmFit): ArmFit => ({
    shoulder: place(shoulder),
    elbow: place(elbow),
    wrist: place(wrist),
    hand: { ...hand, palm: hand.palm * down },
  })
  const head = { ...place(fit.head), width: fit.head.width * across, height: fit.head.height * down }
  return { width, height, head, right: arm(fit.right), left: arm(fit.left) }
}

/** The pose that a fit describes: one frame, 25 frames a second. Knees and feet are missing. */
export function firstPoseOf(fit: FirstPoseFit): PoseValue {
  const data = new Float32Array(POSE_STRIDE)
  const put = (i: number, x: number, y: number) => data.set([x, y, 1], 3 * i)
  placeHead(fit.head, put)
  const { right, left } = fit
  for (const [arm, shoulder, elbow, wrist] of [
    [right, JOINT.rightShoulder, JOINT.rightElbow, JOINT.rightWrist],
    [left, JOINT.leftShoulder, JOINT.leftElbow, JOINT.leftWrist],
  ] as const) {
    put(shoulder, arm.shoulder.x, arm.shoulder.y)
    put(elbow, arm.elbow.x, arm.elbow.y)
    put(wrist, arm.wrist.x, arm.wrist.y)
  }
  const neck = { x: (right.shoulder.x + left.shoulder.x) / 2, y: (right.shoulder.y + left.shoulder.y) / 2 }
  put(JOINT.neck, neck.x, neck.y)
  // Hips as the shipped portraits have them: 1.47 shoulder widths below the neck, 0.58 apart.
  const across = { x: left.shoulder.x - right.shoulder.x, y: left.shoulder.y - right.shoulder.y }
  const hip = (side: 1 | -1) =>
    [
      neck.x - 1.47 * across.y + side * 0.29 * across.x,
      neck.y + 1.47 * across.x + side * 0.29 * across.y,
    ] as const
  put(JOINT.rightHip, ...hip(-1))
  put(JOINT.leftHip, ...hip(1))
  placeHand(right, RIGHT_HAND_ROOT, 1, put)
  placeHand(left, LEFT_HAND_ROOT, -1, put)
  return { fps: 25, width: fit.width, height: fit.height, frames: 1, data }
}

type Put = (i: number, x: number, y: number) => void

function placeHead(head: HeadFit, put: Put): void {
  const angle = (head.degrees * Math.PI) / 180
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  for (const [point, across, down] of FACE) {
    for (const [i, side] of [
      [point, 1],
      [MIRROR[point], -1],
    ]) {
      const x = side * across * head.width
      const y = placedDown(down, head) * head.height
      put(i, head.x + c * x - s * y, head.y + s * x + c * y)
    }
  }
}

/** Stretches the template so that eyes and mouth lie where the fit has them. */
function placedDown(down: number, { eyes, mouth }: HeadFit): number {
  const between = (from: number, to: number, a: number, b: number) =>
    a + ((down - from) / (to - from)) * (b - a)
  if (down <= TEMPLATE.eyes)
    return down + (eyes - TEMPLATE.eyes) * Math.max(0, Math.min(1, down / TEMPLATE.eyes))
  if (down <= TEMPLATE.mouth) return between(TEMPLATE.eyes, TEMPLATE.mouth, eyes, mouth)
  return between(TEMPLATE.mouth, 1, mouth, 1)
}

/** `side`: 1 when, fingers up and the palm towards the camera, the thumb points right in the picture. */
function placeHand({ wrist, hand }: ArmFit, root: number, side: 1 | -1, put: Put): void {
  if (!hand.seen) return
  const form = new Float64Array(63)
  const state = new Float64Array(HAND_STATE.size)
  for (let finger = 0; finger < 5; finger++) state[HAND_STATE.curl + finger] = hand.curl
  modelHand(state, hand.palm, form)
  const angle = (hand.degrees * Math.PI) / 180
  const along = { x: Math.sin(angle), y: -Math.cos(angle) }
  const thumb = hand.flipped ? -side : side
  const across = { x: -along.y * thumb, y: along.x * thumb }
  for (let i = 0; i < 21; i++) {
    const [h, t] = [form[3 * i], form[3 * i + 1]]
    put(root + i, wrist.x + h * along.x + t * across.x, wrist.y + h * along.y + t * across.y)
  }
}

/** The bounding box of what is not transparent; undefined for a picture without alpha or with nothing cut out. */
export function personBox(rgba: ArrayLike<number>, width: number, height: number): PersonBox | undefined {
  const box = { left: width, top: height, right: 0, bottom: 0 }
  let clear = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[4 * (y * width + x) + 3] < 128) {
        clear++
        continue
      }
      box.left = Math.min(box.left, x)
      box.top = Math.min(box.top, y)
      box.right = Math.max(box.right, x + 1)
      box.bottom = Math.max(box.bottom, y + 1)
    }
  }
  return clear > 0.02 * width * height && box.right > box.left ? box : undefined
}

/** A little of everything, to see whether a fit holds: the head nods and turns, arms lift, the mouth opens. */
export function testMotion(first: PoseValue, frames = 50): PoseValue {
  const data = new Float32Array(frames * POSE_STRIDE)
  const { data: rest } = first
  const at = (i: number) => ({ x: rest[3 * i], y: rest[3 * i + 1] })
  const chin = at(32)
  const faceHeight = Math.hypot(chin.x - at(51).x, chin.y - at(51).y)
  for (let f = 0; f < frames; f++) {
    const phase = (2 * Math.PI * f) / frames
    const pose = rest.slice()
    const head = 4 * Math.sin(phase)
    const arms = 9 * (1 - Math.cos(phase))
    const fore = 14 * (1 - Math.cos(2 * phase))
    turn(pose, HEAD, at(JOINT.neck), head)
    turn(pose, RIGHT_ARM, at(JOINT.rightShoulder), arms)
    turn(pose, LEFT_ARM, at(JOINT.leftShoulder), -arms)
    for (const [elbow, arm, by] of [
      [JOINT.rightElbow, RIGHT_ARM, fore],
      [JOINT.leftElbow, LEFT_ARM, -fore],
    ] as const) {
      turn(pose, arm.slice(1), { x: pose[3 * elbow], y: pose[3 * elbow + 1] }, by)
    }
    const open = 0.05 * faceHeight * (1 - Math.cos(4 * phase))
    for (const i of LOWER_LIP) pose[3 * i + 1] += open
    data.set(pose, f * POSE_STRIDE)
  }
  return { ...first, frames, data }
}

const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const HEAD = [0, 14, 15, 16, 17, ...span(24, 91)]
const LOWER_LIP = [...span(79, 83), ...span(89, 91), ...span(30, 34)]
const RIGHT_ARM: number[] = [JOINT.rightElbow, JOINT.rightWrist, ...span(RIGHT_HAND_ROOT, KEYPOINTS - 1)]
const LEFT_ARM: number[] = [JOINT.leftElbow, JOINT.leftWrist, ...span(LEFT_HAND_ROOT, RIGHT_HAND_ROOT - 1)]

function turn(pose: Float32Array, points: readonly number[], about: Point, degrees: number): void {
  const angle = (degrees * Math.PI) / 180
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  for (const i of points) {
    const [x, y] = [pose[3 * i] - about.x, pose[3 * i + 1] - about.y]
    pose[3 * i] = about.x + c * x - s * y
    pose[3 * i + 1] = about.y + s * x + c * y
  }
}
