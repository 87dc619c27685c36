import { describe, expect, it } from 'vitest'
import { drawPose } from '../../../nodes/lib/pose/draw'
import { neutralPose } from '../../support/poses'

function differingPixels(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length)
  let count = 0
  for (let i = 0; i < a.length; i += 3) {
    if (a[i] !== b[i] || a[i + 1] !== b[i + 1] || a[i + 2] !== b[i + 2]) count++
  }
  return count
}

describe('drawPose', () => {
  it('clears a canvas it is given again and returns it', () => {
    const canvas = new Uint8Array(512 * 512 * 3).fill(77)
    expect(drawPose(neutralPose(), 512, 512, canvas)).toBe(canvas)
    expect(differingPixels(canvas, drawPose(neutralPose(), 512, 512))).toBe(0)
  })

  it('does not draw legs', () => {
    const pose = neutralPose()
    for (const i of [9, 10, 12, 13]) pose.set([250, 300, 0.9], 3 * i)
    expect(differingPixels(drawPose(pose, 512, 512), drawPose(neutralPose(), 512, 512))).toBe(0)
  })

  it('shows the same picture, cut, on a smaller canvas of any shape', () => {
    const whole = drawPose(neutralPose(), 512, 512)
    const part = drawPose(neutralPose(), 333, 401)
    // The lowest and rightmost rows may differ: lines are cut at the border before they are rounded.
    for (let y = 0; y < 390; y++) {
      expect(
        Buffer.compare(part.subarray(y * 999, y * 999 + 900), whole.subarray(y * 1536, y * 1536 + 900)),
      ).toBe(0)
    }
  })

  it('treats points that are not numbers or absurdly far away as missing', () => {
    const pose = neutralPose()
    for (const [i, bad] of [Number.NaN, 1e30, -1e30, Number.POSITIVE_INFINITY].entries()) {
      pose[3 * (3 + i)] = bad
      pose[3 * (95 + i)] = bad
      pose[3 * (30 + i)] = bad
    }
    const missing = neutralPose()
    for (const i of [3, 4, 5, 6, 95, 96, 97, 98, 30, 31, 32, 33]) missing.fill(0, 3 * i, 3 * i + 3)
    expect(differingPixels(drawPose(pose, 512, 512), drawPose(missing, 512, 512))).toBe(0)
  })

  it('draws only the parts asked for', () => {
    const face = drawPose(neutralPose(), 512, 512, undefined, ['face'])
    expect(new Set(face)).toEqual(new Set([0, 255]))
    expect(drawPose(neutralPose(), 512, 512, undefined, []).some(Boolean)).toBe(false)
  })
})
