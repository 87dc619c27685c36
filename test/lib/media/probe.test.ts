import { readFileSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../../nodes/core/errors'
import { POSE_STRIDE } from '../../../nodes/core/values'
import { probe } from '../../../nodes/lib/media/probe'
import { writePoseFile } from '../../../nodes/lib/pose/formats'
import { backends, encode, fileOf, greyVideo, int16, refusal, wavBytes } from '../../support/media'
import { sine } from '../../support/sounds'

const codec = backends.find(({ present }) => present)

const motion = { width: 512, height: 640, fps: 25, frames: 3, data: new Float32Array(3 * POSE_STRIDE) }

const npy = (shape: string, values = 0) => {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117) + '\n'
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\0\x76\0', 'latin1'),
    Buffer.from(header),
    Buffer.alloc(4 * values),
  ])
}

const integers = Buffer.from(
  npy('80, 402', 80 * 402)
    .toString('latin1')
    .replace('<f4', '<i4'),
  'latin1',
)

describe('probe says what a file is, whatever its name', () => {
  it('a picture and its size', async () => {
    const png = await sharp({ create: { width: 70, height: 90, channels: 3, background: 'red' } })
      .png()
      .toBuffer()
    expect(await probe(fileOf(png, 'sound.wav'))).toEqual({
      ...{ kind: 'image', mime: 'image/png' },
      facts: { width: 70, height: 90 },
    })
  })

  it('a recording: duration, rate and channels', async () => {
    const wav = wavBytes(int16(...new Array(8_000).fill(1)), { channels: 2, sampleRate: 8_000 })
    expect(await probe(fileOf(wav))).toEqual({
      ...{ kind: 'audio', mime: 'audio/wav' },
      facts: { durationSeconds: 0.5, sampleRate: 8_000, channels: 2 },
    })
  })

  it.skipIf(!codec)('a video: size, frames, rate, duration and its sound', async () => {
    const audio = { sampleRate: 48_000, channels: [sine(300, 48_000, 2)] }
    const { file } = await encode(greyVideo(50, { width: 80 }), { audio })
    expect(await probe(file)).toEqual({
      ...{ kind: 'video', mime: 'video/mp4' },
      facts: {
        width: 80,
        height: 64,
        frames: 50,
        fps: 25,
        durationSeconds: 2,
        sampleRate: 48_000,
        channels: 1,
      },
    })
    const webm = await encode(greyVideo(60, { fps: 29.97 }), { format: 'webm' })
    expect((await probe(webm.file)).facts).toMatchObject({ frames: 60, fps: 30_000 / 1001 })
  })

  it.each([
    ['our pose file', writePoseFile(motion), { width: 512, height: 640, fps: 25, frames: 3 }],
    ['one OpenPose frame', '{"version":1.3,"people":[]}', { frames: 1 }],
    ['a list of OpenPose frames', '[{"people":[]},{"people":[]}]', { frames: 2 }],
    ['an MMGT pose array', npy('80, 402', 80 * 402), { frames: 80 }],
  ])('%s', async (_, content, facts) => {
    expect(await probe(fileOf(content))).toMatchObject({ kind: 'pose', facts })
  })

  it('a workflow and a zip archive', async () => {
    expect(await probe(fileOf('{"nodes":{},"edges":[],"schema":1}'))).toMatchObject({ kind: 'workflow' })
    expect(await probe(fileOf('PK\x05\x06' + '\0'.repeat(18)))).toMatchObject({ kind: 'archive' })
  })

  it.each([
    ['nothing', '', 'asset/unreadable', /an empty file/],
    ['text', 'hello', 'asset/unreadable', /a text file/],
    ['an SVG', '<svg xmlns="x">', 'asset/unreadable', /an SVG drawing/],
    ['other JSON', '[1,2]', 'asset/unreadable', /a JSON file/],
    ['a pose file that is cut off', writePoseFile(motion).slice(0, 1_000), 'pose/not-json', /not valid JSON/],
    ['an array that is no pose', npy('3, 5'), 'pose/npy', /\[3, 5\]/],
    ['an array that is cut off', npy('80, 402', 79 * 402), 'pose/npy', /its header promises 128640/],
    ['an array of whole numbers', integers, 'pose/npy', /type <i4/],
    [
      'an MP4 that ends after its header',
      '\0\0\0\x18ftypisom\0\0\x02\0isomiso2',
      'video/unreadable',
      /an MP4 video/,
    ],
  ])('refuses %s', async (_, content, code, sentence) => {
    expect(await refusal(probe(fileOf(content)))).toMatchObject({
      code,
      message: expect.stringMatching(sentence),
    })
  })

  it.skipIf(!codec)('damaged videos give facts or a StudioError, never a hang', async () => {
    const { file } = await encode(greyVideo(10), {
      audio: { sampleRate: 48_000, channels: [sine(300, 48_000, 0.4)] },
    })
    const whole = readFileSync(file)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(whole.length),
        async (changes, cut) => {
          const bytes = Uint8Array.from(whole.subarray(0, cut < 50 ? cut : whole.length))
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
          writeFileSync(file, bytes)
          try {
            expect((await probe(file)).kind).toBeTruthy()
          } catch (error) {
            if (!(error instanceof StudioError)) throw error
          }
        },
      ),
      { numRuns: 120, seed: 5 },
    )
  })
})
