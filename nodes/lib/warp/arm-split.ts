/** Finds the outline of one arm with its hand, and decides how far the arm may be moved. */

import { boxAround } from './face-plates'
import { distanceToSegment, fillShape, signedDistance, smooth } from './geometry'
import { SHOULDERS } from './keypoints'
import { cropLab, cropPlane, type LabPicture } from './lab'
import { colourLikelihood, outlineConfidence, splitObject } from './matte'
import { blur, distanceToMask } from './planes'
import { type ArmPoints, handShapes } from './regions'
import type { Box } from './rig'

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
  /** Those of them that have the hand's own colour. */
  hand: Uint8Array
  /** 0 at the shoulder … 1 from an eighth of the upper arm on: where the layer takes over from the body. */
  ramp: Float32Array
}

/** Outline confidence from which an arm is cut, and from which it is bent; from six arms, see the warp reference, section 9.11. */
const CUT = 4.5
const BEND = 2.6

/** px of soft edge and outline around a hand. Wider ones bring cloth along from between the fingers. */
const RIM = 1.4

/** A pixel on the bone whose likelihood of being sleeve rather than surroundings is no more than this is no seed. */
const STRANGER = 0.3

/** Part of the upper arm over which the layer fades in. The round of the shoulder turns in place, so this may be early. */
export const RAMP_FROM = -0.06
export const RAMP_TO = 0.1

/**
 * @param person 1 = person
 * @param points the first pose, 134 × (x, y, score), px of `lab`
 */
export function splitArm(
  lab: LabPicture,
  arm: ArmPoints,
  other: ArmPoints | null,
  person: Uint8Array,
  points: Float32Array,
  shoulders: number,
): ArmSplit {
  const { width, height } = lab
  const places = [arm.shoulder, arm.elbow, arm.wrist, ...arm.hand]
  const box = boxAround(
    places.map((p) => p[0]),
    places.map((p) => p[1]),
    0.45 * shoulders,
    width,
    height,
  )
  const here = ([x, y]: [number, number]): [number, number] => [x - box.left, y - box.top]
  const move = (a: ArmPoints): ArmPoints => ({
    ...a,
    shoulder: here(a.shoulder),
    elbow: here(a.elbow),
    wrist: here(a.wrist),
    hand: a.hand.map(here),
  })
  const middle = (points[3 * SHOULDERS[0]] + points[3 * SHOULDERS[1]]) / 2 - box.left
  const part = splitInBox(
    cropLab(lab, box),
    move(arm),
    other && move(other),
    cropPlane(person, width, box),
    middle,
    shoulders,
  )
  const inside = new Uint8Array(width * height)
  const hand = new Uint8Array(width * height)
  for (let y = 0; y < box.height; y++) {
    const [from, to] = [y * box.width, (y + 1) * box.width]
    inside.set(part.inside.subarray(from, to), (box.top + y) * width + box.left)
    hand.set(part.hand.subarray(from, to), (box.top + y) * width + box.left)
  }
  const ramp = shoulderRamp(arm, box, width, height)
  const [wx, wy] = arm.wrist
  const wristIn = wx >= 0 && wy >= 0 && wx < width && wy < height && arm.handSeen
  // A hand near the border moves its cut end into view, and next to it the soft field has no room to bend.
  const margin = 0.1 * height
  const free = wx > margin && wy > margin && wx < width - margin && wy < height - margin
  const tier =
    wristIn && part.confidence >= CUT ? 'cut' : wristIn && free && part.confidence >= BEND ? 'bend' : 'hold'
  return { tier, confidence: part.confidence, inside, hand, ramp }
}

function splitInBox(
  lab: LabPicture,
  arm: ArmPoints,
  other: ArmPoints | null,
  person: Uint8Array,
  middle: number,
  shoulders: number,
): { inside: Uint8Array; hand: Uint8Array; confidence: number } {
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
  // Beside the body whatever is person near the arm's bones is arm, however wide the sleeve.
  const beside = besideBody(arm, middle, width, height, s)
  const nearHand = new Uint8Array(n)
  for (const shape of handShapes(arm, 0.075 * s, 0.06 * s)) fillShape(nearHand, width, height, shape)
  for (let i = 0; i < n; i++) {
    if (!beside[i] || !person[i]) continue
    allowed[i] = 1
    if (!nearHand[i]) core[i] = 1
  }
  fill(core, arm.shoulder, arm.elbow, 0.5 * arm.upperRadius)
  fill(core, arm.elbow, arm.wrist, 0.5 * arm.foreRadius)
  for (const shape of handShapes(arm, 0.02 * s, 0)) fillShape(core, width, height, shape)
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
  const { inside } = splitObject(lab, core, outside, near, 0.6, expectedShape(arm, beside, width, height, s))
  const ramp = shoulderRamp(arm, { left: 0, top: 0, width, height }, width, height)
  keepFingersNarrow(inside, arm, width, height, s)
  const hand = new Uint8Array(n)
  dropForeignColours(inside, hand, lab, arm, core, outside, s)
  dropOtherCloth(inside, lab, arm, person, beside, s)
  const confidence = outlineConfidence(inside, lab, (i) => ramp[i] > 0.99)
  return { inside, hand, confidence }
}

/**
 * Between the fingers often lies cloth in the colour of the sleeve, which counts as arm. So the hand is judged once
 * more by its own colours: those of its bones against all around it.
 */
function dropForeignColours(
  inside: Uint8Array,
  hand: Uint8Array,
  lab: LabPicture,
  arm: ArmPoints,
  core: Uint8Array,
  outside: Uint8Array,
  s: number,
): void {
  if (!arm.handSeen) return
  const { width, height } = lab
  const n = width * height
  const zone = new Uint8Array(n)
  const skin = new Uint8Array(n)
  for (const shape of handShapes(arm, 0.075 * s, 0.06 * s)) fillShape(zone, width, height, shape)
  for (const shape of handShapes(arm, 0.018 * s, -0.02 * s)) fillShape(skin, width, height, shape)
  const fingers = new Uint8Array(n)
  for (const shape of handShapes(arm, 0.05 * s, 0.03 * s)) fillShape(fingers, width, height, shape)
  const reach = distanceToMask(zone, width, height)
  const others = new Uint8Array(n)
  const sleeve = 1.1 * arm.foreRadius
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const fore = distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1])
      // The sleeve ends at the wrist: near the forearm nothing is judged.
      if (fore < sleeve) zone[i] = 0
      others[i] =
        !skin[i] && reach[i] < 0.12 * s && (outside[i] || (core[i] && !zone[i]) || fore < 0.6 * sleeve)
          ? 1
          : 0
    }
  }
  const likely = colourLikelihood(lab, skin, others)
  for (let i = 0; i < n; i++) if (zone[i] && inside[i] && (skin[i] || likely[i] >= 0.3)) hand[i] = 1
  // Outlines and soft edges of the hand are not of its colour, and go with it.
  const rim = distanceToMask(hand, width, height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (!zone[i] || !inside[i] || hand[i]) continue
      if (rim[i] <= RIM) {
        hand[i] = 1
        continue
      }
      // Its own upper arm may well lie behind a raised hand.
      const upper = distanceToSegment(x, y, arm.shoulder[0], arm.shoulder[1], arm.elbow[0], arm.elbow[1])
      if (upper > arm.upperRadius) inside[i] = 0
    }
  }
}

/**
 * A waistcoat over a shirt, a shelf behind a sleeve: what is near the arm's edge and clearly of another colour than
 * the sleeve along its bones is not arm. Where sleeve and surroundings share a colour nothing changes.
 */
function dropOtherCloth(
  inside: Uint8Array,
  lab: LabPicture,
  arm: ArmPoints,
  person: Uint8Array,
  beside: Uint8Array,
  s: number,
): void {
  const { width, height } = lab
  const n = width * height
  const sleeve = new Uint8Array(n)
  const others = new Uint8Array(n)
  const zone = new Uint8Array(n)
  const hand = new Uint8Array(n)
  for (const shape of handShapes(arm, 0.06 * s, 0.06 * s)) fillShape(hand, width, height, shape)
  const [sx, sy] = arm.shoulder
  const [ex, ey] = arm.elbow
  // The shoulder end of the bone often runs inside the body's cloth.
  const [ax, ay] = [sx + 0.35 * (ex - sx), sy + 0.35 * (ey - sy)]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const upper = distanceToSegment(x, y, sx, sy, ex, ey) / arm.upperRadius
      const lower = distanceToSegment(x, y, ax, ay, ex, ey) / arm.upperRadius
      const fore = distanceToSegment(x, y, ex, ey, arm.wrist[0], arm.wrist[1]) / arm.foreRadius
      if (hand[i]) continue
      if (Math.min(lower, fore) < 0.3) sleeve[i] = 1
      else zone[i] = inside[i]
      if (Math.min(upper, fore) > 1.35 && (person[i] || Math.min(upper, fore) < 2.5)) others[i] = 1
    }
  }
  // A bone may run over cloth beside the sleeve: what is more like the surroundings is no seed.
  const first = colourLikelihood(lab, sleeve, others)
  let dropped = 0
  for (let i = 0; i < n; i++) {
    if (!sleeve[i] || first[i] > STRANGER) continue
    sleeve[i] = 0
    zone[i] = inside[i]
    dropped++
  }
  const likely = dropped > 0 ? colourLikelihood(lab, sleeve, others) : first
  const mean = [0, 0, 0]
  let count = 0
  for (let i = 0; i < n; i++) {
    if (!sleeve[i]) continue
    mean[0] += lab.l[i]
    mean[1] += lab.a[i]
    mean[2] += lab.b[i]
    count++
  }
  if (count === 0) return
  const strange = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    if (!zone[i] || likely[i] > 0.6) continue
    // Shading is no other cloth: lightness counts for little, and colour fades with it.
    const dl = 0.35 * (lab.l[i] - mean[0] / count)
    const lit = Math.min(1, (lab.l[i] * count) / mean[0])
    const off = Math.hypot(dl, lab.a[i] - (lit * mean[1]) / count, lab.b[i] - (lit * mean[2]) / count)
    if (off > (beside[i] ? 20 : 16)) strange[i] = likely[i] <= 0.1 ? SURELY : PERHAPS
  }
  dropFromOutside(inside, strange, width, height)
  // Judged pixel by pixel the edge is ragged; a sleeve's is not.
  const soft = blur(Float32Array.from(inside), width, height, 1.6)
  for (let i = 0; i < n; i++) if (!hand[i]) inside[i] = soft[i] > 0.5 ? 1 : 0
}

const SURELY = 1
const PERHAPS = 2

/**
 * Drops strange pixels that can be reached from outside over others of them: within the sleeve they are folds. A shade
 * that neither sleeve nor surroundings show elsewhere goes along with what is surely strange.
 */
function dropFromOutside(inside: Uint8Array, strange: Uint8Array, width: number, height: number): void {
  const around = [-1, 1, -width, width]
  const stack: number[] = []
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      if (strange[i] === SURELY && around.some((d) => !inside[i + d])) stack.push(i)
    }
  }
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    if (!strange[i]) continue
    inside[i] = strange[i] = 0
    for (const d of around) if (strange[i + d]) stack.push(i + d)
  }
}

/**
 * Pixels near the arm's bones with no body there: beyond the body's sides below the shoulders, and on the outer side
 * of an upper arm that hangs.
 */
function besideBody(arm: ArmPoints, middle: number, width: number, height: number, s: number): Uint8Array {
  const out = new Uint8Array(width * height)
  const side = arm.shoulder[0] < middle ? -1 : 1
  const dx = arm.elbow[0] - arm.shoulder[0]
  const dy = arm.elbow[1] - arm.shoulder[1]
  const length2 = dx * dx + dy * dy
  const hangs = dy > 0.5 * Math.abs(dx) && side * (arm.elbow[0] - middle) > 0.4 * s
  for (let y = Math.max(0, Math.ceil(arm.shoulder[1])); y < height; y++) {
    for (let x = 0; x < width; x++) {
      const away = (x - arm.shoulder[0]) * dy - (y - arm.shoulder[1]) * dx
      const along = (x - arm.shoulder[0]) * dx + (y - arm.shoulder[1]) * dy
      const outer = hangs && away * side > 0 && along > 0.08 * length2 && along < 1.2 * length2
      if (!outer && Math.abs(x - middle) < 0.56 * s) continue
      const upper = distanceToSegment(x, y, arm.shoulder[0], arm.shoulder[1], arm.elbow[0], arm.elbow[1])
      const fore = distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1])
      if (upper < 0.36 * s || fore < 0.3 * s) out[y * width + x] = 1
    }
  }
  return out
}

/** 1 on the bones, ½ at the sleeve's radius, 0 well outside. */
function expectedShape(
  arm: ArmPoints,
  beside: Uint8Array,
  width: number,
  height: number,
  s: number,
): Float32Array {
  const out = new Float32Array(width * height)
  const bones = handShapes(arm, 0, 0)
  const reach = 1.3 * 0.04 * s // further from the hand the shape is 0 anyway
  const [left, right] = spread(arm.hand.map(([x]) => x))
  const [top, bottom] = spread(arm.hand.map(([, y]) => y))
  for (let y = 0; y < height; y++) {
    const besideHand = y > top - reach && y < bottom + reach
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (beside[i]) {
        out[i] = 1
        continue
      }
      const upper = distanceToSegment(x, y, arm.shoulder[0], arm.shoulder[1], arm.elbow[0], arm.elbow[1])
      const fore = distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1])
      let hand = Number.POSITIVE_INFINITY
      if (besideHand && x > left - reach && x < right + reach) {
        for (const bone of bones) hand = Math.min(hand, signedDistance(bone, x, y))
      }
      const d = Math.min(upper / arm.upperRadius, fore / arm.foreRadius, Math.max(0, hand) / (0.04 * s))
      out[i] = 1 - smooth(0.7, 1.3, d)
    }
  }
  return out
}

const spread = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]

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

/** From (x, y) to the nearest of `points` (x, y, x, y …), px. Products and one root: asked for in every pixel of a box. */
function distanceToNearest(points: Float64Array, x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY
  for (let i = 0; i < points.length; i += 2) {
    const dx = x - points[i]
    const dy = y - points[i + 1]
    const square = dx * dx + dy * dy
    if (square < nearest) nearest = square
  }
  return Math.sqrt(nearest)
}

/** Only `box` is filled; the arm lies in it. */
function shoulderRamp(arm: ArmPoints, box: Box, width: number, height: number): Float32Array {
  const ramp = new Float32Array(width * height)
  const hand = new Uint8Array(width * height)
  const r = Math.max(4, 0.6 * arm.foreRadius)
  for (const shape of handShapes(arm, r, r)) fillShape(hand, width, height, shape)
  const [sx, sy] = arm.shoulder
  const dx = arm.elbow[0] - sx
  const dy = arm.elbow[1] - sy
  const length = Math.max(1, Math.hypot(dx, dy))
  const points = Float64Array.from(arm.hand.flat())
  for (let y = box.top; y < box.top + box.height; y++) {
    for (let x = box.left; x < box.left + box.width; x++) {
      const along = ((x - sx) * dx + (y - sy) * dy) / (length * length)
      let v = smooth(RAMP_FROM, RAMP_TO, along)
      if (v < 1) {
        const upper = distanceToSegment(x, y, sx, sy, arm.elbow[0], arm.elbow[1])
        const fore = Math.min(
          distanceToSegment(x, y, arm.elbow[0], arm.elbow[1], arm.wrist[0], arm.wrist[1]),
          distanceToNearest(points, x, y),
        )
        const fromElbow = Math.hypot(x - arm.elbow[0], y - arm.elbow[1])
        if ((fore < upper || hand[y * width + x]) && fromElbow > 1.2 * arm.upperRadius) v = 1
      }
      ramp[y * width + x] = v
    }
  }
  return ramp
}
