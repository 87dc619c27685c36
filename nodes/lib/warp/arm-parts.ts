/** Parts an arm: the upper arm, and the forearm with the hand. They overlap at the elbow, so that bending opens no gap. */
import { elbowNormal } from './arm-mesh'
import { RAMP_FROM, RAMP_TO } from './arm-split'
import { pullPush } from './fill'
import { distanceToSegment, lerp, smooth } from './geometry'
import { FINGERS } from './keypoints'
import { blur, growMask } from './planes'
import type { ArmPoints } from './regions'
import type { Box } from './rig'

const HAND = 1
/** Within a few pixels of the hand. */
const RIM = 2

/**
 * @param texture the whole arm, premultiplied RGBA over `box` (px of the portrait)
 * @param handMask pixels in the colour of the hand, working size, `maskWidth` wide
 * @param points  the arm at the working size, which is `scale` times the portrait's
 */
export function splitParts(
  texture: Uint8Array,
  box: Box,
  points: ArmPoints,
  scale: number,
  handMask: Uint8Array,
  maskWidth: number,
): { upper: Uint8Array; fore: Uint8Array; joint: Uint8Array } {
  const full = ([x, y]: [number, number]): [number, number] => [
    (x + 0.5) / scale - 0.5,
    (y + 0.5) / scale - 0.5,
  ]
  const [sx, sy] = full(points.shoulder)
  const [ex, ey] = full(points.elbow)
  const [wx, wy] = full(points.wrist)
  const hand = points.hand.map(full)
  const rim = growMask(handMask, maskWidth, handMask.length / maskWidth, 4)
  const handAt = (x: number, y: number): number => {
    const u = Math.round((x + 0.5) * scale - 0.5)
    const v = Math.round((y + 0.5) * scale - 0.5)
    const i = v * maskWidth + u
    return handMask[i] ? HAND : rim[i] ? RIM : 0
  }
  const covered = (toUpper: number, along: number) =>
    (1 - smooth(0.9 * r, r, toUpper)) * smooth(RAMP_FROM, RAMP_TO, along)
  const past = (x: number, y: number) => (x - wx) * (wx - ex) + (y - wy) * (wy - ey) > 0
  const nearHand = (x: number, y: number): number => {
    let nearest = Number.POSITIVE_INFINITY
    if (!points.handSeen || !past(x, y)) return nearest
    for (const finger of FINGERS) {
      for (let k = 0; k < 4; k++) {
        const [ax, ay] = hand[finger[k]]
        const [bx, by] = hand[finger[k + 1]]
        nearest = Math.min(nearest, distanceToSegment(x, y, ax, ay, bx, by))
      }
    }
    return nearest
  }
  const upperLength = Math.max(1, Math.hypot(ex - sx, ey - sy))
  const foreLength = Math.max(1, Math.hypot(wx - ex, wy - ey))
  const ux = (ex - sx) / upperLength
  const uy = (ey - sy) / upperLength
  const { nx, ny } = elbowNormal(ux, uy, (wx - ex) / foreLength, (wy - ey) / foreLength)
  const r = points.upperRadius / scale
  const upper = texture.slice()
  const fore = texture.slice()
  const hidden = new Float32Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      const p = y * box.width + x
      const px = box.left + x
      const py = box.top + y
      const toUpper = distanceToSegment(px, py, sx, sy, ex, ey)
      const along = ((px - sx) * ux + (py - sy) * uy) / upperLength
      let ofFore = 0
      let ofUpper = 0
      if (texture[4 * p + 3] > 0) {
        const s = (px - ex) * nx + (py - ey) * ny
        const near = 1 - smooth(1.2 * r, 2 * r, Math.hypot(px - ex, py - ey))
        const inner = lerp(0.04, 0.35, near) * r
        const outer = lerp(0.14, 0.85, near) * r
        // Beyond its own half each ends in a round, so that no corner sticks out when they turn.
        const round = 1 - smooth(0.85 * r, 1.05 * r, Math.hypot(px - ex, py - ey))
        ofFore = smooth(-outer, -inner, s) * (s < 0 ? Math.max(round, smooth(-inner, 0, s)) : 1)
        ofUpper = (1 - smooth(inner, outer, s)) * (s > 0 ? Math.max(round, 1 - smooth(0, inner, s)) : 1)
        // A hand held before its own upper arm never sticks to the sleeve, nor the sleeve to it; its contact shadow
        // is made up anew with what it hid.
        const hand = handAt(px, py)
        if (hand === HAND || (hand === RIM && toUpper >= r)) {
          ofFore = 1
          ofUpper = 0
        } else if (toUpper < r && nearHand(px, py) < 0.5 * r) {
          ofFore = 0
          ofUpper = hand === RIM ? 0 : 1
        }
        ofUpper *= smooth(RAMP_FROM, RAMP_TO, along)
        if (hand === RIM && toUpper < r) hidden[p] = covered(toUpper, along)
        for (let k = 4 * p; k < 4 * p + 4; k++) {
          upper[k] = Math.round(upper[k] * ofUpper)
          fore[k] = Math.round(fore[k] * ofFore)
        }
      }
      // The upper arm goes on behind its own forearm or hand.
      if (ofFore > 0.5 && ofUpper < 1) hidden[p] = covered(toUpper, along)
    }
  }
  completeUpper(upper, hidden, box)
  return {
    upper,
    fore,
    joint: roundJoint(
      texture,
      box,
      [sx, sy],
      [ex, ey],
      [wx, wy],
      0.95 * Math.min(r, points.foreRadius / scale),
    ),
  }
}

/** Puts made-up sleeve where the forearm hid it. */
function completeUpper(upper: Uint8Array, hidden: Float32Array, box: Box): void {
  const n = box.width * box.height
  const known = new Uint8Array(n)
  const rgb = new Uint8Array(3 * n)
  let seen = 0
  let wanted = 0
  // Colours beside the hidden part are often in its shade or mixed with it: not those.
  const near = blur(hidden, box.width, box.height, 3)
  for (let i = 0; i < n; i++) {
    if (hidden[i] > 0) wanted++
    if (upper[4 * i + 3] < 250 || hidden[i] > 0 || near[i] > 0.08) continue
    known[i] = 1
    seen++
    for (let k = 0; k < 3; k++) rgb[3 * i + k] = upper[4 * i + k]
  }
  if (seen < 40 || wanted === 0) return
  const made = pullPush(rgb, known, box.width, box.height)
  for (let i = 0; i < n; i++) {
    if (hidden[i] === 0) continue
    // Under what is there already.
    const add = hidden[i] * (1 - upper[4 * i + 3] / 255)
    for (let k = 0; k < 3; k++)
      upper[4 * i + k] = Math.min(255, Math.round(upper[4 * i + k] + made[3 * i + k] * add))
    upper[4 * i + 3] = Math.min(255, Math.round(upper[4 * i + 3] + 255 * add))
    for (let k = 0; k < 3; k++) upper[4 * i + k] = Math.min(upper[4 * i + k], upper[4 * i + 3])
  }
}

/** The sleeve within `r` of the elbow; gaps are filled from around. The matte's rim may be other cloth: not from there. */
function roundJoint(
  texture: Uint8Array,
  box: Box,
  [sx, sy]: [number, number],
  [ex, ey]: [number, number],
  [wx, wy]: [number, number],
  r: number,
): Uint8Array {
  const n = box.width * box.height
  const known = new Uint8Array(n)
  const rgb = new Uint8Array(3 * n)
  const disc = new Float32Array(n)
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) {
      const i = y * box.width + x
      const d = Math.hypot(box.left + x - ex, box.top + y - ey)
      disc[i] = 1 - smooth(r - 1, r + 0.5, d)
      if (texture[4 * i + 3] < 250 || d > 1.3 * r) continue
      const [px, py] = [box.left + x, box.top + y]
      const toBone = Math.min(
        distanceToSegment(px, py, sx, sy, ex, ey),
        distanceToSegment(px, py, ex, ey, wx, wy),
      )
      if (toBone > 0.6 * r) continue
      known[i] = 1
      for (let k = 0; k < 3; k++) rgb[3 * i + k] = texture[4 * i + k]
    }
  }
  const out = new Uint8Array(4 * n)
  if (!known.includes(1)) return out
  const made = pullPush(rgb, known, box.width, box.height)
  for (let i = 0; i < n; i++) {
    if (disc[i] === 0) continue
    for (let k = 0; k < 3; k++) out[4 * i + k] = Math.round(made[3 * i + k] * disc[i])
    out[4 * i + 3] = Math.round(255 * disc[i])
  }
  return out
}
