/** The shadow that arms throw on the body in the portrait itself: found, taken out of the body, kept as a plane. */
import { pullPush } from './fill'
import { geodesicDistance, WALL } from './geodesic'
import type { LabPicture } from './lab'
import { blur, distanceToMask, growMask } from './planes'
import { quarter } from './rig'

/**
 * Pixels of the body that are darker than the same cloth further away, and hang together with an arm.
 *
 * @param hole   where the arms are, working size
 * @param person the person, working size
 * @param top    first row that counts: the shoulders
 */
export function findArmShade(
  lab: LabPicture,
  hole: Uint8Array,
  person: Uint8Array,
  shoulders: number,
  top: number,
): Uint8Array {
  const { width, height } = lab
  const n = width * height
  const none = new Uint8Array(n)
  if (!hole.includes(1)) return none
  const distance = distanceToMask(hole, width, height)
  const known = new Uint8Array(n)
  const colours = new Float32Array(3 * n)
  const edge = growMask(person, width, height, -3)
  let count = 0
  for (let i = 0; i < n; i++) {
    if (!person[i] || hole[i]) continue
    colours[3 * i] = lab.l[i]
    colours[3 * i + 1] = lab.a[i]
    colours[3 * i + 2] = lab.b[i]
    if (edge[i] && distance[i] > 0.17 * shoulders && i >= top * width) {
      known[i] = 1
      count++
    }
  }
  if (count < 0.05 * shoulders * shoulders) return none
  const usual = pullPush(colours, known, width, height)
  const open = new Float32Array(n).fill(WALL)
  for (let i = Math.max(0, Math.floor(top)) * width; i < n; i++) {
    if (hole[i]) open[i] = 0.01
    if (!person[i] || hole[i] || distance[i] > 0.32 * shoulders) continue
    const ratio = lab.l[i] / Math.max(1, usual[3 * i])
    const tint = Math.hypot(lab.a[i] - usual[3 * i + 1] * ratio, lab.b[i] - usual[3 * i + 2] * ratio)
    if (ratio < 0.9 && tint < 12) open[i] = 1
  }
  const reach = geodesicDistance(hole, open, width, height)
  const found = new Uint8Array(n)
  for (let i = 0; i < n; i++) if (!hole[i] && reach[i] < 1e8) found[i] = 1
  // Specks are folds, not shade; what remains gets its soft rim back.
  const solid = growMask(growMask(found, width, height, -1.5), width, height, 5)
  for (let i = 0; i < n; i++) solid[i] = solid[i] && person[i] && !hole[i] ? 1 : 0
  return solid
}

/**
 * How much darker the portrait is than the body without shade, 0…255 (255 = black), at a quarter of the size.
 * Behind the arms themselves it is carried on from their surroundings.
 */
export function shadePlane(
  lab: LabPicture,
  working: Uint8Array,
  arms: Uint8Array,
  shade: Uint8Array,
  isBody: Uint8Array,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const { width, height } = lab
  const w = quarter(toWidth)
  const h = quarter(toHeight)
  if (!shade.includes(1)) return new Uint8Array(0)
  const n = width * height
  const dark = new Float32Array(3 * n)
  const known = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    if (arms[i] && isBody[i]) continue
    known[i] = 1
    if (!shade[i]) continue
    const was = (lab.l[i] + 16) / 116
    const y = 0.2126 * working[3 * i] + 0.7152 * working[3 * i + 1] + 0.0722 * working[3 * i + 2]
    // Lightness back to about the scale of 8-bit values.
    const now = 255 * Math.max(0, was ** 3) ** (1 / 2.2)
    dark[3 * i] = Math.max(0, Math.min(0.8, 1 - now / Math.max(1, y)))
  }
  const whole = pullPush(dark, known, width, height)
  const plane = new Float32Array(n)
  for (let i = 0; i < n; i++) plane[i] = isBody[i] ? whole[3 * i] : 0
  const soft = blur(plane, width, height, 2.5)
  const out = new Uint8Array(w * h)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const u = Math.min(width - 1, Math.round(((x + 0.5) * width) / w - 0.5))
      const v = Math.min(height - 1, Math.round(((y + 0.5) * height) / h - 0.5))
      out[y * w + x] = Math.round(255 * soft[v * width + u])
    }
  }
  return out
}
