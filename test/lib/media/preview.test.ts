import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { chunkCount, type MaskValue } from '../../../nodes/core/values'
import { previews, shownMask, shownVideo } from '../../../nodes/lib/media/preview'
import { framesOf, maskOf, planeOf, testContext, videoOf } from '../../support/node-context'

const grey = (width: number, height: number, level = 128) =>
  ({ width, height, channels: 1, data: new Uint8Array(width * height).fill(level) }) as const

describe('previews', () => {
  it('are not even drawn when nobody looks', async () => {
    const ctx = testContext()
    const draw = () => {
      throw new Error('drawn')
    }
    await previews(ctx)(draw)
    expect(ctx.previews).toEqual([])
  })

  it('are JPEGs of at most 384 pixels that keep the shape, and never larger than the picture', async () => {
    const sizes = [
      [1000, 500],
      [300, 600],
      [100, 90],
    ]
    const found = []
    for (const [width, height] of sizes) {
      const ctx = testContext({ watched: true })
      await previews(ctx)(() => grey(width, height))
      expect(ctx.previews[0].mime).toBe('image/jpeg')
      const { format, ...size } = await sharp(ctx.previews[0].bytes).metadata()
      expect(format).toBe('jpeg')
      found.push([size.width, size.height])
    }
    expect(found).toEqual([
      [384, 192],
      [192, 384],
      [100, 90],
    ])
  })

  it('come at most ten a second, one at a time, whatever a node asks for', async () => {
    const ctx = testContext({ watched: true })
    const show = previews(ctx)
    let drawn = 0
    const draw = () => {
      drawn++
      return grey(64, 64)
    }
    const start = performance.now()
    while (drawn < 3) {
      const before = drawn
      await Promise.all([show(draw, 1), show(draw, 2), show(draw, 3)])
      expect(drawn - before).toBeLessThanOrEqual(1)
    }
    // The third is due two gaps after the first, however slow the machine is.
    expect(performance.now() - start).toBeGreaterThanOrEqual(200)
    expect(ctx.previews.length).toBe(drawn)
  })

  it('lay transparent parts on white, and read memory that threads share', async () => {
    const ctx = testContext({ watched: true })
    const data = new Uint8Array(new SharedArrayBuffer(16 * 16 * 4)) // black and transparent
    await previews(ctx)(() => ({ width: 16, height: 16, channels: 4, data }))
    const pixels = await sharp(ctx.previews[0].bytes).raw().toBuffer()
    expect(Math.min(...pixels)).toBeGreaterThan(250)
  })
})

it('a video is shown by the first frame of a chunk, and passes unchanged', async () => {
  const ctx = testContext({ watched: true })
  const frames = Array.from({ length: 11 }, (_, f) => new Uint8Array(16 * 16 * 3).fill(20 * f))
  const video = shownVideo(ctx, videoOf(frames, 16, 16))
  await video.chunk(1)
  expect(ctx.previews.map(({ frame }) => frame)).toEqual([8])
  expect((await sharp(ctx.previews[0].bytes).raw().toBuffer())[0]).toBeCloseTo(160, -1)
  expect((await framesOf(video)).map(([level]) => level)).toEqual(frames.map(([level]) => level))
})

it('a mask is shown as a grey plane, and passes unchanged', async () => {
  const ctx = testContext({ watched: true })
  const plane = new Uint8Array(9 * 16 * 16).fill(255, 0, 8 * 256)
  const mask: MaskValue = shownMask(ctx, maskOf({ hands: plane }, 16, 16))
  expect([...(await planeOf(mask, 'hands'))]).toEqual([...plane])
  expect(chunkCount(mask.frames)).toBe(2)
  expect(ctx.previews[0].frame).toBe(0)
  expect((await sharp(ctx.previews[0].bytes).raw().toBuffer())[0]).toBeGreaterThan(250)
})
