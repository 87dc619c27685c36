import { copyFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { audioSeparateVocals } from '../../../nodes/audio/separate-vocals'
import { registry } from '../../../nodes/registry'
import { tempFolder } from '../../support/engine'
import { describeGolden, maxAbsDiff, readGolden } from '../../support/golden'
import { runNode, testContext } from '../../support/node-context'
import { standInFile } from '../../support/published-network'
import { noise, sine } from '../../support/sounds'
import { tinyNetworks } from '../../support/tiny-pack/tiny-networks'

const networks = tinyNetworks()
const context = (wanted?: string[]) => testContext({ definition: audioSeparateVocals, networks, wanted })
const separate = (sampleRate: number, channels: Float32Array[], ctx = context()) =>
  runNode(audioSeparateVocals, { audio: { sampleRate, channels } }, {}, ctx)
const scaled = (samples: Float32Array, by: number) => samples.map((x) => by * x)
const middle = (samples: Float32Array) => samples.subarray(4000, -4000)

/** The tiny separator takes what is between 100 and 4000 Hz for the voice. */
const voice = scaled(sine(1000, 44_100, 2), 0.3)
const music = scaled(sine(9000, 44_100, 2), 0.2)

describe('audio/separate-vocals', () => {
  it('gives the voice and the rest, in stereo at 44.1 kHz and as long as the sound', async () => {
    const left = voice.map((x, i) => x + music[i])
    const right = voice.map((x, i) => x - music[i])
    const ctx = context()
    const { vocals, rest } = await separate(44_100, [left, right], ctx)
    for (const value of [vocals, rest]) {
      expect(value.sampleRate).toBe(44_100)
      expect(value.channels.map(({ length }: Float32Array) => length)).toEqual([88_200, 88_200])
    }
    expect(maxAbsDiff(middle(vocals.channels[0]), middle(voice))).toBeLessThan(0.01)
    expect(maxAbsDiff(middle(rest.channels[1]), middle(scaled(music, -1)))).toBeLessThan(0.01)
    expect(ctx.warnings).toEqual([])
    expect(ctx.fractions.at(-1)).toBe(1)
    expect(ctx.fractions.length).toBeGreaterThan(5)
  })

  it('takes mono of any rate, and tells the length of the result before it runs', async () => {
    for (const [rate, seconds] of [
      [16_000, 0.51],
      [48_000, 1.0001],
      [8000, 0.001],
    ]) {
      const tone = scaled(sine(440, rate, seconds), 0.3)
      const { vocals } = await separate(rate, [tone])
      const facts = audioSeparateVocals.facts?.({
        params: { pack: 'tiny' },
        inputs: { audio: { sampleRate: rate, durationSeconds: tone.length / rate } },
        asset: () => undefined,
      })
      expect(vocals.channels[0].length / 44_100).toBeCloseTo(facts!.vocals!.durationSeconds!, 9)
      expect(vocals.channels[1]).toEqual(vocals.channels[0])
    }
  })

  it('says that it found no voice, and gives the sound as it came', async () => {
    const ctx = context()
    const silence = new Float32Array(44_100)
    const { vocals, rest } = await separate(44_100, [silence], ctx)
    expect(ctx.warnings).toEqual(['No voice was found; the vocals are the sound as it came.'])
    expect(vocals.channels[0]).toEqual(silence)
    expect(rest.channels[0]).toEqual(silence)
  })

  it('computes the rest only for somebody who reads it', async () => {
    const { rest } = await separate(44_100, [voice], context(['vocals']))
    expect(rest).toBeUndefined()
  })

  it('makes a loud sound quieter than 0.9', async () => {
    const { vocals } = await separate(44_100, [scaled(voice, 5)])
    expect(Math.max(...vocals.channels[0].map(Math.abs))).toBeLessThanOrEqual(0.9001)
  })

  it('describes noise without complaint, and refuses no sound and sound that is no number', async () => {
    const { vocals } = await separate(44_100, [scaled(noise(20_000), 0.5)])
    expect(vocals.channels[0].every(Number.isFinite)).toBe(true)
    await expect(separate(44_100, [new Float32Array(0)])).rejects.toMatchObject({ code: 'audio/empty' })
    await expect(separate(44_100, [Float32Array.of(0, Number.NaN)])).rejects.toMatchObject({
      code: 'audio/not-finite',
    })
  })

  it('refuses the file of another network in one sentence', async () => {
    const own = tinyNetworks({})
    const file = own['vocal-separator']!.files[0]
    const ctx = testContext({ definition: audioSeparateVocals, networks: own })
    copyFileSync(own['person-detector']!.files[0], file)
    await expect(separate(44_100, [voice], ctx)).rejects.toMatchObject({
      code: 'pack/weights',
      message: expect.stringMatching(/^Vocal separator \(MDX-Net\) fails on 1 × 4 × 1024 × 32 numbers\.$/),
    })
    const cut = tinyNetworks({})
    truncateSync(cut['vocal-separator']!.files[0], 300)
    const broken = testContext({ definition: audioSeparateVocals, networks: cut })
    await expect(separate(44_100, [voice], broken)).rejects.toMatchObject({
      code: expect.stringMatching(/^weights\//),
    })
  })

  it('stops at the next chunk when the run is cancelled', async () => {
    const ctx = context()
    const stopping = { ...ctx, progress: () => ctx.abort() }
    await expect(separate(44_100, [voice], stopping)).rejects.toMatchObject({ code: 'run/cancelled' })
    expect(registry.get('audio/separate-vocals')).toBe(audioSeparateVocals)
  })
})

describeGolden('with a network that gives back what it hears', () => {
  it('the vocals are what the original’s framing makes of it, at the published sizes', async () => {
    const { config, inputs, outputs } = readGolden('stage1/mdx_full')
    const { dim_f: bins, segment_size: frames } = config.config
    const file = path.join(tempFolder(), 'identity.onnx')
    const g = new GraphBuilder('identity')
    g.output(
      'output',
      g.mul(
        g.input('input', 'float32', [1, 4, bins, frames]),
        g.constant(Array(4).fill(1), 'float32', [4, 1, 1]),
      ),
    )
    writeFileSync(file, standInFile(g.graph))
    const mix = inputs.mix_44100_stereo.data as Float32Array
    const samples = mix.length / 2
    const ctx = testContext({
      definition: audioSeparateVocals,
      networks: { 'vocal-separator': { id: file, files: [file] } },
    })
    const { vocals } = await separate(44_100, [mix.subarray(0, samples), mix.subarray(samples)], ctx)
    const demixed = outputs.demixed_identity.data as Float32Array
    const peak = demixed.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    const expected = demixed.map((x) => x * Math.min(1, 0.9 / peak))
    expect(maxAbsDiff([...vocals.channels[0], ...vocals.channels[1]], expected)).toBeLessThan(1e-5)
  })
})
