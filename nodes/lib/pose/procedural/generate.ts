import { StudioError } from '../../../core/errors'
import { framesFor, POSE_STRIDE, type PoseValue } from '../../../core/values'
import { PROSODY_SAMPLE_RATE, type Prosody, prosodySteps } from '../../dsp/prosody'
import { resampleSteps } from '../../dsp/resample'
import { portion, runSteps, type StepOptions, type Steps } from '../../dsp/run-steps'
import { JOINT } from '../keypoints'
import { type ArmTracks, armMotion, handTracks, sidewaysOf } from './arm-motion'
import { type Blink, blinkTrack, browTracks, scheduleBlinks } from './expression'
import { type FaceState, measureHead, placeHead } from './face'
import { modelHand, wiggleFingers } from './hand-model'
import { HAND_STATE, planHand } from './hand-plan'
import { headTracks, speakingTrack, torsoTracks } from './head-and-torso'
import { lipTracks } from './lips'
import { driftNoise, minimumJerk } from './random'
import { isSeen, measureRig, type Rig, SIDES, type Side } from './rig'
import { axesOf, type Rotation } from './rotation'
import { type GestureParams, type Stroke, scheduleStrokes } from './schedule'
import { type Moment, momentAt, sample, TRACK_RATE, type Track } from './track'

export interface GestureInput {
  /** Mono, full scale ±1. */
  samples: Float32Array
  sampleRate: number
  /** First pose, `[134, 3]`: x, y in px of the canvas, score. */
  first: Float32Array
  width: number
  height: number
  fps: number
}

/** The motion, and what was planned on the way. */
export interface Performance {
  pose: PoseValue
  prosody: Prosody
  strokes: Stroke[]
  blinks: Blink[]
  /** Arms that can gesture, 0…2. */
  hands: number
}

/**
 * A person talking: strokes on accents, small beats, nods, brows, blinks, lips, breathing and idle motion, made by
 * rules from the prosody of speech. No learned weights; the same input gives the same motion, bit for bit.
 *
 * The motion starts exactly at the first pose and keeps its scores; points that are missing there stay as they are.
 *
 * @throws StudioError `pose/not-finite` when a visible point has no finite coordinates, and what `resample` throws
 */
export function generateGestures(
  input: GestureInput,
  params: GestureParams,
  opts: StepOptions = {},
): Performance {
  return runSteps(gestureSteps(input, params), opts)
}

/** `generateGestures` in slices, for long clips. */
export function* gestureSteps(input: GestureInput, params: GestureParams): Steps<Performance> {
  checkFirstPose(input.first)
  const { fps, width, height } = input
  const frames = framesFor(input.samples.length / input.sampleRate, fps)
  const speech = yield* portion(
    resampleSteps(input.samples, input.sampleRate, PROSODY_SAMPLE_RATE),
    0,
    input.sampleRate === PROSODY_SAMPLE_RATE ? 0 : 0.3,
  )
  const prosody = yield* portion(prosodySteps(speech), 0.3, 0.6)
  const rig = measureRig(input.first, width, height)
  const strokes = scheduleStrokes(prosody, rig, params)
  const blinks = scheduleBlinks(prosody, params, frames / fps)
  const tracks = yield* portion(makeTracks(prosody, rig, params, strokes, blinks, frames / fps), 0.6, 0.85)
  const data = yield* portion(renderFrames(rig, params.seed, tracks, frames, fps), 0.85, 1)
  const hands = rig.frontality > 0 ? SIDES.filter((side) => rig.arms[side].usable).length : 0
  return { pose: { fps, width, height, frames, data }, prosody, strokes, blinks, hands }
}

function checkFirstPose(first: Float32Array): void {
  for (let i = 0; i < POSE_STRIDE; i += 3) {
    if (!isSeen(first, i / 3)) continue
    if (Number.isFinite(first[i]) && Number.isFinite(first[i + 1])) continue
    throw new StudioError(
      'pose/not-finite',
      `Point ${i / 3} of the first pose is visible but lies at (${first[i]}, ${first[i + 1]}).`,
      { hint: 'Detect the pose again, or mark the point as missing.' },
    )
  }
}

/** Everything that moves, as control channels of 100 values a second. */
interface Tracks {
  /** px. */
  neck: [Track, Track]
  head: [Track, Track]
  hips: [Track, Track]
  yaw: Track
  pitch: Track
  roll: Track
  open: Track
  spread: Track
  brows: Record<Side, Track>
  blink: Track
  arms: Record<Side, ArmTracks>
}

function* makeTracks(
  prosody: Prosody,
  rig: Rig,
  params: GestureParams,
  strokes: Stroke[],
  blinks: Blink[],
  seconds: number,
): Steps<Tracks> {
  const ticks = Math.ceil(seconds * TRACK_RATE) + 2
  const speaking = speakingTrack(prosody, ticks)
  const plan = (side: Side) =>
    planHand(
      side,
      strokes.filter((s) => s.sides.includes(side)),
      rig,
      prosody,
      params,
    )
  const right = plan('right')
  yield 0
  const left = plan('left')
  yield 0
  const hands = yield* portion(handTracks({ right, left }, rig, params.seed, speaking), 0, 0.3)
  const sideways = sidewaysOf(hands, rig)
  const torso = torsoTracks(prosody, params, strokes, speaking, sideways)
  yield 0.4
  const angles = headTracks(prosody, params, speaking, sideways)
  yield 0.5
  const { open, spread } = lipTracks(prosody, params.lips, ticks)
  yield 0.55
  const brows = browTracks(prosody, params, ticks)
  yield 0.6

  const { unit } = rig
  const moved = (share: number, breathShare: number): [Track, Track] => [
    torso.sway.map((x) => share * unit * x),
    torso.breath.map((x) => -breathShare * unit * x),
  ]
  const shoulder = (side: Side): [Track, Track] => [
    torso.sway.map((x) => unit * x),
    torso.breath.map((x, i) => -unit * (x + torso.raise[side][i])),
  ]
  const arm = (side: Side) => armMotion(rig, rig.arms[side], hands[side], shoulder(side), torso.raise[side])
  const rightArm = yield* portion(arm('right'), 0.6, 0.8)
  const leftArm = yield* portion(arm('left'), 0.8, 1)
  return {
    neck: moved(1, 0.35),
    head: moved(1.22, 0.45),
    hips: moved(0.12, 0),
    ...angles,
    open,
    spread,
    brows,
    blink: blinkTrack(blinks, ticks),
    arms: { right: rightArm, left: leftArm },
  }
}

/** Frames between two looks at the signal. */
const FRAMES_PER_SLICE = 64
/** Seconds in which an open mouth of the first pose closes. */
const MOUTH_SETTLES = 0.32
const FINGER_IDLE = (2.2 * Math.PI) / 180

function* renderFrames(
  rig: Rig,
  seed: number,
  tracks: Tracks,
  frames: number,
  fps: number,
): Steps<Float32Array> {
  const head = measureHead(rig)
  const drawHands = SIDES.map((side, i) => handRenderer(rig, side, tracks.arms[side], seed, i))
  const data = new Float32Array(frames * POSE_STRIDE)
  for (let f = 0; f < frames; f++) {
    if (f % FRAMES_PER_SLICE === 0) yield f / frames
    const frame = data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
    frame.set(rig.first)
    const seconds = f / fps
    const moment = momentAt(seconds)
    const shift = (point: number, [x, y]: [Track, Track]) => {
      if (!isSeen(rig.first, point)) return
      frame[3 * point] += sample(x, moment)
      frame[3 * point + 1] += sample(y, moment)
    }
    shift(JOINT.neck, tracks.neck)
    shift(JOINT.rightHip, tracks.hips)
    shift(JOINT.leftHip, tracks.hips)
    SIDES.forEach((side, i) => {
      const { points } = rig.arms[side]
      const arm = tracks.arms[side]
      shift(points.shoulder, arm.shoulder)
      shift(points.elbow, arm.elbow)
      shift(points.wrist, arm.wrist)
      drawHands[i](frame, moment, seconds)
    })
    if (head) {
      const at = [sample(tracks.head[0], moment), sample(tracks.head[1], moment)] as [number, number]
      placeHead(head, faceAt(tracks, moment, seconds), at, frame)
    }
  }
  return data
}

function faceAt(tracks: Tracks, moment: Moment, seconds: number): FaceState {
  return {
    yaw: sample(tracks.yaw, moment),
    pitch: sample(tracks.pitch, moment),
    roll: sample(tracks.roll, moment),
    open: sample(tracks.open, moment) * minimumJerk(seconds / 0.12),
    spread: sample(tracks.spread, moment) * minimumJerk(seconds / 0.12),
    settled: minimumJerk(seconds / MOUTH_SETTLES),
    brows: { right: sample(tracks.brows.right, moment), left: sample(tracks.brows.left, moment) },
    blink: Math.max(0, Math.min(1, sample(tracks.blink, moment))),
  }
}

/** Draws one hand: a mixture of the first pose's form and the model's, turned, and hung on the wrist. */
function handRenderer(rig: Rig, side: Side, arm: ArmTracks, seed: number, index: number) {
  const { hand, rotation, form, wrist } = arm
  const root = rig.arms[side].points.hand
  const points = Array.from({ length: 21 }, (_, i) => root + i).filter((i) => isSeen(rig.first, i))
  const state = new Float64Array(HAND_STATE.size)
  const model = new Float64Array(63)
  const angles = new Float64Array(5)
  const noises = angles.map((_, f) => f)
  const idle = [...noises].map((f) => driftNoise(seed, `idle/finger${index}/${f}`, 0.15))
  const idleStart = idle.map((noise) => noise(0))
  const [rx, ry] = [rig.first[3 * root], rig.first[3 * root + 1]]
  // Detectors put the hand's root a little beside the body's wrist; the model hand sits on the wrist.
  const joint = rig.arms[side].wrist
  const [ox, oy] = [joint[0] - rx, joint[1] - ry]

  return (frame: Float32Array, moment: Moment, seconds: number): void => {
    const [wx, wy] = [sample(wrist[0], moment), sample(wrist[1], moment)]
    if (!hand.usable) {
      for (const i of points) {
        frame[3 * i] += wx
        frame[3 * i + 1] += wy
      }
      return
    }
    for (let k = 0; k < 6; k++) state[HAND_STATE.curl + k] = Math.max(0, sample(form[k], moment))
    const weight = Math.max(0, Math.min(1, sample(form[6], moment)))
    modelHand(state, hand.palm, model)
    for (let i = 0; i < 63; i++) model[i] = (1 - weight) * hand.first[i] + weight * model[i]
    for (let f = 0; f < 5; f++) {
      const fade = minimumJerk(seconds / 0.3)
      angles[f] = FINGER_IDLE * (idle[f](seconds) - idleStart[f] * (1 - fade)) * (1 - 0.6 * weight)
    }
    wiggleFingers(model, angles)
    const [h, s, n] = axesOf(rotation.map((c) => sample(c, moment)) as Rotation)
    for (const i of points) {
      const k = 3 * (i - root)
      const [a, b, c] = [model[k], hand.sign * model[k + 1], model[k + 2]]
      frame[3 * i] = rx + wx + weight * ox + a * h[0] + b * s[0] + c * n[0]
      frame[3 * i + 1] = ry + wy + weight * oy + a * h[1] + b * s[1] + c * n[1]
    }
  }
}
