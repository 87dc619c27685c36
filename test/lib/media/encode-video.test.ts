import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { CancelledError } from '../../../nodes/core/errors'
import { type AudioValue, chunkCount, type VideoValue } from '../../../nodes/core/values'
import { codecBackend } from '../../../nodes/lib/media/codec-backend'
import { readContainer } from '../../../nodes/lib/media/container'
import { decodeAudio } from '../../../nodes/lib/media/decode-audio'
import { readBytes } from '../../../nodes/lib/media/read-bytes'
import { readZipEntry } from '../../../nodes/lib/media/zip-entry'
import {
  backends,
  encode,
  fileOf,
  greyVideo,
  hasBackend,
  readFrames,
  refusal,
  tempFolder,
} from '../../support/media'
import { videoOf } from '../../support/node-context'
import { noise, sine } from '../../support/sounds'

const sound = (seconds: number, sampleRate = 48_000): AudioValue => ({
  sampleRate,
  channels: [sine(300, sampleRate, seconds)],
})

describe.each(backends)('with $name', ({ name: backend, present }) => {
  const itHere = it.skipIf(!present)

  itHere.each([
    ['mp4', 25, 50],
    ['mp4', 29.97, 31],
    ['mp4', 12.5, 7],
    ['mp4', 60, 1],
    ['webm', 25, 50],
    ['webm', 24, 13],
  ] as const)('a %s of %d fps has exactly %d frames at that rate', async (format, fps, count) => {
    const { file, ...result } = await encode(greyVideo(count, { fps }), { format, backend })
    expect(result).toEqual({ backend, notes: [] })
    const { video } = await readContainer(file)
    expect(video?.frames).toBe(count)
    if (count > 1) expect(video?.fps).toBeCloseTo(fps, 3)
    if (hasBackend('node-av')) {
      const frames = await readFrames(file)
      expect(frames.length).toBe(count)
      // WebM counts in milliseconds.
      for (const [k, { seconds }] of frames.entries()) {
        expect(Math.abs(seconds - frames[0].seconds - k / fps)).toBeLessThan(
          format === 'mp4' ? 1e-5 * (k + 1) : 0.0011,
        )
      }
    }
  })

  it.skipIf(!present || !hasBackend('node-av')).each(['mp4', 'webm'] as const)(
    'a flash and a click at the same moment stay within a frame of each other in a %s',
    async (format) => {
      const [fps, at] = [25, 20]
      const samples = new Float32Array(48_000 * 2)
      samples.fill(0.9, (at / fps) * 48_000, (at / fps) * 48_000 + 240)
      const video = greyVideo(50, { fps, level: (frame) => (frame === at ? 255 : 0) })
      const audio = { sampleRate: 48_000, channels: [samples] }
      const { file } = await encode(video, { format, audio, backend })
      const frames = await readFrames(file)
      const flash = frames.filter(({ luma }) => luma > 120)
      expect(flash).toHaveLength(1)
      const { audio: back } = await decodeAudio(file, { backend })
      const click = back.channels[0].findIndex((x) => Math.abs(x) > 0.3) / back.sampleRate
      expect(Math.abs(flash[0].seconds - click)).toBeLessThan(1 / fps)
      expect(Math.abs(click - at / fps)).toBeLessThan(0.01)
    },
  )

  itHere('an MP4 is what browsers play: H.264 High, 4:2:0, BT.709, its index at the front', async () => {
    const { file } = await encode(greyVideo(30), { audio: sound(1.2), backend })
    const bytes = readFileSync(file)
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
    // avcC (ISO/IEC 14496-15): version 1, profile 100 = High; then the box that names BT.709, limited range.
    const avc = bytes.indexOf('avcC')
    expect([...bytes.subarray(avc + 4, avc + 6)]).toEqual([1, 100])
    const colour = bytes.indexOf('colrnclx')
    expect([...bytes.subarray(colour + 8, colour + 15)]).toEqual([0, 1, 0, 1, 0, 1, 0])
  })

  itHere.each([
    [220, 30, 30],
    [30, 200, 40],
    [20, 40, 210],
  ])('the colour %d, %d, %d is stored by BT.709', async (r, g, b) => {
    const frame = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => [r, g, b][i % 3])
    const { file } = await encode(videoOf([frame, frame], 64, 64), { quality: 4, backend })
    if (!hasBackend('node-av')) return
    const [{ luma }] = await readFrames(file)
    // By BT.601 these would be 8 to 18 levels off.
    expect(Math.abs(luma - (16 + (219 * (0.2126 * r + 0.7152 * g + 0.0722 * b)) / 255))).toBeLessThan(1.5)
  })

  itHere('odd sizes are made even by repeating the edge, and it is said', async () => {
    const { file, notes } = await encode(greyVideo(3, { width: 65, height: 67 }), { backend })
    expect(notes).toEqual([
      'The video was widened from 65 × 67 to 66 × 68 by repeating its edge, because mp4 needs even sizes.',
    ])
    expect((await readContainer(file)).video).toMatchObject({ width: 66, height: 68 })
  })

  itHere.each(['mp4', 'webm'] as const)(
    'sound of a %s is cut or filled up to the length of the video',
    async (format) => {
      for (const [seconds, change] of [
        [5, 'cut off at its end'],
        [0.5, 'filled up with silence'],
      ] as const) {
        const { file, notes } = await encode(greyVideo(50), { format, audio: sound(seconds), backend })
        expect(notes).toEqual([
          `The sound is ${seconds} s long and the video 2 s, so the sound was ${change}.`,
        ])
        const { audio } = await decodeAudio(file, { backend })
        expect(Math.abs(audio.channels[0].length - 96_000)).toBeLessThanOrEqual(1_024)
      }
    },
  )

  itHere('a difference of less than a frame is not worth a word', async () => {
    expect((await encode(greyVideo(50), { audio: sound(2.03), backend })).notes).toEqual([])
  })

  itHere('the same frames give the same bytes', async () => {
    const pixels = noise(96 * 96 * 3)
    const video = videoOf(
      Array.from({ length: 40 }, (_, f) =>
        Uint8Array.from(pixels, (x, i) => 128 + 100 * x * Math.sin(f + i)),
      ),
      ...([96, 96] as const),
    )
    for (const format of ['mp4', 'webm'] as const) {
      const made = []
      for (let k = 0; k < 2; k++) {
        made.push(
          await encode(video, { format, audio: sound(1.6, 22_050), workflow: { schema: 1 }, backend }),
        )
      }
      expect(readFileSync(made[0].file).equals(readFileSync(made[1].file))).toBe(true)
    }
  })

  itHere('pixels and sound may lie on shared memory, and are not changed', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(64 * 64 * 3 * 8)).fill(77)
    const samples = new Float32Array(new SharedArrayBuffer(4 * 16_000)).fill(0.25)
    const video: VideoValue = { fps: 25, width: 64, height: 64, frames: 8, chunk: async () => shared }
    const audio = { sampleRate: 16_000, channels: [samples, samples] }
    const { file } = await encode(video, { audio, backend })
    expect((await readContainer(file)).video?.frames).toBe(8)
    expect(shared.every((value) => value === 77) && samples.every((value) => value === 0.25)).toBe(true)
  })

  itHere('cancelling stops between two frames, leaves no file and no child process', async () => {
    const file = path.join(tempFolder(), 'stopped.mp4')
    let left = 10
    const signal = {
      aborted: false,
      throwIfAborted() {
        if (left-- <= 0) throw new CancelledError()
      },
    }
    const error = await refusal(encode(greyVideo(200), { file, signal, workflow: {}, backend }))
    expect(error.code).toBe('run/cancelled')
    expect(readdirSync(path.dirname(file))).toEqual([])
  })

  itHere('a chunk that cannot be read fails the encoding and leaves no file', async () => {
    const file = path.join(tempFolder(), 'broken.mp4')
    const video: VideoValue = {
      ...greyVideo(40),
      chunk: (index) => (index < 2 ? greyVideo(40).chunk(index) : Promise.reject(new Error('lost'))),
    }
    await expect(encode(video, { file, backend })).rejects.toThrow('lost')
    expect(existsSync(file)).toBe(false)
  })

  itHere('a folder that is not there is an error, not a hang', async () => {
    const file = path.join(tempFolder(), 'no', 'such', 'video.mp4')
    await expect(encode(greyVideo(100), { file, backend })).rejects.toThrow()
  })

  itHere('reads one chunk ahead, in order, each once', async () => {
    const asked: number[] = []
    const video = greyVideo(40)
    const watched: VideoValue = {
      ...video,
      chunk: (index) => {
        asked.push(index)
        return video.chunk(index)
      },
    }
    await encode(watched, { backend })
    expect(asked).toEqual(Array.from({ length: chunkCount(40) }, (_, i) => i))
  })
})

describe('a GIF', () => {
  const moving = (frames: number, fps = 25) =>
    videoOf(
      Array.from({ length: frames }, (_, f) => {
        const frame = new Uint8Array(64 * 48 * 3).fill(200)
        for (let y = 10; y < 20; y++)
          for (let x = 0; x < 8; x++) frame.set([250, 20, 20], (y * 64 + ((x + f) % 64)) * 3)
        return frame
      }),
      64,
      48,
      fps,
    )

  it('has the frames and the length of the video, and says that the sound is gone', async () => {
    const { file, backend, notes } = await encode(moving(50), {
      format: 'gif',
      audio: sound(2),
      gifFps: 12.5,
    })
    expect({ backend, notes }).toEqual({
      backend: 'gifenc',
      notes: ['A GIF has no sound, so the sound was left out.'],
    })
    const { pages, delay, width, height, loop } = await sharp(file).metadata()
    expect({ pages, width, height, loop }).toEqual({ pages: 25, width: 64, height: 48, loop: 0 })
    expect(delay?.reduce((sum, ms) => sum + ms)).toBe(2_000)
  })

  it('rounding of its hundredths does not add up', async () => {
    const { file } = await encode(moving(60, 30), { format: 'gif', gifFps: 30 })
    const { delay } = await sharp(file).metadata()
    expect(new Set(delay)).toEqual(new Set([30, 40]))
    expect(delay?.reduce((sum, ms) => sum + ms)).toBe(2_000)
  })

  it('shows every frame as it is, though only what changed is stored', async () => {
    const video = moving(20)
    const { file } = await encode(video, { format: 'gif', gifFps: 25 })
    const shown = await sharp(file, { animated: true }).removeAlpha().raw().toBuffer()
    for (let f = 0; f < 20; f++) {
      const original = (await video.chunk(Math.floor(f / 8))).subarray((f % 8) * 9216, ((f % 8) + 1) * 9216)
      let worst = 0
      for (let i = 0; i < 9216; i++) worst = Math.max(worst, Math.abs(shown[f * 9216 + i] - original[i]))
      expect(worst).toBeLessThan(16) // dither and palette
    }
    expect(readFileSync(file).length).toBeLessThan(6_000)
  })

  it('is made smaller when the video is wider than asked for, never larger', async () => {
    const small = await encode(moving(4), { format: 'gif', gifWidth: 32 })
    expect(await sharp(small.file).metadata()).toMatchObject({ width: 32, height: 24 })
    const same = await encode(moving(4), { format: 'gif', gifWidth: 4_000 })
    expect(await sharp(same.file).metadata()).toMatchObject({ width: 64, height: 48 })
  })

  it('of a single still frame is fine', async () => {
    const { file } = await encode(greyVideo(1), { format: 'gif' })
    expect(await sharp(file).metadata()).toMatchObject({ width: 64, height: 64 })
  })
})

describe('a PNG sequence', () => {
  it('holds every frame without loss, the sound, the rate and the workflow', async () => {
    const frames = Array.from({ length: 11 }, (_, f) =>
      Uint8Array.from(noise(40 * 30 * 3, f + 1), (x) => 128 + 127 * x),
    )
    const audio = sound(11 / 25)
    const { file, backend } = await encode(videoOf(frames, 40, 30), {
      format: 'png',
      audio,
      workflow: { a: 1 },
    })
    expect(backend).toBe('sharp')
    const size = readFileSync(file).length
    const entry = (name: string) => readZipEntry((at, length) => readBytes(file, at, length), size, name, 1e8)
    const text = async (name: string) => JSON.parse(Buffer.from((await entry(name)) ?? []).toString())
    expect(await text('video.json')).toEqual({ fps: 25, frames: 11, width: 40, height: 30 })
    expect(await text('workflow.json')).toEqual({ a: 1 })
    for (const [f, frame] of frames.entries()) {
      const png = await entry(`frame-${String(f + 1).padStart(6, '0')}.png`)
      expect(
        Buffer.compare(
          await sharp(png ?? undefined)
            .raw()
            .toBuffer(),
          frame,
        ),
      ).toBe(0)
    }
    const wav = await decodeAudio(fileOf((await entry('audio.wav')) ?? ''))
    expect(wav.audio).toEqual(audio)
    expect(await entry('frame-000012.png')).toBe(null)
  })
})

describe('refusals', () => {
  it('a video without frames', async () => {
    expect(await refusal(encode(greyVideo(0)))).toMatchObject({ code: 'video/empty' })
  })

  it.skipIf(process.platform !== 'linux').each(['gif', 'png'] as const)(
    'a full disk is named as such (%s)',
    async (format) => {
      const file = path.join(tempFolder(), 'video')
      symlinkSync('/dev/full', file) // a device on which every write fails for want of space
      expect(await refusal(encode(greyVideo(9), { format, file }))).toMatchObject({
        code: 'storage/full',
        message: `The disk is full: ${file} could not be written.`,
      })
      expect(existsSync(file)).toBe(false)
    },
  )

  it('no codec library: says so in one sentence and what to install', async () => {
    const found = process.env.PATH
    process.env.PATH = ''
    try {
      expect(await refusal(codecBackend('ffmpeg'))).toMatchObject({
        code: 'media/no-codec',
        message: 'The codec library asked for, the program ffmpeg, is not installed.',
        hint: expect.stringContaining('install ffmpeg'),
      })
    } finally {
      process.env.PATH = found
    }
    expect(await refusal(codecBackend('quicktime'))).toMatchObject({ code: 'media/no-codec' })
  })
})
