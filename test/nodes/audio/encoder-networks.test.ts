import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { speechInput } from '../../../models/audio/speech-input'
import { wav2vec2Aliases, wav2vec2Graph } from '../../../models/networks/wav2vec2'
import { audioEncoder } from '../../../nodes/audio/encoder'
import { baselineFeatures } from '../../../nodes/lib/dsp/baseline-features'
import { networkHost } from '../../../nodes/lib/networks/network-host'
import { BlendedRows, pieceStarts } from '../../../nodes/lib/speech/blended-rows'
import { registry } from '../../../nodes/registry'
import { describeGolden, goldenPath, maxAbsDiff, readGolden } from '../../support/golden'
import { runNode, testContext } from '../../support/node-context'
import { noise, sine } from '../../support/sounds'
import { bareTorchWeights } from '../../support/tiny-pack/role'
import { TINY_LIPS, TINY_MOTION_DIMS } from '../../support/tiny-pack/speech'
import { tinyNetworks } from '../../support/tiny-pack/tiny-networks'

const RATE = 16_000
const networks = tinyNetworks()
const LIP_DIMS = TINY_LIPS.layers * TINY_LIPS.width
const OWN = TINY_MOTION_DIMS - 35

/** Syllables of a sort: noise and tones that come and go, other ones all the time. */
function speech(seconds: number, rate = RATE): Float32Array {
  const hiss = noise(Math.round(seconds * rate), 7)
  return hiss.map((x, n) => {
    const t = n / rate
    const loud = Math.max(0, Math.sin(2 * Math.PI * 3.1 * t)) * (0.5 + 0.5 * Math.sin(0.7 * t))
    return 0.3 * loud * (0.3 * x + Math.sin(2 * Math.PI * (140 + 60 * Math.sin(1.3 * t)) * t))
  })
}

const sound = (samples: Float32Array, sampleRate = RATE) => ({ sampleRate, channels: [samples] })
const context = (of = networks, wanted?: string[]) =>
  testContext({ definition: audioEncoder, networks: of, wanted })
const encode = (samples: Float32Array, params: object = {}, ctx = context()) =>
  runNode(audioEncoder, { audio: sound(samples) }, { motionKind: 'wavlm', ...params }, ctx)

const rootMeanSquare = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length)

/** Rows `[from, to)` without the baseline features. */
function heard({ data, dims }: { data: Float32Array; dims: number }, from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) => [
    ...data.subarray((from + i) * dims, (from + i) * dims + OWN),
  ]).flat()
}

describe('the encoder’s networks', () => {
  it('say something of every frame of any length, baseline features behind it, and equally many of lips', async () => {
    for (const seconds of [0.2, 0.28, 3.2, 3.3, 7]) {
      const samples = speech(seconds)
      const { motion, lips } = await encode(samples)
      const frames = Math.ceil(samples.length / 640)
      expect(motion).toMatchObject({ kind: 'wavlm', fps: 25, frames, dims: TINY_MOTION_DIMS })
      expect(lips).toMatchObject({ kind: 'wav2vec2', fps: 25, frames, dims: LIP_DIMS })
      expect(motion.data).toHaveLength(frames * TINY_MOTION_DIMS)
      expect(lips.data).toHaveLength(frames * LIP_DIMS)
      expect([...motion.data, ...lips.data].every(Number.isFinite)).toBe(true)
      const behind = Float32Array.from({ length: frames * 35 }, (_, i) => {
        return motion.data[Math.floor(i / 35) * TINY_MOTION_DIMS + OWN + (i % 35)]
      })
      expect(behind).toEqual(baselineFeatures(samples, RATE).data)
    }
  })

  it('hear 3.2 s the same by clip and by pieces, and longer sounds differently only where pieces meet', async () => {
    const short = speech(3.2)
    const [clip, pieces] = [await encode(short), await encode(short, { range: 'pieces' })]
    expect(heard(clip.motion, 0, 80)).toEqual(heard(pieces.motion, 0, 80))

    const long = speech(7)
    const blended = (await encode(long)).motion
    const apart = (await encode(long, { range: 'pieces' })).motion
    expect(heard(blended, 0, 64)).toEqual(heard(apart, 0, 64))
    expect(heard(apart, 0, 80)).toEqual(heard((await encode(long.slice(0, 51_200))).motion, 0, 80))
    const second = await encode(long.slice(51_200, 102_400))
    expect(heard(apart, 80, 160)).toEqual(heard(second.motion, 0, 80))
    // The second blended piece begins with frame 64, and is alone from 80 to 95, where the last one begins.
    const from64 = await encode(long.slice(64 * 640, 144 * 640))
    expect(heard(blended, 80, 95)).toEqual(heard(from64.motion, 16, 31))
  })

  it('hear the last piece of pieces with silence behind it', async () => {
    const samples = speech(4)
    const filled = new Float32Array(51_200)
    filled.set(samples.subarray(51_200))
    const { motion } = await encode(samples, { range: 'pieces' })
    expect(heard(motion, 80, 100)).toEqual(heard((await encode(filled)).motion, 0, 20))
  })

  it('hear the lips of a long sound in pieces nearly as they would at once', async () => {
    const samples = speech(90)
    const { lips } = await encode(samples, {}, context(networks, ['lips']))
    const whole = await lipsAtOnce(samples)
    expect(rootMeanSquare(lips.data.map((x: number, i: number) => x - whole[i]))).toBeLessThan(
      0.08 * rootMeanSquare(whole),
    )
    const short = samples.subarray(0, 60 * RATE)
    const heardWhole = await encode(short, {}, context(networks, ['lips']))
    expect(maxAbsDiff(heardWhole.lips.data, await lipsAtOnce(short))).toBe(0)
  })

  it('say what was done: silence behind a short sound, pieces of a long one', async () => {
    const warned = async (seconds: number, params: object = {}) => {
      const ctx = context()
      await encode(speech(seconds), params, ctx)
      return ctx.warnings
    }
    expect(await warned(3.2)).toEqual([])
    expect(await warned(1)).toEqual([
      'The sound is shorter than 3.2 s; WavLM heard it with silence behind it.',
    ])
    expect(await warned(61)).toEqual([
      expect.stringMatching(/^WavLM heard the sound in \d+ pieces of 3.2 s, each fading/),
      expect.stringMatching(/^wav2vec 2.0 heard the sound in 2 pieces of 60 s, .+ differs a little/),
    ])
    expect(await warned(7, { range: 'pieces' })).toEqual([
      'WavLM heard the sound in 3 pieces of 3.2 s, one after another.',
    ])
  })

  it('take any rate and stereo', async () => {
    const tone = sine(200, 44_100, 1)
    const audio = { sampleRate: 44_100, channels: [tone, tone.map((x) => -x / 2)] }
    const { motion, lips } = await runNode(audioEncoder, { audio }, { motionKind: 'wavlm' }, context())
    expect([motion.frames, lips.frames]).toEqual([25, 25])
  })

  it('point out silence, and describe noise and music without complaint', async () => {
    const ctx = context()
    const { motion } = await encode(new Float32Array(RATE), {}, ctx)
    expect(ctx.warnings[0]).toBe('The sound is silent; what the speech networks say of it means nothing.')
    expect(motion.data.every(Number.isFinite)).toBe(true)
    const chord = sine(220, RATE, 2).map((x, n) => 0.3 * (x + Math.sin((2 * Math.PI * 277 * n) / RATE)))
    for (const samples of [noise(2 * RATE), chord]) {
      const loud = context()
      await encode(samples, {}, loud)
      expect(loud.warnings).toHaveLength(1) // shorter than 3.2 s
    }
  })

  it('refuse less than 0.2 s with the length, while baseline features need no more than a sample', async () => {
    const brief = speech(0.1)
    await expect(encode(brief)).rejects.toMatchObject({
      code: 'audio/too-short',
      message: 'The sound is 0.1 s long; the speech networks need 0.2 s.',
    })
    await expect(encode(brief, { motionKind: 'baseline' }, context(networks, ['lips']))).rejects.toThrow(
      '0.1 s',
    )
    const ctx = context(networks, ['motion'])
    expect((await encode(brief, { motionKind: 'baseline' }, ctx)).motion.frames).toBe(3)
  })

  it('compute only what is read, and report every piece', async () => {
    const ctx = context({ wavlm: networks.wavlm }, ['motion'])
    expect((await encode(speech(7), {}, ctx)).lips).toBeUndefined()
    expect(ctx.fractions.filter((fraction) => fraction > 1 / 9)).toEqual([
      expect.closeTo((1 + 8 / 3) / 9),
      expect.closeTo((1 + 16 / 3) / 9),
      1,
    ])
  })

  it('stop between two pieces when the run is cancelled', async () => {
    const ctx = context(networks, ['lips'])
    const seen: number[] = []
    const stopping = {
      ...ctx,
      progress(fraction: number) {
        seen.push(fraction)
        ctx.abort()
      },
    }
    await expect(encode(speech(70), {}, stopping)).rejects.toMatchObject({ code: 'run/cancelled' })
    expect(seen).toEqual([0.5])
  })

  it('need weights only of what is read, and the pack’s name does not count', () => {
    const params = audioEncoder.params.parse({ motionKind: 'wavlm', pack: 'mine' })
    const needed = (...wanted: string[]) => audioEncoder.weights?.({ params, wanted: new Set(wanted) })
    expect(needed('motion')).toEqual(['wavlm'])
    expect(needed('motion', 'lips')).toEqual(['wavlm', 'wav2vec2'])
    expect(audioEncoder.countingParams?.(params)).toEqual({ motionKind: 'wavlm', range: 'clip' })
    expect(registry.get('audio/encoder')).toBe(audioEncoder)
  })
})

/** Lips of a sound of any length, heard at once. */
async function lipsAtOnce(samples: Float32Array): Promise<Float32Array> {
  const ctx = context()
  const network = await (await networkHost(ctx)).network(ctx, {
    role: 'wav2vec2',
    aliases: wav2vec2Aliases,
    build: (table, config) => wav2vec2Graph(table, config).graph,
  })
  const { wave, speechFrames } = speechInput(samples, 80)
  const { hidden } = await network.run({ wave: { dtype: 'float32', shape: [1, wave.length], data: wave } })
  return (hidden.data as Float32Array).subarray(0, speechFrames * LIP_DIMS)
}

describe('weights that are not the network’s', () => {
  const withFile = (role: 'wavlm' | 'wav2vec2', change: (file: string) => void) => {
    const own = tinyNetworks({})
    change(own[role]!.files[0])
    return context(own, role === 'wavlm' ? ['motion'] : ['lips'])
  }

  it('are refused in one sentence', async () => {
    const other = withFile('wavlm', (file) => writeFileSync(file, readFileSync(networks.wav2vec2!.files[0])))
    await expect(encode(speech(1), {}, other)).rejects.toThrow(/^WavLM-Large: .+ has no tensor .+\.$/)
    const cut = withFile('wavlm', (file) => truncateSync(file, 30_000))
    await expect(encode(speech(1), {}, cut)).rejects.toMatchObject({
      code: expect.stringMatching(/^weights\//),
    })
    const short = withFile('wav2vec2', (file) => truncateSync(file, 9000))
    await expect(encode(speech(1), {}, short)).rejects.toMatchObject({
      code: expect.stringMatching(/^weights\//),
    })
    const foreign = withFile('wav2vec2', (file) => writeFileSync(file, bareTorchWeights({ a: [2] })))
    await expect(encode(speech(1), {}, foreign)).rejects.toThrow(/has no tensor/)
  })

  it('are refused when they are NaN', async () => {
    const ctx = withFile('wav2vec2', (file) => {
      const bytes = readFileSync(file)
      writeFileSync(file, bytes.fill(0xff, bytes.length >> 1))
    })
    await expect(encode(speech(1), {}, ctx)).rejects.toMatchObject({
      code: 'pack/weights',
      message: 'The speech network gives values that are not numbers.',
    })
  })
})

describe('pieces', () => {
  const form = { length: 10, overlap: 4, fade: 2 }

  it('cover every frame, the last one ending where the sound does', () => {
    expect(pieceStarts(7, form)).toEqual([0])
    expect(pieceStarts(10, form)).toEqual([0])
    expect(pieceStarts(17, form)).toEqual([0, 6, 7])
    expect(pieceStarts(22, form)).toEqual([0, 6, 12])
  })

  it('fade within the middle of what they share', () => {
    const rows = new BlendedRows(16, 1, form)
    rows.add(new Float32Array(10).fill(0), 0)
    rows.add(new Float32Array(10).fill(1), 6)
    expect([...rows.rows()]).toEqual([0, 0, 0, 0, 0, 0, 0, 0.25, 0.75, 1, 1, 1, 1, 1, 1, 1])
  })
})

describeGolden('a clip of 3.2 s through the node, with the golden’s weights', () => {
  const golden = (name: string) => readGolden(`stage1/${name}`)
  const packOf = (role: 'wavlm' | 'wav2vec2', config: object) => ({
    [role]: { id: `golden-${role}`, files: [goldenPath(`stage1/${role}_tiny/weights.safetensors`)], config },
  })
  const samples = () => golden('wavlm_tiny').inputs.wav_16k.data as Float32Array

  it('WavLM says what the original says', async () => {
    const { config, outputs } = golden('wavlm_tiny')
    const { encoder_layers: layers, encoder_attention_heads: heads } = config.config
    const ctx = context(packOf('wavlm', { layers, heads }), ['motion'])
    const { motion } = await encode(samples(), {}, ctx)
    const [name] = Object.keys(outputs).filter((each) => each.startsWith('features_'))
    const own = motion.dims - 35
    const said = Array.from({ length: motion.frames }, (_, f) => [
      ...motion.data.subarray(f * motion.dims, f * motion.dims + own),
    ]).flat()
    expect(motion.frames).toBe(80)
    expect(maxAbsDiff(said, outputs[name].data as Float32Array)).toBeLessThan(config.tolerance.abs)
  })

  it('wav2vec 2.0 says what the original says', async () => {
    const { config, outputs } = golden('wav2vec2_tiny')
    const { layers, heads, pos_conv_groups: positionGroups } = config.config
    const ctx = context(packOf('wav2vec2', { layers, heads, positionGroups }), ['lips'])
    const { lips } = await encode(samples(), {}, ctx)
    const [name] = Object.keys(outputs).filter((each) => each.startsWith('hidden_all_'))
    expect(maxAbsDiff(lips.data, outputs[name].data as Float32Array)).toBeLessThan(config.tolerance.abs)
  })
})
