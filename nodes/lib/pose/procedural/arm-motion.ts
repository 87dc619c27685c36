import { portion, type Steps } from '../../dsp/run-steps'
import { type Hand, measureHand } from './hand-model'
import { HAND_STATE, type HandPlan } from './hand-plan'
import { driftNoise, minimumJerk } from './random'
import { type Arm, elbowOf, normalise, type Rig, SIDES, type Side, subtract, type Vector } from './rig'
import { multiply, type Rotation, rotationFromAxes, SteadySlerp, turnInPlane } from './rotation'
import { smoothBody, smoothOver, startAtZero, TRACK_RATE, type Track } from './track'

/** Where a hand is wanted, per tick: displacement from its place in the first pose, and what it looks like. */
export interface HandTracks {
  /** Outward, down, toward the camera; shoulder widths. */
  place: [Track, Track, Track]
  /** Five curls, spread, palm (3), wrist bend (3), weight, in the order of `HAND_STATE`. */
  form: Track[]
}

/** What is drawn of an arm, per tick. Displacements in px from the first pose. */
export interface ArmTracks {
  shoulder: [Track, Track]
  elbow: [Track, Track]
  wrist: [Track, Track]
  hand: Hand
  /** Orientation of the hand, four components. */
  rotation: [Track, Track, Track, Track]
  /** Five curls, spread, weight. */
  form: Track[]
}

const IDLE = [0.01, 0.012, 0.012] as const
/** A hand at rest takes a little part in what the other one does. */
const ECHO = 0.03

/** Both hands' plans with idle motion, low-passed, starting at the first pose. */
export function* handTracks(
  plans: Record<Side, HandPlan>,
  rig: Rig,
  seed: number,
  speaking: Track,
): Steps<Record<Side, HandTracks>> {
  const right = renderPlan(plans.right, speaking.length)
  yield 0.2
  const left = renderPlan(plans.left, speaking.length)
  return {
    right: yield* portion(finishHand(right, left, rig, seed, 0, speaking), 0.4, 0.7),
    left: yield* portion(finishHand(left, right, rig, seed, 1, speaking), 0.7, 1),
  }
}

function* finishHand(
  own: HandTracks,
  other: HandTracks,
  rig: Rig,
  seed: number,
  index: number,
  speaking: Track,
): Steps<HandTracks> {
  const weight = own.form[HAND_STATE.weight - HAND_STATE.curl]
  const place: Track[] = []
  for (const [axis, amount] of IDLE.entries()) {
    yield 0.1 * axis
    const noise = driftNoise(seed, `idle/hand${index}/${axis}`, 0.12)
    const wanted = own.place[axis].map((x, i) => {
      const idle = amount * (0.6 + 0.4 * speaking[i]) * noise(i / TRACK_RATE)
      return x + idle + ECHO * (1 - weight[i]) * other.place[axis][i] * rig.frontality
    })
    place.push(startAtZero(smoothBody(wanted)))
  }
  const form: Track[] = []
  for (const track of own.form) {
    yield 0.3 + (0.7 * form.length) / own.form.length
    form.push(smoothBody(track))
  }
  startAtZero(form[HAND_STATE.weight - HAND_STATE.curl])
  return { place: place as HandTracks['place'], form }
}

function renderPlan(plan: HandPlan, ticks: number): HandTracks {
  const columns = Array.from({ length: HAND_STATE.size }, () => new Float64Array(ticks))
  for (let i = 0; i < ticks; i++) {
    const state = plan.at(i / TRACK_RATE)
    for (let c = 0; c < HAND_STATE.size; c++) columns[c][i] = state[c]
  }
  const place = [0, 1, 2].map((axis) => columns[axis].map((x) => x - plan.rest[axis])) as HandTracks['place']
  return { place, form: columns.slice(HAND_STATE.curl) }
}

/** How far both hands together have moved to the right of the picture, shoulder widths. */
export function sidewaysOf(hands: Record<Side, HandTracks>, rig: Rig): Track {
  return hands.right.place[0].map((x, i) =>
    SIDES.reduce((sum, side) => sum + rig.arms[side].outward * hands[side].place[0][i], x * 0),
  )
}

/**
 * Shoulder, elbow, wrist and the turn of the hand of one arm.
 *
 * @param shoulder displacement of the shoulder, px
 * @param raise how much of it is shrugging, shoulder widths upward: a gesturing hand does not take part in that
 */
export function* armMotion(
  rig: Rig,
  arm: Arm,
  hand: HandTracks,
  shoulder: [Track, Track],
  raise: Track,
): Steps<ArmTracks> {
  const ticks = shoulder[0].length
  const pair = (): [Track, Track] => [new Float64Array(ticks), new Float64Array(ticks)]
  const elbow = pair()
  const wrist = pair()
  const measured = measureHand(rig, arm)
  const rotation = [0, 1, 2, 3].map(() => new Float64Array(ticks)) as ArmTracks['rotation']
  const form = [0, 1, 2, 3, 4, 5, HAND_STATE.weight - HAND_STATE.curl].map((k) => hand.form[k])
  const tracks: ArmTracks = { shoulder, elbow, wrist, hand: measured, rotation, form }
  if (!arm.usable) {
    // Moved along with the shoulder, as one piece.
    return { ...tracks, elbow: shoulder, wrist: shoulder, hand: { ...measured, usable: false } }
  }

  const swivel = swivelTrack(arm, hand)
  const turner = handTurner(arm, hand, measured.rotation)
  const forearm = new Float64Array(3 * ticks)
  const weight = hand.form[HAND_STATE.weight - HAND_STATE.curl]
  const reach0 = subtract(arm.wrist, arm.shoulder)
  for (let i = 0; i < ticks; i++) {
    if (i % 2000 === 0) yield (0.5 * i) / ticks
    const [x, y, z] = [hand.place[0][i], hand.place[1][i], hand.place[2][i]]
    // The wrist is wanted relative to the shoulder, so that a swaying trunk takes its arms along.
    const reach: Vector = [
      reach0[0] + arm.outward * x * rig.unit,
      reach0[1] + (y + weight[i] * raise[i]) * rig.unit,
      reach0[2] + z * rig.unit,
    ]
    const solved = elbowOf(arm, arm.shoulder, reach, swivel[i])
    elbow[0][i] = solved.elbow[0] - arm.elbow[0] + shoulder[0][i]
    elbow[1][i] = solved.elbow[1] - arm.elbow[1] + shoulder[1][i]
    wrist[0][i] = solved.wrist[0] - arm.wrist[0] + shoulder[0][i]
    wrist[1][i] = solved.wrist[1] - arm.wrist[1] + shoulder[1][i]
    forearm.set(subtract(solved.wrist, solved.elbow), 3 * i)
  }
  for (let i = 0; i < ticks; i++) {
    if (i % 2000 === 0) yield 0.5 + (0.5 * i) / ticks
    const turned = turner(i, forearm)
    for (let c = 0; c < 4; c++) rotation[c][i] = turned[c]
  }
  return tracks
}

/** From the first pose's elbow toward the natural one as the hand leaves its place; slow, or the elbow whips. */
function swivelTrack(arm: Arm, { place }: HandTracks): Track {
  const raw = place[0].map((x, i) => {
    const gone = minimumJerk(Math.hypot(x, place[1][i], place[2][i]) / 0.7)
    return -0.85 * gone * arm.swivel
  })
  return startAtZero(smoothOver(raw, 0.11)).map((x) => arm.swivel + x)
}

const POLE_SECONDS = 0.058
const POLES = 4
/** Four poles lag by 0.23 s; half of that is hand-like, the rest is taken back by looking ahead. */
const LOOK_AHEAD = Math.round(0.11 * TRACK_RATE)
const DRAG = 0.06

/** Orientation of the hand at successive ticks: its goal, followed through four one-pole filters. */
function handTurner(arm: Arm, { place, form }: HandTracks, first: Rotation) {
  const ticks = place[0].length
  const weight = form[HAND_STATE.weight - HAND_STATE.curl]
  const palm = [0, 1, 2].map((k) => form[HAND_STATE.palm - HAND_STATE.curl + k])
  const bias = [0, 1, 2].map((k) => form[HAND_STATE.bias - HAND_STATE.curl + k])
  const share = 1 - Math.exp(-1 / (POLE_SECONDS * TRACK_RATE))
  const poles = Array.from({ length: POLES }, () => ({ state: first, slerp: new SteadySlerp(0.03) }))
  const blend = new SteadySlerp(0.3)
  const firstAngle = Math.atan2(arm.wrist[1] - arm.elbow[1], arm.wrist[0] - arm.elbow[0])
  let angle = firstAngle

  const speed = (axis: number, i: number) =>
    ((place[axis][Math.min(i + 1, ticks - 1)] - place[axis][Math.max(i - 1, 0)]) * TRACK_RATE) / 2

  const goalAt = (i: number, forearm: Float64Array): Rotation => {
    const [fx, fy, fz] = [forearm[3 * i], forearm[3 * i + 1], forearm[3 * i + 2]]
    const drawn = Math.hypot(fx, fy)
    // Unwrapped: a hand that comes down past the half turn must not spin back.
    if (drawn > 1e-6) {
      const now = Math.atan2(fy, fx)
      angle += Math.atan2(Math.sin(now - angle), Math.cos(now - angle))
    }
    const turn = angle - firstAngle
    const follow =
      (0.5 + 0.5 * minimumJerk(Math.abs(turn) / 2.2)) * Math.min(1, drawn / (0.35 * arm.foreLength))
    const resting = multiply(turnInPlane(turn * follow), first)
    const w = Math.max(0, Math.min(1, weight[i]))
    if (w === 0) return resting
    const along = normalise([fx, fy, fz]) ?? [0, 1, 0]
    const h = normalise([
      along[0] + arm.outward * (bias[0][i] - DRAG * speed(0, i)),
      along[1] + bias[1][i] - DRAG * speed(1, i),
      along[2] + bias[2][i] - DRAG * speed(2, i),
    ])
    const gesturing = rotationFromAxes(h ?? along, [arm.outward * palm[0][i], palm[1][i], palm[2][i]])
    return blend.between(resting, gesturing, w)
  }

  return (i: number, forearm: Float64Array): Rotation => {
    // Until the look-ahead has passed, the first pose stays the goal in part, so that nothing jumps at the start.
    let goal = goalAt(Math.min(i + (i === 0 ? 0 : LOOK_AHEAD), ticks - 1), forearm)
    for (const pole of poles) {
      pole.state = pole.slerp.between(pole.state, goal, i === 0 ? 0 : share)
      goal = pole.state
    }
    return goal
  }
}
