import { expect, it } from 'vitest'
import {
  attention,
  decoderLayer,
  encoderLayer,
  feedForward,
  film,
  rotary,
  SMGA,
  SMGA_UNUSED,
  type SmgaRows,
  selfAttention,
  smgaGraph,
  streamBlock,
  timeWave,
} from '../../../models/networks/smga'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { expectNear } from '../../support/expect-near'
import { formulaNumbers, formulaWeight } from '../../support/formula-weights'
import { describeGolden, goldenPath, readGolden, readSafetensors } from '../../support/golden'
import { referenceKeys } from '../../support/reference-keys'
import { type Numbers, runGraph, tapModules, weightTable } from '../../support/run-graph'

const keys = referenceKeys()?.find(({ network }) => network === 'smga')
const fullTable = () =>
  weightTable(Object.fromEntries(keys!.tensors.map(({ name, shape }) => [name, { shape, data: [] }])))

it.skipIf(!keys)('SMGA reads the published tensors and no others, as two rows or as two graphs', () => {
  const together = fullTable()
  smgaGraph(together, SMGA, 'guided')
  together.assertAllUsed(SMGA_UNUSED)
  const apart = fullTable()
  smgaGraph(apart, SMGA, 'conditional')
  expect(() => apart.assertAllUsed(SMGA_UNUSED)).toThrow('null_cond_embed, null_cond_hidden')
  smgaGraph(apart, SMGA, 'unconditional')
  apart.assertAllUsed(SMGA_UNUSED)
})

const numbers = (tensors: Record<string, { shape: number[]; data: unknown }>) =>
  tensors as Record<string, { shape: number[]; data: Float32Array }>

describeGolden('SMGA and the original', () => {
  const weights = numbers(readSafetensors(goldenPath('stage1/smga_tiny_forward/weights.safetensors')))

  it('the network with and without audio, its inner values, and guidance agree', async () => {
    const { config, inputs, outputs } = readGolden('stage1/smga_tiny_forward')
    const { num_layers: layers, num_heads: heads, latent_dim: width } = config.config
    const given = numbers(inputs)
    const feeds: Record<string, Numbers> = {
      x: given.x,
      start: given.cond_frame,
      audio: given.cond_embed,
      time: { shape: [2, width], data: timeWave([...given.times.data], width) },
    }
    const expected = numbers(outputs)
    const run = async (rows: SmgaRows, inputs: Record<string, Numbers>, prefix: string) => {
      const { graph } = smgaGraph(weightTable(weights), { layers, heads, conditionLayers: 2 }, rows)
      const paths = Object.keys(expected)
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length))
        .filter((path) => /cond_proj|cond_enc|norm_cond|seqTrans/.test(path))
      tapModules(graph, prefix === '' ? [] : paths)
      const results = await runGraph(graph, inputs, weights)
      for (const path of paths) {
        if (prefix !== '')
          expectNear(`${prefix}${path}`, results[path].data, expected[prefix + path].data, config.tolerance)
      }
      return results.motion.data
    }
    const { audio, ...noAudio } = feeds
    const guided = { ...feeds, guidance: { shape: [], data: [2] } }
    expectNear('out_cond', await run('conditional', feeds, 'cond.'), expected.out_cond.data, config.tolerance)
    expectNear(
      'out_uncond',
      await run('unconditional', noAudio, 'uncond.'),
      expected.out_uncond.data,
      config.tolerance,
    )
    expectNear('guided', await run('guided', guided, ''), expected.out_guided_w2.data, config.tolerance)
    expectNear(
      'time',
      timeWave([...given.times.data], width),
      expected['cond.time_mlp.0'].data,
      config.tolerance,
    )
  })

  it('each of its modules agrees', async () => {
    const { config, inputs, outputs } = readGolden('stage1/smga_tiny_submodules')
    const { num_heads: heads, latent_dim: width } = config.config
    const given = numbers(inputs)
    const root = () => weightTable(weights).root
    const layer = () => root().at('seqTransDecoder.stack.0')
    const tau = (g: GraphBuilder, t: Value) => g.mish(t)
    const context = (g: GraphBuilder, memory: Value, t: Value, like: Value) => ({
      memory,
      keys: rotary(g, memory)(memory),
      tau: tau(g, t),
      heads,
      rotate: rotary(g, like),
    })
    const encoderContext = (g: GraphBuilder, x: Value) => ({ heads, rotate: rotary(g, x) })
    type Build = (g: GraphBuilder, ...values: Value[]) => Value
    const cases: [string, string[], Build][] = [
      ['rotary_out', ['rotary_in'], (g, x) => rotary(g, x)(x)],
      [
        'film_affine_out',
        ['film_h', 'film_pos'],
        (g, h, t) => film(g, h, tau(g, t), layer().at('film_face_1')),
      ],
      [
        'cond_encoder0_out',
        ['enc_in'],
        (g, x) => encoderLayer(g, x, root().at('cond_encoder.0'), encoderContext(g, x)),
      ],
      [
        'cond_encoder_out',
        ['enc_in'],
        (g, x) =>
          [0, 1].reduce(
            (h, i) => encoderLayer(g, h, root().at('cond_encoder').at(i), encoderContext(g, x)),
            x,
          ),
      ],
      [
        'layer0_out',
        ['layer_x_face', 'layer_x_body', 'layer_cond_tokens', 'layer_t'],
        (g, face, body, m, t) => decoderLayer(g, face, body, layer(), context(g, m, t, face)),
      ],
      [
        'layer0_face_block_out',
        ['layer_x_face', 'layer_cond_tokens', 'layer_t'],
        (g, x, m, t) => streamBlock(g, x, layer(), 'face', context(g, m, t, x)),
      ],
      [
        'layer0_face_self_attn_out',
        ['layer_x_face'],
        (g, x) => selfAttention(g, x, layer().at('face_self_attn'), encoderContext(g, x)),
      ],
      [
        'layer0_face_cross_attn_out',
        ['layer_x_face', 'layer_cond_tokens'],
        (g, x, m) => attention(g, rotary(g, x)(x), rotary(g, m)(m), m, layer().at('face_cross_attn'), heads),
      ],
      ['layer0_ff_out', ['layer_x_face'], (g, x) => feedForward(g, x, layer())],
    ]
    for (const [name, reads, build] of cases) {
      const g = new GraphBuilder(name)
      g.output('out', build(g, ...reads.map((input) => g.input(input, 'float32', given[input].shape))))
      const { out } = await runGraph(
        g.graph,
        Object.fromEntries(reads.map((input) => [input, given[input]])),
        weights,
      )
      expectNear(name, out.data, numbers(outputs)[name].data, config.tolerance)
    }
    const wave = timeWave([...given.sinusoid_t.data], width)
    expectNear('sinusoid', wave, numbers(outputs).sinusoid_out.data, config.tolerance)
  })

  it('the full-size network with weights of the rule agrees', { timeout: 60_000 }, async () => {
    const { config, outputs } = readGolden('stage1/smga_full_formula_weights')
    const input = (name: string, shape: number[]) => ({ shape, data: formulaNumbers(`input.${name}`, shape) })
    const feeds = {
      x: input('x', [1, 80, 402]),
      start: input('cond_frame', [1, 402]),
      audio: input('cond_embed', [1, 80, 1059]),
      time: { shape: [1, 512], data: timeWave(config.config.times, 512) },
    }
    const expected = numbers(outputs)
    const { motion } = await runGraph(smgaGraph(fullTable(), SMGA, 'conditional').graph, feeds, formulaWeight)
    expectNear('out_cond', motion.data, expected.out_cond.data, config.tolerance)
    const { audio, ...noAudio } = feeds
    const without = await runGraph(
      smgaGraph(fullTable(), SMGA, 'unconditional').graph,
      noAudio,
      formulaWeight,
    )
    const first = expected.out_uncond_first_10_frames.data
    expectNear('out_uncond', without.motion.data.slice(0, first.length), first, config.tolerance)
  })
})
