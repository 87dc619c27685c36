import { describe, expect, it } from 'vitest'
import { audioEncoder } from '../../../nodes/audio/encoder'
import { baselineFeatures } from '../../../nodes/lib/dsp/baseline-features'
import { runNode, testContext } from '../../support/node-context'
import { noise } from '../../support/sounds'

const SAMPLE_RATE = 16_000
const samples = noise(80_000) // 5 s
const audio = { sampleRate: SAMPLE_RATE, channels: [samples] }
const motionOnly = () => testContext({ definition: audioEncoder, wanted: ['motion'] })

describe('audio/encoder', () => {
  it('gives baseline features of the whole clip', async () => {
    const ctx = motionOnly()
    const { motion, lips } = await runNode(audioEncoder, { audio }, {}, ctx)
    expect(motion).toEqual({
      kind: 'baseline',
      dims: 35,
      ...baselineFeatures(samples, SAMPLE_RATE),
    })
    expect(lips).toBeUndefined()
    expect(ctx.fractions.length).toBeGreaterThan(3)
  })

  it('mixes stereo to mono', async () => {
    const quiet = samples.map((x) => x / 2)
    const stereo = { sampleRate: SAMPLE_RATE, channels: [samples, new Float32Array(samples.length)] }
    const { motion } = await runNode(audioEncoder, { audio: stereo }, {}, motionOnly())
    expect(motion.data).toEqual(baselineFeatures(quiet, SAMPLE_RATE).data)
  })

  it('judges by pieces of 3.2 s on request', async () => {
    const { motion } = await runNode(audioEncoder, { audio }, { range: 'pieces' }, motionOnly())
    const first = baselineFeatures(samples.subarray(0, 51_200), SAMPLE_RATE).data
    expect(motion.frames).toBe(125)
    expect(motion.data.subarray(0, first.length)).toEqual(first)
  })

  it('computes nothing that nobody reads', async () => {
    const broken = { sampleRate: SAMPLE_RATE, channels: [] }
    const ctx = testContext({ definition: audioEncoder, wanted: [] })
    expect(await runNode(audioEncoder, { audio: broken }, { motionKind: 'wavlm' }, ctx)).toEqual({})
  })

  it('tells the number of frames before it runs, the same that it then makes', async () => {
    for (const length of [1, 4480, 4481, 51_199, 51_200, 51_201]) {
      const facts = audioEncoder.facts?.({
        params: audioEncoder.params.parse({}),
        inputs: { audio: { durationSeconds: length / SAMPLE_RATE, sampleRate: SAMPLE_RATE } },
        asset: () => undefined,
      })
      const clip = { sampleRate: SAMPLE_RATE, channels: [samples.subarray(0, length)] }
      const { motion } = await runNode(audioEncoder, { audio: clip }, {}, motionOnly())
      expect(facts?.motion).toEqual({ frames: motion.frames, fps: 25, kind: 'baseline' })
      expect(facts?.lips).toEqual({ frames: motion.frames, fps: 25, kind: 'wav2vec2' })
    }
  })

  it('knows no number of frames when the length of the audio is not known', () => {
    const facts = audioEncoder.facts?.({
      params: audioEncoder.params.parse({}),
      inputs: { audio: undefined },
      asset: () => undefined,
    })
    expect(facts?.motion).toEqual({ frames: undefined, fps: 25, kind: 'baseline' })
  })

  it('stops when the run is cancelled', async () => {
    const ctx = motionOnly()
    ctx.abort()
    await expect(runNode(audioEncoder, { audio }, {}, ctx)).rejects.toMatchObject({ code: 'run/cancelled' })
  })
})
