/** The points the renderer holds on to, and the measures everything is scaled by. Names: `lib/pose/keypoints`. */
import { StudioError } from '../../core/errors'
import { KEYPOINTS } from '../../core/values'
import { JOINT, LEFT_HAND_ROOT, PARTS, RIGHT_HAND_ROOT, VISIBLE_SCORE } from '../pose/keypoints'

export const NECK = JOINT.neck
export const SHOULDERS = [JOINT.rightShoulder, JOINT.leftShoulder] as const
export const HIPS = [JOINT.rightHip, JOINT.leftHip] as const
/** Right arm first, as in the body order. Hands: 21 points, wrist first, then thumb to little finger. */
export const ARMS = [
  {
    name: 'right',
    shoulder: JOINT.rightShoulder,
    elbow: JOINT.rightElbow,
    wrist: JOINT.rightWrist,
    hip: JOINT.rightHip,
    hand: RIGHT_HAND_ROOT,
  },
  {
    name: 'left',
    shoulder: JOINT.leftShoulder,
    elbow: JOINT.leftElbow,
    wrist: JOINT.leftWrist,
    hip: JOINT.leftHip,
    hand: LEFT_HAND_ROOT,
  },
] as const
export const HAND_POINTS = PARTS.leftHand.length
/** Chains of hand points, wrist to tip: thumb, index, middle, ring, little. */
export const FINGERS = [
  [0, 1, 2, 3, 4],
  [0, 5, 6, 7, 8],
  [0, 9, 10, 11, 12],
  [0, 13, 14, 15, 16],
  [0, 17, 18, 19, 20],
] as const

const last = (part: readonly number[]): number => part[part.length - 1]
export const FACE = PARTS.face[0]
export const FACE_END = last(PARTS.face) + 1
export const JAW_RIGHT = PARTS.jaw[0]
export const CHIN = PARTS.jaw[8]
export const JAW_LEFT = last(PARTS.jaw)
export const BROWS = PARTS.brows[0]
export const EYES = [PARTS.rightEye[0], PARTS.leftEye[0]] as const
export const MOUTH_OUTER = PARTS.lips[0]
export const MOUTH_INNER = PARTS.lips[12]
export const LIPS_END = last(PARTS.lips) + 1

/** Points that move rigidly with the skull: body eyes and ears, brows, nose bridge, eye corners. */
export const HEAD_POINTS = [
  14, 15, 16, 17, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 60, 63, 66, 69,
]
/** Eyelid points: moved by the lid painter, not by the face field. */
export const LID_POINTS = [61, 62, 64, 65, 67, 68, 70, 71]

/** True when point `i` of one pose frame (134 × x, y, score) can be used. */
export function isVisible(points: Float32Array | Float64Array, i: number): boolean {
  const score = points[3 * i + 2]
  return score >= VISIBLE_SCORE && Number.isFinite(points[3 * i]) && Number.isFinite(points[3 * i + 1])
}

/** Lengths in px and directions of the first pose. */
export interface Measures {
  /** Shoulder distance. */
  shoulders: number
  /** Face width: jaw end to jaw end. */
  faceWidth: number
  /** Chin to the mean of the brows. */
  faceHeight: number
  /** Unit vector from chin to brows. */
  upX: number
  upY: number
  chin: [number, number]
}

/**
 * @param points one frame, 134 × (x, y, score)
 * @throws StudioError `pose/no-face`, `pose/no-shoulders` when the renderer has nothing to hold on to
 */
export function measure(points: Float32Array): Measures {
  let missing = 0
  for (let i = FACE; i < FACE_END; i++) if (!isVisible(points, i)) missing++
  const needed = [JAW_RIGHT, CHIN, JAW_LEFT, 60, 63, 66, 69, MOUTH_OUTER, MOUTH_OUTER + 6]
  if (missing > 20 || needed.some((i) => !isVisible(points, i))) {
    throw new StudioError(
      'pose/no-face',
      `The first pose shows ${FACE_END - FACE - missing} of 68 face points; the renderer needs the whole face.`,
      { hint: 'Use a portrait that looks towards the camera, or place the points in the pose editor.' },
    )
  }
  if (!SHOULDERS.every((i) => isVisible(points, i))) {
    throw new StudioError('pose/no-shoulders', 'The first pose does not show both shoulders.', {
      hint: 'Use a portrait down to the chest at least, or place the shoulders in the pose editor.',
    })
  }
  const at = (i: number): [number, number] => [points[3 * i], points[3 * i + 1]]
  let browX = 0
  let browY = 0
  let brows = 0
  for (let i = BROWS; i < BROWS + 10; i++) {
    if (!isVisible(points, i)) continue
    browX += points[3 * i]
    browY += points[3 * i + 1]
    brows++
  }
  const chin = at(CHIN)
  // Without brows (a fringe), the eyes stand in: they lie at about 0.78 of the way from chin to brows.
  if (brows === 0) {
    for (const i of [60, 63, 66, 69]) {
      browX += chin[0] + (points[3 * i] - chin[0]) / 0.78
      browY += chin[1] + (points[3 * i + 1] - chin[1]) / 0.78
      brows++
    }
  }
  const dx = browX / brows - chin[0]
  const dy = browY / brows - chin[1]
  const faceHeight = Math.hypot(dx, dy)
  const shoulders = Math.hypot(points[6] - points[15], points[7] - points[16])
  const faceWidth = Math.hypot(
    points[3 * JAW_LEFT] - points[3 * JAW_RIGHT],
    points[3 * JAW_LEFT + 1] - points[3 * JAW_RIGHT + 1],
  )
  if (faceWidth < 12 || faceHeight < 12) {
    throw new StudioError(
      'pose/small-face',
      `The face is ${faceWidth.toFixed(0)} × ${faceHeight.toFixed(0)} pixels in the portrait; 12 are needed.`,
      { hint: 'Use a closer portrait.' },
    )
  }
  return { shoulders, faceWidth, faceHeight, upX: dx / faceHeight, upY: dy / faceHeight, chin }
}

/** A copy of one frame with x and y scaled. Pixel centres lie at integers, so half a pixel is carried. */
export function scalePoints(points: ArrayLike<number>, kx: number, ky: number): Float32Array {
  const out = new Float32Array(KEYPOINTS * 3)
  for (let i = 0; i < KEYPOINTS; i++) {
    out[3 * i] = (points[3 * i] + 0.5) * kx - 0.5
    out[3 * i + 1] = (points[3 * i + 1] + 0.5) * ky - 0.5
    out[3 * i + 2] = points[3 * i + 2]
  }
  return out
}
