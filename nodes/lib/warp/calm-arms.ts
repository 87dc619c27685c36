/** Palms that pass the line of sight turn over several frames instead of reversing within one. */
import { POSE_STRIDE } from '../../core/values'
import { bendWrist, smooth, wrapAngle } from './geometry'
import { ARMS, HAND_POINTS, isVisible } from './keypoints'

/**
 * Between these parts of its length in the first pose, wrist to mean knuckle, a drawn palm's direction goes from noise to
 * certain. A palm is never drawn very short, so its direction shows more.
 */
const PALM_SURE = [0.15, 0.9] as const
/** Fingers go from averaged over time to untouched as their palm is drawn between these parts of its length. */
const STEADY = [0.85, 0.97] as const
/** A wrist's limit counts as the forearm goes from this part of its length to that. */
const LIMITED = [0.25, 0.6] as const
/** Cost of a turn's speed and of its acceleration, against the deviation from the drawn direction. */
const SPEED = 0.5
const ACCELERATION = 250
/** Hold of a direction that is pure noise, and of one that is certain. */
const LEAST_HOLD = 0.004
const MOST_HOLD = 1000
/** Hold of what a wrist's limit asks for in each frame. */
const LIMIT_HOLD = 0.3

/** How a bone is drawn over time, against the first pose. */
interface Track {
  /** Turn, rad; 0 where a frame does not show the bone. */
  turn: Float64Array
  /** Length ratio; 0 where a frame does not show the bone. */
  length: Float64Array
}

/**
 * A drawn palm that points at the camera has hardly any length, and its direction spins or reverses from one frame to
 * the next; what hangs on it would visibly jump. Here such a direction is read from the frames around it: a smoothing
 * spline through the turns over time (penalised least squares after Whittaker), each held by how long its bone is
 * drawn. Hands turn about their wrists, which bend so far and no further; what that takes is eased over time. Lengths
 * stay; a palm drawn near its length in the first pose, and far in time from such a limit, stays exactly as it is.
 *
 * @param first  the pose the portrait shows, 134 × (x, y, score), px
 * @param motion [frames, 134, 3], px of the same picture; not changed
 * @returns the calmed motion, same shape
 */
export function calmArms(first: Float32Array, motion: Float32Array): Float32Array {
  const out = motion.slice()
  const frames = motion.length / POSE_STRIDE
  if (frames < 3) return out
  for (const { elbow, wrist, hand } of ARMS) {
    const drawnFore = trackOf(first, motion, elbow, [wrist])
    const drawnPalm = trackOf(
      first,
      motion,
      hand,
      KNUCKLES.map((k) => hand + k),
    )
    const wanted = drawnPalm.turn.slice()
    const limits = new Float64Array(frames)
    const sure = drawnPalm.length.map((v) => smooth(...PALM_SURE, v))
    for (let f = 0; f < frames; f++) {
      const bend = bendWrist(drawnPalm.turn[f] - drawnFore.turn[f], smooth(...LIMITED, drawnFore.length[f]))
      if (bend.change === 0) continue
      limits[f] = bend.change
      sure[f] *= smooth(0.3, 0.95, bend.clear)
    }
    // A forearm that passes the line of sight turns over at once, and its wrist's limit with it.
    const eased = smoothTrack(limits, new Float64Array(frames).fill(LIMIT_HOLD))
    for (let f = 0; f < frames; f++) wanted[f] += eased[f]
    const palm = correction(drawnPalm, wanted, sure)
    for (let f = 0; f < frames; f++) {
      const frame = out.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
      turnAbout(frame, hand, hand + 1, HAND_POINTS - 1, palm[f])
    }
    steadyHand(out, hand, drawnPalm.length)
  }
  return out
}

/**
 * Fingers of a palm that is drawn short are close to each other and trade places within a frame: those points are
 * averaged over five frames, relative to the root of the hand. A palm at length is left alone.
 */
function steadyHand(motion: Float32Array, hand: number, palm: Float64Array): void {
  const frames = palm.length
  const before = motion.slice()
  const at = (f: number, i: number) => f * POSE_STRIDE + 3 * i
  for (let f = 0; f < frames; f++) {
    const strength = 1 - smooth(...STEADY, palm[f])
    if (strength === 0 || palm[f] === 0) continue
    for (let i = hand + 1; i < hand + HAND_POINTS; i++) {
      for (let c = 0; c < 2; c++) {
        let sum = 0
        let total = 0
        for (let d = -2; d <= 2; d++) {
          const g = f + d
          if (g < 0 || g >= frames || palm[g] === 0 || !isVisible(before.subarray(g * POSE_STRIDE), i))
            continue
          const weight = [1, 4, 6, 4, 1][d + 2]
          sum += weight * (before[at(g, i) + c] - before[at(g, hand) + c])
          total += weight
        }
        if (total === 0) continue
        const own = before[at(f, i) + c]
        motion[at(f, i) + c] = own + strength * (before[at(f, hand) + c] + sum / total - own)
      }
    }
  }
}

const KNUCKLES = [5, 9, 13, 17]

/** Direction from `root` to the mean of those of `ends` that both poses show. */
function trackOf(first: Float32Array, motion: Float32Array, root: number, ends: readonly number[]): Track {
  const frames = motion.length / POSE_STRIDE
  const turn = new Float64Array(frames)
  const length = new Float64Array(frames)
  const least = Math.min(2, ends.length)
  for (let f = 0; f < frames; f++) {
    const frame = motion.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
    if (!isVisible(first, root) || !isVisible(frame, root)) continue
    let [ax, ay, bx, by, seen] = [0, 0, 0, 0, 0]
    for (const end of ends) {
      if (!isVisible(first, end) || !isVisible(frame, end)) continue
      ax += first[3 * end] - first[3 * root]
      ay += first[3 * end + 1] - first[3 * root + 1]
      bx += frame[3 * end] - frame[3 * root]
      by += frame[3 * end + 1] - frame[3 * root + 1]
      seen++
    }
    const before = Math.hypot(ax, ay)
    if (seen < least || before < 1e-6) continue
    turn[f] = wrapAngle(Math.atan2(by, bx) - Math.atan2(ay, ax))
    length[f] = Math.hypot(bx, by) / before
  }
  return { turn, length }
}

/** What to add to each frame's turn, rad, so that it passes smoothly through what is `wanted` and `sure` (0…1). */
function correction({ turn }: Track, wanted: Float64Array, sure: Float64Array): Float64Array {
  const frames = turn.length
  const hold = sure.map((s) => Math.min(MOST_HOLD, LEAST_HOLD + s / (1 - s + 1e-6)))
  const unwrapped = new Float64Array(frames)
  // Unwrapped along what is certain: noise must not count as whole turns.
  let reference = 0
  for (let f = 0; f < frames; f++) {
    unwrapped[f] = reference + wrapAngle(wanted[f] - reference)
    reference += sure[f] * (unwrapped[f] - reference)
  }
  const calm = smoothTrack(unwrapped, hold)
  return calm.map((z, f) => {
    const change = wanted[f] - turn[f] + (1 - smooth(0.8, 1, sure[f])) * (z - unwrapped[f])
    return Math.abs(change) < 1e-9 ? 0 : change
  })
}

/** Minimises Σ hold·(z − y)² + SPEED·Σ(Δz)² + ACCELERATION·Σ(Δ²z)²: a pentadiagonal system, solved by L·D·Lᵀ. */
function smoothTrack(y: Float64Array, hold: Float64Array): Float64Array {
  const n = y.length
  const diagonal = hold.slice()
  const first = new Float64Array(n)
  const second = new Float64Array(n)
  for (let i = 0; i + 1 < n; i++) {
    diagonal[i] += SPEED
    diagonal[i + 1] += SPEED
    first[i] -= SPEED
  }
  for (let i = 0; i + 2 < n; i++) {
    diagonal[i] += ACCELERATION
    diagonal[i + 1] += 4 * ACCELERATION
    diagonal[i + 2] += ACCELERATION
    first[i] -= 2 * ACCELERATION
    first[i + 1] -= 2 * ACCELERATION
    second[i] += ACCELERATION
  }
  const z = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const [d1, l1] = i > 0 ? [diagonal[i - 1], first[i - 1]] : [0, 0]
    const [d2, l2] = i > 1 ? [diagonal[i - 2], second[i - 2]] : [0, 0]
    diagonal[i] -= d1 * l1 * l1 + d2 * l2 * l2
    first[i] = (first[i] - d1 * l1 * (i > 0 ? second[i - 1] : 0)) / diagonal[i]
    second[i] /= diagonal[i]
    z[i] = hold[i] * y[i] - l1 * (i > 0 ? z[i - 1] : 0) - l2 * (i > 1 ? z[i - 2] : 0)
  }
  for (let i = 0; i < n; i++) z[i] /= diagonal[i]
  for (let i = n - 2; i >= 0; i--) {
    z[i] -= first[i] * z[i + 1]
    if (i + 2 < n) z[i] -= second[i] * z[i + 2]
  }
  return z
}

/** Turns `count` points from `from` on about point `centre`. */
function turnAbout(frame: Float32Array, centre: number, from: number, count: number, angle: number): void {
  if (angle === 0) return
  const c = Math.cos(angle)
  const s = Math.sin(angle)
  const cx = frame[3 * centre]
  const cy = frame[3 * centre + 1]
  for (let k = from; k < from + count; k++) {
    const dx = frame[3 * k] - cx
    const dy = frame[3 * k + 1] - cy
    frame[3 * k] = cx + c * dx - s * dy
    frame[3 * k + 1] = cy + s * dx + c * dy
  }
}
