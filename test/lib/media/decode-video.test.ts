import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { VideoValue } from '../../../nodes/core/values'
import { decodeVideo } from '../../../nodes/lib/media/decode-video'
import { probe } from '../../../nodes/lib/media/probe'
import { turnPicture } from '../../../nodes/lib/media/turn-picture'
import { backends, encode, fileOf, greyVideo, int16, refusal, wavBytes } from '../../support/media'

const whole = { start: 0, end: 0, fps: 0, maxSize: 1024 }

/** Grey levels 40, 44, 48 …: far enough apart to survive H.264. */
const steps = (frames: number, opts: Parameters<typeof greyVideo>[1] = {}) =>
  greyVideo(frames, { level: (frame) => 40 + 4 * frame, ...opts })

/** Which frame of `steps` each frame of a video shows. */
async function framesShown(video: VideoValue): Promise<number[]> {
  const size = video.width * video.height * 3
  const shown: number[] = []
  for (let c = 0; c * 8 < video.frames; c++) {
    const chunk = await video.chunk(c)
    for (let at = 0; at < chunk.length; at += size) shown.push(Math.round((chunk[at] - 40) / 4))
  }
  return shown
}

const upTo = (count: number, step = 1) => Array.from({ length: count }, (_, i) => i * step)

describe.each(backends)('a video read by $name', ({ name: backend, present }) => {
  it.skipIf(!present).each(['mp4', 'webm'] as const)(
    'has every frame of an %s in its place',
    async (format) => {
      const { file } = await encode(steps(25), { format, quality: 10 })
      const { video, hasSound } = await decodeVideo(file, { ...whole, backend })
      expect(video).toMatchObject({ frames: 25, fps: 25, width: 64, height: 64 })
      expect(hasSound).toBe(false)
      expect(await framesShown(video)).toEqual(upTo(25))
    },
  )

  it.skipIf(!present)('is cut at start and end, whatever stands before', async () => {
    const { file } = await encode(steps(40), { quality: 10 })
    const { video } = await decodeVideo(file, { ...whole, start: 0.4, end: 1.2, backend })
    expect(await framesShown(video)).toEqual(upTo(20).map((frame) => frame + 10))
  })

  it.skipIf(!present)('repeats or leaves out frames at another rate, and says so', async () => {
    const { file } = await encode(steps(20), { quality: 10 })
    const half = await decodeVideo(file, { ...whole, fps: 12.5, backend })
    expect(await framesShown(half.video)).toEqual(upTo(10, 2))
    expect(half.notes).toEqual(['25 frames a second became 12.5, by leaving frames out.'])
    const twice = await decodeVideo(file, { ...whole, fps: 50, backend })
    expect(await framesShown(twice.video)).toEqual(upTo(40).map((frame) => frame >> 1))
  })

  it.skipIf(!present)('is shrunk to the longest side, and says so', async () => {
    const { file } = await encode(steps(3, { width: 128, height: 96 }))
    const { video, notes } = await decodeVideo(file, { ...whole, maxSize: 64, backend })
    expect(video).toMatchObject({ width: 64, height: 48 })
    expect((await video.chunk(0)).length).toBe(3 * 64 * 48 * 3)
    expect(notes).toEqual(['Shrunk from 128 × 96 to 64 × 48.'])
  })

  it.skipIf(!present)('gives its chunks in any order', async () => {
    const { file } = await encode(steps(20), { quality: 10 })
    const { video } = await decodeVideo(file, { ...whole, backend })
    const [last, first] = await Promise.all([video.chunk(2), video.chunk(0)])
    expect([last.length, first.length]).toEqual([4 * 64 * 64 * 3, 8 * 64 * 64 * 3])
    expect([last[0], first[0]].map((level) => Math.round((level - 40) / 4))).toEqual([16, 0])
  })

  it.skipIf(!present)('that lost its end is refused where the loss begins', async () => {
    const noise = greyVideo(50, { level: (frame) => (frame * 97) % 200 })
    const { file } = await encode(noise)
    const bytes = readFileSync(file)
    const { video } = await decodeVideo(fileOf(bytes.subarray(0, bytes.length * 0.7)), { ...whole, backend })
    const { code, message } = await refusal(framesShown(video))
    expect(code).toBe('video/unreadable')
    expect(message).toMatch(
      /^This file seems to be an MP4 video, but it is cut off or damaged: it declares 2 s/,
    )
  })
})

describe('a video', () => {
  it('is told by its bytes, must have pictures, and enough of them', async () => {
    const wav = fileOf(wavBytes(int16(1, 2, 3)), 'film.mp4')
    expect((await refusal(decodeVideo(wav, whole))).message).toBe(
      'This is no video we can read: it seems to be a WAV recording.',
    )
    const { file } = await encode(steps(10))
    expect((await refusal(decodeVideo(file, { ...whole, start: 2 }))).message).toBe(
      'The video is 0.4 s long, and the part to take begins at 2 s.',
    )
    expect((await refusal(decodeVideo(file, { ...whole, start: 0.3, end: 0.2 }))).code).toBe('video/empty')
  })

  it('of one pixel, or one that declares a huge frame, is refused before a frame is decoded', async () => {
    const tiny = await encode(steps(3, { width: 2, height: 2 }), { format: 'webm' })
    expect((await refusal(decodeVideo(tiny.file, whole))).message).toBe(
      'The video has 2 × 2 pixels; at least 16 × 16 are needed.',
    )
    const { file } = await encode(steps(3))
    expect((await refusal(decodeVideo(fileOf(withSize(readFileSync(file), 60_000)), whole))).code).toBe(
      'video/too-large',
    )
  })

  it('has as many frames as the import said', async () => {
    const { file } = await encode(steps(25))
    const { facts } = await probe(file)
    const { video } = await decodeVideo(file, whole)
    expect(facts).toMatchObject({ frames: video.frames, fps: video.fps, width: 64, height: 64 })
    expect(facts).not.toHaveProperty('turned')
  })
})

it('a picture is turned clockwise', () => {
  const picture = Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6) // 123 / 456
  const turned = (degrees: 0 | 90 | 180 | 270) =>
    [...turnPicture(picture, 3, 2, degrees)].filter((_, i) => i % 3 === 0).join('')
  expect([0, 90, 180, 270].map((degrees) => turned(degrees as 0))).toEqual([
    '123456',
    '415263',
    '654321',
    '362514',
  ])
})

/** An MP4 whose track header and sample description claim that width and height. */
function withSize(bytes: Buffer, side: number): Buffer {
  const out = Buffer.from(bytes)
  const header = out.indexOf('tkhd')
  out.writeUInt16BE(side, header + 80)
  out.writeUInt16BE(side, header + 84)
  const sample = out.indexOf('avc1', out.indexOf('stsd'))
  out.writeUInt16BE(side, sample + 28)
  out.writeUInt16BE(side, sample + 30)
  return out
}
