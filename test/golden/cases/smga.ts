import { z } from 'zod'
import {
  attention,
  decoderLayer,
  encoderLayer,
  feedForward,
  film,
  rotary,
  type SmgaConfig,
  type SmgaRows,
  selfAttention,
  smgaGraph,
  streamBlock,
  timeWave,
} from '../../../models/networks/smga'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import type { Scope } from '../../../models/onnx/scope'
import { motionSteps, sampleMotion } from '../../../models/schedulers/motion-ddim'
import { formulaNumbers, formulaWeight } from '../../support/formula-weights'
import { smgaShapes } from '../../support/network-shapes'
import { type Numbers, openGraph, runGraph, tapModules, weightTable } from '../../support/run-graph'
import type { Comparison } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

const sizes = z.object({
  config: z.looseObject({
    nfeats: z.int(),
    seq_len: z.int(),
    latent_dim: z.int(),
    ff_size: z.int(),
    num_layers: z.int(),
    num_heads: z.int(),
    cond_feature_dim: z.int(),
  }),
})

function configOf(folder: GoldenFolder): { config: SmgaConfig; width: number } {
  const { num_layers: layers, num_heads: heads, latent_dim: width } = folder.read(sizes).config
  return { config: { layers, heads, conditionLayers: 2 }, width }
}

const wave = (times: ArrayLike<number | bigint>, width: number): Numbers => {
  const steps = Array.from(times, Number)
  return { shape: [steps.length, width], data: timeWave(steps, width) }
}

/** One run of the network, with the inner values that the original gives under `prefix`. */
async function forward(
  folder: GoldenFolder,
  rows: SmgaRows,
  feeds: Record<string, Numbers>,
  output: string,
  prefix?: string,
): Promise<Comparison[]> {
  const weights = folder.weights()
  const { graph } = smgaGraph(weightTable(weights), configOf(folder).config, rows)
  const inner = Object.keys(folder.outputs()).filter((name) => prefix && name.startsWith(prefix))
  const paths = inner.map((name) => name.slice(prefix?.length)).filter((path) => path !== 'time_mlp.0')
  tapModules(graph, paths)
  const inputs = Object.fromEntries(graph.inputs.map((name) => [name, feeds[name]]))
  const results = await runGraph(graph, inputs, weights as Record<string, Numbers>)
  return [
    folder.compare(output, results.motion),
    ...paths.map((path) => folder.compare(`${prefix}${path}`, results[path].data)),
  ]
}

async function smgaForward(folder: GoldenFolder): Promise<Comparison[]> {
  const { x, cond_frame: start, cond_embed: audio, times } = folder.inputs() as Record<string, Numbers>
  const time = wave(times.data, configOf(folder).width)
  const feeds = { x, start, audio, time, guidance: { shape: [], data: [2] } }
  folder.leaveOut(
    'in our graph the product of both streams is one value',
    'face_x_first_2_frames',
    'body_x_first_2_frames',
  )
  return [
    ...(await forward(folder, 'conditional', feeds, 'out_cond', 'cond.')),
    ...(await forward(folder, 'unconditional', feeds, 'out_uncond', 'uncond.')),
    ...(await forward(folder, 'guided', feeds, 'out_guided_w2')),
    folder.compare('cond.time_mlp.0', time as Numbers & { data: Float32Array }),
  ]
}

type Build = (g: GraphBuilder, root: Scope, ...values: Value[]) => Value

/** What each output of the case is made of: its inputs, and how. */
function submodules(heads: number): Record<string, { reads: string[]; build: Build }> {
  const context = (g: GraphBuilder, x: Value, memory: Value, t: Value) => ({
    memory,
    keys: rotary(g, memory)(memory),
    tau: g.mish(t),
    heads,
    rotate: rotary(g, x),
  })
  const encoder = (g: GraphBuilder, root: Scope, x: Value, layer: number) =>
    encoderLayer(g, x, root.at('cond_encoder').at(layer), { heads, rotate: rotary(g, x) })
  const layer = (root: Scope) => root.at('seqTransDecoder.stack.0')
  return {
    rotary_out: { reads: ['rotary_in'], build: (g, _, x) => rotary(g, x)(x) },
    film_affine_out: {
      reads: ['film_h', 'film_pos'],
      build: (g, root, h, t) => film(g, h, g.mish(t), layer(root).at('film_face_1')),
    },
    cond_encoder0_out: { reads: ['enc_in'], build: (g, root, x) => encoder(g, root, x, 0) },
    cond_encoder_out: {
      reads: ['enc_in'],
      build: (g, root, x) => encoder(g, root, encoder(g, root, x, 0), 1),
    },
    layer0_out: {
      reads: ['layer_x_face', 'layer_x_body', 'layer_cond_tokens', 'layer_t'],
      build: (g, root, face, body, memory, t) =>
        decoderLayer(g, face, body, layer(root), context(g, face, memory, t)),
    },
    layer0_face_block_out: {
      reads: ['layer_x_face', 'layer_cond_tokens', 'layer_t'],
      build: (g, root, x, memory, t) => streamBlock(g, x, layer(root), 'face', context(g, x, memory, t)),
    },
    layer0_face_self_attn_out: {
      reads: ['layer_x_face'],
      build: (g, root, x) =>
        selfAttention(g, x, layer(root).at('face_self_attn'), { heads, rotate: rotary(g, x) }),
    },
    layer0_face_cross_attn_out: {
      reads: ['layer_x_face', 'layer_cond_tokens'],
      build: (g, root, x, memory) => {
        const [queries, keys] = [x, memory].map((value) => rotary(g, value)(value))
        return attention(g, queries, keys, memory, layer(root).at('face_cross_attn'), { heads })
      },
    },
    layer0_ff_out: { reads: ['layer_x_face'], build: (g, root, x) => feedForward(g, x, layer(root)) },
  }
}

async function smgaSubmodules(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.sibling('smga_tiny_forward').weights() as Record<string, Numbers>
  const { config, width } = configOf(folder)
  const inputs = folder.inputs() as Record<string, Numbers>
  const comparisons: Comparison[] = []
  for (const [name, { reads, build }] of Object.entries(submodules(config.heads))) {
    const g = new GraphBuilder(name)
    const values = reads.map((input) => g.input(input, 'float32', inputs[input].shape))
    g.output('out', build(g, weightTable(weights).root, ...values))
    const { out } = await runGraph(
      g.graph,
      Object.fromEntries(reads.map((input) => [input, inputs[input]])),
      weights,
    )
    comparisons.push(folder.compare(name, out))
  }
  folder.leaveOut('angles are computed at once', 'rotary_freqs')
  folder.leaveOut('both are in film_affine_out', 'film_scale', 'film_shift')
  const sinusoid = wave(inputs.sinusoid_t.data, width)
  return [...comparisons, folder.compare('sinusoid_out', sinusoid as Numbers & { data: Float32Array })]
}

/** Inputs and weights are made of their names; of the output without audio the first frames are there. */
async function smgaFormula(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(sizes)
  const { times } = folder.read(z.object({ config: z.looseObject({ times: z.array(z.number()) }) })).config
  const { nfeats, seq_len, cond_feature_dim, latent_dim } = config
  const rows = times.length
  const input = (name: string, shape: number[]) => ({ shape, data: formulaNumbers(`input.${name}`, shape) })
  const feeds: Record<string, Numbers> = {
    x: input('x', [rows, seq_len, nfeats]),
    start: input('cond_frame', [rows, nfeats]),
    audio: input('cond_embed', [rows, seq_len, cond_feature_dim]),
    time: wave(times, latent_dim),
  }
  const run = async (kind: SmgaRows) => {
    const table = weightTable(Object.fromEntries(shapes.map(([name, shape]) => [name, { shape, data: [] }])))
    const { graph } = smgaGraph(table, configOf(folder).config, kind)
    const given = Object.fromEntries(graph.inputs.map((name) => [name, feeds[name]]))
    return (await runGraph(graph, given, formulaWeight, { threads: 2 })).motion
  }
  const shapes = Object.entries(smgaShapes(config))
  const first = folder.outputs().out_uncond_first_10_frames.data
  return [
    folder.compare(
      'check_input_projection_weight_first_16',
      formulaWeight('input_projection.weight', [latent_dim, 2 * nfeats]).slice(0, 16),
    ),
    folder.compare('check_x_first_16', Array.from(feeds.x.data, Number).slice(0, 16)),
    folder.compare('out_cond', await run('conditional')),
    folder.compare('out_uncond_first_10_frames', (await run('unconditional')).data.slice(0, first.length)),
  ]
}

/** The whole sampler, with the noise of the original. */
async function smgaSampler(folder: GoldenFolder): Promise<Comparison[]> {
  const { config, width } = configOf(folder)
  const sampling = folder.read(
    z.object({
      config: z.looseObject({
        sampling_timesteps: z.int(),
        eta: z.number(),
        guidance_weight: z.number(),
        selected_steps: z.array(z.int()),
      }),
    }),
  ).config
  const {
    cond_frame: start,
    cond_embed: audio,
    noise,
  } = folder.inputs() as Record<string, Numbers & { data: Float32Array }>
  const weights = folder.sibling('smga_tiny_forward').weights() as Record<string, Numbers>
  const network = await openGraph(smgaGraph(weightTable(weights), config, 'guided').graph, weights)
  const shape = [1, ...noise.shape.slice(1)]
  const seen: { x: Float32Array; x0: Float32Array }[] = []
  const predict = async (x: Float32Array, t: number) => {
    const guidance = { shape: [], data: [sampling.guidance_weight] }
    const time = wave([t], width)
    const { motion } = await network.run({ x: { shape, data: x }, start, audio, time, guidance })
    const x0 = Float32Array.from(motion.data)
    seen.push({ x, x0: x0.map((value) => Math.min(1, Math.max(-1, value))) })
    return x0
  }
  let drawn = 0
  const recorded = (count: number) => noise.data.subarray(count * drawn, count * ++drawn)
  const steps = motionSteps(sampling.sampling_timesteps, sampling.eta)
  const result = await sampleMotion(noise.data.length / noise.shape[0], predict, recorded, steps)
  await network.close()
  const selected = (key: 'x' | 'x0') => sampling.selected_steps.flatMap((step) => [...seen[step][key]])
  return [
    folder.compare('x_before_step', selected('x')),
    folder.compare('x0_pred_clipped', selected('x0')),
    folder.compare('result', result),
  ]
}

export const smgaCases: Record<string, GoldenRunner> = {
  smga_ddim50: smgaSampler,
  smga_full_formula_weights: smgaFormula,
  smga_tiny_forward: smgaForward,
  smga_tiny_submodules: smgaSubmodules,
}
