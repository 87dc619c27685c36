import type { LayerRegion } from './edit-layers'
import { isVisible, JOINT, PARTS, SKULL } from './keypoints'
import { type EditedRange, readPoint, regionGroups, writePoint } from './layer-regions'
import { type About, centreOf, type Gain, groupPlaces, scaleLocalMotion } from './local-motion'
import { followersOf } from './move-joint'
import type { Point } from './two-bone-ik'

/** One joint's motion relative to another, or to the canvas. */
type Link = [parent: number | null, child: number]

const EXPRESSION: LayerRegion[] = ['face']
const HANDS: LayerRegion[] = ['leftHand', 'rightHand']
const ARM_CHAINS = {
  left: [JOINT.leftShoulder, JOINT.leftElbow, JOINT.leftWrist],
  right: [JOINT.rightShoulder, JOINT.rightElbow, JOINT.rightWrist],
} as const
const HEAD_LINK: Link = [JOINT.neck, JOINT.nose]
const SHOULDER_LINKS: Link[] = [
  [JOINT.neck, JOINT.rightShoulder],
  [JOINT.neck, JOINT.leftShoulder],
]
const LEG_LINKS: Link[] = [
  [JOINT.rightKnee, JOINT.rightAnkle],
  [JOINT.leftKnee, JOINT.leftAnkle],
  [JOINT.rightHip, JOINT.rightKnee],
  [JOINT.leftHip, JOINT.leftKnee],
  [null, JOINT.rightHip],
  [null, JOINT.leftHip],
]
const ROOT_LINK: Link = [null, JOINT.neck]

/** What is scaled for a region, innermost parts first, so that a part is carried by what is scaled after it. */
interface Plan {
  local: LayerRegion[]
  arms: (keyof typeof ARM_CHAINS)[]
  roll: boolean
  links: Link[]
}

const UPPER_BODY: Plan = {
  local: [...EXPRESSION, ...HANDS],
  arms: ['left', 'right'],
  roll: true,
  links: [HEAD_LINK, ...SHOULDER_LINKS, ROOT_LINK],
}

function planOf(region: LayerRegion): Plan {
  const plan: Plan = { local: [], arms: [], roll: false, links: [] }
  if (region === 'upperBody') return UPPER_BODY
  if (region === 'all') return { ...UPPER_BODY, links: [...UPPER_BODY.links, ...LEG_LINKS] }
  if (region === 'head') return { ...plan, roll: true, links: [HEAD_LINK] }
  if (region === 'leftArm') return { ...plan, arms: ['left'] }
  if (region === 'rightArm') return { ...plan, arms: ['right'] }
  if (region === 'arms') return { ...plan, arms: ['left', 'right'] }
  return { ...plan, local: [region] }
}

/**
 * In place: scales the motion of a region about its mean or first pose in the range, by `gain` per frame.
 *
 * Every part is scaled relative to what it hangs on, so nothing comes apart: arms by the angles of upper arm and
 * forearm (bones keep their lengths; a gain under 1 also calms their foreshortening), the head by its way and roll
 * against the neck, fingers in the frame of the forearm, face and lips in the frame of the skull, the person as a
 * whole by the neck's way on the canvas.
 */
export function amplifyMotion(range: EditedRange, region: LayerRegion, gain: Gain, about: About): void {
  const plan = planOf(region)
  for (const part of plan.local) {
    for (const group of regionGroups(part)) {
      const points = group.holds === 'skull' ? group.points.filter((i) => !SKULL.includes(i)) : group.points
      scaleLocalMotion(range, points, groupPlaces(range, group), gain, about)
    }
  }
  for (const side of plan.arms) amplifyArm(range, ARM_CHAINS[side], gain, about)
  if (plan.roll) amplifyRoll(range, gain, about)
  for (const link of plan.links) amplifyLink(range, link, gain, about)
}

/** Scales the way of a joint against its parent and takes along what hangs on it. */
function amplifyLink(
  { data, from, to, signal }: EditedRange,
  [parent, child]: Link,
  gain: Gain,
  about: About,
): void {
  const path: (Point | null)[] = []
  for (let f = from; f < to; f++) {
    if (!isVisible(data, f, child) || (parent !== null && !isVisible(data, f, parent))) path.push(null)
    else {
      const [c, p] = [
        readPoint(data, f, child),
        parent === null ? { x: 0, y: 0 } : readPoint(data, f, parent),
      ]
      path.push({ x: c.x - p.x, y: c.y - p.y })
    }
  }
  const centre = centreOf(path, about)
  if (!centre) return
  path.forEach((p, k) => {
    if (k % 1024 === 0) signal?.throwIfAborted()
    const more = gain(from + k) - 1
    if (!p || more === 0) return
    const shift = { x: more * (p.x - centre.x), y: more * (p.y - centre.y) }
    for (const i of [child, ...followersOf(child)]) movePoint(data, from + k, i, shift)
  })
}

function movePoint(data: Float32Array, f: number, i: number, shift: Point): void {
  if (!isVisible(data, f, i)) return
  const p = readPoint(data, f, i)
  writePoint(data, f, i, { x: p.x + shift.x, y: p.y + shift.y })
}

function amplifyRoll(range: EditedRange, gain: Gain, about: About): void {
  const { data, from } = range
  const rolls = unwrap(
    groupPlaces(range, regionGroups('face')[0]).map((place) => place && Math.atan2(place.b, place.a)),
  )
  const centre = centreOf(
    rolls.map((x) => (x === null ? null : { x, y: 0 })),
    about,
  )
  if (!centre) return
  rolls.forEach((roll, k) => {
    const turn = roll === null ? 0 : (gain(from + k) - 1) * (roll - centre.x)
    if (turn === 0 || !isVisible(data, from + k, JOINT.nose)) return
    turnPoints(data, from + k, [...PARTS.head, ...PARTS.face], readPoint(data, from + k, JOINT.nose), turn)
  })
}

interface Bone {
  angle: number
  length: number
}

function amplifyArm(
  { data, from, to }: EditedRange,
  [shoulder, elbow, wrist]: readonly [number, number, number],
  gain: Gain,
  about: About,
): void {
  const upper = bones(data, from, to, shoulder, elbow)
  const lower = bones(data, from, to, elbow, wrist)
  const scaledUpper = scaleBones(upper, from, gain, about)
  const scaledLower = scaleBones(lower, from, gain, about)
  for (let f = from; f < to; f++) {
    const [bone, forearm] = [scaledUpper[f - from], scaledLower[f - from]]
    if (!bone || gain(f) === 1) continue
    const start = readPoint(data, f, shoulder)
    const middle = along(start, bone)
    writePoint(data, f, elbow, middle)
    if (!forearm) continue
    const before = readPoint(data, f, wrist)
    const end = along(middle, forearm)
    writePoint(data, f, wrist, end)
    for (const i of followersOf(wrist)) movePoint(data, f, i, { x: end.x - before.x, y: end.y - before.y })
    turnPoints(data, f, followersOf(wrist), end, forearm.angle - lower[f - from]!.angle) // scaled bones exist where bones do
  }
}

const along = (from: Point, { angle, length }: Bone): Point => ({
  x: from.x + length * Math.cos(angle),
  y: from.y + length * Math.sin(angle),
})

/** Angle (without jumps of a full turn) and length of a bone; null where an end is missing. */
function bones(data: Float32Array, from: number, to: number, a: number, b: number): (Bone | null)[] {
  const vectors: (Point | null)[] = []
  for (let f = from; f < to; f++) {
    const seen = isVisible(data, f, a) && isVisible(data, f, b)
    const [p, q] = [readPoint(data, f, a), readPoint(data, f, b)]
    vectors.push(seen ? { x: q.x - p.x, y: q.y - p.y } : null)
  }
  const angles = unwrap(vectors.map((v) => v && Math.atan2(v.y, v.x)))
  return vectors.map((v, k) => v && { angle: angles[k]!, length: Math.hypot(v.x, v.y) }) // unwrap keeps what is null
}

function scaleBones(path: readonly (Bone | null)[], from: number, gain: Gain, about: About): (Bone | null)[] {
  const centre = centreOf(
    path.map((bone) => bone && { x: bone.angle, y: bone.length }),
    about,
  )
  if (!centre) return [...path]
  return path.map((bone, k) => {
    if (!bone) return null
    const g = gain(from + k)
    return {
      angle: centre.x + g * (bone.angle - centre.x),
      length: g < 1 ? centre.y + g * (bone.length - centre.y) : bone.length,
    }
  })
}

/** Adds full turns so that each angle follows the last known one by less than half a turn. */
function unwrap(angles: readonly (number | null)[]): (number | null)[] {
  let last = 0
  let known = false
  return angles.map((angle) => {
    if (angle === null) return null
    const near = known ? angle - 2 * Math.PI * Math.round((angle - last) / (2 * Math.PI)) : angle
    known = true
    last = near
    return near
  })
}

function turnPoints(
  data: Float32Array,
  f: number,
  points: readonly number[],
  pivot: Point,
  radians: number,
): void {
  const [c, s] = [Math.cos(radians), Math.sin(radians)]
  for (const i of points) {
    if (!isVisible(data, f, i)) continue
    const p = readPoint(data, f, i)
    const [x, y] = [p.x - pivot.x, p.y - pivot.y]
    writePoint(data, f, i, { x: pivot.x + c * x - s * y, y: pivot.y + s * x + c * y })
  }
}
