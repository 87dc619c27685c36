import { isVisible, JOINT, LEFT_HAND_ROOT, SKULL } from './keypoints'
import { type EditedRange, pivotTrack, type RegionGroup, readPoint, writePoint } from './layer-regions'
import { fitSimilarity, type Similarity } from './similarity'
import type { Point } from './two-bone-ik'

/** How much of a point's own motion is left in frame `from + i` of a range: 1 all of it, 0 none, 2 twice as much. */
export type Gain = (frame: number) => number

/** The pose about which a motion is scaled: its average over the range, or its first frame there. */
export type About = 'mean' | 'first'

const HERE: Similarity = { a: 1, b: 0, tx: 0, ty: 0 }

/**
 * Where a group is in each frame of the range, as the similarity from its own coordinates to the picture; null where
 * nobody can tell. What is left of a point's path in own coordinates is the motion of the part itself: fingers
 * without the arm, lips without the head.
 */
export function groupPlaces(range: EditedRange, group: RegionGroup): (Similarity | null)[] {
  const { data, from, to } = range
  const length = to - from
  if (group.holds === 'canvas') return Array.from({ length }, () => HERE)
  if (group.holds === 'skull') return skullPlaces(range)
  const track = pivotTrack(range, group.pivots)
  if (!track) return Array.from({ length }, () => null)
  const angles = group.holds === 'forearm' ? forearmAngles(data, from, to, group.points[0]) : null
  return track.map(({ x, y }, i) => {
    const angle = angles?.[i] ?? 0
    return { a: Math.cos(angle), b: Math.sin(angle), tx: x, ty: y }
  })
}

/** Against the first frame of the range that shows enough of the face. */
function skullPlaces({ data, from, to }: EditedRange): (Similarity | null)[] {
  let first: number | null = null
  return Array.from({ length: to - from }, (_, i) => {
    const frame = from + i
    if (first === null && SKULL.filter((p) => isVisible(data, frame, p)).length >= 6) first = frame
    return first === null ? null : fitSimilarity({ data, frame: first }, { data, frame }, SKULL, 6)
  })
}

/** Direction of the forearm in every frame, or null when some frame does not tell: then a hand keeps the picture's axes. */
function forearmAngles(data: Float32Array, from: number, to: number, handRoot: number): number[] | null {
  const [elbow, wrist] =
    handRoot === LEFT_HAND_ROOT ? [JOINT.leftElbow, JOINT.leftWrist] : [JOINT.rightElbow, JOINT.rightWrist]
  const angles: number[] = []
  for (let f = from; f < to; f++) {
    if (!isVisible(data, f, elbow) || !isVisible(data, f, wrist)) return null
    const [e, w] = [readPoint(data, f, elbow), readPoint(data, f, wrist)]
    angles.push(Math.atan2(w.y - e.y, w.x - e.x))
  }
  return angles
}

/** In place: scales the motion of every point in its group's own coordinates. Missing points stay as they are. */
export function scaleLocalMotion(
  { data, from, signal }: EditedRange,
  points: readonly number[],
  places: readonly (Similarity | null)[],
  gain: Gain,
  about: About,
): void {
  for (const i of points) {
    signal?.throwIfAborted()
    const path = places.map((place, k) =>
      place && isVisible(data, from + k, i) ? toLocal(place, readPoint(data, from + k, i)) : null,
    )
    const centre = centreOf(path, about)
    if (!centre) continue
    path.forEach((p, k) => {
      const g = gain(from + k)
      if (!p || g === 1) return
      const scaled = { x: centre.x + g * (p.x - centre.x), y: centre.y + g * (p.y - centre.y) }
      writePoint(data, from + k, i, toPicture(places[k]!, scaled)) // a path has a point only where a place is known
    })
  }
}

/** Mean or first of the known points of a path; null when there is none. */
export function centreOf(path: readonly (Point | null)[], about: About): Point | null {
  let count = 0
  const sum = { x: 0, y: 0 }
  for (const p of path) {
    if (!p) continue
    if (about === 'first') return p
    sum.x += p.x
    sum.y += p.y
    count++
  }
  return count === 0 ? null : { x: sum.x / count, y: sum.y / count }
}

function toLocal({ a, b, tx, ty }: Similarity, p: Point): Point {
  const size = a * a + b * b
  const [x, y] = [p.x - tx, p.y - ty]
  return { x: (a * x + b * y) / size, y: (a * y - b * x) / size }
}

const toPicture = ({ a, b, tx, ty }: Similarity, p: Point): Point => ({
  x: a * p.x - b * p.y + tx,
  y: b * p.x + a * p.y + ty,
})
