import { nearestDistance } from '../../dsp/nearest-distance'
import type { Prosody } from '../../dsp/prosody'
import type { Phrase } from '../../dsp/syllables'
import { driftNoise, randomStream } from './random'
import type { GestureParams } from './schedule'
import { addPulse, smoothBody, startAtZero, TRACK_RATE, type Track } from './track'

/** One blink: the lids are together from `apex` to `apex + 30 ms`. */
export interface Blink {
  apex: number
}

/** Closing, shut, opening: s. */
const BLINK = { up: 0.11, hold: 0.03, down: 0.18 }
/** A blink during an accent would hide the raised brows and look like a flinch. */
const CLEAR_OF_ACCENT = 0.18
const MIDDLE = 0.05

/**
 * Times of blinks: irregular, rather after phrase ends, never on an accent, a few double.
 *
 * @param seconds length of the motion
 */
export function scheduleBlinks(prosody: Prosody, params: GestureParams, seconds: number): Blink[] {
  if (params.blinks === 0) return []
  const random = randomStream(params.seed, 'blink')
  const mean = 60 / params.blinks
  const usual = mean >= 2.5 && mean <= 5
  const [least, most] = usual ? [2, 6] : [0.5 * mean, 1.7 * mean]
  const accents = prosody.syllables.filter((s) => s.accent).map((s) => s.onset)
  const fromAccent = nearestDistance(accents)
  const blinks: Blink[] = []
  let previous = -1
  let next = mean * (0.3 + 0.5 * random.uniform(0))
  for (let k = 1; next < seconds; k++) {
    let apex = afterPhraseEnd(next, prosody.phrases)
    apex = awayFrom(apex, fromAccent)
    apex = Math.max(apex, previous + 0.9)
    if (fromAccent(apex + MIDDLE) < CLEAR_OF_ACCENT) apex = awayFrom(apex, fromAccent, previous + 0.9)
    blinks.push({ apex })
    previous = apex
    if (random.uniform(8 * k + 6) < 0.2 && fromAccent(apex + 0.36 + MIDDLE) > 0.15) {
      previous = apex + 0.36
      blinks.push({ apex: previous })
    }
    const interval = mean * Math.exp(0.42 * random.bell(8 * k) - 0.06)
    next = Math.max(next, apex) + Math.max(least, Math.min(most, interval))
  }
  return blinks.filter(({ apex }) => apex < seconds)
}

function afterPhraseEnd(time: number, phrases: Phrase[]): number {
  const end = phrases.find((p) => Math.abs(p.end + 0.1 - time) < 0.55)
  return end ? end.end + 0.1 : time
}

/** The nearest moment, in steps of 40 ms up to 0.8 s, whose blink is clear of accents; the clearest if none is. */
function awayFrom(apex: number, fromAccent: (t: number) => number, earliest = 0.12): number {
  let best = apex
  let clearance = fromAccent(apex + MIDDLE)
  for (let step = 1; step <= 20 && clearance < CLEAR_OF_ACCENT; step++) {
    for (const candidate of [apex + 0.04 * step, apex - 0.04 * step]) {
      if (candidate < earliest) continue
      const distance = fromAccent(candidate + MIDDLE)
      if (distance <= clearance) continue
      best = candidate
      clearance = distance
      if (clearance >= CLEAR_OF_ACCENT) break
    }
  }
  return best
}

/** 0 open … 1 shut. Not low-passed: a blink is faster than anything else in a face. */
export function blinkTrack(blinks: Blink[], ticks: number): Track {
  const track = new Float64Array(ticks)
  for (const { apex } of blinks) addPulse(track, { apex, ...BLINK, size: 1 })
  return track.map((x) => Math.min(1, x))
}

/** Height of the right and left brow, 1 = a clear raise. */
export function browTracks(
  prosody: Prosody,
  params: GestureParams,
  ticks: number,
): { right: Track; left: Track } {
  const random = randomStream(params.seed, 'brow')
  const raise = new Float64Array(ticks)
  let last = Number.NEGATIVE_INFINITY
  prosody.syllables.forEach(({ accent, onset, pitch, prominence }, i) => {
    if (!accent || onset - last < 0.7 || !(pitch > 0.35 || prominence > 0.8)) return
    if (random.uniform(4 * i) >= 0.75) return
    last = onset
    const size = (0.45 + 0.55 * prominence) * (0.75 + 0.5 * random.uniform(4 * i + 1))
    addPulse(raise, { apex: onset, up: 0.22, hold: 0.1 + 0.15 * random.uniform(4 * i + 2), down: 0.38, size })
  })
  const idle = driftNoise(params.seed, 'brow/idle', 0.11)
  const lean = driftNoise(params.seed, 'brow/asym', 0.07)
  const side = (sign: number) =>
    startAtZero(
      smoothBody(
        raise.map((x, i) => {
          const t = i / TRACK_RATE
          const wanted = params.brows * (x * (1 + 0.12 * sign * lean(t)) + 0.06 * idle(t))
          return Math.max(-0.3, Math.min(1.3, wanted))
        }),
      ),
    )
  return { right: side(1), left: side(-1) }
}
