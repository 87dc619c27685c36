import type { Prosody } from '../../dsp/prosody'
import type { Syllable } from '../../dsp/syllables'
import { GESTURES, type HandShape, SHAPES } from './gesture-library'
import { minimumJerk, type RandomStream, randomStream } from './random'
import type { Arm, Rig, Side } from './rig'
import type { GestureParams, Stroke } from './schedule'

/**
 * State of a hand: place (outward, down, toward the camera; shoulder widths from the middle of the shoulders), five
 * curls and spread, palm direction, wrist bend, and weight (0 = the hand of the first pose, 1 = the model hand).
 */
export const HAND_STATE = { place: 0, curl: 3, spread: 8, palm: 9, bias: 12, weight: 15, size: 16 } as const

type State = Float64Array
type Place = [number, number, number]

/** One movement; it starts from whatever the hand does at that moment, so a plan never jumps. */
interface Move {
  start: number
  end: number
  from: State
  to: State
  /** Detour of the place halfway. */
  bend: Place
}

/** Fastest peak of a stroke, shoulder widths per second. The peak of a minimum-jerk move is 1.875 · length / time. */
const TOP_SPEED = 5
const PEAK = 1.875
/** Rest for a hand that started raised: low, beside the hip, as a model hand. */
const LOWERING = { start: 0.35, end: 1.65 }
/** A stroke may wait for its syllable, but becomes a drift when it takes longer. */
const LONGEST_STROKE = 0.55
const REBOUND_SECONDS = 0.24
/** After this part of the rebound the hand may be taken up again. */
const SOONEST_AFTER_APEX = 0.12

/** The planned states of one hand over time. */
export class HandPlan {
  readonly moves: Move[] = []
  #cursor = 0

  constructor(readonly rest: State) {}

  /** End of the last movement, s. */
  get busyUntil(): number {
    return this.moves.at(-1)?.end ?? 0
  }

  /** Appends a movement; starts must not decrease. */
  move(start: number, end: number, to: State, bend: Place = [0, 0, 0]): void {
    this.moves.push({ start, end, from: this.at(start), to, bend })
  }

  /** State at `seconds`; cheap when asked for rising times. */
  at(seconds: number): State {
    const { moves } = this
    if (this.#cursor >= moves.length || (moves[this.#cursor]?.start ?? 0) > seconds) this.#cursor = 0
    while (this.#cursor + 1 < moves.length && moves[this.#cursor + 1].start <= seconds) this.#cursor++
    const move = moves[this.#cursor]
    if (!move || move.start > seconds) return this.rest
    const x = Math.max(0, Math.min(1, (seconds - move.start) / (move.end - move.start)))
    const progress = minimumJerk(x)
    const state = move.from.map((value, i) => value + (move.to[i] - value) * progress)
    const bump = 64 * (x * (1 - x)) ** 3
    for (let i = 0; i < 3; i++) state[i] += move.bend[i] * bump
    return state
  }
}

/**
 * Movements of one hand: preparation – stroke – hold with small beats – retraction for each stroke (Kendon's phases),
 * timed so that the hand stops on the accent.
 *
 * @param strokes of this hand, by rising apex
 */
export function planHand(
  side: Side,
  strokes: Stroke[],
  rig: Rig,
  prosody: Prosody,
  params: GestureParams,
): HandPlan {
  const arm = rig.arms[side]
  const first = restState(arm, rig)
  const plan = new HandPlan(first)
  const planner = new Planner(plan, rig, arm, prosody, params)
  if (arm.usable && isRaised(arm, rig)) planner.lower()
  strokes.forEach((stroke, i) => {
    planner.stroke(stroke, strokes[i + 1])
  })
  return plan
}

const isRaised = (arm: Arm, rig: Rig): boolean => arm.wrist[1] - rig.centre[1] < 0.35 * rig.unit

function restState(arm: Arm, rig: Rig): State {
  const state = new Float64Array(HAND_STATE.size)
  state[0] = ((arm.wrist[0] - rig.centre[0]) * arm.outward) / rig.unit
  state[1] = (arm.wrist[1] - rig.centre[1]) / rig.unit
  state[2] = arm.wrist[2] / rig.unit
  setShape(state, SHAPES.rest)
  state.set([-0.6, 0.3, 0.4], HAND_STATE.palm)
  return state
}

function setShape(state: State, shape: HandShape): void {
  state.set(shape.curl, HAND_STATE.curl)
  state[HAND_STATE.spread] = shape.spread
}

class Planner {
  #rest: State
  /** Earliest time at which the hand may leave what it is doing. */
  #free = 0
  readonly #random: RandomStream

  constructor(
    readonly plan: HandPlan,
    readonly rig: Rig,
    readonly arm: Arm,
    readonly prosody: Prosody,
    readonly params: GestureParams,
  ) {
    this.#rest = plan.rest
    this.#random = randomStream(params.seed, 'arm')
  }

  /** Takes a raised hand of the first pose down to where hands rest. */
  lower(): void {
    const { rig, arm, plan } = this
    const low = plan.rest.slice()
    const shoulder = this.#shoulder()
    low[0] = shoulder[0] + 0.02
    low[1] = shoulder[1] + (0.86 * (arm.upperLength + arm.foreLength)) / rig.unit
    low[2] = 0.3
    low.set([-0.85, 0.1, -0.5], HAND_STATE.palm)
    low[HAND_STATE.weight] = 1
    plan.move(LOWERING.start, LOWERING.end, low, [0.1, 0, 0.12])
    this.#rest = low
    this.#free = 0.9
  }

  stroke(stroke: Stroke, next: Stroke | undefined): void {
    const { plan, params } = this
    const gesture = this.#targets(stroke)
    const room = stroke.apex - this.#free
    const here = plan.at(this.#free)
    let { from, to } = gesture
    let prepare = distance(here, from)
    let reach = distance(from, to)
    let strokeTime = Math.max(clamp(0.13 + 0.32 * reach, 0.16, 0.36), (PEAK * reach) / TOP_SPEED)
    let prepareTime = Math.max(clamp(0.26 + 0.22 * prepare, 0.28, 0.62), (PEAK * prepare) / (0.8 * TOP_SPEED))
    if (room < 0.16) return // the hand would have to jump
    if (room < 0.34) {
      // No room to prepare: a second beat from where the hand is.
      from = here
      prepare = 0
      prepareTime = 0
      strokeTime = Math.min(room, 0.3)
      to = scaleTo(from, to, Math.min(1, (0.8 * TOP_SPEED * strokeTime) / (PEAK * distance(from, to) + 1e-9)))
      reach = distance(from, to)
    } else if (room < strokeTime + prepareTime) {
      strokeTime = Math.max(0.16, (strokeTime * room) / (strokeTime + prepareTime))
      prepareTime = room - strokeTime
      from = scaleTo(here, from, Math.min(1, (0.8 * TOP_SPEED * prepareTime) / (PEAK * prepare + 1e-9)))
      prepare = distance(here, from)
      to = scaleTo(from, to, Math.min(1, (TOP_SPEED * strokeTime) / (PEAK * distance(from, to) + 1e-9)))
      reach = distance(from, to)
    } else if (params.snap) {
      ;({ strokeTime, prepareTime } = this.#snap(stroke.apex, strokeTime, prepareTime))
    }

    const begin = stroke.apex - strokeTime
    const along = direction(from, to)
    if (prepareTime > 0) {
      const halfShaped = from.slice()
      for (let i = HAND_STATE.curl; i < HAND_STATE.weight; i++)
        halfShaped[i] = here[i] + 0.75 * (from[i] - here[i])
      // A hand that still has its first-pose form has no palm direction of its own to come from.
      if (here[HAND_STATE.weight] < 0.05) halfShaped.set(from.subarray(3, 15), 3)
      const curve = 0.1 * prepare
      plan.move(begin - prepareTime, begin, halfShaped, [0.35 * curve, -0.25 * curve, 0.9 * curve])
    }
    const past = clamp(0.2 * reach, 0.05, 0.13) * (0.6 + 0.4 * Math.min(params.energy, 1.5))
    const overshoot = to.slice()
    for (let i = 0; i < 3; i++) overshoot[i] += along[i] * past
    plan.move(begin, stroke.apex, overshoot, sideways(along, 0.1 * reach))
    plan.move(stroke.apex, stroke.apex + REBOUND_SECONDS, to)
    this.#after(stroke, next, to)
  }

  /** Hold, small beats on the syllables inside it, and the way back. */
  #after(stroke: Stroke, next: Stroke | undefined, held: State): void {
    const { apex } = stroke
    const wait = next ? next.apex - apex : Number.POSITIVE_INFINITY
    const toPhraseEnd = Math.max(stroke.phraseEnd - apex - 0.1, 0.12)
    const relaxed =
      apex + REBOUND_SECONDS + Math.min(toPhraseEnd, 0.25 + 0.6 * this.#random.uniform(7 * stroke.index + 6))
    let release = wait < 2.1 ? apex + Math.min(1.3, Math.max(SOONEST_AFTER_APEX, wait - 0.75)) : relaxed
    release = Math.max(release, this.#beats(stroke, held, release))
    this.#free = Math.max(
      apex + SOONEST_AFTER_APEX,
      wait < 2.1 ? Math.min(release, apex + REBOUND_SECONDS) : release,
    )
    this.#free = Math.max(this.#free, this.plan.moves.at(-1)?.start ?? 0)
    this.#retract(release, next)
  }

  /**
   * Small beats of a held hand on the accents inside the hold: down and back. No upbeat: every extra movement adds a
   * moment of rest that falls anywhere.
   * @returns when the last of them is over
   */
  #beats(stroke: Stroke, held: State, until: number): number {
    const { params, plan } = this
    const size = (0.5 + stroke.prominence) * strokeScale(params.energy)
    let over = 0
    for (const { onset, accent } of this.#syllablesBetween(stroke.apex + 0.36, until)) {
      const lowest = onset - 0.015
      if (!accent || lowest - 0.2 < Math.max(over, stroke.apex + 0.1)) continue
      if (lowest + 0.26 > until) break
      const down = held.slice()
      down[1] += 0.085 * size
      down[2] += 0.03 * size
      plan.move(lowest - 0.2, lowest, down)
      plan.move(lowest, lowest + 0.26, held)
      over = lowest + 0.26
    }
    return over
  }

  #retract(release: number, next: Stroke | undefined): void {
    const { plan, params } = this
    const here = plan.at(release)
    const back = distance(here, this.#rest)
    if (back < 0.02) return
    const seconds = Math.max(clamp(0.45 + 0.35 * back, 0.6, 1.15), (PEAK * back) / (0.6 * TOP_SPEED))
    const start = params.snap ? (this.#syllableIn(release, release + 0.15) ?? release) : release
    // The next preparation needs up to a second before its apex.
    const room = next ? next.apex - 0.8 - start : Number.POSITIVE_INFINITY
    const fits = Math.min(1, room / seconds)
    const share = fits >= 1 ? 1 : 0.75 * fits
    if (share < 0.35) return
    const target = here.map((value, i) => value + share * (this.#rest[i] - value))
    // The palm keeps its last direction: with weight 0 it is not seen.
    if (share === 1) target.set(here.subarray(HAND_STATE.palm, HAND_STATE.weight), HAND_STATE.palm)
    if (share === 1 && this.#rest[HAND_STATE.weight] > 0)
      target.set(this.#rest.subarray(9, 15), HAND_STATE.palm)
    const planned = start + seconds * Math.min(1, fits)
    // The hand comes to rest on a syllable as well.
    const end = params.snap ? (this.#syllableIn(planned - 0.05, planned + 0.25, 0.15) ?? planned) : planned
    plan.move(start, end, target, [0.04 * back, 0, 0.06 * back])
    this.#free = Math.max(this.#free, start + 0.6 * (end - start))
  }

  /** Where a stroke begins and ends, scaled by energy and kept inside the space that hands may use. */
  #targets(stroke: Stroke): { from: State; to: State } {
    const { params, rig } = this
    const entry = GESTURES[stroke.kind]
    const both = stroke.sides.length > 1
    const lift = Math.min(1, params.energy ** 0.6) * rig.frontality
    const size = strokeScale(params.energy) * (0.72 + 0.5 * stroke.prominence) * rig.frontality
    const bell = (i: number) => this.#random.bell(7 * stroke.index + i)
    const from = this.#rest.slice()
    for (let i = 0; i < 3; i++) {
      // Both hands share the jitter of a two-handed gesture, so that they stay symmetric; one hand has its own.
      from[i] += lift * (entry.from[i] - from[i]) + 0.045 * bell(i)
    }
    setShape(from, SHAPES[entry.shape])
    for (let f = 0; f < 5; f++)
      from[HAND_STATE.curl + f] = Math.max(0, from[HAND_STATE.curl + f] + 0.05 * bell(3))
    from.set(entry.palm, HAND_STATE.palm)
    from.set(entry.bias, HAND_STATE.bias)
    from[HAND_STATE.weight] = 1
    const to = from.slice()
    for (let i = 0; i < 3; i++) to[i] += (entry.to[i] - entry.from[i]) * size
    this.#confine(from, both)
    this.#confine(to, both)
    return { from, to }
  }

  #confine(state: State, both: boolean): void {
    const { rig, arm } = this
    state[0] = clamp(state[0], both ? 0.14 : -0.12, 1.35)
    state[1] = clamp(state[1], state[0] < 0.55 ? 0.18 : -0.05, 1.5)
    state[2] = clamp(state[2], 0.15, 1)
    const x = clamp(rig.centre[0] + arm.outward * state[0] * rig.unit, 0.04 * rig.width, 0.96 * rig.width)
    const lowest = Math.max(0.97 * rig.height, arm.wrist[1])
    state[0] = ((x - rig.centre[0]) * arm.outward) / rig.unit
    state[1] = Math.min(state[1], (lowest - rig.centre[1]) / rig.unit)
    const shoulder = this.#shoulder()
    const length = (arm.upperLength + arm.foreLength) / rig.unit
    const far = distance(state, shoulder)
    const allowed = clamp(far, 0.45 * length, 0.93 * length)
    for (let i = 0; i < 3; i++)
      state[i] = shoulder[i] + ((state[i] - shoulder[i]) * allowed) / Math.max(far, 1e-6)
  }

  #shoulder(): Place {
    const { rig, arm } = this
    return [
      ((arm.shoulder[0] - rig.centre[0]) * arm.outward) / rig.unit,
      (arm.shoulder[1] - rig.centre[1]) / rig.unit,
      0,
    ]
  }

  /** Lets the stroke and the preparation start on syllables where there is one nearby. */
  #snap(apex: number, strokeTime: number, prepareTime: number) {
    const late = 0.02
    const strokeStart = this.#syllableIn(
      apex - Math.min(2.1 * strokeTime, LONGEST_STROKE) - late,
      apex - 0.92 * strokeTime - late,
    )
    const begin = strokeStart === undefined ? apex - strokeTime : strokeStart + late
    const start = Math.max(begin - prepareTime, this.#free)
    const earlier = this.#syllableIn(Math.max(start - 0.3, this.#free), start, 0)
    return { strokeTime: apex - begin, prepareTime: begin - (earlier ?? start) }
  }

  /**
   * Onset of an accent in this time, else of the last syllable; undefined when there is none. Accents may lie
   * `further` outside on both sides, but never before the hand is free.
   */
  #syllableIn(from: number, to: number, further = 0): number | undefined {
    const wide = this.#syllablesBetween(Math.max(from - further, Math.min(from, this.#free)), to + further)
    const accent = wide.find((s) => s.accent)
    return (accent ?? this.#syllablesBetween(from, to).at(-1))?.onset
  }

  #syllablesBetween(from: number, to: number): Syllable[] {
    const { syllables } = this.prosody
    const first = syllables.findIndex((s) => s.onset >= from)
    if (first < 0) return []
    let last = first
    while (last < syllables.length && syllables[last].onset < to) last++
    return syllables.slice(first, last)
  }
}

/** Length of strokes as a factor on the library's: a little at energy 0, 1 at 1, more slowly beyond. */
const strokeScale = (energy: number): number => (energy <= 1 ? 0.55 + 0.45 * energy : 1 + 0.35 * (energy - 1))

const clamp = (x: number, low: number, high: number): number => Math.max(low, Math.min(high, x))

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

function direction(a: State, b: State): Place {
  const length = distance(a, b)
  return length < 1e-6 ? [0, 1, 0] : [(b[0] - a[0]) / length, (b[1] - a[1]) / length, (b[2] - a[2]) / length]
}

/** `to` with its place moved toward that of `from`. */
function scaleTo(from: State, to: State, share: number): State {
  const state = to.slice()
  for (let i = 0; i < 3; i++) state[i] = from[i] + share * (to[i] - from[i])
  return state
}

/** A vector across a stroke, in the plane of the picture. */
function sideways([x, y]: Place, length: number): Place {
  const across = Math.hypot(x, y)
  return across < 1e-6 ? [length, 0, 0] : [(-y / across) * length, (x / across) * length, 0]
}
