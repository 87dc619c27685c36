/** Where the body's outline runs behind arms that were taken away. */
import type { LabPicture } from './lab'

export interface OutlineInput {
  lab: LabPicture
  /** Person, and its arms: 1 = yes. */
  person: Uint8Array
  arms: Uint8Array
  /** Distance between the shoulders, px. */
  shoulders: number
}

/** Least width of body, in shoulder widths, that must be seen beside its outline: less is a rim beside an arm. */
const SEEN_BODY = 0.1
/** px. How far the outline of the person may be wrong inwards and outwards; it likes to leak beside arms. */
const LEAK = 8
const SHORT = 3
/** |∇Lab| of an edge that is clear enough to be the outline. */
const CLEAR = 5

/**
 * The outline on one side, as x per row between the last pixel of the body and the first one beyond. Taken from rows
 * where it is seen; where an arm hides it, the smoothest curve that carries on what is seen above and below.
 *
 * @param side     −1: towards smaller x
 * @param shoulder of that side, px
 * @param middleAt x of the body's middle in a row
 */
export function bodyOutline(
  side: -1 | 1,
  shoulder: [number, number],
  middleAt: (y: number) => number,
  input: OutlineInput,
): Float64Array {
  const { shoulders, lab } = input
  const { width, height } = lab
  const places = new Float64Array(height)
  const weights = new Float64Array(height)
  const least = new Float64Array(height).fill(side < 0 ? width : 0)
  const from = Math.max(0, Math.round(shoulder[1] + 0.25 * shoulders))
  for (let y = from; y < height; y++) {
    const row = seenInRow(y, side, middleAt(y), input)
    least[y] = row.body
    if (row.edge === null) continue
    places[y] = row.edge
    weights[y] = 1
  }
  trustWithinRuns(weights, least, side)
  anchorAtArmpit(places, weights, side, shoulder, shoulders)
  return carryOn(places, weights, least, side)
}

interface SeenRow {
  /** The outline, null where it is hidden. */
  edge: number | null
  /** As far as body is seen. */
  body: number
}

function seenInRow(y: number, side: -1 | 1, middle: number, input: OutlineInput): SeenRow {
  const { person, arms, shoulders, lab } = input
  const { width } = lab
  const row: SeenRow = { edge: null, body: middle }
  let run = 0
  let x = Math.round(middle)
  for (; x >= 0 && x < width && person[y * width + x]; x += side) {
    run = arms[y * width + x] ? 0 : run + 1
    if (run >= SEEN_BODY * shoulders) row.body = x + 0.5 * side
  }
  const inside = x > 3 && x < width - 4
  const wide = Math.abs(x - middle) > 0.12 * shoulders
  if (!inside || !wide || run < SEEN_BODY * shoulders) return row
  for (let k = 0; k <= SHORT; k++) if (arms[y * width + x + side * k]) return row
  row.edge = clearestEdge(x - side, y, side, lab)
  row.body = row.edge
  return row
}

/** The person's outline often lies beside the true one, which is the clearest edge near it. */
function clearestEdge(last: number, y: number, side: -1 | 1, { gradient, width }: LabPicture): number {
  let best = CLEAR
  let at = last + 0.5 * side
  for (let k = -LEAK; k <= SHORT; k++) {
    const x = last + side * k
    if (x < 1 || x >= width - 1) continue
    const g = gradient[y * width + x] * (1 - Math.abs(k) / (2 * LEAK))
    if (g <= best) continue
    best = g
    at = x
  }
  return at
}

/** Rows beside an arm that are not believed: its rim and its shade make the outline look wider or narrower there. */
const UNSURE = 4
/** Rows that an outline must be seen in, one below the other, to be believed. */
const SHORTEST_RUN = 12

function trustWithinRuns(weights: Float64Array, least: Float64Array, side: -1 | 1): void {
  const nothing = side < 0 ? Number.POSITIVE_INFINITY : 0
  const height = weights.length
  for (let y = 0; y < height; ) {
    const from = y
    while (y < height && weights[y] > 0) y++
    if (y === from) {
      y++
      continue
    }
    const sure = y - from >= SHORTEST_RUN
    for (let k = from; k < y; k++) {
      const edge = k < from + UNSURE || (k >= y - UNSURE && y < height)
      if (!sure || edge) weights[k] = 0
    }
    for (let k = Math.max(0, from - UNSURE); k < Math.min(height, y + UNSURE); k++) least[k] = nothing
  }
}

/** Above what is seen the body goes on to the armpit, a little under the shoulder joint. */
function anchorAtArmpit(
  places: Float64Array,
  weights: Float64Array,
  side: -1 | 1,
  shoulder: [number, number],
  shoulders: number,
): void {
  const usual = shoulder[0] + side * 0.05 * shoulders
  const highest = [...places.keys()].filter((y) => weights[y] > 0).slice(0, 12)
  const near = highest.map((y) => places[y]).sort((p, q) => p - q)
  const observed = near.length > 0 ? near[near.length >> 1] : usual
  const anchor = side * (observed - usual) > 0 ? observed + 0.1 * (usual - observed) : usual
  const last = Math.min(places.length - 1, Math.max(0, Math.round(shoulder[1] + 0.2 * shoulders)))
  for (let y = 0; y <= last; y++) {
    places[y] = anchor
    weights[y] = 1
  }
}

/** Weight of an even course against the places that were seen. */
const STIFFNESS = 60
/** px. Places further than about this from the curve hardly count. */
const STRAY = 1.5
const ROUNDS = 5

/**
 * Fits a smooth curve to the places that have weight (Whittaker's smoother with a penalty on second differences, made
 * robust by weighing the places anew each round). Without weight it is the cubic that meets both ends without a kink.
 * It stays on the outer side of `least`.
 */
function carryOn(
  places: Float64Array,
  weights: Float64Array,
  least: Float64Array,
  side: -1 | 1,
): Float64Array {
  const target = places.slice()
  const trust = weights.slice()
  let curve: Float64Array = places
  for (let round = 0; round < ROUNDS; round++) {
    curve = smoothCurve(target, trust)
    for (let y = 0; y < curve.length; y++) {
      if (weights[y] > 0) trust[y] = 1 / (1 + ((curve[y] - places[y]) / STRAY) ** 2)
      else if (side * (least[y] - curve[y]) > 0) {
        target[y] = least[y]
        trust[y] = 1
      }
    }
  }
  return curve
}

/** Minimises Σ weight·(x − place)² + STIFFNESS·Σ (second difference of x)²; needs weight in two rows or more. */
function smoothCurve(places: Float64Array, weights: Float64Array): Float64Array {
  const n = places.length
  // The matrix is symmetric with two bands beside its diagonal; solved as L·D·Lᵀ.
  const d = new Float64Array(n)
  const e = new Float64Array(n)
  const f = new Float64Array(n)
  const z = new Float64Array(n)
  for (let y = 0; y < n; y++) {
    const above = Math.min(y, 2)
    const below = Math.min(n - 1 - y, 2)
    const diagonal = [1, 5, 6][Math.min(above, below)]
    const next = y + 1 < n ? (y === 0 || y + 1 === n - 1 ? -2 : -4) : 0
    const afterNext = y + 2 < n ? 1 : 0
    const e1 = y > 0 ? e[y - 1] : 0
    const d1 = y > 0 ? d[y - 1] : 0
    const f2 = y > 1 ? f[y - 2] : 0
    const d2 = y > 1 ? d[y - 2] : 0
    const f1 = y > 0 ? f[y - 1] : 0
    d[y] = weights[y] + STIFFNESS * diagonal - e1 * e1 * d1 - f2 * f2 * d2
    e[y] = (STIFFNESS * next - e1 * f1 * d1) / d[y]
    f[y] = (STIFFNESS * afterNext) / d[y]
    z[y] = weights[y] * places[y] - (y > 0 ? e1 * z[y - 1] : 0) - (y > 1 ? f2 * z[y - 2] : 0)
  }
  const x = new Float64Array(n)
  for (let y = n - 1; y >= 0; y--) {
    x[y] = z[y] / d[y] - (y + 1 < n ? e[y] * x[y + 1] : 0) - (y + 2 < n ? f[y] * x[y + 2] : 0)
  }
  return x
}
