/** The shadow that arms throw on the body in the portrait itself: found, taken out of the body, kept as a plane. */
import { pullPush } from './fill'
import { geodesicDistance, WALL } from './geodesic'
import type { LabPicture } from './lab'
import { blur, distanceToMask, growMask } from './planes'
import { quarter } from './rig'

export interface ArmShade {
  /** Shaded pixels of the body, working size. */
  body: Uint8Array
  /** What shaded sleeves have to be multiplied by (sRGB values) to be lit, ≥ 1; working size. */
  gain: Float32Array
}

/**
 * Finds pixels of the body that are darker than the same cloth further away, and hang together with an arm.
 *
 * @param hole    where the arms are, working size
 * @param casters forearms and hands: what lies far enough in front of the body to shade it
 * @param sleeves upper arms behind their own forearm: inside the hole, but a hand may shade them like the body
 * @param person  the person, working size
 * @param top     row of the shoulders
 */
export function findArmShade(
  lab: LabPicture,
  hole: Uint8Array,
  casters: Uint8Array,
  sleeves: Uint8Array,
  person: Uint8Array,
  shoulders: number,
  top: number,
): ArmShade {
  const { width, height } = lab
  const n = width * height
  const gain = new Float32Array(n).fill(1)
  const none = { body: new Uint8Array(n), gain }
  if (!hole.includes(1)) return none
  const arms = hole.map((v, i) => (v && !sleeves[i] ? 1 : 0))
  const throwing = arms.map((v, i) => v & casters[i])
  const distance = distanceToMask(throwing, width, height)
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
  for (let i = Math.max(0, Math.floor(top - 0.24 * shoulders)) * width; i < n; i++) {
    if (throwing[i]) open[i] = 0.01
    if (!person[i] || arms[i] || distance[i] > 0.32 * shoulders) continue
    const ratio = lab.l[i] / Math.max(1, usual[3 * i])
    const tint = Math.hypot(lab.a[i] - usual[3 * i + 1] * ratio, lab.b[i] - usual[3 * i + 2] * ratio)
    if (ratio < 0.9 && ratio > 0.42 && tint < 14) open[i] = 1
  }
  const reach = geodesicDistance(throwing, open, width, height)
  const found = new Uint8Array(n)
  for (let i = 0; i < n; i++) if (!arms[i] && reach[i] < 1e8) found[i] = 1
  // Specks are folds, not shade; what remains gets its soft rim back.
  const solid = growMask(growMask(found, width, height, -1.5), width, height, 5)
  for (let i = 0; i < n; i++) solid[i] = solid[i] && person[i] && !arms[i] ? 1 : 0
  lightSleeves(gain, lab, usual, solid, sleeves)
  return { body: solid.map((v, i) => (v && !hole[i] ? 1 : 0)), gain }
}

/** Sleeves keep their texture; only the slow part of their lightness is brought to what is usual. */
function lightSleeves(
  gain: Float32Array,
  { width, height, l }: LabPicture,
  usual: Float32Array,
  solid: Uint8Array,
  sleeves: Uint8Array,
): void {
  const n = width * height
  const weight = new Float32Array(n)
  const value = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    if (!solid[i] || !sleeves[i]) continue
    weight[i] = 1
    value[i] = l[i]
  }
  const mean = blur(value, width, height, 3)
  const share = blur(weight, width, height, 3)
  const raw = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    if (weight[i] === 0) continue
    const local = mean[i] / Math.max(0.05, share[i])
    // Lightness is about the cube root of light, sRGB about its 2.2nd root.
    raw[i] = Math.min(2.6, Math.max(1, ((usual[3 * i] + 16) / (local + 16)) ** (3 / 2.2))) - 1
  }
  const soft = blur(raw, width, height, 1.2)
  for (let i = 0; i < n; i++) gain[i] = 1 + soft[i]
}

/**
 * How much darker the portrait is than the body without shade, 0…255 (255 = black), at a quarter of the size.
 * Behind the arms themselves it is carried on from their surroundings.
 */
export function shadePlane(
  lab: LabPicture,
  working: Uint8Array,
  arms: Uint8Array,
  shade: ArmShade,
  isBody: Uint8Array,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const { width, height } = lab
  const w = quarter(toWidth)
  const h = quarter(toHeight)
  if (!shade.body.includes(1) && !shade.gain.some((v) => v > 1.02)) return new Uint8Array(0)
  const n = width * height
  const dark = new Float32Array(3 * n)
  const known = new Uint8Array(n)
  for (let i = 0; i < n; i++) {
    if (shade.gain[i] > 1.02) {
      known[i] = 1
      dark[3 * i] = 1 - 1 / shade.gain[i]
      continue
    }
    if (arms[i] && isBody[i]) continue
    known[i] = 1
    if (!shade.body[i]) continue
    const was = (lab.l[i] + 16) / 116
    const y = 0.2126 * working[3 * i] + 0.7152 * working[3 * i + 1] + 0.0722 * working[3 * i + 2]
    // Lightness back to about the scale of 8-bit values.
    const now = 255 * Math.max(0, was ** 3) ** (1 / 2.2)
    dark[3 * i] = Math.max(0, Math.min(0.8, 1 - now / Math.max(1, y)))
  }
  const whole = pullPush(dark, known, width, height)
  const plane = new Float32Array(n)
  for (let i = 0; i < n; i++) plane[i] = isBody[i] || shade.gain[i] > 1.02 ? whole[3 * i] : 0
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
