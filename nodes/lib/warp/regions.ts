/** Where the person surely is, and where it may be, from the keypoints alone (working-size pixels). */
import { convexHull, fillShape, type Shape } from './geometry'
import {
  ARMS,
  CHIN,
  FINGERS,
  HIPS,
  isVisible,
  JAW_LEFT,
  JAW_RIGHT,
  type Measures,
  NECK,
  SHOULDERS,
} from './keypoints'
import type { LabPicture } from './lab'

export interface ArmPoints {
  shoulder: [number, number]
  elbow: [number, number]
  wrist: [number, number]
  /** 21 points; those not seen are at the wrist. */
  hand: [number, number][]
  handSeen: boolean
  /** Half widths of the sleeve in px. */
  upperRadius: number
  foreRadius: number
}

/** The arm of the first pose, or null when shoulder, elbow or wrist is not visible. */
export function armPoints(
  points: Float32Array,
  lab: LabPicture,
  measures: Measures,
  side: 0 | 1,
): ArmPoints | null {
  const arm = ARMS[side]
  if (![arm.shoulder, arm.elbow, arm.wrist].every((i) => isVisible(points, i))) return null
  const at = (i: number): [number, number] => [points[3 * i], points[3 * i + 1]]
  const wrist = at(arm.wrist)
  let seen = 0
  const hand = Array.from({ length: 21 }, (_, k): [number, number] => {
    if (!isVisible(points, arm.hand + k)) return wrist
    seen++
    return at(arm.hand + k)
  })
  const s = measures.shoulders
  const shoulder = at(arm.shoulder)
  const elbow = at(arm.elbow)
  return {
    shoulder,
    elbow,
    wrist,
    hand,
    handSeen: seen >= 12,
    upperRadius: boneRadius(lab, shoulder, elbow, 0.06 * s, 0.26 * s, 0.17 * s),
    foreRadius: boneRadius(lab, elbow, wrist, 0.05 * s, 0.2 * s, 0.12 * s),
  }
}

/**
 * Walks outwards from a bone, at 15 places on both sides, to the clearest edge (near ones count a little more).
 * Folds and knitting give edges too early, so the upper third of what was found is believed, not the middle.
 */
function boneRadius(
  lab: LabPicture,
  a: [number, number],
  b: [number, number],
  from: number,
  to: number,
  usual: number,
): number {
  const { width, height, gradient } = lab
  const length = Math.hypot(b[0] - a[0], b[1] - a[1])
  if (length < 2) return usual
  const nx = -(b[1] - a[1]) / length
  const ny = (b[0] - a[0]) / length
  const found: number[] = []
  for (let k = 0; k < 15; k++) {
    const t = 0.18 + (0.66 * k) / 14
    for (const side of [-1, 1]) {
      let best = 4
      let place = -1
      for (let d = from; d <= to; d += 0.5) {
        const x = Math.round(a[0] + (b[0] - a[0]) * t + side * nx * d)
        const y = Math.round(a[1] + (b[1] - a[1]) * t + side * ny * d)
        if (x < 0 || y < 0 || x >= width || y >= height) break
        const g = gradient[y * width + x] * (1 - (0.4 * (d - from)) / (to - from))
        if (g > best) {
          best = g
          place = d
        }
      }
      if (place >= 0) found.push(place)
    }
  }
  if (found.length < 6) return usual
  found.sort((p, q) => p - q)
  return found[Math.floor(found.length * 0.66)]
}

/** Shoulders and hips, clockwise; hips that are not seen hang below the shoulders. */
export function torsoPolygon(points: Float32Array, measures: Measures): [number, number][] {
  const at = (i: number): [number, number] => [points[3 * i], points[3 * i + 1]]
  const [r, l] = SHOULDERS.map(at)
  const mid: [number, number] = [(r[0] + l[0]) / 2, (r[1] + l[1]) / 2]
  const acrossX = (l[0] - r[0]) / measures.shoulders
  const acrossY = (l[1] - r[1]) / measures.shoulders
  // Downwards is across the shoulders, on the side away from the face.
  const flip = acrossY * measures.upX - acrossX * measures.upY > 0 ? 1 : -1
  const downX = -acrossY * flip
  const downY = acrossX * flip
  const hip = (i: number, side: number): [number, number] =>
    isVisible(points, i)
      ? at(i)
      : [
          mid[0] + 1.45 * measures.shoulders * downX + side * 0.33 * measures.shoulders * acrossX,
          mid[1] + 1.45 * measures.shoulders * downY + side * 0.33 * measures.shoulders * acrossY,
        ]
  return [r, l, hip(HIPS[1], 1), hip(HIPS[0], -1)]
}

export function headEllipse(points: Float32Array, m: Measures, scale: number): Shape {
  const chin = [points[3 * CHIN], points[3 * CHIN + 1]]
  return {
    kind: 'ellipse',
    x: chin[0] + 0.9 * m.faceHeight * m.upX,
    y: chin[1] + 0.9 * m.faceHeight * m.upY,
    rx: 0.62 * m.faceWidth * scale,
    ry: 0.92 * m.faceHeight * scale,
    ux: m.upX,
    uy: m.upY,
  }
}

function neckCapsule(points: Float32Array, m: Measures, r: number): Shape {
  const neck = isVisible(points, NECK)
    ? [points[3 * NECK], points[3 * NECK + 1]]
    : [(points[6] + points[15]) / 2, (points[7] + points[16]) / 2]
  return { kind: 'capsule', ax: m.chin[0], ay: m.chin[1], bx: neck[0], by: neck[1], r }
}

const capsule = (a: [number, number], b: [number, number], r: number): Shape => ({
  kind: 'capsule',
  ax: a[0],
  ay: a[1],
  bx: b[0],
  by: b[1],
  r,
})

/** Finger bones and palm of a hand, as thick lines of radius `r` and a palm grown by `grow`. */
export function handShapes(arm: ArmPoints, r: number, grow: number): Shape[] {
  if (!arm.handSeen) return []
  const shapes: Shape[] = []
  for (const finger of FINGERS) {
    for (let k = 0; k < 4; k++) shapes.push(capsule(arm.hand[finger[k]], arm.hand[finger[k + 1]], r))
  }
  const palm = convexHull([0, 1, 5, 9, 13, 17].map((k) => arm.hand[k]))
  if (palm.length > 2) shapes.push({ kind: 'polygon', points: palm, grow })
  return shapes
}

export interface PersonRegions {
  /** Surely person. */
  core: Uint8Array
  /** May be person; outside it nothing is. */
  outer: Uint8Array
}

export function personRegions(
  points: Float32Array,
  m: Measures,
  arms: (ArmPoints | null)[],
  width: number,
  height: number,
): PersonRegions {
  const core = new Uint8Array(width * height)
  const outer = new Uint8Array(width * height)
  const s = m.shoulders
  const torso = torsoPolygon(points, m)
  const fill = (mask: Uint8Array, shape: Shape) => fillShape(mask, width, height, shape)
  fill(core, { kind: 'polygon', points: torso, grow: -0.05 * s })
  // Below a hip there is a thigh, a coat or a skirt; the fronts from both sides must not have to guess.
  for (const [x, y] of [torso[2], torso[3]]) fill(core, capsule([x, y], [x, y + 0.4 * s], 0.14 * s))
  fill(core, headEllipse(points, m, 0.8))
  fill(core, neckCapsule(points, m, 0.22 * m.faceWidth))
  fill(outer, { kind: 'polygon', points: torso, grow: 0.22 * s })
  // Skirts and coats do not taper to the hips: straight down from the shoulders as well.
  const [r, l] = SHOULDERS.map((i): [number, number] => [points[3 * i], points[3 * i + 1]])
  const bottom = Math.max(height, torso[2][1], torso[3][1])
  fill(outer, { kind: 'polygon', points: [r, l, [l[0], bottom], [r[0], bottom]], grow: 0.22 * s })
  fill(outer, headEllipse(points, m, 1.42))
  fill(outer, neckCapsule(points, m, 0.75 * m.faceWidth))
  const at = (i: number): [number, number] => [points[3 * i], points[3 * i + 1]]
  const [earR, earL] = [at(JAW_RIGHT), at(JAW_LEFT)]
  const across = [(earL[0] - earR[0]) * 0.25, (earL[1] - earR[1]) * 0.25]
  const neckSides: [number, number][] = [
    [earR[0] - across[0], earR[1] - across[1]],
    [earL[0] + across[0], earL[1] + across[1]],
    at(SHOULDERS[1]),
    at(SHOULDERS[0]),
  ]
  fill(outer, { kind: 'polygon', points: neckSides, grow: 0 })
  for (const i of SHOULDERS) fill(outer, capsule(at(i), at(i), 0.26 * s))
  for (const arm of arms) {
    if (!arm) continue
    fill(core, capsule(arm.shoulder, arm.elbow, 0.5 * arm.upperRadius))
    fill(core, capsule(arm.elbow, arm.wrist, 0.5 * arm.foreRadius))
    for (const shape of handShapes(arm, 0.022 * s, 0.01 * s)) fill(core, shape)
    fill(outer, capsule(arm.shoulder, arm.elbow, Math.max(1.5 * arm.upperRadius + 3, 0.36 * s)))
    fill(outer, capsule(arm.elbow, arm.wrist, Math.max(1.5 * arm.foreRadius + 3, 0.3 * s)))
    for (const shape of handShapes(arm, 0.09 * s, 0.09 * s)) fill(outer, shape)
  }
  return { core, outer }
}
