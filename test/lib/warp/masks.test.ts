import { beforeAll, describe, expect, it } from 'vitest'
import type { ImageValue } from '../../../nodes/core/values'
import type { FrameMasks } from '../../../nodes/lib/warp/mask-reader'
import { createWarpRenderer, type WarpRenderer } from '../../../nodes/lib/warp/renderer'
import { setUpWarp } from '../../../nodes/lib/warp/set-up'
import { maxAbsDiff } from '../../support/golden'
import { drawPortrait } from '../../support/portrait'
import { neutralPose, swayingPose } from '../../support/poses'

const SIZE = 512
let portrait: ImageValue
let renderer: WarpRenderer
let points: Float32Array

beforeAll(async () => {
  const first = neutralPose(SIZE, SIZE)
  portrait = await drawPortrait(first, SIZE, SIZE)
  renderer = createWarpRenderer(setUpWarp(portrait, first))
  points = swayingPose(20, { width: SIZE, height: SIZE }).data.subarray(15 * 402, 16 * 402)
})

const plane = (value: number, size = 64) => new Uint8Array(size * size).fill(value)
const masks = (planes: Partial<FrameMasks>): FrameMasks => ({ width: 64, height: 64, ...planes })

function draw(given?: FrameMasks): Uint8Array {
  const out = new Uint8Array(SIZE * SIZE * 3)
  renderer.render(points, out, given)
  return out
}

/** Largest difference inside a rectangle. */
function worstIn(a: Uint8Array, b: Uint8Array, x0: number, y0: number, x1: number, y1: number): number {
  let worst = 0
  for (let y = y0; y < y1; y++) {
    for (let k = 3 * (y * SIZE + x0); k < 3 * (y * SIZE + x1); k++)
      worst = Math.max(worst, Math.abs(a[k] - b[k]))
  }
  return worst
}

describe('masks are permission', () => {
  it('full masks change nothing', () => {
    const full = masks({ face: plane(255), lips: plane(255), hands: plane(255), upperBody: plane(255) })
    expect(maxAbsDiff(draw(full), draw())).toBe(0)
  })

  it('without upperBody the portrait stays', () => {
    expect(maxAbsDiff(draw(masks({ upperBody: plane(0) })), portrait.data)).toBe(0)
  })

  it('outside upperBody the portrait stays', () => {
    const left = plane(0).map((_, i) => (i % 64 < 20 ? 255 : 0))
    const picture = draw(masks({ upperBody: left }))
    expect(worstIn(picture, portrait.data, 210, 0, SIZE, SIZE)).toBe(0)
    expect(worstIn(picture, draw(), 0, 0, 150, SIZE)).toBe(0)
  })

  it('without hands the arms stay where they are on the body', () => {
    draw(masks({ hands: plane(0) }))
    const held = renderer.arms.map((arm) => arm.moved.slice())
    draw()
    const free = renderer.arms.map((arm) => arm.moved.slice())
    const travel = (moved: Float64Array, k: number) =>
      Math.max(...moved.map((v, i) => Math.abs(v - renderer.arms[k].rest[i])))
    // The body sways by less than 6 px; the wrist's own way is far longer.
    expect(travel(held[2], 2)).toBeLessThan(12)
    expect(travel(free[2], 2)).toBeGreaterThan(30)
  })

  it('without lips the mouth keeps its shape, and half permission opens it half', () => {
    const gap = () => {
      const { face } = renderer.body
      return face.residuals[2 * face.ids.indexOf(90) + 1] - face.residuals[2 * face.ids.indexOf(86) + 1]
    }
    draw()
    const open = gap()
    draw(masks({ lips: plane(0) }))
    expect(gap()).toBe(0)
    draw(masks({ lips: plane(128) }))
    expect(gap()).toBeCloseTo(open / 2, 1)
    expect(open).toBeGreaterThan(1)
  })

  it('without face the face only moves with the head', () => {
    draw(masks({ face: plane(0) }))
    expect(maxAbsDiff(renderer.body.faceSource, renderer.body.facePlaces)).toBe(0)
  })
})
