import { percentile, standardDeviation } from '../../dsp/order-statistics'
import type { Prosody } from '../../dsp/prosody'
import { PROSODY_RATE } from '../../dsp/syllables'
import { smoothLips, type Track } from './track'

export interface LipTracks {
  /** 0 shut … 1 wide open. */
  open: Track
  /** −1 rounded … 1 spread. */
  spread: Track
}

const ATTACK = 1 - Math.exp(-1 / (0.018 * PROSODY_RATE))
const DECAY = 1 - Math.exp(-1 / (0.055 * PROSODY_RATE))
/** Rows by which the mouth moves ahead of its sound. */
const LEAD = 5

/**
 * Opening and shape of the mouth from level, voicing and two band ratios. There are no visemes: lips open with loud,
 * open vowels, spread and round with the balance of the vowel's bands, and meet in the deep, hiss-free dips that p, b
 * and m leave (t, d, k and g leave similar ones and are closed as well).
 *
 * @param gain 0…2
 */
export function lipTracks(prosody: Prosody, gain: number, ticks: number): LipTracks {
  const { rows, level, loudLevel, active, voiced, openness } = prosody
  const closure = closures(prosody)
  const follower = new Float64Array(rows)
  let state = 0
  for (let r = 0; r < rows; r++) {
    let wanted = 0
    if (active[r]) {
      const loud = Math.max(0, Math.min(1.15, (level[r] - loudLevel + 24) / 24))
      const vowel = Math.max(0, Math.min(1, (openness[r] + 14) / 24))
      wanted = loud ** 1.35 * (0.45 + 0.55 * voiced[r]) * (0.55 + 0.6 * vowel)
    }
    state += (wanted - state) * (wanted > state ? ATTACK : DECAY)
    follower[r] = state * (1 - closure[r])
  }
  const ahead = Float64Array.from({ length: ticks }, (_, i) => follower[i + LEAD] ?? 0)
  const open = smoothLips(ahead).map((x) => 1.15 * Math.tanh((gain * softened(x)) / 1.15))
  return { open, spread: smoothLips(spreading(prosody, ticks)) }
}

/** x for positive x, hardly less than 0 for the undershoot of the filter, without a corner between. */
const softened = (x: number): number => 0.5 * (x + Math.sqrt(x * x + 0.0016)) - 0.02

/** 0…1 per row: how surely the lips meet. Only dips between louder sounds count, so a voice that fades does not. */
function closures({ rows, envelope, active, hiss }: Prosody): Float64Array {
  const found = new Float64Array(rows)
  for (let r = 0; r < rows; r++) {
    if (!active[r] && !active[Math.max(0, r - 6)]) continue
    let before = Number.NEGATIVE_INFINITY
    let after = Number.NEGATIVE_INFINITY
    for (let k = 2; k <= 12; k++) {
      before = Math.max(before, envelope[Math.max(0, r - k)])
      after = Math.max(after, envelope[Math.min(rows - 1, r + k)])
    }
    const depth = Math.min(before, after) - envelope[r]
    const clear = 1 - Math.max(0, Math.min(1, (hiss[r] + 4) / 8))
    found[r] = Math.max(0, Math.min(1, (depth - 5) / 6)) * clear
  }
  // Lips stay together for some 60 ms, longer than the bottom of the dip.
  return found.map((_, r) => Math.max(...found.subarray(Math.max(0, r - 2), r + 3)))
}

function spreading({ rows, spread, voiced }: Prosody, ticks: number): Track {
  const heard = spread.filter((_, r) => voiced[r] === 1)
  const track = new Float64Array(ticks)
  if (heard.length === 0) return track
  const middle = percentile(heard, 50)
  const unit = 1.3 * (standardDeviation(heard) || 1)
  for (let i = 0; i + LEAD < rows && i < ticks; i++) {
    if (voiced[i + LEAD]) track[i] = Math.tanh((spread[i + LEAD] - middle) / unit)
  }
  return track
}
