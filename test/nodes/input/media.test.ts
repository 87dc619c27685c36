import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { inputAudio } from '../../../nodes/input/audio'
import { inputImage } from '../../../nodes/input/image'
import { fileOf, float32, int16, refusal, wavBytes } from '../../support/media'
import { runNode, testContext } from '../../support/node-context'

const asset = (path: string, name: string) => ({
  picked: { id: 'picked', name, mime: 'application/octet-stream', size: 0, path },
})

describe('the image node', () => {
  it('gives the picture of its asset and says what was done to it', async () => {
    const png = await sharp({ create: { width: 64, height: 80, channels: 4, background: '#ff000000' } })
      .png()
      .toBuffer()
    const ctx = testContext({ definition: inputImage, assets: asset(fileOf(png), 'face.png') })
    const { image } = await runNode(inputImage, {}, { asset: 'picked' }, ctx)
    expect(image).toMatchObject({ width: 64, height: 80, channels: 3 })
    expect(new Set(image.data)).toEqual(new Set([255]))
    expect(ctx.warnings).toEqual(['Transparent areas were put on white.'])
  })

  it('knows its size before it runs', () => {
    const facts = inputImage.facts?.({
      params: { asset: 'picked' },
      inputs: {},
      asset: () => ({ width: 300, height: 200 }),
    })
    expect(facts).toEqual({ image: { width: 300, height: 200 } })
  })

  it('refuses a recording, and an asset that is not there', async () => {
    const ctx = testContext({ assets: asset(fileOf(wavBytes(int16(1))), 'voice.png') })
    expect(await refusal(runNode(inputImage, {}, { asset: 'picked' }, ctx))).toMatchObject({
      code: 'image/unreadable',
      message: expect.stringContaining('a WAV recording'),
    })
    expect((await refusal(runNode(inputImage, {}, { asset: 'gone' }, ctx))).code).toBe('asset/missing')
  })
})

describe('the audio node', () => {
  it('gives the recording of its asset, exact, and says what is odd about it', async () => {
    const wav = wavBytes(float32(0.25, 2), { bits: 32, code: 3, sampleRate: 22_050 })
    const ctx = testContext({ definition: inputAudio, assets: asset(fileOf(wav), 'voice.wav') })
    const { audio } = await runNode(inputAudio, {}, { asset: 'picked' }, ctx)
    expect(audio).toEqual({ sampleRate: 22_050, channels: [Float32Array.of(0.25, 2)] })
    expect(ctx.warnings).toEqual([expect.stringContaining('1 samples are over full scale')])
    expect(ctx.fractions.at(-1)).toBe(1)
  })

  it('knows its length and rate before it runs', () => {
    const known = { durationSeconds: 3.2, sampleRate: 16_000 }
    const facts = inputAudio.facts?.({ params: { asset: 'picked' }, inputs: {}, asset: () => known })
    expect(facts).toEqual({ audio: known })
  })

  it('refuses a picture, and stops when cancelled', async () => {
    const png = testContext({ assets: asset(fileOf('\x89PNG\r\n\x1a\n'), 'voice.wav') })
    expect((await refusal(runNode(inputAudio, {}, { asset: 'picked' }, png))).code).toBe('audio/unreadable')
    const ctx = testContext({ assets: asset(fileOf(wavBytes(int16(1, 2))), 'voice.wav') })
    ctx.abort()
    expect((await refusal(runNode(inputAudio, {}, { asset: 'picked' }, ctx))).code).toBe('run/cancelled')
  })
})
