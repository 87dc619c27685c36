import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AudioValue } from '../../../nodes/core/values'
import { decodeAudio } from '../../../nodes/lib/media/decode-audio'
import { floatWav } from '../../../nodes/lib/media/float-wav'
import {
  backends,
  encode,
  fileOf,
  float32,
  greyVideo,
  int16,
  refusal,
  tempFolder,
  wavBytes,
} from '../../support/media'
import { sine } from '../../support/sounds'

const wavFile = (...args: Parameters<typeof wavBytes>) => fileOf(wavBytes(...args), 'sound.wav')

describe('PCM WAV files are read to the last bit', () => {
  it('16 bit', async () => {
    const { audio, notes, backend } = await decodeAudio(wavFile(int16(0, 1, -1, 32_767, -32_768)))
    expect([...audio.channels[0]]).toEqual([0, 1 / 32_768, -1 / 32_768, 32_767 / 32_768, -1])
    expect(audio.sampleRate).toBe(48_000)
    expect(notes).toEqual([])
    expect(backend).toBe('wav')
  })

  it('8 bit is unsigned', async () => {
    const { audio } = await decodeAudio(
      wavFile(Uint8Array.of(128, 255, 0, 64), { bits: 8, sampleRate: 8_000 }),
    )
    expect([...audio.channels[0]]).toEqual([0, 127 / 128, -1, -0.5])
    expect(audio.sampleRate).toBe(8_000)
  })

  it('24 bit', async () => {
    const bytes = Uint8Array.of(1, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0x80, 0xff, 0xff, 0x7f)
    const { audio } = await decodeAudio(wavFile(bytes, { bits: 24 }))
    expect([...audio.channels[0]]).toEqual([2 ** -23, -(2 ** -23), -1, 1 - 2 ** -23])
  })

  it('32-bit integers and 32- and 64-bit floats', async () => {
    const integers = new Uint8Array(Int32Array.of(2 ** 30, -(2 ** 31)).buffer)
    expect([...(await decodeAudio(wavFile(integers, { bits: 32 }))).audio.channels[0]]).toEqual([0.5, -1])
    const floats = wavFile(float32(0.1, -0.9), { bits: 32, code: 3 })
    expect([...(await decodeAudio(floats)).audio.channels[0]]).toEqual([Math.fround(0.1), Math.fround(-0.9)])
    const doubles = wavFile(new Uint8Array(Float64Array.of(0.25, -0.3).buffer), { bits: 64, code: 3 })
    expect([...(await decodeAudio(doubles)).audio.channels[0]]).toEqual([0.25, Math.fround(-0.3)])
  })

  it('WAVE_FORMAT_EXTENSIBLE, other chunks of odd length in between, 96 kHz stereo', async () => {
    const file = wavFile(int16(100, -100, 200, -200), {
      ...{ extensible: true, channels: 2, sampleRate: 96_000 },
      extra: new Uint8Array(7_001),
    })
    const { audio } = await decodeAudio(file)
    expect(audio.channels.map((channel) => [...channel].map((x) => x * 32_768))).toEqual([
      [100, 200],
      [-100, -200],
    ])
    expect(audio.sampleRate).toBe(96_000)
  })

  it('a header that does not know its length (a stream) means: to the end of the file', async () => {
    const { audio } = await decodeAudio(wavFile(int16(1, 2, 3), { claims: 0xffffffff }))
    expect(audio.channels[0].length).toBe(3)
  })

  it('what floatWav writes is read back equal, across pieces', async () => {
    const audio: AudioValue = { sampleRate: 44_100, channels: [sine(440, 44_100, 8), sine(330, 44_100, 8)] }
    const { audio: back } = await decodeAudio(fileOf(Buffer.concat(floatWav(audio)), 'float.wav'))
    expect(back.sampleRate).toBe(44_100)
    expect(
      back.channels.map((channel, c) => Buffer.compare(bytes(channel), bytes(audio.channels[c]))),
    ).toEqual([0, 0])
  })
})

const bytes = (samples: Float32Array) => Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)

describe('what is odd about a recording is said', () => {
  it('silence', async () => {
    const { notes } = await decodeAudio(wavFile(new Uint8Array(2_000)))
    expect(notes).toEqual(['The recording is silent from start to end.'])
  })

  it('samples over full scale are counted and left alone', async () => {
    const { audio, notes } = await decodeAudio(wavFile(float32(0.5, 1.5, -2, 1), { bits: 32, code: 3 }))
    expect([...audio.channels[0]]).toEqual([0.5, 1.5, -2, 1])
    expect(notes).toEqual([
      '2 samples are over full scale (peak 2.00), so loud passages clip when played; they were left as they are.',
    ])
  })

  it('more than two channels are mixed, and a full-scale tone on all of them stays at full scale', async () => {
    const frame = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    const file = wavFile(float32(...frame, ...frame), { bits: 32, code: 3, channels: 6 })
    const { audio, notes } = await decodeAudio(file)
    expect(audio.channels.length).toBe(2)
    for (const channel of audio.channels) for (const sample of channel) expect(sample).toBeCloseTo(0.5, 6)
    expect(notes).toEqual(['6 channels were mixed to stereo.'])
  })
})

describe('bad recordings are refused in one sentence', () => {
  const cases: [string, Uint8Array | string, string, RegExp][] = [
    ['an empty file', '', 'audio/unreadable', /seems to be an empty file/],
    ['a text file', 'Dear diary', 'audio/unreadable', /seems to be a text file/],
    ['a picture', '\x89PNG\r\n\x1a\n', 'audio/unreadable', /seems to be/],
    [
      'NaN',
      wavBytes(float32(0, 0, Number.NaN, 1), { bits: 32, code: 3, channels: 2, sampleRate: 10_000 }),
      'audio/unreadable',
      /Sample 1 of channel 1 \(at 0\.000 s\) is no number/,
    ],
    [
      'infinity',
      wavBytes(float32(0, Number.NEGATIVE_INFINITY), { bits: 32, code: 3 }),
      'audio/unreadable',
      /Sample 1 of channel 1 .* is infinite/,
    ],
    [
      'a WAV that is cut off',
      wavBytes(new Uint8Array(48_000), { claims: 960_000 }),
      'audio/unreadable',
      /cut off: it declares 10\.0 s of sound and holds 0\.5 s/,
    ],
    [
      'a WAV cut inside its header',
      wavBytes(int16(1)).subarray(0, 30),
      'audio/unreadable',
      /cut off inside its header/,
    ],
    ['a WAV without samples', wavBytes(new Uint8Array(0)), 'audio/empty', /0 s/],
    ['12-bit samples', wavBytes(int16(1), { bits: 12 }), 'audio/unreadable', /12-bit int/],
    ['a WAV without channels', wavBytes(int16(1), { channels: 0 }), 'audio/unreadable', /no channels/],
    ['a rate of 7 Hz', wavBytes(int16(1, 2), { sampleRate: 7 }), 'audio/unreadable', /7 Hz/],
    [
      'an MP3 header and nothing else',
      Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'),
      'audio/unreadable',
      /an MP3/,
    ],
    [
      'an M4A header and nothing else',
      Buffer.from('\0\0\0\x18ftypM4A \0\0\0\0isomM4A ', 'latin1'),
      'audio/unreadable',
      /an M4A/,
    ],
  ]
  it.each(cases)('%s', async (_, content, code, sentence) => {
    const error = await refusal(decodeAudio(fileOf(content)))
    expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) })
    expect(error.message.trim().split('\n')).toHaveLength(1)
    expect(error.hint).toBeTruthy()
  })

  it('a file that is not there', async () => {
    expect(await refusal(decodeAudio(path.join(tempFolder(), 'gone.wav')))).toMatchObject({
      code: 'asset/missing',
    })
  })

  it('an hour of sound, before any of it is read', async () => {
    const file = path.join(tempFolder(), 'hour.wav')
    const samples = 3_600 * 44_100
    const header = wavBytes(new Uint8Array(0), { sampleRate: 44_100, claims: samples * 2 })
    const handle = openSync(file, 'w')
    writeSync(handle, header)
    ftruncateSync(handle, header.length + samples * 2) // sparse: takes no space on disk
    closeSync(handle)
    expect(await refusal(decodeAudio(file))).toMatchObject({
      code: 'audio/too-long',
      message: 'The recording is 1 h 0 min long; at most 30 min can be used.',
    })
  })

  it('sound that goes on longer than its header said, while it is read', async () => {
    const file = wavFile(new Uint8Array(48_000 * 2 * 3), { claims: 0 })
    expect(await refusal(decodeAudio(file, { maxSeconds: 2 }))).toMatchObject({ code: 'audio/too-long' })
  })

  it('cancelling stops it', async () => {
    const signal = {
      aborted: true,
      throwIfAborted() {
        throw new Error('cancelled')
      },
    }
    await expect(decodeAudio(wavFile(int16(1, 2)), { signal })).rejects.toThrow('cancelled')
  })
})

describe.each(backends)('with $name', ({ name, present }) => {
  const itHere = it.skipIf(!present)
  const tone = (sampleRate: number, channels: number): AudioValue => ({
    sampleRate,
    channels: Array.from({ length: channels }, (_, c) =>
      sine(400 + 200 * c, sampleRate, 2).map((x) => x * 0.5),
    ),
  })

  itHere.each(['mp4', 'webm'] as const)(
    'sound of a %s comes back at its length and level',
    async (format) => {
      for (const [sampleRate, channels] of [
        [8_000, 1],
        [44_100, 2],
        [48_000, 2],
        [96_000, 1],
      ]) {
        const audio = tone(sampleRate, channels)
        const { file } = await encode(greyVideo(50), { format, audio, backend: name })
        const decoded = await decodeAudio(file, { backend: name })
        const { audio: back } = decoded
        expect(decoded.backend).toBe(name)
        expect(back.sampleRate).toBe(format === 'mp4' && sampleRate === 44_100 ? 44_100 : 48_000)
        expect(back.channels.length).toBe(channels)
        // Programs differ in whether they drop the codec's padding at the end, at most one frame of 1,024 samples.
        expect(Math.abs(back.channels[0].length - 2 * back.sampleRate)).toBeLessThanOrEqual(1_024)
        for (const [c, channel] of back.channels.entries()) {
          const reference = sine(400 + 200 * c, back.sampleRate, 2)
          // Projected on the tone that went in, away from the ends: the right pitch, phase and level.
          let product = 0
          for (let i = 12_000; i < 72_000; i++) product += channel[i] * reference[i]
          expect(product / 30_000).toBeCloseTo(0.5, 1)
        }
      }
    },
  )

  itHere('a cut-off video says so', async () => {
    const { file } = await encode(greyVideo(250, { level: (f) => (f * 37) % 256 }), {
      audio: { sampleRate: 48_000, channels: [sine(300, 48_000, 10)] },
      backend: name,
    })
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, Math.round(whole.length * 0.5)))
    expect(await refusal(decodeAudio(file, { backend: name }))).toMatchObject({
      code: 'audio/unreadable',
      message: expect.stringMatching(/an MP4 video, but it is cut off: it declares 10 s of sound and only/),
    })
  })

  itHere('a video without sound says so', async () => {
    const { file } = await encode(greyVideo(5), { backend: name })
    expect((await refusal(decodeAudio(file))).message).toContain('no sound track')
  })

  itHere('bytes behind a true header that are noise are refused', async () => {
    const file = fileOf(Buffer.concat([Buffer.from('fLaC'), Buffer.alloc(5_000, 0x5a)]))
    expect(await refusal(decodeAudio(file, { backend: name }))).toMatchObject({ code: 'audio/unreadable' })
  })
})
