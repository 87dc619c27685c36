/** Parts an arm: the upper arm, and the forearm with the hand. They overlap at the elbow, so that bending opens no gap. */
import { elbowNormal } from './arm-mesh'
import { RAMP_FROM, RAMP_TO } from './arm-split'
import { pullPush } from './fill'
import { distanceToSegment, lerp, smooth } from './geometry'
import { FINGERS } from './keypoints'
import { blur } from './planes'
import type { ArmPoints } from './regions'
import type { Box } from './rig'

/**
 * @param texture the whole arm, premultiplied RGBA over `box` (px of the portrait)
 * @param points  the arm at the working size, which is `scale` times the portrait's
 */
export function splitParts(
  texture: Uint8Array,
  box: Box,
  points: ArmPoints,
  scale: number,
): { upper: Uint8Array; fore: Uint8Array } {
  const full = ([x, y]: [number, number]): [number, number] => [
    (x + 0.5) / scale - 0.5,
    (y + 0.5) / scale - 0.5,
  ]
  const [sx, sy] = full(points.shoulder)
  const [ex, ey] = full(points.elbow)
  const [wx, wy] = full(points.wrist)
  const hand = points.hand.map(full)
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
      let ofFore = 0
      let ofUpper = 0
      if (texture[4 * p + 3] > 0) {
        const s = (px - ex) * nx + (py - ey) * ny
        const near = 1 - smooth(1.2 * r, 2 * r, Math.hypot(px - ex, py - ey))
        const inner = lerp(0.04, 0.35, near) * r
        const outer = lerp(0.14, 0.85, near) * r
        ofFore = smooth(-outer, -inner, s)
        ofUpper = 1 - smooth(inner, outer, s)
        // Skin of a hand held near its own upper arm never sticks to the sleeve.
        if (points.handSeen) {
          let toHand = Number.POSITIVE_INFINITY
          for (const finger of FINGERS) {
            for (let k = 0; k < 4; k++) {
              const [ax, ay] = hand[finger[k]]
              const [bx, by] = hand[finger[k + 1]]
              toHand = Math.min(toHand, distanceToSegment(px, py, ax, ay, bx, by))
            }
          }
          if (toHand < 0.42 * r) {
            ofFore = 1
            ofUpper = 0
          }
        }
        for (let k = 4 * p; k < 4 * p + 4; k++) {
          upper[k] = Math.round(upper[k] * ofUpper)
          fore[k] = Math.round(fore[k] * ofFore)
        }
      }
      // The upper arm goes on behind its own forearm or hand.
      const along = ((px - sx) * ux + (py - sy) * uy) / upperLength
      if (ofFore > 0.5 && ofUpper < 1) {
        hidden[p] = (1 - smooth(0.9 * r, r, toUpper)) * smooth(RAMP_FROM, RAMP_TO, along)
      }
    }
  }
  completeUpper(upper, hidden, box)
  return { upper, fore }
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
