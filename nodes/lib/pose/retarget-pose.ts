import type { CancelSignal } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { POSE_STRIDE, type PoseValue } from '../../core/values'
import { easeFromPose } from './ease-from-pose'
import { isVisible, JOINT, LEFT_PALM, PARTS, RIGHT_PALM, SKULL } from './keypoints'
import { type FrameOf, fitSimilarity, visibleMean } from './similarity'
import { isFromSide, type TorsoReference, torsoReference } from './torso-reference'

export interface RetargetOptions {
  /** Frames over which the motion leaves the first pose itself and finds its own; 0 starts with the motion. */
  easeFrames: number
  signal?: CancelSignal
  /** Told when one of the two is seen from the side, where shoulders say nothing of a person's size. */
  onFromSide?(who: 'motion' | 'first pose'): void
}

type Vector = { x: number; y: number }

/** A bone that hangs on `parent`; the bones of one entry are the two sides of a body and share one scale. */
const BONES: { pairs: [parent: number, child: number][] }[] = [
  {
    pairs: [
      [1, 2],
      [1, 5],
    ],
  },
  {
    pairs: [
      [2, 3],
      [5, 6],
    ],
  },
  {
    pairs: [
      [3, 4],
      [6, 7],
    ],
  },
  {
    pairs: [
      [1, 8],
      [1, 11],
    ],
  },
  {
    pairs: [
      [8, 9],
      [11, 12],
    ],
  },
  {
    pairs: [
      [9, 10],
      [12, 13],
    ],
  },
  { pairs: [[1, 0]] },
]

/** Feet hang on their ankle. */
const FEET: [ankle: number, points: number[]][] = [
  [JOINT.leftAnkle, [18, 19, 20]],
  [JOINT.rightAnkle, [21, 22, 23]],
]

const HEAD_POINTS: readonly number[] = [14, 15, 16, 17, ...PARTS.face]

/**
 * A limb may be this much longer or shorter against the shoulders than the source's; what exceeds it is a limb that
 * points at the camera in one of the two first poses, not an odd person.
 */
const MAX_DISPROPORTION = 1.7

/**
 * One person's motion on another person's body, on the canvas of `first`.
 *
 * Sizes are compared between the first frame of each that shows neck and shoulders:
 * - place: the neck starts at the target's and moves with the source's, scaled by shoulder width, or by the distance of
 *   neck and nose when either is seen from the side;
 * - limbs: every bone keeps its direction in the picture and its own foreshortening; its length is scaled by the
 *   ratio of target to source for that bone, both sides of the body together;
 * - hands: moved with the wrist, scaled by the size of the palm, otherwise unchanged;
 * - head: nose on the neck bone; head and face scaled by the skull. The target keeps its face: the difference of the
 *   two first faces is added and turns with the head. Of eyes and lips only width and place are kept that way, their
 *   opening is the source's.
 *
 * Retargeting a motion onto its own first frame changes nothing (to float32 rounding). Missing points stay missing.
 *
 * @throws StudioError `pose/no-torso` when either never shows neck and shoulders.
 */
export function retargetPose(motion: PoseValue, first: PoseValue, options: RetargetOptions): PoseValue {
  const source = referenceOf(motion, 'motion')
  const target = referenceOf(first, 'first pose')
  if (isFromSide(source)) options.onFromSide?.('motion')
  if (isFromSide(target)) options.onFromSide?.('first pose')
  const retargeting = new Retargeting(motion, source, first, target)
  const data = motion.data.slice()
  for (let f = 0; f < motion.frames; f++) {
    if (f % 256 === 0) options.signal?.throwIfAborted()
    retargeting.frame(f, data.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE))
  }
  const start = first.data.slice(target.frame * POSE_STRIDE, (target.frame + 1) * POSE_STRIDE)
  easeFromPose(data, start, Math.min(options.easeFrames, motion.frames))
  return { ...motion, width: first.width, height: first.height, data }
}

function referenceOf(pose: PoseValue, name: string): TorsoReference {
  const reference = torsoReference(pose)
  if (reference) return reference
  throw new StudioError('pose/no-torso', `No frame of the ${name} shows the neck and both shoulders.`, {
    hint: 'Use a picture or motion that shows the upper body from the front.',
  })
}

/** Of the shoulders, unless these are seen from the side in one of the two. */
function sizeRatio(source: TorsoReference, target: TorsoReference): number {
  const isSide = isFromSide(source) || isFromSide(target)
  if (isSide && source.neckToNose && target.neckToNose) return target.neckToNose / source.neckToNose
  return target.shoulders / source.shoulders
}

class Retargeting {
  /** How much larger the target is. */
  private readonly scale: number
  private readonly boneScales: number[]
  private readonly handScale: number
  private readonly headScale: number
  /** Per point of the head: what the target's face adds, as it is turned in the source's reference frame. */
  private readonly faceShape: Map<number, Vector>
  private readonly from: FrameOf
  private readonly to: FrameOf

  constructor(
    private readonly motion: PoseValue,
    private readonly source: TorsoReference,
    first: PoseValue,
    private readonly target: TorsoReference,
  ) {
    this.from = { data: motion.data, frame: source.frame }
    this.to = { data: first.data, frame: target.frame }
    this.scale = sizeRatio(source, target)
    this.boneScales = BONES.map(({ pairs }) => this.lengthRatio(pairs))
    const palms = [LEFT_PALM, RIGHT_PALM].flatMap(([root, ...knuckles]) =>
      knuckles.map((knuckle): [number, number] => [root, knuckle]),
    )
    this.handScale = this.lengthRatio(palms)
    const skull =
      fitSimilarity(this.from, this.to, SKULL, 6) ?? fitSimilarity(this.from, this.to, PARTS.head, 3)
    this.headScale = this.plausible(skull ? Math.hypot(skull.a, skull.b) : this.scale)
    this.faceShape = this.faceDifference(skull ? Math.atan2(skull.b, skull.a) : 0)
  }

  /** Rewrites one frame of the motion in place. */
  frame(f: number, out: Float32Array): void {
    const data = this.motion.data
    const original = (i: number): Vector => ({
      x: data[f * POSE_STRIDE + 3 * i],
      y: data[f * POSE_STRIDE + 3 * i + 1],
    })
    const seen = (i: number) => isVisible(data, f, i)
    const put = (i: number, { x, y }: Vector) => {
      out[3 * i] = x
      out[3 * i + 1] = y
    }
    for (let i = 0; i < POSE_STRIDE / 3; i++) if (out[3 * i + 2] > 0) put(i, this.place(original(i)))
    /** Keeps `child` where it is seen from `parent`, times `scale`; without a parent it stays where `place` put it. */
    const hang = (child: number, parent: number, scale: number, extra: Vector = ZERO) => {
      if (!seen(child) || !seen(parent)) return
      const [c, p] = [original(child), original(parent)]
      put(child, {
        x: out[3 * parent] + scale * (c.x - p.x) + extra.x,
        y: out[3 * parent + 1] + scale * (c.y - p.y) + extra.y,
      })
    }
    BONES.forEach(({ pairs }, b) => {
      for (const [parent, child] of pairs) hang(child, parent, this.boneScales[b])
    })
    for (const [ankle, points] of FEET) for (const i of points) hang(i, ankle, this.scale)
    for (const i of PARTS.leftHand) hang(i, JOINT.leftWrist, this.handScale)
    for (const i of PARTS.rightHand) hang(i, JOINT.rightWrist, this.handScale)
    const turned = fitSimilarity(this.from, { data, frame: f }, SKULL, 6) ?? { a: 1, b: 0 }
    for (const i of HEAD_POINTS) {
      const shape = this.faceShape.get(i) ?? ZERO
      hang(i, JOINT.nose, this.headScale, {
        x: turned.a * shape.x - turned.b * shape.y,
        y: turned.b * shape.x + turned.a * shape.y,
      })
    }
  }

  /** The body as a whole: neck on neck, at the target's size. */
  private place({ x, y }: Vector): Vector {
    return {
      x: this.target.neck.x + this.scale * (x - this.source.neck.x),
      y: this.target.neck.y + this.scale * (y - this.source.neck.y),
    }
  }

  private lengthRatio(pairs: readonly (readonly [number, number])[]): number {
    let own = 0
    let wanted = 0
    for (const [a, b] of pairs) {
      if (![a, b].every((i) => this.seenInBoth(i))) continue
      own += distance(this.from, a, b)
      wanted += distance(this.to, a, b)
    }
    return this.plausible(own > 1 ? wanted / own : this.scale)
  }

  private plausible(ratio: number): number {
    const [least, most] = [this.scale / MAX_DISPROPORTION, this.scale * MAX_DISPROPORTION]
    return Math.min(most, Math.max(least, ratio))
  }

  private seenInBoth(i: number): boolean {
    return isVisible(this.from.data, this.from.frame, i) && isVisible(this.to.data, this.to.frame, i)
  }

  /** `roll`: how far the target's head is turned against the source's; its face is turned back by that. */
  private faceDifference(roll: number): Map<number, Vector> {
    const shape = new Map<number, Vector>()
    if (![JOINT.nose, ...PARTS.face].every((i) => this.seenInBoth(i))) return shape
    const [c, s] = [Math.cos(roll), Math.sin(roll)]
    for (const i of HEAD_POINTS) {
      if (!this.seenInBoth(i)) continue
      const own = offset(this.from, i, JOINT.nose)
      const wanted = offset(this.to, i, JOINT.nose)
      shape.set(i, {
        x: c * wanted.x + s * wanted.y - this.headScale * own.x,
        y: -s * wanted.x + c * wanted.y - this.headScale * own.y,
      })
    }
    for (const part of [PARTS.rightEye, PARTS.leftEye, PARTS.lips]) this.keepOpening(shape, part)
    return shape
  }

  /** Across the line of the eyes every point of `part` gets the same difference, so its opening is the source's. */
  private keepOpening(shape: Map<number, Vector>, part: readonly number[]): void {
    const right = visibleMean(this.from, PARTS.rightEye)
    const left = visibleMean(this.from, PARTS.leftEye)
    if (!right || !left) return
    const length = Math.hypot(left.x - right.x, left.y - right.y) || 1
    const up = { x: -(left.y - right.y) / length, y: (left.x - right.x) / length }
    const across = (v: Vector) => v.x * up.x + v.y * up.y
    const mean = part.reduce((sum, i) => sum + across(shape.get(i)!), 0) / part.length // every face point has one here
    for (const i of part) {
      const v = shape.get(i)!
      const change = mean - across(v)
      shape.set(i, { x: v.x + change * up.x, y: v.y + change * up.y })
    }
  }
}

const ZERO: Vector = { x: 0, y: 0 }

function offset({ data, frame }: FrameOf, point: number, from: number): Vector {
  const [p, q] = [frame * POSE_STRIDE + 3 * point, frame * POSE_STRIDE + 3 * from]
  return { x: data[p] - data[q], y: data[p + 1] - data[q + 1] }
}

function distance(pose: FrameOf, a: number, b: number): number {
  const { x, y } = offset(pose, b, a)
  return Math.hypot(x, y)
}
