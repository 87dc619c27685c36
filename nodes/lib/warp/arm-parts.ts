/** Parts an arm: the upper arm, and the forearm with the hand. They overlap at the elbow, so that bending opens no gap. */
import { elbowNormal } from './arm-mesh'
import { distanceToSegment, lerp, smooth } from './geometry'
import { ARMS, FINGERS, isVisible } from './keypoints'
import type { ArmRig, WarpRig } from './rig'

export const ARM_PARTS = ['upper', 'fore'] as const
export type ArmPart = (typeof ARM_PARTS)[number]

/** @returns premultiplied RGBA over the arm's box, one per part, in the order of `ARM_PARTS` */
export function splitParts(rig: WarpRig, arm: ArmRig): Uint8Array[] {
  const ids = ARMS[arm.side]
  const f = rig.first
  const [sx, sy, ex, ey, wx, wy] = [ids.shoulder, ids.elbow, ids.wrist].flatMap((i) => [
    f[3 * i],
    f[3 * i + 1],
  ])
  const upperLength = Math.max(1, Math.hypot(ex - sx, ey - sy))
  const foreLength = Math.max(1, Math.hypot(wx - ex, wy - ey))
  const { nx, ny } = elbowNormal(
    (ex - sx) / upperLength,
    (ey - sy) / upperLength,
    (wx - ex) / foreLength,
    (wy - ey) / foreLength,
  )
  const r = arm.upperRadius
  const bones: number[] = []
  for (const finger of FINGERS) {
    for (let k = 0; k < 4; k++) {
      const a = ids.hand + finger[k]
      const b = ids.hand + finger[k + 1]
      if (arm.handSeen && isVisible(f, a) && isVisible(f, b))
        bones.push(f[3 * a], f[3 * a + 1], f[3 * b], f[3 * b + 1])
    }
  }
  const upper = arm.texture.slice()
  const fore = arm.texture.slice()
  for (let y = 0; y < arm.box.height; y++) {
    for (let x = 0; x < arm.box.width; x++) {
      const i = 4 * (y * arm.box.width + x)
      if (arm.texture[i + 3] === 0) continue
      const px = arm.box.left + x
      const py = arm.box.top + y
      const s = (px - ex) * nx + (py - ey) * ny
      const near = 1 - smooth(1.2 * r, 2 * r, Math.hypot(px - ex, py - ey))
      const inner = lerp(0.04, 0.35, near) * r
      const outer = lerp(0.14, 0.85, near) * r
      let ofFore = smooth(-outer, -inner, s)
      let ofUpper = 1 - smooth(inner, outer, s)
      const toUpper = distanceToSegment(px, py, sx, sy, ex, ey)
      let toHand = Number.POSITIVE_INFINITY
      for (let k = 0; k < bones.length; k += 4) {
        toHand = Math.min(
          toHand,
          distanceToSegment(px, py, bones[k], bones[k + 1], bones[k + 2], bones[k + 3]),
        )
      }
      // Skin of a hand held near its own upper arm never sticks to the sleeve.
      if (toHand < 0.35 * r && toHand < 0.6 * toUpper) {
        ofFore = 1
        ofUpper = 0
      }
      for (let k = 0; k < 4; k++) {
        upper[i + k] = Math.round(upper[i + k] * ofUpper)
        fore[i + k] = Math.round(fore[i + k] * ofFore)
      }
    }
  }
  return [upper, fore]
}
