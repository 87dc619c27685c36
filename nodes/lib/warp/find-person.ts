/** Finds the outline of the person. */
import { fillShape } from './geometry'
import type { Measures } from './keypoints'
import type { LabPicture } from './lab'
import { splitObject } from './matte'
import { distanceToMask } from './planes'
import { type ArmPoints, handShapes, personRegions } from './regions'
import type { MaskHints } from './set-up-masks'

/**
 * @param points the first pose, 134 × (x, y, score), px of `lab`
 * @returns 1 = person
 */
export function findPerson(
  lab: LabPicture,
  points: Float32Array,
  arms: (ArmPoints | null)[],
  measures: Measures,
  { allowed, hands }: MaskHints,
): Uint8Array {
  const { width, height } = lab
  const { core, outer } = personRegions(points, measures, arms, width, height)
  for (let i = 0; i < core.length; i++) {
    if (hands?.core[i]) core[i] = 1
    if (hands?.outer[i]) outer[i] = 1
    if (allowed && !allowed[i]) core[i] = outer[i] = 0
  }
  const outside = new Uint8Array(core.length)
  const near = new Uint8Array(core.length)
  const reach = distanceToMask(outer, width, height)
  for (let i = 0; i < core.length; i++) {
    outside[i] = !outer[i] && !core[i] ? 1 : 0
    near[i] = outside[i] && reach[i] < 0.4 * measures.shoulders ? 1 : 0
  }
  const { inside, likely } = splitObject(lab, core, outside, near, 0.8)
  openGaps(inside, likely, core, arms, measures.shoulders, width)
  return inside
}

/** A pixel less likely person than this by its colour is background, where it has company. */
const UNLIKELY = 0.3

/** Between body and arm the background often shows in a gap that no front from outside gets into. */
function openGaps(
  inside: Uint8Array,
  likely: Float32Array,
  core: Uint8Array,
  arms: (ArmPoints | null)[],
  shoulders: number,
  width: number,
): void {
  const gap = new Uint8Array(inside.length)
  const height = inside.length / width
  for (const arm of arms) {
    if (!arm) continue
    const bones = [
      [arm.shoulder, arm.elbow],
      [arm.elbow, arm.wrist],
    ]
    for (const [[ax, ay], [bx, by]] of bones) {
      fillShape(gap, width, height, { kind: 'capsule', ax, ay, bx, by, r: 0.36 * shoulders })
    }
  }
  // Light skin may have the colour of a wall.
  for (const arm of arms) {
    if (!arm) continue
    const r = 0.06 * shoulders
    for (const shape of handShapes(arm, r, r)) fillShape(gap, width, height, shape, 0)
    const [ax, ay, bx, by] = [...arm.elbow, ...arm.wrist]
    fillShape(gap, width, height, { kind: 'capsule', ax, ay, bx, by, r: 0.6 * arm.foreRadius }, 0)
  }
  for (let i = 0; i < gap.length; i++) if (!inside[i] || core[i] || likely[i] >= UNLIKELY) gap[i] = 0
  const least = 0.0005 * shoulders * shoulders
  for (const patch of patchesOf(gap, width)) {
    if (patch.length >= least) for (const i of patch) inside[i] = 0
  }
}

/** Connected pixels of a mask, over four neighbours; the mask is emptied. */
function* patchesOf(mask: Uint8Array, width: number): Generator<number[]> {
  for (let first = 0; first < mask.length; first++) {
    if (!mask[first]) continue
    const patch = [first]
    mask[first] = 0
    for (let k = 0; k < patch.length; k++) {
      const i = patch[k]
      const x = i % width
      for (const j of [i - width, i + width, x > 0 ? i - 1 : -1, x < width - 1 ? i + 1 : -1]) {
        if (!mask[j]) continue
        mask[j] = 0
        patch.push(j)
      }
    }
    yield patch
  }
}
