import type { Prosody } from '../../dsp/prosody'
import { type Phrase, PROSODY_RATE, type Syllable } from '../../dsp/syllables'
import { GESTURE_KINDS, GESTURES, type GestureKind } from './gesture-library'
import { type RandomStream, randomStream } from './random'
import type { Rig, Side } from './rig'

/** What a person can set; ranges and defaults are those of the node `pose/procedural`. */
export interface GestureParams {
  /** Size of gestures, 0…2; 0 = none. */
  energy: number
  /** Frequency of gestures, 0…2; 0 = none. */
  rate: number
  /** −1 left hand only … 1 right hand only. */
  dominance: number
  head: number
  brows: number
  /** Per minute. */
  blinks: number
  lips: number
  /** Starts of strokes and preparations wait for syllable onsets. */
  snap: boolean
  seed: number
}

/** One gesture, on one syllable. */
export interface Stroke {
  /** Seconds: the hand arrives here. */
  apex: number
  kind: GestureKind
  sides: Side[]
  prominence: number
  phraseEnd: number
  /** Number of the stroke in the clip: index of its random values. */
  index: number
}

/** The hand is to stop on the onset; smoothing delays the stop by about this. */
const APEX_LEAD = 0.02
/** Earliest stroke: a hand needs this long from rest. */
const EARLIEST = 0.5

/**
 * Which syllables get a gesture, which one, and with which hand. Strokes fall on accents, never after them; a phrase
 * keeps to one side and mostly to one kind (a catchment, McNeill).
 *
 * @returns strokes by rising apex, at least `gap` apart
 */
export function scheduleStrokes(prosody: Prosody, rig: Rig, params: GestureParams): Stroke[] {
  const hands = (['right', 'left'] as const).filter((side) => rig.arms[side].usable)
  if (params.energy === 0 || params.rate === 0 || rig.frontality === 0 || hands.length === 0) return []
  const random = sequence(randomStream(params.seed, 'gesture'))
  const gap = Math.max(0.45, Math.min(6, 0.95 / params.rate))
  const strokes: Stroke[] = []
  let streak = { side: 'right' as Side, phrases: 0 }
  for (const phrase of prosody.phrases) {
    const chosen = chooseSyllables(prosody, phrase, gap, strokes.at(-1)?.apex ?? -gap, random)
    const side = chooseSide(params.dominance, streak, random())
    streak = { side, phrases: side === streak.side ? streak.phrases + 1 : 1 }
    const best = chosen.reduce((a, s) => Math.max(a, s.score), Number.NEGATIVE_INFINITY)
    const question = chosen.length > 0 && risesAtEnd(prosody, phrase) && random() < 0.6
    let habit: GestureKind | undefined
    chosen.forEach((syllable, i) => {
      const shrug = question && i === chosen.length - 1
      const both = bothHands(syllable, syllable.score === best, params, random()) || shrug
      const same = random() < 0.6
      const drawn = drawKind(syllable, both, i === 0, random())
      const kind = shrug ? 'shrug' : same && habit && canUse(habit, both) ? habit : drawn
      habit = kind
      const wanted: Side[] = both ? ['right', 'left'] : [side]
      const usable = wanted.filter((s) => hands.includes(s))
      strokes.push({
        apex: syllable.onset - APEX_LEAD,
        kind,
        sides: usable.length > 0 ? usable : [hands[0]],
        prominence: syllable.prominence,
        phraseEnd: phrase.end,
        index: strokes.length,
      })
    })
  }
  return strokes
}

/**
 * Mostly the dominant hand; but the longer one hand has been at work, the likelier the other takes a turn, or it would
 * lie still through a whole clip. A dominance of ±1 stays strict.
 */
function chooseSide(dominance: number, streak: { side: Side; phrases: number }, draw: number): Side {
  const turn = 1 - 0.45 * (1 - Math.abs(dominance)) * Math.min(streak.phrases, 2)
  const right = 0.5 + 0.5 * dominance
  return draw < (streak.side === 'right' ? right * turn : 1 - (1 - right) * turn) ? 'right' : 'left'
}

/** Successive values of a stream. */
function sequence(stream: RandomStream): () => number {
  let next = 0
  return () => stream.uniform(next++)
}

function chooseSyllables(
  prosody: Prosody,
  phrase: Phrase,
  gap: number,
  previousApex: number,
  random: () => number,
): Syllable[] {
  const [emptyDraw, quotaDraw] = [random(), random()]
  if (prosody.phrases.length > 3 && emptyDraw < 0.07) return []
  const inTime = prosody.syllables
    .slice(phrase.first, phrase.last)
    .filter(({ onset }) => onset > EARLIEST && onset < prosody.seconds - 0.12)
  const accents = inTime.filter((s) => s.accent)
  const candidates = (accents.length > 0 ? accents : inTime).toSorted((a, b) => b.score - a.score)
  const most = accents.length > 0 ? candidates.length : 1
  const quota = Math.max(1, Math.floor((0.9 * (phrase.end - phrase.start)) / gap + 0.8 * quotaDraw))
  const chosen: Syllable[] = []
  for (const syllable of candidates) {
    if (chosen.length >= Math.min(quota, most)) break
    const apart = (other: number) => Math.abs(syllable.onset - other) >= gap
    if (apart(previousApex + APEX_LEAD) && chosen.every((s) => apart(s.onset))) chosen.push(syllable)
  }
  return chosen.sort((a, b) => a.onset - b.onset)
}

function bothHands(syllable: Syllable, isBest: boolean, params: GestureParams, draw: number): boolean {
  const base = isBest && syllable.prominence > 0.72 ? 0.5 : 0.12
  const vigour = Math.max(0, Math.min(1.6, 0.4 + 0.6 * params.energy))
  return draw < base * vigour * (1 - 0.4 * Math.abs(params.dominance))
}

const canUse = (kind: GestureKind, both: boolean): boolean => GESTURES[kind].weight[both ? 'two' : 'one'] > 0

function drawKind(syllable: Syllable, both: boolean, opening: boolean, draw: number): GestureKind {
  const weights = GESTURE_KINDS.map((kind) => {
    const { weight, likes } = GESTURES[kind]
    if (both) return weight.two
    const high = syllable.pitch > 0.8 ? (likes?.high ?? 1) : 1
    const loud = syllable.loudness > 0.8 ? (likes?.loud ?? 1) : 1
    return weight.one * high * loud * (opening ? (likes?.opening ?? 1) : 1)
  })
  let left = draw * weights.reduce((a, b) => a + b, 0)
  const at = weights.findIndex((weight) => (left -= weight) < 0)
  return GESTURE_KINDS[at < 0 ? 0 : at]
}

/** A question, guessed: the voice ends more than 2.5 semitones above its lowest point in the last 350 ms. */
function risesAtEnd({ voiced, semitones }: Prosody, phrase: Phrase): boolean {
  const end = Math.min(voiced.length, Math.round(phrase.end * PROSODY_RATE) + 1)
  const last = voiced.lastIndexOf(1, end - 1)
  let lowest = Number.POSITIVE_INFINITY
  for (let r = Math.max(0, end - 35); r <= last; r++) if (voiced[r]) lowest = Math.min(lowest, semitones[r])
  return last >= 0 && semitones[last] - lowest > 2.5
}
