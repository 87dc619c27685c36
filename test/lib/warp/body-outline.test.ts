import { describe, expect, it } from 'vitest'
import { bodyOutline } from '../../../nodes/lib/warp/body-outline'
import { labPicture } from '../../../nodes/lib/warp/lab'

const W = 200
const H = 240

/** A blue body on grey: half its width in each row by `half`, around x = 100. */
function scene(half: (y: number) => number, isArm: (x: number, y: number) => boolean, leak = 0) {
  const rgb = new Uint8Array(W * H * 3).fill(200)
  const person = new Uint8Array(W * H)
  const arms = new Uint8Array(W * H)
  for (let y = 20; y < H; y++) {
    for (let x = 0; x < W; x++) {
      const i = y * W + x
      const away = Math.abs(x - 100)
      if (isArm(x, y)) rgb.set([220, 180, 150], 3 * i)
      else if (away <= half(y)) rgb.set([40, 60, 120], 3 * i)
      arms[i] = isArm(x, y) ? 1 : 0
      person[i] = arms[i] || away <= half(y) + leak ? 1 : 0
    }
  }
  return { lab: labPicture(rgb, W, H), person, arms, shoulders: 80 }
}

const outline = (side: -1 | 1, input: ReturnType<typeof scene>) =>
  bodyOutline(side, [100 + 40 * side, 20], () => 100, input)

/** A forearm that hides both sides of the body in these rows. */
const across = (x: number, y: number) => y > 100 && y < 150 && Math.abs(x - 100) < 80 && x !== 100
const flare = (y: number) => 34 + Math.round(0.0012 * (y - 110) ** 2)

describe('bodyOutline', () => {
  it.each([-1, 1] as const)('carries the curve of a waist on behind an arm (side %i)', (side) => {
    const found = outline(side, scene(flare, across))
    for (let y = 60; y < 220; y++) expect(Math.abs(side * (found[y] - 100) - flare(y))).toBeLessThan(1.6)
  })

  it('has no step where the arm begins and ends', () => {
    const found = outline(1, scene(flare, across))
    for (let y = 60; y < 220; y++)
      expect(Math.abs(found[y - 1] - 2 * found[y] + found[y + 1])).toBeLessThan(0.1)
  })

  it('follows the picture where the person that was found is too wide', () => {
    const found = outline(1, scene(flare, across, 5))
    for (let y = 60; y < 220; y++) expect(Math.abs(found[y] - 100 - flare(y))).toBeLessThan(1.6)
  })

  it('stays beyond what is seen of the body', () => {
    // An arm beside a belly that is wider than above and below.
    const belly = (y: number) => (y > 90 && y < 160 ? 46 : 34)
    const beside = (x: number, y: number) => y > 80 && y < 170 && x > 100 + belly(y) - 1 && x < 165
    const found = outline(1, scene(belly, beside))
    for (let y = 100; y < 150; y++) expect(found[y] - 100).toBeGreaterThan(44)
  })
})
