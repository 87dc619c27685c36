import { expect, it } from 'vitest'
import { pullPush } from '../../../nodes/lib/warp/fill'
import { patchFill } from '../../../nodes/lib/warp/patch-fill'

const W = 120
const H = 100

/** Vertical stripes, 6 px each, with a hole in the middle. */
function stripes() {
  const rgb = new Uint8Array(W * H * 3)
  const known = new Uint8Array(W * H).fill(1)
  const hole = new Uint8Array(W * H)
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      const i = y * W + x
      rgb.fill(Math.floor(x / 6) % 2 === 0 ? 60 : 190, 3 * i, 3 * i + 3)
      if (x > 45 && x < 75 && y > 35 && y < 65) {
        hole[i] = 1
        known[i] = 0
      }
    }
  }
  return { rgb, known, hole }
}

it('pullPush fills with the colours around and leaves what is known', () => {
  const { rgb, known, hole } = stripes()
  const out = pullPush(rgb, known, W, H)
  for (let i = 0; i < W * H; i++) {
    if (hole[i]) expect(out[3 * i]).toBeGreaterThan(59)
    if (hole[i]) expect(out[3 * i]).toBeLessThan(191)
    if (!hole[i]) expect(out[3 * i]).toBe(rgb[3 * i])
  }
})

it('patchFill carries stripes on through a hole', () => {
  const { rgb, known, hole } = stripes()
  const { colours: out } = patchFill(rgb, pullPush(rgb, known, W, H), known, hole, W, H, 0)
  let sum = 0
  let count = 0
  for (let i = 0; i < W * H; i++) {
    if (!hole[i]) continue
    sum += Math.abs(out[3 * i] - rgb[3 * i])
    count++
  }
  // Grey mush would be 65 off on average.
  expect(sum / count).toBeLessThan(25)
})

it('patchFill does the same twice', () => {
  const { rgb, known, hole } = stripes()
  const once = patchFill(rgb, pullPush(rgb, known, W, H), known, hole, W, H, 0)
  expect(patchFill(rgb, pullPush(rgb, known, W, H), known, hole, W, H, 0)).toEqual(once)
})

it('patchFill keeps to the first filling as much as it is told', () => {
  const { rgb, known, hole } = stripes()
  const start = pullPush(rgb, known, W, H)
  // A filling that is dark throughout: the light stripes may go on only where it does not count.
  for (let i = 0; i < W * H; i++) if (hole[i]) start.fill(60, 3 * i, 3 * i + 3)
  const light = (guide: number) => {
    const { colours } = patchFill(rgb, start, known, hole, W, H, guide)
    return hole.reduce((sum, v, i) => sum + (v && colours[3 * i] > 125 ? 1 : 0), 0)
  }
  expect(light(0)).toBeGreaterThan(200)
  expect(light(200)).toBeLessThan(0.6 * light(0))
})
