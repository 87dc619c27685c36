import { describe, expect, it } from 'vitest'
import { resizeArea, resizeLanczos4, resizeLinear } from '../../../models/pictures/opencv-resize'
import { type Picture, swapRedAndBlue, toPlanes } from '../../../models/pictures/picture'
import { resizeLikePillow } from '../../../models/pictures/pillow-resize'

const grey = (rows: number[][]): Picture => ({
  data: Uint8Array.from(rows.flat()),
  width: rows[0].length,
  height: rows.length,
  channels: 1,
})

/** Each channel of its own value everywhere. */
const flat = (width: number, height: number): Picture => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [9, 130, 255][i % 3]),
  width,
  height,
  channels: 3,
})

const RESIZES = {
  linear: resizeLinear,
  area: resizeArea,
  lanczos4: resizeLanczos4,
  ...Object.fromEntries(
    (['bilinear', 'bicubic', 'lanczos'] as const).map((filter) => [
      filter,
      (picture: Picture, width: number, height: number) => resizeLikePillow(picture, width, height, filter),
    ]),
  ),
}

describe.each(Object.entries(RESIZES))('%s', (_, resize) => {
  it.each([
    [7, 5],
    [40, 31],
    [3, 90],
    [1, 1],
  ])('keeps a picture of one colour what it is at %i×%i', (width, height) => {
    const { data } = resize(flat(20, 13), width, height)
    expect(data).toEqual(flat(width, height).data)
  })
})

describe('resizes', () => {
  it('average a 2×2 block to its mean', () => {
    const block = grey([
      [10, 20],
      [30, 41],
    ])
    expect([...resizeArea(block, 1, 1).data]).toEqual([25])
    expect([...resizeLinear(block, 1, 1).data]).toEqual([25])
  })

  it('by area weigh an input by the part of it that an output covers', () => {
    expect([...resizeArea(grey([[0, 90, 0]]), 2, 1).data]).toEqual([30, 30])
  })

  it('look at every input with Pillow, and only at the nearest two with OpenCV', () => {
    const line = grey([[0, 0, 0, 240, 0, 0, 0, 0]])
    expect(resizeLikePillow(line, 2, 1, 'bilinear').data[0]).toBeGreaterThan(0)
    expect([...resizeLinear(grey([[240, 0, 0, 0, 0, 0, 0, 240]]), 2, 1).data]).toEqual([0, 0])
  })

  it('never leave the range of a byte where a filter overshoots', () => {
    const edge = grey([[0, 0, 0, 0, 255, 255, 255, 255]])
    for (const { data } of [resizeLanczos4(edge, 31, 1), resizeLikePillow(edge, 31, 1, 'lanczos')])
      expect([Math.min(...data), Math.max(...data)]).toEqual([0, 255])
  })
})

describe('a picture', () => {
  it('changes red with blue and loses its alpha', () => {
    const rgba = { data: Uint8Array.of(1, 2, 3, 99), width: 1, height: 1, channels: 4 }
    expect(swapRedAndBlue(rgba)).toEqual({ data: Uint8Array.of(3, 2, 1), width: 1, height: 1, channels: 3 })
  })

  it('becomes planes, one channel after the other', () => {
    const planes = toPlanes(
      { data: Uint8Array.of(1, 2, 3, 4), width: 2, height: 1, channels: 2 },
      (v, c) => v * 10 ** c,
    )
    expect([...planes]).toEqual([1, 3, 20, 40])
  })
})
