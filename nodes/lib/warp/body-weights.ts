/** Seeds and conductances of the body field; `weights.ts` solves for the weights. */
import type { ArmSplit } from './arm-split'
import { distanceToSegment, signedDistance } from './geometry'
import { HIPS, isVisible, type Measures, SHOULDERS } from './keypoints'
import type { LabPicture } from './lab'
import { distanceToMask } from './planes'
import { type ArmPoints, headEllipse, torsoPolygon } from './regions'
import { BONE_COUNT, BONES } from './rig'
import { solveWeights } from './weights'

/** Cells of the body field along the longer side. */
const CELLS = 96

export interface BodyWeightsInput {
  lab: LabPicture
  points: Float32Array
  measures: Measures
  arms: (ArmPoints | null)[]
  splits: (ArmSplit | null)[]
  /** Person with its arms, and without what cut arms leave to the background. */
  person: Uint8Array
  moving: Uint8Array
  hole: Uint8Array
  matted: boolean
  /** 1 where anything may move; null: wherever the person is. */
  allowed: Uint8Array | null
}

/** Weights of every bone on a grid that spans the picture corner to corner: `[bones × ny·nx]`. */
export function bodyWeights(input: BodyWeightsInput): { nx: number; ny: number; weights: Float32Array } {
  const { lab, moving, hole, matted } = input
  const cell = (Math.max(lab.width, lab.height) - 1) / CELLS
  const nx = Math.max(2, Math.round((lab.width - 1) / cell) + 1)
  const ny = Math.max(2, Math.round((lab.height - 1) / cell) + 1)
  const seeds = new Int8Array(nx * ny).fill(-1)
  const pixel = new Int32Array(nx * ny)
  const seedOf = seedFinder(input)
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) {
      const px = (x * (lab.width - 1)) / (nx - 1)
      const py = (y * (lab.height - 1)) / (ny - 1)
      const i = y * nx + x
      pixel[i] = Math.round(py) * lab.width + Math.round(px)
      seeds[i] = seedOf(px, py, pixel[i])
    }
  }
  const conductance = (i: number, j: number) => {
    const p = pixel[i]
    const q = pixel[j]
    const dl = lab.l[p] - lab.l[q]
    const da = lab.a[p] - lab.a[q]
    const db = lab.b[p] - lab.b[q]
    // Under a removed arm the picture shows the arm, not what moves: no edges there.
    const difference = hole[p] || hole[q] ? 0 : dl * dl + da * da + db * db
    const c = 0.03 + 1 / (1 + difference / 150)
    return matted && moving[p] !== moving[q] ? 0.03 * c : c
  }
  const solved = solveWeights({ nx, ny }, seeds, BONE_COUNT, conductance)
  const weights = new Float32Array(BONE_COUNT * nx * ny)
  for (let bone = 0; bone < BONE_COUNT; bone++) weights.set(soften(solved[bone], nx, ny), bone * nx * ny)
  // Blurring must not make what has to rest move.
  for (let i = 0; i < nx * ny; i++) {
    if (seeds[i] !== BONES.rest) continue
    for (let bone = 0; bone < BONE_COUNT; bone++) weights[bone * nx * ny + i] = bone === BONES.rest ? 1 : 0
  }
  return { nx, ny, weights }
}

/** Blurs a weight plane over its neighbours, twice [1 2 1]: creases at seed borders would show as kinks. */
function soften(w: Float32Array, nx: number, ny: number): Float32Array {
  let from = w
  for (let round = 0; round < 2; round++) {
    const out = new Float32Array(from.length)
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        let sum = 0
        let total = 0
        for (let v = Math.max(0, y - 1); v <= Math.min(ny - 1, y + 1); v++) {
          for (let u = Math.max(0, x - 1); u <= Math.min(nx - 1, x + 1); u++) {
            const k = (u === x ? 2 : 1) * (v === y ? 2 : 1)
            total += k
            sum += k * from[v * nx + u]
          }
        }
        out[y * nx + x] = sum / total
      }
    }
    from = out
  }
  return from
}

function seedFinder({
  lab,
  points,
  measures: m,
  arms,
  splits,
  moving,
  hole,
  matted,
  allowed,
}: BodyWeightsInput) {
  const { width, height } = lab
  const torso = torsoPolygon(points, m)
  const s = m.shoulders
  const skull = headEllipse(points, m, 1)
  const hair = headEllipse(points, m, 1.25)
  const fromPerson = distanceToMask(moving, width, height)
  const hipsSeen = HIPS.every((i) => isVisible(points, i) && points[3 * i + 1] < 0.93 * height)
  const [rx, ry, lx, ly] = [
    points[3 * SHOULDERS[0]],
    points[3 * SHOULDERS[0] + 1],
    points[3 * SHOULDERS[1]],
    points[3 * SHOULDERS[1] + 1],
  ]
  return (x: number, y: number, i: number): number => {
    if (allowed && !allowed[i]) return BONES.rest
    // How far above the chin, in face heights.
    const rise = ((x - m.chin[0]) * m.upX + (y - m.chin[1]) * m.upY) / m.faceHeight
    if (rise > 0.12 && (moving[i] || rise < 0.9) && signedDistance(skull, x, y) <= 0) return BONES.head
    if (rise > 0.5 && moving[i] && signedDistance(hair, x, y) <= 0) return BONES.head
    if (!matted && fromPerson[i] > Math.max(0.05 * width, 0.12 * s)) return BONES.rest
    if (y > 0.94 * height) return BONES.rest
    for (let k = 0; k < arms.length; k++) {
      const arm = arms[k]
      const split = splits[k]
      if (!arm || !split || split.tier === 'cut') continue
      const fore = distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1])
      let hand = Number.POSITIVE_INFINITY
      for (const [hx, hy] of arm.hand) hand = Math.min(hand, Math.hypot(x - hx, y - hy))
      const onFore = fore < 0.75 * arm.foreRadius || hand < 0.05 * s
      if (onFore) return split.tier === 'bend' ? BONES.fore[k] : BONES.rest
      const upper = distanceToSegment(
        x,
        y,
        arm.shoulder[0] + 0.4 * (arm.elbow[0] - arm.shoulder[0]),
        arm.shoulder[1] + 0.4 * (arm.elbow[1] - arm.shoulder[1]),
        arm.elbow[0],
        arm.elbow[1],
      )
      if (split.tier === 'bend' && upper < 0.7 * arm.upperRadius) return BONES.upper[k]
    }
    const down = ((x - rx) * -(ly - ry) + (y - ry) * (lx - rx)) / s
    const below = Math.abs(down)
    if (distanceToSegment(x, y, rx, ry, lx, ly) < 0.07 * s) return BONES.chest
    // The round of the shoulder: a cut arm hangs on it and must find it where the chest is.
    if (Math.min(Math.hypot(x - rx, y - ry), Math.hypot(x - lx, y - ly)) < 0.2 * s) return BONES.chest
    const inTorso = signedDistance({ kind: 'polygon', points: torso, grow: 0 }, x, y) <= 0
    if (inTorso && below < 0.45 * s) return BONES.chest
    if (inTorso && hipsSeen && (moving[i] || hole[i])) {
      const hip = (points[3 * HIPS[0] + 1] + points[3 * HIPS[1] + 1]) / 2
      if (Math.abs(y - hip) < 0.08 * s) return BONES.hips
    }
    return -1
  }
}
