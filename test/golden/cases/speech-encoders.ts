import { z } from 'zod'
import { withUnitVariance } from '../../../models/audio/speech-input'
import { wav2vec2Graph } from '../../../models/networks/wav2vec2'
import { distanceBucket, wavlmConfig, wavlmGraph } from '../../../models/networks/wavlm'
import type { WeightTable } from '../../../models/onnx/scope'
import { formulaWeight } from '../../support/formula-weights'
import { type Shapes, wav2vec2Shapes, wavlmShapes } from '../../support/network-shapes'
import { type Numbers, runGraph, tapModules, weightTable } from '../../support/run-graph'
import type { Comparison } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

const asClip = (data: ArrayLike<number | bigint>): Numbers => ({ shape: [1, data.length], data })

/** [rows, columns] → [columns, rows] */
function transposed({ shape, data }: Numbers): number[] {
  const [rows, columns] = shape.slice(-2)
  return Array.from({ length: rows * columns }, (_, i) =>
    Number(data[(i % rows) * columns + Math.floor(i / rows)]),
  )
}

/** The speech of a case without inputs is the one of the small case beside it. */
const speechOf = (folder: GoldenFolder) =>
  (folder.has('inputs.safetensors') ? folder : folder.sibling('wavlm_tiny')).inputs().wav_16k
    .data as Float32Array

const tableOfShapes = (shapes: Shapes): WeightTable =>
  weightTable(Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, data: [] }])))

/** The output whose name starts so and goes on with sizes: `features_80`. */
function outputCalled(folder: GoldenFolder, start: string): string {
  const found = Object.keys(folder.outputs()).find((name) => name.startsWith(start))
  if (found === undefined) throw new GoldenError(`It has no output ${start}….`)
  return found
}

/** What an output such as `features_80_every_4th_frame` has of [frames, width]. */
function framesOf(tensor: string, data: ArrayLike<number>, width: number): number[] {
  const [, step] = /_every_(\d+)th_frame$/.exec(tensor) ?? []
  if (!step) throw new GoldenError(`The output ${tensor} does not say which frames it has.`)
  return Array.from(data).filter((_, i) => Math.floor(i / width) % Number(step) === 0)
}

const cfgOf = (folder: GoldenFolder) => folder.read(z.object({ config: z.looseObject({}) })).config

async function wavlm(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights() as Record<string, Numbers>
  const cfg = cfgOf(folder)
  const config = wavlmConfig(cfg)
  const { graph } = wavlmGraph(weightTable(weights), config)
  const conv = `feature_extractor.conv_layers.${config.strides.length - 1}`
  const positions = 'encoder.pos_conv.0'
  const table = 'encoder.layers.0.self_attn.relative_attention_bias'
  const layers = Object.keys(folder.outputs()).flatMap((name) => /^layer(\d+)_out_TBC$/.exec(name)?.[1] ?? [])
  const layerPath = (i: string) => `encoder.layers.${i}`
  const inner = {
    after_layer_norm: 'layer_norm',
    after_projection: 'post_extract_proj',
    encoder_out: 'encoder.layer_norm',
  }
  tapModules(graph, [
    ...Object.values(inner),
    ...layers.map(layerPath),
    conv,
    `${positions}.weight`,
    positions,
    table,
  ])
  const wave = withUnitVariance(speechOf(folder), 1e-5)
  const results = await runGraph(graph, { wave: asClip(wave) }, weights)
  const [, heads, t] = results[table].shape
  const queries = folder.outputs().position_bias_first_8_queries.shape[1]
  const first = results[table].data.filter((_, i) => Math.floor(i / t) % t < queries)
  const { num_buckets } = z.object({ num_buckets: z.int() }).parse(cfg)
  const buckets = Array.from({ length: 2001 }, (_, i) =>
    distanceBucket(i - 1000, num_buckets, config.maxDistance),
  )
  return [
    folder.compare('wav_normalized', wave),
    ...Object.entries(inner).map(([name, path]) => folder.compare(name, results[path])),
    ...layers.map((i) => folder.compare(`layer${i}_out_TBC`, results[layerPath(i)].data)),
    folder.compare('conv_out', transposed(results[conv])),
    folder.compare('pos_conv_out', transposed(results[positions])),
    folder.compare('pos_conv_effective_weight', results[`${positions}.weight`]),
    folder.compare('position_bias_first_8_queries', { shape: [heads, queries, t], data: first }),
    folder.compare('rel_bucket_for_offset_minus1000_to_1000', buckets),
    folder.compare(outputCalled(folder, 'features_'), results.features.data),
  ]
}

/** `[(512,10,5)] + [(512,3,2)] * 4` */
const listOfConvolutions = (text: string): number[][] =>
  text.split('+').flatMap((term) => {
    const [channels, kernel, stride, times = 1] = (term.match(/\d+/g) ?? []).map(Number)
    return Array.from({ length: times }, () => [channels, kernel, stride])
  })

async function wavlmFormula(folder: GoldenFolder): Promise<Comparison[]> {
  const cfg = cfgOf(folder)
  const config = wavlmConfig(cfg)
  const sizes = z
    .object({
      conv_feature_layers: z.string(),
      encoder_embed_dim: z.int(),
      encoder_ffn_embed_dim: z.int(),
      num_buckets: z.int(),
      conv_pos: z.int(),
    })
    .parse(cfg)
  const shapes = wavlmShapes({
    convolutions: listOfConvolutions(sizes.conv_feature_layers),
    width: sizes.encoder_embed_dim,
    inner: sizes.encoder_ffn_embed_dim,
    heads: config.heads,
    layers: config.layers,
    positions: { kernel: sizes.conv_pos, groups: config.positionGroups },
    buckets: sizes.num_buckets,
  })
  const { graph } = wavlmGraph(tableOfShapes(shapes), config)
  const wave = asClip(withUnitVariance(speechOf(folder), 1e-5))
  const { features } = await runGraph(graph, { wave }, formulaWeight, { threads: 2 })
  const name = 'post_extract_proj.weight'
  return Object.keys(folder.outputs()).map((tensor) =>
    folder.compare(
      tensor,
      tensor === 'check_post_extract_proj_weight_first_16'
        ? formulaWeight(name, shapes[name]).slice(0, 16)
        : framesOf(tensor, features.data, sizes.encoder_embed_dim),
    ),
  )
}

const base = { layers: z.int(), heads: z.int(), hidden: z.int(), ff: z.int(), seq_len: z.int() }
const tinyConfig = z.object({
  config: z.looseObject({ ...base, conv: z.array(z.array(z.int())), pos_conv_groups: z.int() }),
})

async function wav2vec2(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights() as Record<string, Numbers>
  const { conv, layers, heads, pos_conv_groups, seq_len: frames } = folder.read(tinyConfig).config
  const config = {
    layers,
    heads,
    positionGroups: pos_conv_groups,
    strides: conv.map(([, , stride]) => stride),
  }
  const { graph } = wav2vec2Graph(weightTable(weights), config, { frames })
  const convolutions = `feature_extractor.conv_layers.${conv.length - 1}`
  const inner = { after_projection: 'feature_projection', embedding_out: 'encoder.layer_norm' }
  const last = `encoder.layers.${layers - 1}`
  tapModules(graph, [...Object.values(inner), convolutions, last])
  const { input_values, input_values_padded } = folder.inputs()
  const run = (wave: ArrayLike<number | bigint>) => runGraph(graph, { wave: asClip(wave) }, weights)
  const [results, padded] = [await run(input_values.data), await run(input_values_padded.data)]
  folder.leaveOut('what the projection reads is seen behind it', outputCalled(folder, 'interpolated_'))
  return [
    ...Object.entries(inner).map(([name, path]) => folder.compare(name, results[path])),
    folder.compare('conv_features_BTC', transposed(results[convolutions])),
    folder.compare(outputCalled(folder, 'hidden_all_'), results.hidden.data),
    folder.compare('last_hidden', results[last]),
    folder.compare('padded_conv_features', transposed(padded[convolutions])),
    folder.compare('padded_hidden_all', padded.hidden.data),
  ]
}

/** The convolutions of the base model; case.json has the other sizes. */
const BASE = { kernels: [10, 3, 3, 3, 3, 2, 2], strides: [5, 2, 2, 2, 2, 2, 2], channels: 512 }

async function wav2vec2Formula(folder: GoldenFolder): Promise<Comparison[]> {
  const {
    layers,
    heads,
    hidden: width,
    ff,
    seq_len,
  } = folder.read(z.object({ config: z.looseObject(base) })).config
  const shapes = wav2vec2Shapes({
    convolutions: BASE.kernels.map((kernel, i) => [BASE.channels, kernel, BASE.strides[i]]),
    width,
    inner: ff,
    heads,
    layers,
    positions: { kernel: 128, groups: 16 },
  })
  const config = { layers, heads, positionGroups: 16, strides: BASE.strides }
  const { graph } = wav2vec2Graph(tableOfShapes(shapes), config, { frames: seq_len })
  const wave = asClip(withUnitVariance(speechOf(folder), 1e-7))
  const { hidden } = await runGraph(graph, { wave }, formulaWeight, { threads: 2 })
  return Object.keys(folder.outputs()).map((tensor) => {
    const layer = Number(/^layer(\d+)_/.exec(tensor)?.[1])
    const its = hidden.data.filter((_, i) => Math.floor(i / width) % layers === layer - 1)
    return folder.compare(tensor, framesOf(tensor, its, width))
  })
}

export const speechEncoderCases: Record<string, GoldenRunner> = {
  wav2vec2_base_formula_weights: wav2vec2Formula,
  wav2vec2_tiny: wav2vec2,
  wavlm_large_formula_weights: wavlmFormula,
  wavlm_tiny: wavlm,
}
