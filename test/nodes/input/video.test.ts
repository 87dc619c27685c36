import { describe, expect, it } from 'vitest'
import type { AudioValue } from '../../../nodes/core/values'
import { inputVideo } from '../../../nodes/input/video'
import { encode, fileOf, greyVideo, int16, refusal, wavBytes } from '../../support/media'
import { runNode, testContext } from '../../support/node-context'

const asset = (path: string, name = 'clip.mp4') => ({
  picked: { id: 'picked', name, mime: 'video/mp4', size: 0, path },
})

/** Silence, then full scale from `at` seconds on. */
function stepSound(seconds: number, at: number, sampleRate = 48_000): AudioValue {
  const samples = new Float32Array(seconds * sampleRate)
  for (let i = at * sampleRate; i < samples.length; i++) samples[i] = 0.8 * Math.sin(i * 0.4)
  return { sampleRate, channels: [samples] }
}

describe('the video node', () => {
  it('gives frames and sound, both cut at the same places', async () => {
    const { file } = await encode(greyVideo(50), { audio: stepSound(2, 1) })
    const ctx = testContext({ definition: inputVideo, assets: asset(file) })
    const { video, audio } = await runNode(inputVideo, {}, { asset: 'picked', start: 0.8, end: 1.4 }, ctx)
    expect(video).toMatchObject({ frames: 15, fps: 25, width: 64, height: 64 })
    expect(audio).toEqual(video.audio)
    expect(audio.channels[0].length).toBe(0.6 * 48_000)
    const loud = audio.channels[0].findIndex((sample: number) => Math.abs(sample) > 0.4)
    expect(Math.abs(loud / 48_000 - 0.2)).toBeLessThan(0.01)
  })

  it('does not read what nobody asks for, and says when a sound is asked for that is not there', async () => {
    const { file } = await encode(greyVideo(10))
    const only = testContext({ wanted: ['video'], assets: asset(file) })
    const { video } = await runNode(inputVideo, {}, { asset: 'picked' }, only)
    expect(video.audio).toBeUndefined()
    const both = testContext({ wanted: ['audio'], assets: asset(file) })
    expect((await refusal(runNode(inputVideo, {}, { asset: 'picked' }, both))).message).toBe(
      'clip.mp4 has no sound.',
    )
  })

  it('knows frames, rate, size and length before it runs, cut and scaling included', () => {
    const known = {
      frames: 100,
      fps: 50,
      width: 1920,
      height: 1080,
      durationSeconds: 2.02,
      sampleRate: 48_000,
    }
    const facts = inputVideo.facts?.({
      params: { asset: 'picked', start: 0.5, end: 0, fps: 25, maxSize: 960 },
      inputs: {},
      asset: () => known,
    })
    expect(facts).toEqual({
      video: { frames: 38, fps: 25, width: 960, height: 540, durationSeconds: 1.52 },
      audio: { durationSeconds: 1.52, sampleRate: 48_000 },
    })
  })

  it('refuses what is no video, with the name of the file, and stops when cancelled', async () => {
    const sound = testContext({ assets: asset(fileOf(wavBytes(int16(1))), 'voice.mp4') })
    expect((await refusal(runNode(inputVideo, {}, { asset: 'picked' }, sound))).message).toBe(
      'voice.mp4: This is no video we can read: it seems to be a WAV recording.',
    )
    const { file } = await encode(greyVideo(10))
    const ctx = testContext({ wanted: ['video'], assets: asset(file) })
    const { video } = await runNode(inputVideo, {}, { asset: 'picked' }, ctx)
    ctx.abort()
    expect((await refusal(video.chunk(0))).code).toBe('run/cancelled')
  })
})
