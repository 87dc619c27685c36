import type { EditLayer } from '../../../nodes/lib/pose/edit-layers'
import { isVisible, KEYPOINT_NAMES, VISIBLE_SCORE } from '../../../nodes/lib/pose/keypoints'
import { fitSimilarity } from '../../../nodes/lib/pose/similarity'
import type { Point } from '../../../nodes/lib/pose/two-bone-ik'
import {
  editKeys,
  findTrack,
  type KeyEdit,
  type KeyValues,
  layerForKeys,
  layerWeight,
  type TrackSpec,
  trackValues,
} from './key-edits'
import type { Layers } from './layer-list'
import { ARM_OF, HAND_OF, type PartId, partById, partOfPoint } from './parts'

/** What the pointer has hold of. */
export type Grab =
  | { kind: 'joint'; joint: number; axis?: 'x' | 'y' }
  | { kind: 'move' | 'turn' | 'scale'; part: PartId }

export interface Modifiers {
  shift: boolean
  alt: boolean
}

/** A drag from its first moment on: everything later is computed from here, so that it can go back. */
export interface Drag {
  grab: Grab
  from: Point
  frame: number
  /** The pose as it was shown, `[134, 3]`. */
  points: Float32Array
  /** The layers with the one that is written into, see `layerForKeys`. */
  layers: Layers
  layer: string
  frames: number
  /** Wrists are dragged without bending the arm, as with Shift. */
  free: boolean
}

export const pointAt = (points: Float32Array, i: number): Point => ({
  x: points[3 * i],
  y: points[3 * i + 1],
})
const seen = (points: Float32Array, i: number) => points[3 * i + 2] >= VISIBLE_SCORE

/** A wrist's or elbow's arm. */
export const armOfJoint = (joint: number) =>
  Object.values(ARM_OF).find((arm) => arm.elbow === joint || arm.wrist === joint)

export const partOfGrab = (grab: Grab): PartId => ('part' in grab ? grab.part : partOfPoint(grab.joint))

/** Where the middle of a part is, and how far its points reach; null where too little of it is seen. */
export function partCircle(points: Float32Array, part: PartId): { centre: Point; radius: number } | null {
  const visible = partById(part).points.filter((i) => seen(points, i))
  if (visible.length < 3) return null
  const xs = visible.map((i) => points[3 * i])
  const ys = visible.map((i) => points[3 * i + 1])
  const centre = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 }
  const radius = Math.max(
    ...visible.map((i) => Math.hypot(points[3 * i] - centre.x, points[3 * i + 1] - centre.y)),
  )
  return { centre, radius }
}

const degreesBetween = (centre: Point, from: Point, to: Point): number => {
  const turn = Math.atan2(to.y - centre.y, to.x - centre.x) - Math.atan2(from.y - centre.y, from.x - centre.x)
  const degrees = (turn * 180) / Math.PI
  return degrees - 360 * Math.round(degrees / 360)
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)

export function startDrag(
  grab: Grab,
  from: Point,
  shown: { frame: number; points: Float32Array; frames: number },
  layers: Layers,
  selected: string | undefined,
  free: boolean,
): Drag {
  const name = partById(partOfGrab(grab)).label
  const target = layerForKeys(layers, selected, shown.frame, shown.frames, name)
  return { grab, from, ...shown, points: shown.points.slice(), layers: target.layers, layer: target.id, free }
}

/** The layers while the pointer is at `to`, and what to say beside it. */
export function dragTo(drag: Drag, to: Point, held: Modifiers): { layers: EditLayer[]; says: string } {
  const { edit, says } = editOf(drag, to, held)
  return { layers: editKeys(drag.layers, drag.layer, drag.frame, [edit]), says }
}

function editOf(drag: Drag, to: Point, held: Modifiers): { edit: KeyEdit; says: string } {
  const { grab, points, from } = drag
  if (grab.kind === 'joint') return jointEdit(drag, grab.joint, to, held, grab.axis)
  const hand = HAND_OF[grab.part]
  if (grab.kind === 'move' && hand) return jointEdit(drag, hand.wrist, to, held)
  const track: TrackSpec = { part: 'region', region: partById(grab.part).region }
  const circle = partCircle(points, grab.part)
  const centre = circle?.centre ?? from
  if (grab.kind === 'move') {
    const by = { x: to.x - from.x, y: to.y - from.y }
    return { edit: added(drag, track, { dx: by.x, dy: by.y }), says: sayShift(by) }
  }
  if (grab.kind === 'turn') {
    const turned = degreesBetween(centre, from, to)
    const degrees = held.shift ? Math.round(turned / 15) * 15 : turned
    return { edit: added(drag, track, { degrees }), says: sayDegrees(degrees) }
  }
  const ratio = Math.max(0.1, distance(centre, to) / Math.max(1, distance(centre, from)))
  return { edit: added(drag, track, {}, ratio), says: `× ${ratio.toFixed(2)}` }
}

function jointEdit(drag: Drag, joint: number, to: Point, held: Modifiers, axis?: 'x' | 'y') {
  const { points, from } = drag
  const arm = armOfJoint(joint)
  const place = pointAt(points, joint)
  let by = { x: axis === 'y' ? 0 : to.x - from.x, y: axis === 'x' ? 0 : to.y - from.y }
  const says = () =>
    `${capitalised(KEYPOINT_NAMES[joint])}\nx ${Math.round(place.x + by.x)} y ${Math.round(place.y + by.y)}`
  if (!arm)
    return { edit: shifted(drag, { part: 'joint', joint, ik: false, follow: true }, by), says: says() }
  const shoulder = pointAt(points, arm.shoulder)
  if (held.alt) {
    const region = joint < 5 ? ('rightArm' as const) : ('leftArm' as const)
    const degrees = degreesBetween(shoulder, place, { x: place.x + by.x, y: place.y + by.y })
    return { edit: added(drag, { part: 'region', region }, { degrees }), says: sayDegrees(degrees) }
  }
  if (joint === arm.elbow) {
    return { edit: shifted(drag, { part: 'joint', joint, ik: false, follow: held.shift }, by), says: says() }
  }
  const ik = !(held.shift || drag.free)
  if (ik) by = withinReach(points, arm, by)
  return { edit: shifted(drag, { part: 'joint', joint, ik, follow: true }, by), says: says() }
}

/** A shift of a wrist, cut to where the arm can follow with both bones as long as they are. */
function withinReach(
  points: Float32Array,
  arm: { shoulder: number; elbow: number; wrist: number },
  by: Point,
): Point {
  const [s, e, w] = [arm.shoulder, arm.elbow, arm.wrist].map((i) => pointAt(points, i))
  if (![arm.shoulder, arm.elbow].every((i) => seen(points, i))) return by
  const [upper, lower] = [distance(s, e), distance(e, w)]
  const target = { x: w.x + by.x, y: w.y + by.y }
  const wanted = distance(s, target)
  const reached = Math.max(Math.abs(upper - lower), Math.min(upper + lower, wanted))
  if (reached === wanted || wanted === 0) return by
  const k = reached / wanted
  return { x: s.x + (target.x - s.x) * k - w.x, y: s.y + (target.y - s.y) * k - w.y }
}

const shifted = (drag: Drag, track: TrackSpec, by: Point): KeyEdit =>
  added(drag, track, { dx: by.x, dy: by.y })

/** What a track does at the start of the drag and what the drag adds, for a layer that counts less than fully. */
function added(
  { layers, layer: id, frame, frames }: Drag,
  track: TrackSpec,
  by: KeyValues,
  ratio = 1,
): KeyEdit {
  const layer = layers.find((one) => one.id === id)
  const weight = layer ? Math.max(0.05, layerWeight(layer, frame, frames)) : 1
  const now = trackValues(findTrack(layer, track), track, frame)
  const values: KeyValues = {}
  for (const name of ['dx', 'dy', 'degrees'] as const) {
    const more = by[name]
    if (more !== undefined) values[name] = now[name] + more / weight
  }
  // At weight w a size counts as 1 + w (size − 1); solve that for what is to be seen.
  if (ratio !== 1) values.scale = 1 + ((1 + weight * (now.scale - 1)) * ratio - 1) / weight
  return { track, values }
}

const sayShift = ({ x, y }: Point) => `${signed(x)}, ${signed(y)} px`
const sayDegrees = (degrees: number) => `${degrees < 0 ? '−' : '+'}${Math.abs(degrees).toFixed(0)}°`
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(Math.round(value))}`
const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** Moves an elbow across the line from shoulder to wrist; the wrist stays. `by` px, positive to its own side. */
export function swivelElbow(
  drag: Omit<Drag, 'grab' | 'from'>,
  part: 'leftArm' | 'rightArm',
  by: number,
): EditLayer[] {
  const arm = ARM_OF[part]
  if (!arm) return [...drag.layers]
  const [s, w] = [pointAt(drag.points, arm.shoulder), pointAt(drag.points, arm.wrist)]
  const length = Math.max(1, distance(s, w))
  const shift = { x: (-(w.y - s.y) / length) * by, y: ((w.x - s.x) / length) * by }
  const track: TrackSpec = { part: 'joint', joint: arm.elbow, ik: false, follow: false }
  const full: Drag = { ...drag, grab: { kind: 'joint', joint: arm.elbow }, from: s }
  return editKeys(drag.layers, drag.layer, drag.frame, [shifted(full, track, shift)])
}

/** How a part was in a frame, to be given to it in another. */
export interface CopiedPart {
  part: PartId
  points: Float32Array
}

/** Brings a part to where, how large and how turned it was when it was copied, against what it hangs on. */
export function pastePart(drag: Omit<Drag, 'grab' | 'from'>, copied: CopiedPart): EditLayer[] {
  const { part, points: source } = copied
  const { points: here } = drag
  const full: Drag = { ...drag, grab: { kind: 'move', part }, from: { x: 0, y: 0 } }
  const arm = ARM_OF[part]
  const edits: KeyEdit[] = []
  if (arm) {
    const [a, b] = [pointAt(source, arm.shoulder), pointAt(here, arm.shoulder)]
    for (const joint of [arm.elbow, arm.wrist]) {
      const [p, q] = [pointAt(source, joint), pointAt(here, joint)]
      const by = { x: p.x - a.x + b.x - q.x, y: p.y - a.y + b.y - q.y }
      const follow = joint === arm.wrist
      edits.push(shifted(full, { part: 'joint', joint, ik: false, follow }, by))
    }
  } else {
    const anchor = HAND_OF[part]?.wrist ?? (part === 'body' ? undefined : part === 'head' ? 1 : 54)
    const fit = fitSimilarity({ data: here, frame: 0 }, { data: source, frame: 0 }, partById(part).points)
    if (!fit) return [...drag.layers]
    const scale = Math.hypot(fit.a, fit.b)
    const degrees = (Math.atan2(fit.b, fit.a) * 180) / Math.PI
    const track: TrackSpec = { part: 'region', region: partById(part).region }
    const by = anchor === undefined ? { x: fit.tx, y: fit.ty } : aboutAnchor(here, source, anchor, fit)
    edits.push(added(full, track, { dx: by.x, dy: by.y, degrees }, scale))
  }
  return editKeys(drag.layers, drag.layer, drag.frame, edits)
}

/** The shift that is left when a similarity is read about a point, which itself may have moved with the body. */
function aboutAnchor(
  here: Float32Array,
  source: Float32Array,
  anchor: number,
  { a, b, tx, ty }: { a: number; b: number; tx: number; ty: number },
): Point {
  const [p, q] = [pointAt(here, anchor), pointAt(source, anchor)]
  return { x: a * p.x - b * p.y + tx - q.x, y: b * p.x + a * p.y + ty - q.y }
}

/** The point of the frame nearest to the pointer among `candidates`, within `reach` px of the canvas. */
export function nearestPoint(
  points: Float32Array,
  at: Point,
  reach: number,
  candidates: readonly number[],
): number | undefined {
  let best: number | undefined
  let nearest = reach
  for (const i of candidates) {
    if (!isVisible(points, 0, i)) continue
    const d = distance(pointAt(points, i), at)
    if (d < nearest) {
      nearest = d
      best = i
    }
  }
  return best
}
