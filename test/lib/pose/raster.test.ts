import { describe, expect, it } from 'vitest'
import { type Canvas, drawLine, drawThickLine, fillCircle, fillConvex } from '../../../nodes/lib/pose/raster'

const blank = (width: number, height = width): Canvas => ({
  data: new Uint8Array(width * height),
  width,
  height,
  channels: 1,
})

const picture = ({ data, width, height }: Canvas) =>
  Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (v) => (v ? '#' : '.')).join(''),
  )

describe('raster', () => {
  it('draws a circle of radius 2 as a diamond, as the original does', () => {
    const canvas = blank(7)
    fillCircle(canvas, 3, 3, 2, 255)
    expect(picture(canvas)).toEqual([
      '.......',
      '...#...',
      '..###..',
      '.#####.',
      '..###..',
      '...#...',
      '.......',
    ])
  })

  it('draws the same line whichever end comes first', () => {
    const [forth, back] = [blank(16), blank(16)]
    drawLine(forth, 1, 2, 14, 7, 255)
    drawLine(back, 14, 7, 1, 2, 255)
    expect(picture(back)).toEqual(picture(forth))
    expect(forth.data.filter(Boolean)).toHaveLength(14)
  })

  it('leaves the canvas alone when a shape lies wholly outside', () => {
    const canvas = blank(8)
    fillCircle(canvas, -20, 3, 4, 255)
    drawThickLine(canvas, -30, -5, -3, 40, 255)
    fillConvex(canvas, [20, 20, 30, 20, 25, 40], 'pixel', 255)
    expect(canvas.data.some(Boolean)).toBe(false)
  })

  it('cuts a circle at the border just as a larger canvas would show it', () => {
    const small = blank(32)
    const large = blank(96)
    fillCircle(small, 1, 30, 9, 255)
    fillCircle(large, 33, 62, 9, 255)
    for (let y = 0; y < 32; y++) {
      const row = large.data.subarray((y + 32) * 96 + 32, (y + 32) * 96 + 64)
      expect([...small.data.subarray(y * 32, y * 32 + 32)]).toEqual([...row])
    }
  })

  it('writes red, green and blue on a canvas of three channels', () => {
    const canvas: Canvas = { data: new Uint8Array(9), width: 3, height: 1, channels: 3 }
    fillCircle(canvas, 1, 0, 0, 0x123456)
    expect([...canvas.data]).toEqual([0, 0, 0, 0x12, 0x34, 0x56, 0, 0, 0])
  })
})
