import { expect, it } from 'vitest'
import { blurAndStretch, fullMask, gaussianKernel, maskPyramid } from '../../../models/networks/mask-pyramid'
import { blankPicture } from '../../../models/pictures/picture'

/** A white square in the middle of black, a quarter of the side wide. */
function square(side: number, channels = 1) {
  const picture = blankPicture(side, side, channels)
  for (let y = (3 * side) / 8; y < (5 * side) / 8; y++)
    picture.data.fill(255, (y * side + (3 * side) / 8) * channels, (y * side + (5 * side) / 8) * channels)
  return picture
}

it('blurs with the integer kernels that OpenCV uses for 21 and 31 taps (stage1.md §10)', () => {
  const half = (taps: number) => [...gaussianKernel(taps)].slice(0, (taps + 1) / 2)
  expect(half(21)).toEqual([0, 2, 2, 4, 6, 11, 15, 20, 25, 28, 30])
  expect(half(31)).toEqual([0, 1, 0, 1, 2, 3, 4, 6, 7, 10, 13, 15, 17, 19, 20, 20])
  expect(gaussianKernel(31).reduce((a, b) => a + b)).toBe(256)
})

it('gives four levels of 0 … 1, the same for one plane and for three equal ones', () => {
  const levels = maskPyramid(square(512), 31)
  expect(levels.map(({ length }) => length)).toEqual([4096, 1024, 256, 64])
  expect(Math.min(...levels[0])).toBe(0)
  expect(Math.max(...levels[0])).toBe(1)
  expect(maskPyramid(square(512, 3), 31)).toEqual(levels)
})

it('makes a mask of one value black, also a white one, and its full mask 1', () => {
  expect(
    blurAndStretch({ ...blankPicture(8, 8, 1), data: new Uint8Array(64).fill(255) }, 21).data.some(Boolean),
  ).toBe(false)
  const full = fullMask(maskPyramid(blankPicture(512, 512, 1), 21))
  expect(full.every((level) => level.every((value) => value === 1))).toBe(true)
})
