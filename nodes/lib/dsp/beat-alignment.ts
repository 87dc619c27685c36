import { nearestDistance } from './nearest-distance'
import { mean, standardDeviation } from './order-statistics'

/** Tolerance of the score, s. A speech beat and a hand that stops within it are felt as one. */
export const BEAT_SIGMA = 0.1

/**
 * How well `events` are met by `beats`: mean over the events of exp(−d² / 2σ²), d the distance to the nearest beat.
 *
 * With motion beats as events this is the beat alignment score of AIST++ (Li et al., "AI Choreographer", ICCV 2021)
 * and the beat consistency of "Audio2Gestures" (Li et al., ICCV 2021); with audio beats as events that of Bailando
 * (Siyao et al., CVPR 2022). σ is 0.1 s here.
 *
 * @param events,beats seconds, rising
 * @returns 0…1; null without events or beats
 */
export function beatAlignment(
  events: readonly number[],
  beats: readonly number[],
  sigma = BEAT_SIGMA,
): number | null {
  if (events.length === 0 || beats.length === 0) return null
  const distance = nearestDistance(beats)
  let sum = 0
  for (const time of events) sum += Math.exp(-(distance(time) ** 2) / (2 * sigma * sigma))
  return sum / events.length
}

export interface ShiftControl {
  score: number
  /** Scores of the shifted sound. */
  mean: number
  sd: number
  /** (score − mean) / sd; null when the shifts all score the same. */
  z: number | null
  /** Shifts that score at least as well as no shift. */
  atLeast: number
  shifted: Float64Array
}

/**
 * The alignment against chance: the same score with the sound shifted circularly by `shifts` offsets from 0.5 s to
 * `seconds` − 0.5 s. Dense beats alone score high; only what is lost by shifting tells of synchrony.
 *
 * @param audio,motion seconds, rising
 * @param direction which of the two are the events: does each sound find a motion, or each motion a sound?
 * @returns null when there is nothing to align or the clip is shorter than 2 s
 */
export function shiftControl(
  audio: readonly number[],
  motion: readonly number[],
  seconds: number,
  direction: 'audio-to-motion' | 'motion-to-audio',
  { shifts = 400, sigma = BEAT_SIGMA } = {},
): ShiftControl | null {
  const scoreAt = (shift: number) => {
    const moved = shift === 0 ? [...audio] : audio.map((t) => (t + shift) % seconds).sort((a, b) => a - b)
    return direction === 'audio-to-motion'
      ? beatAlignment(moved, motion, sigma)
      : beatAlignment(motion, moved, sigma)
  }
  const score = scoreAt(0)
  if (score === null || seconds < 2) return null
  const shifted = Float64Array.from(
    { length: shifts },
    (_, k) => scoreAt(0.5 + ((seconds - 1) * k) / Math.max(1, shifts - 1)) ?? 0,
  )
  const centre = mean(shifted)
  const sd = standardDeviation(shifted)
  const z = sd > 1e-9 ? (score - centre) / sd : null
  return { score, mean: centre, sd, z, atLeast: shifted.filter((s) => s >= score).length, shifted }
}
