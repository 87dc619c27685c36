import { KEYPOINTS, type PoseValue } from '../../core/values'
import { isVisible } from './keypoints'

export interface LipCorrelation {
  r: number
  /** Frames by which the lips are late against the sound (negative: early). */
  lag: number
}

const CORNERS = [84, 88] as const
const INNER_LIPS = [
  [85, 91],
  [86, 90],
  [87, 89],
] as const
const MOST_LAG = 2

/** Inner opening over width of the mouth per frame; NaN where a point of it is missing. */
export function lipOpening(pose: PoseValue): Float64Array {
  const { data } = pose
  return Float64Array.from({ length: pose.frames }, (_, f) => {
    const span = ([a, b]: readonly [number, number]) => {
      if (!isVisible(data, f, a) || !isVisible(data, f, b)) return Number.NaN
      const [i, k] = [(f * KEYPOINTS + a) * 3, (f * KEYPOINTS + b) * 3]
      return Math.hypot(data[i] - data[k], data[i + 1] - data[k + 1])
    }
    return (
      INNER_LIPS.reduce((sum, pair) => sum + span(pair), 0) /
      INNER_LIPS.length /
      Math.max(1e-6, span(CORNERS))
    )
  })
}

/**
 * Correlation (Pearson) of the mouth's opening with the level of the sound around each frame (RMS over one frame's
 * time), at the lag of at most ±2 frames where it is highest.
 *
 * @param samples mono
 * @returns null when lips or sound do not vary or fewer than 10 frames can be compared
 */
export function lipEnergyCorrelation(
  pose: PoseValue,
  samples: Float32Array,
  sampleRate: number,
): LipCorrelation | null {
  const lips = lipOpening(pose)
  const half = sampleRate / pose.fps / 2
  const energy = Float64Array.from({ length: pose.frames }, (_, f) => {
    const centre = (f * sampleRate) / pose.fps
    const from = Math.max(0, Math.round(centre - half))
    const to = Math.min(samples.length, Math.round(centre + half))
    let sum = 0
    for (let i = from; i < to; i++) sum += samples[i] * samples[i]
    return to > from ? Math.sqrt(sum / (to - from)) : Number.NaN
  })
  let best: LipCorrelation | null = null
  for (let lag = -MOST_LAG; lag <= MOST_LAG; lag++) {
    const r = pearson(lips, energy, lag)
    if (r !== null && (best === null || r > best.r)) best = { r, lag }
  }
  return best
}

/** Correlation of a[f + lag] with b[f] over the frames where both are numbers. */
function pearson(a: Float64Array, b: Float64Array, lag: number): number | null {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0]
  for (let f = Math.max(0, -lag); f < b.length && f + lag < a.length; f++) {
    const [x, y] = [a[f + lag], b[f]]
    if (Number.isNaN(x + y)) continue
    n++
    sa += x
    sb += y
    saa += x * x
    sbb += y * y
    sab += x * y
  }
  const spread = Math.sqrt(Math.max(0, saa - (sa * sa) / n) * Math.max(0, sbb - (sb * sb) / n))
  return n >= 10 && spread > 1e-9 ? (sab - (sa * sb) / n) / spread : null
}
