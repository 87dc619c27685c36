import type { FaceShape } from './face'
import { type Body, type Cloth, neckField } from './garment'
import { GROUP } from './groups'
import { croppedMask, type HairStyle, hairParts, hairStrands, rootsMask } from './hair'
import { type HandPose, handPart, solveHand } from './hand'
import { browsAndLashes, type FaceColours, type HeadPlace, headKeypoints, headParts, placeHead } from './head'
import type { Vec3 } from './sculpt/field'
import type { Part, Scene, Strand } from './sculpt/scene'
import type { Light } from './sculpt/shade'
import { sleeveParts } from './sleeve'

/** Everything that makes one of the example people: from it come the picture and the first pose alike. */
export interface Person {
  name: string
  seed: number
  head: HeadPlace
  face: FaceShape
  colours: FaceColours
  hair: HairStyle
  body: Body
  hands: { length: number; right: HandPose; left: HandPose }
  /** Clothes of the trunk. */
  clothes: (body: Body) => Part[]
  sleeves: Cloth
  cuffs?: Cloth
  /** Where the sleeves end on the forearm, 0 elbow … 1 wrist. */
  sleeveEnd: number
  light: Light
  backdrop: string
}

/** Width and height of the portraits, pixels. */
export const CANVAS = 1024

const handsOf = (person: Person) => {
  const { length, right, left } = person.hands
  return [
    solveHand(person.body.wrists[0], length, right, 1),
    solveHand(person.body.wrists[1], length, left, -1),
  ] as const
}

export function personScene(person: Person): Scene {
  const { body, colours } = person
  const head = placeHead(person.head, person.face)
  const u = body.breadth
  const tone = colours.skin
  const neck: Part = {
    name: 'neck',
    field: neckField(body),
    bounds: [
      body.neck[0] - 1.5 * u,
      body.nape[1] - u,
      -1.3 * u,
      body.neck[0] + 1.5 * u,
      body.neck[1] + 1.4 * u,
      0.9 * u,
    ],
    group: GROUP.neck,
    paint: (finish) => {
      finish.albedo = [tone.base[0] * 0.96, tone.base[1] * 0.93, tone.base[2] * 0.93]
      finish.gloss = 0.035
      finish.sharpness = 18
      finish.flesh = 1
    },
  }
  const { hair } = person
  const stubble =
    hair.kind === 'combed'
      ? { mask: rootsMask, colour: hair.roots }
      : { mask: croppedMask(person.face, hair), colour: hair.colours[0] }
  const parts: Part[] = [
    ...headParts(head, colours, GROUP.head, stubble),
    ...hairParts(head, hair, GROUP.hair),
    neck,
    ...person.clothes(body),
  ]
  const hands = handsOf(person)
  for (const side of [0, 1] as const) {
    const arm = side === 0 ? GROUP.rightArm : GROUP.leftArm
    const group = side === 0 ? GROUP.rightHand : GROUP.leftHand
    parts.push(...sleeveParts(body, side, person.sleeves, person.sleeveEnd, arm, person.cuffs))
    const cuff = 1 - person.sleeveEnd + 0.08
    parts.push(
      handPart(side === 0 ? 'right hand' : 'left hand', hands[side], body.elbows[side], cuff, tone, group),
    )
  }
  const strands: Strand[] = [
    ...browsAndLashes(head, colours, GROUP.head, person.seed),
    ...hairStrands(head, hair, GROUP.hair, person.seed + 1),
  ]
  return { width: CANVAS, height: CANVAS, parts, strands }
}

export type Keypoint = [x: number, y: number, score: number]

/** The first pose: 134 keypoints (stage 1 reference, section 7.1) read from the same joints and curves as the picture. */
export function personKeypoints(person: Person): Keypoint[] {
  const { body } = person
  const head = headKeypoints(placeHead(person.head, person.face))
  const [right, left] = handsOf(person)
  const seen = (p: Vec3 | readonly [number, number]): Keypoint => [tenth(p[0]), tenth(p[1]), 1]
  // Neck as the detector defines it: the middle between the shoulders.
  const [rs, ls] = body.shoulders
  const neck: Vec3 = [(rs[0] + ls[0]) / 2, (rs[1] + ls[1]) / 2, 0]
  const hip = (side: 1 | -1): Keypoint =>
    seen([neck[0] - side * 0.58 * body.breadth, neck[1] + 2.95 * body.breadth])
  const missing: Keypoint = [0, 0, 0]
  return [
    seen(head.nose),
    seen(neck),
    ...[0, 1].flatMap((side) => [body.shoulders[side], body.elbows[side], body.wrists[side]].map(seen)),
    hip(1),
    missing,
    missing,
    hip(-1),
    missing,
    missing,
    seen(head.rightEye),
    seen(head.leftEye),
    seen(head.rightEar),
    seen(head.leftEar),
    ...Array.from({ length: 6 }, () => missing),
    ...head.face.map(seen),
    ...left.joints.map(seen),
    ...right.joints.map(seen),
  ]
}

const tenth = (v: number): number => Math.round(v * 10) / 10

/** The contents of a pose file with one frame. */
export function personPose(person: Person) {
  return { format: 'mmgt-pose/1', width: CANVAS, height: CANVAS, fps: 25, frames: [personKeypoints(person)] }
}
