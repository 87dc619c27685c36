import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { POSE_STRIDE, type PoseValue } from '../../core/values'
import { fitCanvas } from './fit-canvas'
import { isVisible, JOINT, PARTS, SKULL, VISIBLE_SCORE } from './keypoints'
import { rangeWeight } from './range-weight'
import { fitSimilarity, type Similarity } from './similarity'
import { torsoReference } from './torso-reference'

export const BLEND_REGIONS = ['body', 'face', 'lips', 'leftHand', 'rightHand'] as const
export type BlendRegion = (typeof BLEND_REGIONS)[number]

export interface BlendOptions {
  /** What is taken from B; `face` is without the lips. */
  regions: readonly BlendRegion[]
  /** Frames `[from, to)` in which B counts. */
  from: number
  to: number
  /** Frames of cross-fade at each end of the range that is not an end of the motion. */
  fade: number
  /** `fit`: B is scaled and moved once, so that its shoulders and neck start where A's do. `asIs`: pixels stay. */
  place: 'fit' | 'asIs'
  signal?: CancelSignal
}

export interface BlendResult {
  pose: PoseValue
  /** Frames in which a part had nothing to hold on to (no wrist, no face); A's own part stayed there. */
  unattached: number
}

/** Points of a region as the blend divides the person. */
const POINTS: Record<BlendRegion, readonly number[]> = {
  body: [...PARTS.body, ...PARTS.feet],
  face: PARTS.face.filter((i) => !(PARTS.lips as readonly number[]).includes(i)),
  lips: PARTS.lips,
  leftHand: PARTS.leftHand,
  rightHand: PARTS.rightHand,
}

/**
 * A motion with some regions from another one of the same length.
 *
 * Parts stay attached: whoever gives the body gives the places of head and wrists. A hand of the other is carried to
 * that wrist and turned with that forearm; a face is laid over that head by a similarity fit of its skull points,
 * which removes the giver's head motion but keeps its expression; lips are laid over whatever face is there. Frames
 * outside the range are A's, bit for bit. In the cross-fade points move along straight lines between both versions;
 * a point missing in one of them changes over in the middle.
 *
 * @throws StudioError `pose/blend` when frame counts differ.
 */
export function blendPoses(a: PoseValue, b: PoseValue, options: BlendOptions): BlendResult {
  if (a.frames !== b.frames) {
    throw new StudioError('pose/blend', `Pose A has ${a.frames} frames and pose B ${b.frames}.`, {
      hint: 'Bring B to the length of A with pose/resample or pose/slice.',
    })
  }
  const data = a.data.slice()
  const composer = new Composer(a, placeOther(a, b, options.place), options.regions)
  const range = {
    from: options.from,
    to: options.to,
    fadeIn: options.from <= 0 ? 0 : options.fade,
    fadeOut: options.to >= a.frames ? 0 : options.fade,
  }
  let unattached = 0
  for (let f = 0; f < a.frames; f++) {
    if (f % 256 === 0) options.signal?.throwIfAborted()
    const weight = rangeWeight(f, range)
    if (weight === 0) continue
    const { frame, complete } = composer.compose(f)
    if (!complete) unattached++
    mix(data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE), frame, weight)
  }
  return { pose: { ...a, data }, unattached }
}

/** B on A's canvas, and with `fit` where A stands and as large. */
function placeOther(a: PoseValue, b: PoseValue, place: BlendOptions['place']): PoseValue {
  const onCanvas =
    a.width === b.width && a.height === b.height ? b : fitCanvas(b, a.width, a.height, 'contain')
  const [to, from] = [torsoReference(a), torsoReference(onCanvas)]
  if (place === 'asIs' || !to || !from) return onCanvas
  const k = to.shoulders / from.shoulders
  const shift = { a: k, b: 0, tx: to.neck.x - k * from.neck.x, ty: to.neck.y - k * from.neck.y }
  const data = onCanvas.data.slice()
  for (let i = 0; i < data.length; i += 3) if (data[i + 2] > 0) movePoint(data, i, shift)
  return { ...onCanvas, data }
}

function movePoint(data: Float32Array, at: number, { a, b, tx, ty }: Similarity): void {
  const [x, y] = [data[at], data[at + 1]]
  data[at] = a * x - b * y + tx
  data[at + 1] = b * x + a * y + ty
}

/** Builds the frames in which B counts fully. */
class Composer {
  private readonly forearms = new Map<string, number>()

  constructor(
    private readonly a: PoseValue,
    private readonly b: PoseValue,
    private readonly regions: readonly BlendRegion[],
  ) {
    for (const [name, pose] of [
      ['a', a],
      ['b', b],
    ] as const) {
      for (const hand of ['leftHand', 'rightHand'] as const) {
        this.forearms.set(name + hand, longestForearm(pose, hand))
      }
    }
  }

  compose(f: number): { frame: Float32Array; complete: boolean } {
    const frame = this.a.data.slice(f * POSE_STRIDE, (f + 1) * POSE_STRIDE)
    const host = this.giver('body')
    let complete = true
    for (const region of BLEND_REGIONS) {
      const giver = this.giver(region)
      const move = this.attachment(region, giver, host, frame, f)
      if (move === null) complete = false
      else copyPart(giver.data, f, frame, POINTS[region], move)
    }
    return { frame, complete }
  }

  private giver(region: BlendRegion): PoseValue {
    return this.regions.includes(region) ? this.b : this.a
  }

  /** How the giver's region gets to its place in `frame`: `as it is`, a similarity, or null when nobody can tell. */
  private attachment(
    region: BlendRegion,
    giver: PoseValue,
    host: PoseValue,
    frame: Float32Array,
    f: number,
  ): Similarity | 'asIs' | null {
    const isFace = region === 'face' || region === 'lips'
    const untouched = giver === host && (region !== 'lips' || this.giver('face') === host)
    if (untouched || !hasVisible(giver, f, POINTS[region])) return 'asIs'
    if (!isFace) return this.handAttachment(region as HandRegion, giver, host, f)
    const from = { data: giver.data, frame: f }
    const to = region === 'lips' ? { data: frame, frame: 0 } : { data: host.data, frame: f }
    return fitSimilarity(from, to, SKULL, 6) ?? fitSimilarity(from, to, PARTS.head, 3)
  }

  private handAttachment(hand: HandRegion, giver: PoseValue, host: PoseValue, f: number): Similarity | null {
    const { wrist, elbow } = ARM[hand]
    if (!isVisible(giver.data, f, wrist) || !isVisible(host.data, f, wrist)) return null
    const [g, h] = [pointAt(giver, f, wrist), pointAt(host, f, wrist)]
    let turn = 0
    if (isVisible(giver.data, f, elbow) && isVisible(host.data, f, elbow)) {
      const mine = forearm(giver, f, hand)
      const theirs = forearm(host, f, hand)
      // A forearm that points at the camera has no direction worth following.
      const trust =
        Math.min(mine.length / this.longest(giver, hand), theirs.length / this.longest(host, hand)) / 0.3
      turn = Math.min(1, trust) * wrapAngle(theirs.angle - mine.angle)
    }
    const [a, b] = [Math.cos(turn), Math.sin(turn)]
    return { a, b, tx: h.x - a * g.x + b * g.y, ty: h.y - b * g.x - a * g.y }
  }

  private longest(pose: PoseValue, hand: HandRegion): number {
    return this.forearms.get((pose === this.a ? 'a' : 'b') + hand) || 1
  }
}

type HandRegion = 'leftHand' | 'rightHand'

const ARM: Record<HandRegion, { wrist: number; elbow: number }> = {
  leftHand: { wrist: JOINT.leftWrist, elbow: JOINT.leftElbow },
  rightHand: { wrist: JOINT.rightWrist, elbow: JOINT.rightElbow },
}

const pointAt = (pose: PoseValue, f: number, i: number) => ({
  x: pose.data[f * POSE_STRIDE + 3 * i],
  y: pose.data[f * POSE_STRIDE + 3 * i + 1],
})

function forearm(pose: PoseValue, f: number, hand: HandRegion): { length: number; angle: number } {
  const [e, w] = [pointAt(pose, f, ARM[hand].elbow), pointAt(pose, f, ARM[hand].wrist)]
  return { length: Math.hypot(w.x - e.x, w.y - e.y), angle: Math.atan2(w.y - e.y, w.x - e.x) }
}

function longestForearm(pose: PoseValue, hand: HandRegion): number {
  let longest = 0
  for (let f = 0; f < pose.frames; f++) {
    const { wrist, elbow } = ARM[hand]
    if (!isVisible(pose.data, f, wrist) || !isVisible(pose.data, f, elbow)) continue
    longest = Math.max(longest, forearm(pose, f, hand).length)
  }
  return longest
}

const hasVisible = (pose: PoseValue, f: number, points: readonly number[]): boolean =>
  points.some((i) => isVisible(pose.data, f, i))

/** `angle` brought to −π…π. */
const wrapAngle = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI))

function copyPart(
  from: Float32Array,
  f: number,
  frame: Float32Array,
  points: readonly number[],
  move: Similarity | 'asIs',
): void {
  for (const i of points) {
    const at = f * POSE_STRIDE + 3 * i
    frame.set(from.subarray(at, at + 3), 3 * i)
    if (move !== 'asIs' && from[at + 2] > 0) movePoint(frame, 3 * i, move)
  }
}

/** In place: `weight` of `other` over `own`, both one frame. */
function mix(own: Float32Array, other: Float32Array, weight: number): void {
  for (let i = 0; i < POSE_STRIDE; i += 3) {
    const both = own[i + 2] >= VISIBLE_SCORE && other[i + 2] >= VISIBLE_SCORE
    if (weight < 1 && both) {
      for (let k = i; k < i + 3; k++) own[k] += weight * (other[k] - own[k])
    } else if (weight >= 0.5) own.set(other.subarray(i, i + 3), i)
  }
}
