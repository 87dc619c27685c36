import { KEYPOINTS, POSE_STRIDE } from '../../core/values'
import { JOINT, LEFT_PALM, PARTS, RIGHT_PALM, SKULL, VISIBLE_SCORE } from './keypoints'
import { fitSimilarity } from './similarity'

/** Bones from the neck outwards, parents before children. */
const CHAIN: readonly (readonly [parent: number, child: number])[] = [
  [1, 0],
  [1, 2],
  [1, 5],
  [2, 3],
  [5, 6],
  [3, 4],
  [6, 7],
  [1, 8],
  [1, 11],
  [8, 9],
  [11, 12],
  [9, 10],
  [12, 13],
  [13, 18],
  [13, 19],
  [13, 20],
  [10, 21],
  [10, 22],
  [10, 23],
]

/** Parts that turn as a whole about a body point; `rigid` says how far. */
const PARTS_ON: readonly { anchor: number; points: readonly number[]; rigid: readonly number[] }[] = [
  { anchor: JOINT.nose, points: [14, 15, 16, 17, ...PARTS.face], rigid: SKULL },
  { anchor: JOINT.leftWrist, points: PARTS.leftHand, rigid: LEFT_PALM },
  { anchor: JOINT.rightWrist, points: PARTS.rightHand, rigid: RIGHT_PALM },
]

interface Vector {
  x: number
  y: number
}

/** How a bone or part differs at the start: turned by `angle`, longer by `ratio`. */
interface Turn {
  angle: number
  ratio: number
}

/** Shorter than this (px) a bone has no direction. */
const NO_LENGTH = 1

/**
 * Makes a motion start in a given pose, in place: over `frames` frames the difference between that pose and frame 0
 * fades (minimum-jerk curve, Flash and Hogan 1985). It fades as turns and lengths of bones from the neck outwards and
 * as turns of head and hands, so arms swing instead of shrinking through a straight line. A point that either pose
 * lacks is carried by what it hangs on.
 *
 * @param data `[n, 134, 3]`, n ≥ frames
 * @param start one frame, `[134, 3]`, on the same canvas
 */
export function easeFromPose(data: Float32Array, start: Float32Array, frames: number): void {
  if (frames <= 0) return
  const first = data.slice(0, POSE_STRIDE)
  const known = (i: number) => first[3 * i + 2] >= VISIBLE_SCORE && start[3 * i + 2] >= VISIBLE_SCORE
  const shift = (i: number): Vector => ({
    x: start[3 * i] - first[3 * i],
    y: start[3 * i + 1] - first[3 * i + 1],
  })
  const bones = CHAIN.map(([parent, child]) =>
    known(parent) && known(child)
      ? turnBetween(vector(first, parent, child), vector(start, parent, child))
      : null,
  )
  const parts = PARTS_ON.map(({ anchor, points, rigid }) => {
    const fit = known(anchor)
      ? fitSimilarity({ data: first, frame: 0 }, { data: start, frame: 0 }, rigid, 3)
      : null
    const turn = fit && { angle: Math.atan2(fit.b, fit.a), ratio: Math.hypot(fit.a, fit.b) }
    const left = new Map<number, Vector>()
    if (turn) {
      for (const i of points) {
        if (!known(i)) continue
        const [turned, wanted] = [apply(turn, 1, vector(first, anchor, i)), vector(start, anchor, i)]
        left.set(i, { x: wanted.x - turned.x, y: wanted.y - turned.y })
      }
    }
    return { anchor, points, turn, left }
  })

  for (let f = 0; f < frames; f++) {
    const x = f / frames
    const rest = 1 - x * x * x * (10 + x * (6 * x - 15))
    const frame = data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
    const before = frame.slice()
    const seen = (i: number) => before[3 * i + 2] >= VISIBLE_SCORE
    for (let i = 0; i < KEYPOINTS; i++) if (seen(i) && known(i)) put(frame, i, at(before, i), shift(i), rest)
    CHAIN.forEach(([parent, child], b) => {
      if (!seen(parent) || !seen(child)) return
      const bone = vector(before, parent, child)
      put(frame, child, at(frame, parent), bones[b] ? apply(bones[b], rest, bone) : bone, 1)
    })
    for (const { anchor, points, turn, left } of parts) {
      if (!seen(anchor)) continue
      for (const i of points) {
        if (!seen(i)) continue
        const own = vector(before, anchor, i)
        const turned = turn ? apply(turn, rest, own) : own
        const extra = left.get(i) ?? { x: 0, y: 0 }
        put(frame, i, at(frame, anchor), { x: turned.x + rest * extra.x, y: turned.y + rest * extra.y }, 1)
      }
    }
  }
}

const at = (frame: Float32Array, i: number): Vector => ({ x: frame[3 * i], y: frame[3 * i + 1] })

const vector = (frame: Float32Array, from: number, to: number): Vector => ({
  x: frame[3 * to] - frame[3 * from],
  y: frame[3 * to + 1] - frame[3 * from + 1],
})

function put(frame: Float32Array, i: number, from: Vector, step: Vector, part: number): void {
  frame[3 * i] = from.x + part * step.x
  frame[3 * i + 1] = from.y + part * step.y
}

/** The shorter way round; null when one of the two has no direction. */
function turnBetween(from: Vector, to: Vector): Turn | null {
  const [a, b] = [Math.hypot(from.x, from.y), Math.hypot(to.x, to.y)]
  if (a < NO_LENGTH || b < NO_LENGTH) return null
  return { angle: Math.atan2(from.x * to.y - from.y * to.x, from.x * to.x + from.y * to.y), ratio: b / a }
}

/** `part` (0…1) of a turn. */
function apply({ angle, ratio }: Turn, part: number, { x, y }: Vector): Vector {
  const k = ratio ** part
  const [c, s] = [k * Math.cos(part * angle), k * Math.sin(part * angle)]
  return { x: c * x - s * y, y: s * x + c * y }
}
