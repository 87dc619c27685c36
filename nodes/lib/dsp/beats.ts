import { median } from './order-statistics'
import type { Steps } from './run-steps'
import { SMALLEST_FLOAT } from './smallest-float'

/** How strongly the tracker insists on equal beats. */
const TIGHTNESS = 100

/** Frames between two pauses of the dynamic programme: a few milliseconds of work. */
const FRAMES_PER_STEP = 2048

export interface BeatTrack {
  /** Frame numbers, rising. */
  beats: number[]
  /** How well a beat fits at each frame, `[frames]`. */
  localScore: Float64Array
  /** Score of the best chain of beats ending at each frame, `[frames]`. */
  cumulativeScore: Float64Array
  /** The beat before, or −1, `[frames]`. */
  backlink: Int32Array
}

/**
 * The chain of beats that follows the onsets and keeps to the period (Ellis, "Beat tracking by dynamic programming",
 * 2007; stage 1 reference, section 2.6).
 * @param envelope onset strength, `[frames]`
 * @param period frames per beat, at least 2
 */
export function* trackBeats(envelope: Float32Array, period: number): Steps<BeatTrack> {
  const localScore = beatFit(envelope, period)
  const { cumulativeScore, backlink } = yield* bestChains(localScore, period)
  const silent = envelope.every((x) => x === 0)
  const chain = silent ? [] : chainTo(lastBeat(cumulativeScore), backlink)
  return { beats: trimWeakEnds(chain, localScore), localScore, cumulativeScore, backlink }
}

/** The envelope, scaled to unit deviation, seen through a Gaussian of about a thirtieth of the period. */
function beatFit(envelope: Float32Array, period: number): Float64Array {
  const frames = envelope.length
  const scale = 1 / (sampleDeviation(envelope) + SMALLEST_FLOAT)
  const gaussian = Float64Array.from({ length: 2 * period + 1 }, (_, j) =>
    Math.exp(-0.5 * ((32 * (j - period)) / period) ** 2),
  )
  const fit = new Float64Array(frames)
  for (let i = 0; i < frames; i++) {
    let sum = 0
    // The reference never reads value 0 of the envelope, which is 0 anyway.
    const from = Math.max(-period, i - frames + 1)
    const to = Math.min(period, i - 1)
    for (let j = from; j <= to; j++) sum += gaussian[j + period] * envelope[i - j]
    fit[i] = sum * scale
  }
  return fit
}

function sampleDeviation(values: Float32Array): number {
  if (values.length < 2) return 0
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

function* bestChains(
  localScore: Float64Array,
  period: number,
): Steps<{ cumulativeScore: Float64Array; backlink: Int32Array }> {
  const frames = localScore.length
  const nearest = roundHalfEven(period / 2)
  const farthest = 2 * period
  const penalty = Float64Array.from(
    { length: farthest + 1 },
    (_, gap) => TIGHTNESS * (Math.log(gap) - Math.log(period)) ** 2,
  )
  const threshold = 0.01 * localScore.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const cumulativeScore = new Float64Array(frames)
  const backlink = new Int32Array(frames)
  let started = false // leading frames without any onset start no chain
  for (let i = 0; i < frames; i++) {
    let best = Number.NEGATIVE_INFINITY
    let before = -1
    for (let gap = nearest; gap <= farthest && gap <= i; gap++) {
      const score = cumulativeScore[i - gap] - penalty[gap]
      if (score > best) {
        best = score
        before = i - gap
      }
    }
    cumulativeScore[i] = before < 0 ? localScore[i] : localScore[i] + best
    started ||= localScore[i] >= threshold
    backlink[i] = started ? before : -1
    if (i % FRAMES_PER_STEP === 0) yield i / frames
  }
  return { cumulativeScore, backlink }
}

/** The last local maximum of the chain score that reaches half the median of all of them; else the last frame. */
function lastBeat(score: Float64Array): number {
  const maxima: number[] = []
  for (let i = 1; i < score.length; i++) {
    const falls = i === score.length - 1 || score[i] >= score[i + 1]
    if (score[i] > score[i - 1] && falls) maxima.push(i)
  }
  const threshold = 0.5 * median(maxima.map((i) => score[i]))
  return maxima.findLast((i) => score[i] >= threshold) ?? score.length - 1
}

function chainTo(last: number, backlink: Int32Array): number[] {
  const beats: number[] = []
  for (let i = last; i >= 0; i = backlink[i]) beats.push(i)
  return beats.reverse()
}

/** Drops the beats before the first, and after the last, frame that fits better than half the typical beat. */
function trimWeakEnds(beats: number[], localScore: Float64Array): number[] {
  if (beats.length === 0) return beats
  const fits = beats.map((i) => localScore[i])
  const fitAt = (n: number) => fits[n] ?? 0
  // Smoothed over neighbouring beats; like the reference, with two values more than there are beats.
  const smooth = Array.from(
    { length: fits.length + 2 },
    (_, n) => 0.5 * fitAt(n - 1) + fitAt(n) + 0.5 * fitAt(n + 1),
  )
  const limit = 0.5 * Math.sqrt(smooth.reduce((a, b) => a + b * b, 0) / smooth.length)
  const first = localScore.findIndex((x) => x > limit)
  const last = localScore.findLastIndex((x) => x > limit)
  return beats.filter((i) => first >= 0 && i >= first && i <= last)
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x)
  if (x - floor !== 0.5) return Math.round(x)
  return floor % 2 === 0 ? floor : floor + 1
}
