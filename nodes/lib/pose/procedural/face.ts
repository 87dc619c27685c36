import { isSeen, pointOf, type Rig } from './rig'

/** Depth of the 68 face points in half face widths, forward of the ears; the left side mirrors the right. */
const JAW = [0.1, 0.14, 0.22, 0.35, 0.55, 0.78, 1, 1.16, 1.22]
const BROW = [0.8, 0.98, 1.1, 1.18, 1.22]
const DEPTHS = [
  ...JAW,
  ...JAW.slice(0, 8).reverse(),
  ...BROW,
  ...BROW.toReversed(),
  ...[1.2, 1.36, 1.54, 1.7, 1.3, 1.4, 1.46, 1.4, 1.3], // nose
  ...[0.84, 1, 1.06, 1, 1.04, 0.98], // right eye
  ...[1, 1.06, 1, 0.84, 0.98, 1.04],
  ...[1.14, 1.34, 1.43, 1.45, 1.43, 1.34, 1.14, 1.32, 1.4, 1.42, 1.4, 1.32], // outer lips
  ...[1.16, 1.36, 1.4, 1.36, 1.16, 1.34, 1.38, 1.34], // inner lips
]
const FACE = 24
const FACE_POINTS = 68
/** Body points that belong to the head, with their depth: nose, eyes, ears. */
const BODY_DEPTHS: readonly (readonly [point: number, depth: number])[] = [
  [0, 1.7],
  [14, 1.02],
  [15, 1.02],
  [16, 0],
  [17, 0],
]
/** The head turns about a point this far behind the face's depths and this far below its middle, half widths. */
const PIVOT = { behind: 0.15, below: 0.45 }

/** What the face does at one moment. */
export interface FaceState {
  /** Degrees. */
  yaw: number
  pitch: number
  roll: number
  /** 0…1.15. */
  open: number
  /** −1 rounded … 1 spread. */
  spread: number
  /** 0 = as in the first pose … 1 = an open first mouth has closed. */
  settled: number
  brows: { right: number; left: number }
  /** 0 open … 1 shut. */
  blink: number
}

/** The head of the first pose in its own frame: origin at the pivot, in px, z toward the camera. */
export interface Head {
  points: { index: number; x: number; y: number; z: number }[]
  /** Half the width of the face, px. */
  half: number
  pivot: [x: number, y: number]
  /** In-plane tilt of the face frame, radians. */
  tilt: number
  mouth: { x: number; half: number; y: number; gaps: number[] } | null
}

/** @returns null when there is nothing of a head to move */
export function measureHead(rig: Rig): Head | null {
  const { first } = rig
  const indices = [
    ...BODY_DEPTHS.map(([point]) => point),
    ...Array.from({ length: FACE_POINTS }, (_, i) => FACE + i),
  ].filter((i) => isSeen(first, i))
  if (indices.length === 0) return null
  const frame = faceFrame(rig, indices)
  const { half, tilt, pivot } = frame
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)]
  const local = (i: number) => {
    const [x, y] = pointOf(first, i)
    const [dx, dy] = [x - pivot[0], y - pivot[1]]
    return { index: i, x: c * dx + s * dy, y: -s * dx + c * dy }
  }
  // The table is for a face seen from the front; a first pose that looks aside turns it.
  const tip = isSeen(first, FACE + 30) ? local(FACE + 30).x : isSeen(first, 0) ? local(0).x : 0
  const yaw = Math.asin(Math.max(-0.6, Math.min(0.6, tip / (1.6 * half))))
  const points = indices.map((i) => {
    const point = local(i)
    const depth = i >= FACE ? DEPTHS[i - FACE] : (BODY_DEPTHS.find(([p]) => p === i)?.[1] ?? 0)
    const z = (depth + PIVOT.behind) * half
    const frontal = (point.x - z * Math.sin(yaw)) / Math.cos(yaw)
    return { ...point, z: z * Math.cos(yaw) - frontal * Math.sin(yaw) }
  })
  return { ...frame, points, mouth: measureMouth(points) }
}

/** Tilt, size and pivot from the eyes and the ends of the jaw, or from what there is of them. */
function faceFrame(rig: Rig, seen: number[]): { half: number; tilt: number; pivot: [number, number] } {
  const { first } = rig
  const middle = (points: number[]): [number, number] | null => {
    const there = points.filter((p) => isSeen(first, p)).map((p) => pointOf(first, p))
    if (there.length === 0) return null
    const sum = there.reduce(([ax, ay], [bx, by]) => [ax + bx, ay + by])
    return [sum[0] / there.length, sum[1] / there.length]
  }
  const eye = (from: number) => [0, 1, 2, 3, 4, 5].map((k) => FACE + from + k)
  const right = middle(eye(36)) ?? middle([14])
  const left = middle(eye(42)) ?? middle([15])
  // In a mirrored picture the axis runs the other way, so that "down" stays down.
  const tilt =
    right && left
      ? Math.atan2((left[1] - right[1]) * rig.handedness, (left[0] - right[0]) * rig.handedness)
      : 0
  const jaw = [FACE, FACE + 16].every((p) => isSeen(first, p))
  const ends = jaw ? [FACE, FACE + 16] : [16, 17]
  const measured = ends.every((p) => isSeen(first, p))
    ? Math.hypot(first[3 * ends[0]] - first[3 * ends[1]], first[3 * ends[0] + 1] - first[3 * ends[1] + 1]) / 2
    : right && left
      ? 1.25 * Math.hypot(right[0] - left[0], right[1] - left[1])
      : 0
  const half = Math.max(measured, 0.15 * rig.unit, 2)
  const centre = measured > 0 && ends.every((p) => isSeen(first, p)) ? middle(ends) : middle(seen)
  const [x, y] = centre ?? rig.centre
  const below = PIVOT.below * half
  return { half, tilt, pivot: [x - Math.sin(tilt) * below, y + Math.cos(tilt) * below] }
}

/** Pairs of inner lip points over each other, right to left. */
const INNER_COLUMNS = [
  [61, 67],
  [62, 66],
  [63, 65],
] as const

function measureMouth(points: Head['points']): Head['mouth'] {
  const at = (k: number) => points.find((p) => p.index === FACE + k)
  const corners = [at(48), at(54)]
  const columns = INNER_COLUMNS.map(([up, down]) => [at(up), at(down)] as const)
  if (!corners[0] || !corners[1] || columns.some(([up, down]) => !up || !down)) return null
  return {
    x: (corners[0].x + corners[1].x) / 2,
    y: (corners[0].y + corners[1].y) / 2,
    half: Math.abs(corners[1].x - corners[0].x) / 2,
    gaps: columns.map(([up, down]) => Math.max(0, down!.y - up!.y)),
  }
}

/** Share of the opening in the three inner columns, and beside the corners. */
const COLUMN_SHARE = [0.8, 1, 0.8] as const
const SIDE_SHARE = 0.55
/** Column of each lip point (48–67): 0…2 inner columns, 3 right of them, 4 left, −1 corner; and whether it is lower. */
const LIP_COLUMN = [-1, 3, 0, 1, 2, 4, -1, 4, 2, 1, 0, 3, -1, 0, 1, 2, -1, 2, 1, 0]
const isLower = (k: number): boolean => (k >= 55 && k <= 59) || k >= 65
const BROW_WEIGHTS = [0.7, 0.95, 1, 0.95, 0.8, 0.8, 0.95, 1, 0.95, 0.7]
const BROW_HEIGHT = 0.115
const GAP = 0.65
const JAW_DROP = 0.62
/** Lids over each other: upper points and the lower ones under them. */
const LIDS = [
  [37, 41],
  [38, 40],
  [43, 47],
  [44, 46],
] as const

/**
 * Places the head's points: expression in the face's own frame, then yaw, pitch and roll about the pivot.
 *
 * @param shift displacement of the whole head, px
 * @param frame `[134, 3]`; x and y of the head's points are written
 */
export function placeHead(head: Head, state: FaceState, shift: [number, number], frame: Float32Array): void {
  const [dx, dy] = expressionOf(head, state)
  const [cy, sy] = turn(state.yaw)
  const [cp, sp] = turn(state.pitch)
  const roll = head.tilt + (state.roll * Math.PI) / 180
  const [cr, sr] = [Math.cos(roll), Math.sin(roll)]
  head.points.forEach(({ index, x, y, z }, i) => {
    const [ex, ey] = [x + dx[i], y + dy[i]]
    const x1 = ex * cy + z * sy
    const z1 = z * cy - ex * sy
    const y2 = ey * cp + z1 * sp
    frame[3 * index] = head.pivot[0] + shift[0] + cr * x1 - sr * y2
    frame[3 * index + 1] = head.pivot[1] + shift[1] + sr * x1 + cr * y2
  })
}

const turn = (degrees: number): [cos: number, sin: number] => [
  Math.cos((degrees * Math.PI) / 180),
  Math.sin((degrees * Math.PI) / 180),
]

/** Displacements of the head's points in the face frame, px. */
function expressionOf(head: Head, state: FaceState): [dx: Float64Array, dy: Float64Array] {
  const { points, half, mouth } = head
  const dx = new Float64Array(points.length)
  const dy = new Float64Array(points.length)
  const gap = mouth ? GAP * mouth.half * state.open : 0
  const width = mouth ? mouthWidth(state) : 1
  const position = new Map(points.map((p, i) => [p.index - FACE, i]))
  points.forEach(({ index, x }, i) => {
    const k = index - FACE
    if (k < 0) return
    if (k >= 48 && mouth) {
      dx[i] = (width - 1) * (x - mouth.x)
      dy[i] = lipShift(mouth, LIP_COLUMN[k - 48], isLower(k), gap, state.settled)
    } else if (k >= 2 && k <= 14) {
      // Ends of the jaw line belong to the skull.
      dy[i] = Math.exp(-0.5 * ((k - 8) / 3) ** 2) * JAW_DROP * gap
    } else if (k >= 17 && k <= 26) {
      const height = k <= 21 ? state.brows.right : state.brows.left
      dy[i] = -BROW_WEIGHTS[k - 17] * BROW_HEIGHT * half * height
    }
  })
  for (const [up, down] of LIDS) {
    const [a, b] = [position.get(up), position.get(down)]
    if (a === undefined || b === undefined) continue
    const open = points[b].y - points[a].y
    const raised = 0.1 * Math.max(0, up < 42 ? state.brows.right : state.brows.left)
    dy[a] = open * (0.88 * state.blink - raised * (1 - state.blink))
    dy[b] = -open * 0.1 * state.blink
  }
  return [dx, dy]
}

function mouthWidth({ spread, open }: FaceState): number {
  const shaped = 1 + (spread > 0 ? 0.11 : 0.17) * spread - 0.05 * open
  return Math.max(0.72, shaped)
}

/** A quarter of the change of the gap goes up, three quarters down; corners sink a little. */
function lipShift(
  mouth: NonNullable<Head['mouth']>,
  column: number,
  lower: boolean,
  gap: number,
  settled: number,
): number {
  if (column === -1) return 0.06 * gap
  const inner = column <= 2 ? column : 1
  const closed = Math.min(mouth.gaps[inner], 0.06 * mouth.half) - mouth.gaps[inner]
  const share = column <= 2 ? COLUMN_SHARE[column] : SIDE_SHARE
  const change = gap * share + closed * settled * (column <= 2 ? 1 : SIDE_SHARE)
  return lower ? 0.75 * change : -0.25 * change
}
