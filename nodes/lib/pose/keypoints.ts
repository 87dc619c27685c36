import { KEYPOINTS } from '../../core/values'

/**
 * The 134 points of a pose: OpenPose's body with neck, feet, 68 face points, two hands of 21. "Left" and "right" are
 * the person's own; seen from the front the right side is on the left of the picture. Order: stage 1 reference,
 * section 7.1.
 */

/** A point scored below this is missing: it is neither drawn nor used, and edits leave it alone. */
export const VISIBLE_SCORE = 0.3

/** Body points that code names one by one. */
export const JOINT = {
  nose: 0,
  neck: 1,
  rightShoulder: 2,
  rightElbow: 3,
  rightWrist: 4,
  leftShoulder: 5,
  leftElbow: 6,
  leftWrist: 7,
  rightHip: 8,
  rightKnee: 9,
  rightAnkle: 10,
  leftHip: 11,
  leftKnee: 12,
  leftAnkle: 13,
  rightEye: 14,
  leftEye: 15,
  rightEar: 16,
  leftEar: 17,
} as const

/** Points `from … to`, both included. */
const span = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

export const LEFT_HAND_ROOT = 92
export const RIGHT_HAND_ROOT = 113

/** Every named part of a person as point indices. Parts may overlap: lips belong to the face. */
export const PARTS = {
  all: span(0, KEYPOINTS - 1),
  body: span(0, 17),
  torso: [1, 2, 5, 8, 11],
  head: [0, 14, 15, 16, 17],
  rightArm: [2, 3, 4],
  leftArm: [5, 6, 7],
  rightLeg: [8, 9, 10, 21, 22, 23],
  leftLeg: [11, 12, 13, 18, 19, 20],
  feet: span(18, 23),
  face: span(24, 91),
  jaw: span(24, 40),
  brows: span(41, 50),
  rightBrow: span(41, 45),
  leftBrow: span(46, 50),
  nose: span(51, 59),
  rightEye: span(60, 65),
  leftEye: span(66, 71),
  eyes: span(60, 71),
  lips: span(72, 91),
  leftHand: span(92, 112),
  rightHand: span(113, 133),
  hands: span(92, 133),
} as const satisfies Record<string, readonly number[]>

/**
 * Face points that hardly move against the skull: both ends of the jaw line, the nose and the corners of the eyes.
 * Fits of a head use these, so that speech and blinks do not turn it.
 */
export const SKULL: readonly number[] = [...span(24, 27), ...span(37, 40), ...span(51, 59), 60, 63, 66, 69]

/** Root and knuckles of a hand: the part of it that does not bend. */
export const LEFT_PALM: readonly number[] = [92, 97, 101, 105, 109]
export const RIGHT_PALM: readonly number[] = [113, 118, 122, 126, 130]

/** Bones of the body in the order in which OpenPose draws them (stage 1 reference, section 9.1). */
export const BODY_BONES: readonly (readonly [number, number])[] = [
  [1, 2],
  [1, 5],
  [2, 3],
  [3, 4],
  [5, 6],
  [6, 7],
  [1, 8],
  [8, 9],
  [9, 10],
  [1, 11],
  [11, 12],
  [12, 13],
  [1, 0],
  [0, 14],
  [14, 16],
  [0, 15],
  [15, 17],
]

/** Bones inside a hand as offsets from its root: thumb, index, middle, ring, little finger. */
export const HAND_BONES: readonly (readonly [number, number])[] = [0, 4, 8, 12, 16].flatMap((before) => [
  [0, before + 1] as const,
  [before + 1, before + 2] as const,
  [before + 2, before + 3] as const,
  [before + 3, before + 4] as const,
])

const FINGERS = ['thumb', 'index', 'middle', 'ring', 'little']

function handNames(side: 'left' | 'right'): string[] {
  const fingers = FINGERS.flatMap((finger) => [1, 2, 3, 4].map((joint) => `${side} ${finger} ${joint}`))
  return [`${side} hand root`, ...fingers]
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name} ${i + 1}`)

/** What each point is called in messages and lists: `right elbow`, `outer lip 4`, `left index 2`. */
export const KEYPOINT_NAMES: readonly string[] = [
  ...Object.keys(JOINT).map((key) => key.replace(/[A-Z]/, (capital) => ` ${capital.toLowerCase()}`)),
  'left big toe',
  'left small toe',
  'left heel',
  'right big toe',
  'right small toe',
  'right heel',
  ...numbered('jaw', 17),
  ...numbered('right brow', 5),
  ...numbered('left brow', 5),
  ...numbered('nose bridge', 4),
  ...numbered('nostril', 5),
  ...numbered('right eyelid', 6),
  ...numbered('left eyelid', 6),
  ...numbered('outer lip', 12),
  ...numbered('inner lip', 8),
  ...handNames('left'),
  ...handNames('right'),
]

/** `12 (left knee)`: a point as messages name it. */
export const describePoint = (point: number): string => `${point} (${KEYPOINT_NAMES[point]})`

/** Point `i` of a person is point `MIRROR[i]` of the mirrored person. */
export const MIRROR: Uint8Array = mirrorTable()

function mirrorTable(): Uint8Array {
  const table = Uint8Array.from({ length: KEYPOINTS }, (_, i) => i)
  const swap = (a: readonly number[], b: readonly number[]) =>
    a.forEach((point, i) => {
      table[point] = b[i]
      table[b[i]] = point
    })
  swap([2, 3, 4, 8, 9, 10, 14, 16], [5, 6, 7, 11, 12, 13, 15, 17])
  swap([18, 19, 20], [21, 22, 23])
  swap(span(24, 31), [...span(33, 40)].reverse()) // the chin, 32, stays
  swap(PARTS.rightBrow, [...PARTS.leftBrow].reverse())
  swap([55, 56], [59, 58])
  // Eyelids run outer corner, upper two, inner corner, lower two on the right; inner corner first on the left.
  swap(PARTS.rightEye, [69, 68, 67, 66, 71, 70])
  swap([72, 73, 74, 83, 82], [78, 77, 76, 79, 80])
  swap([84, 85, 91], [88, 87, 89])
  swap(PARTS.leftHand, PARTS.rightHand)
  return table
}

/** Whether `point` of `frame` can be seen. `data`: `[frames, 134, 3]`. */
export const isVisible = (data: Float32Array, frame: number, point: number): boolean =>
  data[(frame * KEYPOINTS + point) * 3 + 2] >= VISIBLE_SCORE
