import { KEYPOINTS, POSE_STRIDE, type PoseValue } from '../../nodes/core/values'

/**
 * Poses made by rule, so that tests run without reference data. Drawn for a 512-pixel square, seen from the front:
 * the person's right side is on the left of the picture. Offsets are from the middle line.
 */
type Point = [x: number, y: number]

const SCORE = 0.9

/** 134 points of an upper body at rest, `[134, 3]` px; knees, ankles and feet are missing (0, 0, score 0). */
export function neutralPose(width = 512, height = 512): Float32Array {
  const points: (Point | null)[] = [
    ...body(),
    ...Array.from({ length: 6 }, () => null), // feet
    ...face(0.12),
    ...hand([62, 420], 152, 1),
    ...hand([-62, 420], 152, -1),
  ]
  const unit = Math.min(width, height) / 512
  const pose = new Float32Array(POSE_STRIDE)
  points.forEach((point, i) => {
    if (!point) return
    pose[3 * i] = width / 2 + point[0] * unit
    pose[3 * i + 1] = height - (512 - point[1]) * unit
    pose[3 * i + 2] = SCORE
  })
  return pose
}

/**
 * The neutral person swaying, nodding, waving the forearms and talking; frame 0 is `neutralPose`. Every bone of the
 * arms and every hand keeps its size, the head stays rigid but for the lips.
 */
export function swayingPose(frames: number, { width = 512, height = 512, fps = 25 } = {}): PoseValue {
  const first = neutralPose(width, height)
  const unit = Math.min(width, height) / 512
  const data = new Float32Array(frames * POSE_STRIDE)
  for (let f = 0; f < frames; f++) {
    const t = f / fps
    const pose = first.slice()
    openMouth(pose, unit * 3 * (1 - Math.cos(2 * Math.PI * 2.5 * t)))
    turn(pose, HEAD, 1, 0.08 * Math.sin(2 * Math.PI * 0.4 * t))
    turn(pose, [3, 4, ...RIGHT_HAND], 2, 0.1 * Math.sin(2 * Math.PI * 0.5 * t))
    turn(pose, [4, ...RIGHT_HAND], 3, 0.35 * (1 - Math.cos(2 * Math.PI * 0.7 * t)))
    turn(pose, [6, 7, ...LEFT_HAND], 5, 0.08 * Math.sin(2 * Math.PI * 0.3 * t))
    turn(pose, [7, ...LEFT_HAND], 6, -0.3 * (1 - Math.cos(2 * Math.PI * 0.45 * t)))
    const sway = unit * 6 * Math.sin(2 * Math.PI * 0.25 * t)
    for (let i = 0; i < KEYPOINTS; i++) if (pose[3 * i + 2] > 0) pose[3 * i] += sway
    data.set(pose, f * POSE_STRIDE)
  }
  return { fps, width, height, frames, data }
}

/** A motion from the same frame repeated. */
export function stillPose(
  frame: Float32Array,
  frames: number,
  width = 512,
  height = 512,
  fps = 25,
): PoseValue {
  const data = new Float32Array(frames * POSE_STRIDE)
  for (let f = 0; f < frames; f++) data.set(frame, f * POSE_STRIDE)
  return { fps, width, height, frames, data }
}

/** A copy with the given points missing (score 0, at 0, 0) in the given frames, or in all. */
export function withoutPoints(pose: PoseValue, points: number[], frames?: number[]): PoseValue {
  const data = pose.data.slice()
  for (const f of frames ?? Array.from({ length: pose.frames }, (_, i) => i)) {
    for (const i of points) data.fill(0, f * POSE_STRIDE + 3 * i, f * POSE_STRIDE + 3 * i + 3)
  }
  return { ...pose, data }
}

/**
 * The neutral person from the side, looking to the left of the picture: the further away what is forward, the nearer to
 * the middle what is aside. What the body hides is hardly seen.
 */
export function profilePose(width = 512, height = 512): Float32Array {
  const pose = neutralPose(width, height)
  const unit = Math.min(width, height) / 512
  for (let i = 0; i < KEYPOINTS; i++) {
    if (pose[3 * i + 2] === 0) continue
    const forward = (i === NOSE ? 34 : HEAD.includes(i) ? 20 : 0) * unit
    pose[3 * i] = width / 2 + Math.cos(TURN) * (pose[3 * i] - width / 2) - Math.sin(TURN) * forward
    if (HIDDEN.includes(i)) pose[3 * i + 2] = 0.12
  }
  return pose
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const LEFT_HAND = range(92, 112)
const RIGHT_HAND = range(113, 133)
/** Of a person from the side: how far they are turned (radians), and what is behind the body. */
const TURN = 1.35
const NOSE = 0
const HIDDEN = [6, 7, 15, 17, ...LEFT_HAND]
const HEAD = [0, 14, 15, 16, 17, ...range(24, 91)]

function body(): (Point | null)[] {
  return [
    [0, 170], // nose
    [0, 265], // neck
    ...arm(-1),
    ...arm(1),
    [-48, 474], // right hip
    null,
    null,
    [48, 474],
    null,
    null,
    [-19, 149], // right eye
    [19, 149],
    [-46, 160], // right ear
    [46, 160],
  ]
}

const arm = (side: number): Point[] => [
  [side * 72, 266],
  [side * 106, 356],
  [side * 62, 420],
]

/** 68 points; `gap` opens the lips, 1 = as wide as the mouth. */
function face(gap: number): Point[] {
  const ring = (n: number, cx: number, cy: number, rx: number, ry: number): Point[] =>
    range(0, n - 1).map((k) => {
      const angle = Math.PI + (2 * Math.PI * k) / n // from the picture's left over the top
      return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)]
    })
  const jaw = range(0, 16).map((k): Point => {
    const angle = (Math.PI * k) / 16
    return [-48 * Math.cos(angle), 152 + 68 * Math.sin(angle)]
  })
  const brow = (centre: number) =>
    range(0, 4).map((k): Point => [centre + 6.5 * (k - 2), 133 - 5 * Math.sin((Math.PI * k) / 4)])
  const bridge = range(0, 3).map((k): Point => [0, 147 + 7 * k])
  const nostrils = range(0, 4).map((k): Point => [5 * (k - 2), 176 + 2 * Math.sin((Math.PI * k) / 4)])
  return [
    ...jaw,
    ...brow(-23),
    ...brow(23),
    ...bridge,
    ...nostrils,
    ...ring(6, -19, 149, 9, 4),
    ...ring(6, 19, 149, 9, 4),
    ...ring(12, 0, 194, 17, 7 + 8 * gap),
    ...ring(8, 0, 194, 12, 1.5 + 8 * gap),
  ]
}

/** 21 points of a relaxed hand; seen from its back. `degrees` from straight up, toward the middle of the body. */
function hand(wrist: Point, degrees: number, side: 1 | -1): Point[] {
  const fingers: [angle: number, reach: number[]][] = [
    [48, [14, 24, 33, 40]],
    [17, [30, 41, 49, 56]],
    [3, [31, 44, 53, 60]],
    [-10, [29, 41, 49, 55]],
    [-24, [27, 35, 41, 46]],
  ]
  const points: Point[] = [wrist]
  for (const [angle, reach] of fingers) {
    const a = ((degrees - angle) * Math.PI) / 180
    for (const r of reach) points.push([wrist[0] - side * r * Math.sin(a), wrist[1] - r * Math.cos(a)])
  }
  return points
}

function openMouth(pose: Float32Array, drop: number): void {
  for (const i of [79, 80, 81, 82, 83, 89, 90, 91]) pose[3 * i + 1] += drop
}

function turn(pose: Float32Array, points: number[], pivot: number, radians: number): void {
  const [px, py] = [pose[3 * pivot], pose[3 * pivot + 1]]
  const [c, s] = [Math.cos(radians), Math.sin(radians)]
  for (const i of points) {
    const [x, y] = [pose[3 * i] - px, pose[3 * i + 1] - py]
    pose[3 * i] = px + c * x - s * y
    pose[3 * i + 1] = py + s * x + c * y
  }
}
