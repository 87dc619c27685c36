import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../../nodes/lib/media/crc32'
import { decodeImage, readImageHeader } from '../../../nodes/lib/media/decode-image'
import { fileOf, refusal, tempFolder } from '../../support/media'

const ORANGE = { r: 200, g: 60, b: 30 }
const plain = (width = 96, height = 64) =>
  sharp({ create: { width, height, channels: 3, background: ORANGE } })

const made = async (picture: Sharp, name = 'picture') => fileOf(await picture.toBuffer(), name)

/** A PNG that claims a size and holds no pixels. */
function pngHeader(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const whole = Buffer.alloc(8 + body.length)
    whole.writeUInt32BE(data.length, 0)
    body.copy(whole, 4)
    whole.writeUInt32BE(crc32(body), 4 + body.length)
    return whole
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(9)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('pictures that are read', () => {
  it.each([
    ['png', 0],
    ['jpeg', 2],
    ['webp', 3],
    ['avif', 3],
    ['gif', 6],
  ] as const)('%s: size, three channels and colour within %d levels', async (format, tolerance) => {
    const { image, notes } = await decodeImage(await made(plain().toFormat(format)))
    expect({ width: image.width, height: image.height, channels: image.channels, notes }).toEqual({
      ...{ width: 96, height: 64, channels: 3 },
      notes: [],
    })
    expect(image.data.length).toBe(96 * 64 * 3)
    for (const [c, value] of [200, 60, 30].entries()) {
      expect(Math.abs(image.data[3 * 777 + c] - value)).toBeLessThanOrEqual(tolerance)
    }
  })

  it('a JPEG that lies on its side is turned upright, and it is said', async () => {
    const half = sharp({ create: { width: 96, height: 64, channels: 3, background: 'white' } }).composite([
      { input: { create: { width: 48, height: 64, channels: 3, background: 'black' } }, left: 0, top: 0 },
    ])
    const file = await made(half.withMetadata({ orientation: 6 }).jpeg())
    const { image, notes } = await decodeImage(file)
    expect(notes).toEqual(['It was turned upright, as its EXIF orientation says.'])
    // Orientation 6: a quarter turn to the right, so that the left half comes to lie on top.
    expect([image.width, image.height]).toEqual([64, 96])
    expect(image.data[3 * (64 * 10 + 32)]).toBeLessThan(20)
    expect(image.data[3 * (64 * 85 + 32)]).toBeGreaterThan(235)
    expect(await readImageHeader(file)).toMatchObject({ width: 64, height: 96 })
  })

  it('a CMYK JPEG becomes sRGB, and it is said', async () => {
    const { image, notes } = await decodeImage(await made(plain().toColourspace('cmyk').jpeg()))
    expect(image.data.length).toBe(96 * 64 * 3)
    expect(image.data[0]).toBeGreaterThan(180)
    expect(image.data[2]).toBeLessThan(60)
    expect(notes).toEqual(['CMYK colours were converted to sRGB.'])
  })

  it('a colour profile is applied: Display P3 becomes sRGB', async () => {
    const p3 = await plain().withIccProfile('p3').png().toBuffer()
    expect((await sharp(p3).metadata()).icc).toBeDefined()
    const { data } = (await decodeImage(fileOf(p3))).image
    for (const [c, value] of [200, 60, 30].entries()) expect(Math.abs(data[c] - value)).toBeLessThanOrEqual(2)
    // The same numbers without their profile are another colour.
    const raw = await sharp(p3, { ignoreIcc: true }).raw().toBuffer()
    expect(Math.abs(raw[0] - 200)).toBeGreaterThan(5)
  })

  it('transparent areas come to lie on white, exactly, and it is said', async () => {
    const pixels = new Uint8Array(64 * 64 * 4)
    for (let i = 0; i < 64 * 64; i++) pixels.set([200, 60, 30, i % 256], i * 4)
    const file = await made(sharp(pixels, { raw: { width: 64, height: 64, channels: 4 } }).png())
    const { image, notes } = await decodeImage(file)
    expect(notes).toEqual(['Transparent areas were put on white.'])
    for (let i = 0; i < 256; i++) {
      const expected = [200, 60, 30].map((value) => Math.round((value * i + 255 * (255 - i)) / 255))
      expect([...image.data.subarray(i * 3, i * 3 + 3)]).toEqual(expected)
    }
  })

  it('an alpha channel that hides nothing is not worth a word', async () => {
    const { notes } = await decodeImage(await made(plain().ensureAlpha(1).png()))
    expect(notes).toEqual([])
  })

  it('of an animation the first frame is taken, and it is said', async () => {
    const frames = ['red', 'blue'].map((background) => ({
      create: { width: 80, height: 70, channels: 3 as const, background },
    }))
    const pictures = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()))
    const gif = sharp(pictures, { join: { animated: true } }).gif({ delay: [100, 100] })
    const { image, notes } = await decodeImage(await made(gif))
    expect([image.width, image.height]).toEqual([80, 70])
    expect([...image.data.subarray(0, 3)]).toEqual([255, 0, 0])
    expect(notes).toEqual(['It is an animation of 2 frames; the first was taken.'])
  })

  it('grey and 16-bit pictures have three channels of 8 bits', async () => {
    const grey = await decodeImage(await made(plain().grayscale().png()))
    expect(new Set(grey.image.data).size).toBe(1)
    expect(grey.image.data.length).toBe(96 * 64 * 3)
    const deep = await decodeImage(await made(plain().toColourspace('rgb16').png()))
    expect([...deep.image.data.subarray(0, 3)]).toEqual([200, 60, 30])
    expect(deep.notes).toEqual(['Colours were rounded to 8 bits.'])
  })
})

describe('bad pictures are refused in one sentence', () => {
  it('20,000 × 20,000 pixels, by their header alone', async () => {
    const before = process.memoryUsage().rss
    const error = await refusal(decodeImage(fileOf(pngHeader(20_000, 20_000))))
    expect(error).toMatchObject({
      code: 'image/too-large',
      message: 'The picture has 20000 × 20000 pixels (400 megapixels); at most 64 megapixels can be used.',
    })
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6)
  })

  it('one pixel', async () => {
    expect(await refusal(decodeImage(await made(plain(1, 1).png())))).toMatchObject({
      code: 'image/too-small',
      message: 'The picture has 1 × 1 pixels; at least 64 × 64 are needed.',
    })
  })

  it.each([
    ['an empty file', '', /an empty file/],
    ['text named .png', 'Dear diary', /a text file/],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>', /an SVG drawing/],
    ['a recording', 'RIFF....WAVEfmt ', /a WAV recording/],
    ['a PNG without a header', '\x89PNG\r\n\x1a\n', /a PNG picture, but it is cut off or damaged/],
  ])('%s', async (_, content, sentence) => {
    const error = await refusal(decodeImage(fileOf(Buffer.from(content, 'latin1'), 'portrait.png')))
    expect(error).toMatchObject({ code: 'image/unreadable', message: expect.stringMatching(sentence) })
    expect(error.hint).toBeTruthy()
  })

  it.each(['png', 'jpeg', 'webp'] as const)('a %s that is cut off', async (format) => {
    const pixels = Uint8Array.from({ length: 96 * 96 * 3 }, (_, i) => (i * i * 7) % 251)
    const whole = readFileSync(
      await made(sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } }).toFormat(format)),
    )
    const error = await refusal(decodeImage(fileOf(whole.subarray(0, whole.length / 2))))
    expect(error).toMatchObject({
      code: 'image/unreadable',
      message: expect.stringContaining('cut off or damaged'),
    })
  })

  it('a file that is not there', async () => {
    expect(await refusal(decodeImage(path.join(tempFolder(), 'gone.png')))).toMatchObject({
      code: 'asset/missing',
    })
  })
})
