/** Finds the outline of one arm with its hand, and decides how far the arm may be moved. */
import { distanceToSegment, fillShape, smooth } from './geometry'
import type { LabPicture } from './lab'
import { outlineConfidence, splitObject } from './matte'
import { distanceToMask } from './planes'
import { type ArmPoints, handShapes } from './regions'

/**
 * `cut`: the arm becomes a layer of its own and moves freely. `bend`: it moves a little with the body's soft field.
 * `hold`: it stays where it is in the portrait.
 */
export type ArmTier = 'cut' | 'bend' | 'hold'

export interface ArmSplit {
  tier: ArmTier
  /** Median |∇Lab| along the outline that was found. */
  confidence: number
  /** 1 = arm or hand, working size. */
  inside: Uint8Array
  /** 0 at the shoulder … 1 from an eighth of the upper arm on: where the layer takes over from the body. */
  ramp: Float32Array
}

/** Outline confidence from which an arm is cut, and from which it is bent; from six arms, see the warp reference, section 9.11. */
const CUT = 4.5
const BEND = 2.6

/** Part of the upper arm over which the layer fades in. The round of the shoulder turns in place, so this may be early. */
const RAMP_FROM = -0.06
const RAMP_TO = 0.12

export function splitArm(
  lab: LabPicture,
  arm: ArmPoints,
  other: ArmPoints | null,
  person: Uint8Array,
  shoulders: number,
): ArmSplit {
  const { width, height } = lab
  const n = width * height
  const s = shoulders
  const core = new Uint8Array(n)
  const allowed = new Uint8Array(n)
  const fill = (mask: Uint8Array, a: [number, number], b: [number, number], r: number, value = 1) =>
    fillShape(mask, width, height, { kind: 'capsule', ax: a[0], ay: a[1], bx: b[0], by: b[1], r }, value)
  fill(allowed, arm.shoulder, arm.elbow, 1.3 * arm.upperRadius + 2)
  fill(allowed, arm.elbow, arm.wrist, 1.3 * Math.max(arm.foreRadius, 0.8 * arm.upperRadius) + 2)
  for (const shape of handShapes(arm, 0.075 * s, 0.06 * s)) fillShape(allowed, width, height, shape)
  fill(core, arm.shoulder, arm.elbow, 0.5 * arm.upperRadius)
  fill(core, arm.elbow, arm.wrist, 0.5 * arm.foreRadius)
  for (const shape of handShapes(arm, 0.012 * s, 0)) fillShape(core, width, height, shape)
  if (other) {
    // The other arm's surely-known parts do not belong to this one, unless this arm lies across them.
    const block = new Uint8Array(n)
    fill(block, other.shoulder, other.elbow, 0.5 * other.upperRadius)
    fill(block, other.elbow, other.wrist, 0.5 * other.foreRadius)
    for (const shape of handShapes(other, 0.02 * s, 0)) fillShape(block, width, height, shape)
    for (let i = 0; i < n; i++) if (block[i] && !core[i]) allowed[i] = 0
  }
  const outside = new Uint8Array(n)
  const near = new Uint8Array(n)
  const reach = distanceToMask(allowed, width, height)
  for (let i = 0; i < n; i++) {
    if (core[i]) continue
    if (!allowed[i] || !person[i]) outside[i] = 1
    near[i] = outside[i] && reach[i] < 0.15 * s ? 1 : 0
  }
  const { inside } = splitObject(lab, core, outside, near, 0.6)
  const ramp = shoulderRamp(arm, width, height)
  keepFingersNarrow(inside, arm, width, height, s)
  const confidence = outlineConfidence(inside, lab, (i) => ramp[i] > 0.99)
  const wristIn =
    arm.wrist[0] >= 0 && arm.wrist[1] >= 0 && arm.wrist[0] < width && arm.wrist[1] < height && arm.handSeen
  const tier = wristIn && confidence >= CUT ? 'cut' : wristIn && confidence >= BEND ? 'bend' : 'hold'
  return { tier, confidence, inside, ramp }
}

/** Beside the fingers sleeve and jacket may be one colour: nothing further than a finger's width from the bones. */
function keepFingersNarrow(
  inside: Uint8Array,
  arm: ArmPoints,
  width: number,
  height: number,
  s: number,
): void {
  if (!arm.handSeen) return
  const hand = new Uint8Array(inside.length)
  for (const shape of handShapes(arm, 0.066 * s, 0.05 * s)) fillShape(hand, width, height, shape)
  const r = 1.15 * arm.foreRadius + 2
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (!inside[i] || hand[i]) continue
      if (distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1]) < r) continue
      if (
        distanceToSegment(x, y, arm.shoulder[0], arm.shoulder[1], arm.elbow[0], arm.elbow[1]) <
        1.4 * arm.upperRadius
      )
        continue
      inside[i] = 0
    }
  }
}

function shoulderRamp(arm: ArmPoints, width: number, height: number): Float32Array {
  const ramp = new Float32Array(width * height)
  const [sx, sy] = arm.shoulder
  const dx = arm.elbow[0] - sx
  const dy = arm.elbow[1] - sy
  const length = Math.max(1, Math.hypot(dx, dy))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const along = ((x - sx) * dx + (y - sy) * dy) / (length * length)
      let v = smooth(RAMP_FROM, RAMP_TO, along)
      if (v < 1) {
        const upper = distanceToSegment(x, y, sx, sy, arm.elbow[0], arm.elbow[1])
        let fore = distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1])
        for (const [hx, hy] of arm.hand) fore = Math.min(fore, Math.hypot(x - hx, y - hy))
        const fromElbow = Math.hypot(x - arm.elbow[0], y - arm.elbow[1])
        if (fore < upper && fromElbow > 1.2 * arm.upperRadius) v = 1
      }
      ramp[y * width + x] = v
    }
  }
  return ramp
}
