import { timeFeatures } from '../../../models/modules/time-embedding'
import { audioProjection } from '../../../models/networks/audio-projection'
import { type DenoisingUnetConfig, denoisingUnet, type Row } from '../../../models/networks/denoising-unet'
import { poseGuider } from '../../../models/networks/pose-guider'
import { bankNames, referenceUnet } from '../../../models/networks/reference-unet'
import type { Graph } from '../../../models/onnx/graph'
import { type Numbers, runGraph, weightTable } from '../../support/run-graph'
import { framesAsRows, rowsAsFrames } from '../../support/video-layout'
import { type Comparison, compare, type GoldenFolder } from './golden-folder'

interface Config {
  block_out_channels: number[]
  layers_per_block: number
  heads?: number
  attention_head_dim: number
  norm_num_groups: number
  motion_module: { num_attention_heads: number; norm_groups: number }
}

const levelsOf = (config: Config) => ({
  levels: config.block_out_channels.length,
  layers: config.layers_per_block,
  heads: config.attention_head_dim, // of diffusers, which means a count
  groups: config.norm_num_groups,
})

const denoisingConfig = ({ config, inputs }: GoldenFolder): DenoisingUnetConfig => ({
  ...levelsOf(config),
  audioTokens: inputs.audio_embedding.shape[2],
  motion: { heads: config.motion_module.num_attention_heads, groups: config.motion_module.norm_groups },
})

/** Part `row` of `rows` along the first axis. */
function rowOf({ shape, data }: Numbers, row: number, rows: number): Numbers {
  const [first, ...rest] = shape
  const size = data.length / rows
  return {
    shape: [first / rows, ...rest],
    data: Array.from(data as ArrayLike<number>).slice(row * size, (row + 1) * size),
  }
}

const dropRow = ({ shape, data }: Numbers): Numbers => ({ shape: shape.slice(1), data })

/** What one row of the case gives the graphs: all but the banks. */
function feedsOf(folder: GoldenFolder, row: number, scale: number[]): Record<string, Numbers> {
  const input = (name: string) => rowOf(folder.inputs[name] as Numbers, row, folder.inputs.sample.shape[0])
  const levels = folder.config.block_out_channels.length - 1
  const [t] = Array.from(folder.inputs.timestep.data, Number)
  const channels = folder.config.block_out_channels[0]
  const masks = Array.from({ length: levels }, (_, level) => [`masks.${level}`, regionsOf(input, level)])
  return {
    latents: framesAsRows(input('sample')),
    pose: framesAsRows(input('pose_cond_fea')),
    time: { shape: [1, channels], data: timeFeatures(t, channels) },
    motion_scale: { shape: [3], data: scale },
    image: input('encoder_hidden_states'),
    tokens: dropRow(input('audio_embedding')),
    ...Object.fromEntries(masks),
  }
}

/** [f, 3, pixels] */
function regionsOf(input: (name: string) => Numbers, level: number): Numbers {
  const masks = ['full', 'face', 'lip'].map((region) => input(`${region}_mask.${level}`))
  const [frames, pixels] = masks[0].shape
  const data = Array.from({ length: frames }, (_, f) =>
    masks.flatMap((mask) => Array.from(mask.data as ArrayLike<number>).slice(f * pixels, (f + 1) * pixels)),
  ).flat()
  return { shape: [frames, 3, pixels], data }
}

/** Runs both graphs, one after the other. */
async function denoise(
  graphs: { conditioning: Graph; step: Graph },
  feeds: Record<string, Numbers>,
  weights: Record<string, Numbers>,
): Promise<Record<string, Numbers>> {
  const pick = (graph: Graph, all: Record<string, Numbers>) =>
    Object.fromEntries(graph.inputs.map((name) => [name, all[name]]))
  const prepared = await runGraph(graphs.conditioning, pick(graphs.conditioning, feeds), weights)
  return runGraph(graphs.step, pick(graphs.step, { ...feeds, ...prepared }), weights)
}

/** Makes what a module of the network gives an output too. */
function tap(graph: Graph, path: string, name: string): void {
  const last = graph.nodes.findLast(
    (node) => node.name.startsWith(`${path}.`) || node.name.startsWith(`${path}/`),
  )!
  graph.values[name] = graph.values[last.outputs[0]]
  graph.nodes.push({
    ...last,
    name,
    op: 'Identity',
    domain: '',
    inputs: [last.outputs[0]],
    outputs: [name],
    attributes: {},
  })
  graph.outputs.push(name)
}

const ROWS: Row[] = ['unconditional', 'conditional']

/** The rows of this case have different latents, so each runs alone. Row 0 knows neither picture nor speech. */
async function wholeUnet(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights()
  const { frames, latent, motion_scale } = folder.config
  const probes = Object.keys(folder.outputs).filter((name) => name.startsWith('dbg.'))
  const run = async (scale: number[]) => {
    const rows: Record<string, Numbers>[] = []
    for (const [i, row] of ROWS.entries()) {
      const options = { rows: [row], frames, height: latent, width: latent, reference: false }
      const graphs = denoisingUnet(weightTable(weights), denoisingConfig(folder), options)
      for (const probe of probes) tap(graphs.step, probe.slice('dbg.'.length), probe)
      rows.push(await denoise(graphs, feedsOf(folder, i, scale), weights))
    }
    return (name: string): Numbers => {
      const parts = rows.map((row) => row[name])
      const data = parts.flatMap((part) => Array.from(part.data as ArrayLike<number>))
      const [first, ...rest] = name === 'velocity' ? parts[0].shape.slice(1) : parts[0].shape
      const whole = { shape: [first * parts.length, ...rest], data }
      return rest.length === 3 ? rowsAsFrames(whole, frames) : whole
    }
  }
  const scaled = await run(motion_scale)
  const unscaled = await run([1, 1, 1])
  return [
    ...probes.map((name) => compare(folder, name, scaled(name))),
    compare(folder, 'sample_motion_scaled', scaled('velocity')),
    compare(folder, 'sample_eval_branch_unscaled', unscaled('velocity')),
  ]
}

/** Both rows at once, with the banks of the reference UNet's case. */
async function guidedUnet(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights(folder.case.weights.denoising_unet)
  const banks = folder.tensors(folder.case.banks.split(' ')[0])
  const { frames, latent, motion_scale } = folder.config
  const config = denoisingConfig(folder)
  const table = weightTable(weights)
  const graphs = denoisingUnet(table, config, { frames, height: latent, width: latent })
  const conditional = Object.fromEntries(
    bankNames(table, config).map((name, i) => [
      `${name}.bank`,
      rowOf(banks[`bank.${String(i).padStart(2, '0')}`], 1, 2),
    ]),
  )
  const { velocity } = await denoise(graphs, { ...feedsOf(folder, 1, motion_scale), ...conditional }, weights)
  const [rows, , ...rest] = velocity.shape
  const video = rowsAsFrames({ shape: [rows * frames, ...rest], data: velocity.data }, frames)
  return [compare(folder, 'sample', video)]
}

async function bankWriter(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights()
  const config = levelsOf(folder.config)
  const [rows, , height, width] = folder.inputs.sample.shape
  const graph = referenceUnet(weightTable(weights), config, { rows, height, width, lastHidden: true })
  const feeds = { latents: folder.inputs.sample, image: folder.inputs.encoder_hidden_states } as Record<
    string,
    Numbers
  >
  const results = await runGraph(graph, feeds, weights)
  const order = graph.outputs.filter((name) => name.endsWith('.bank'))
  const wanted = folder.case.bank_order.map((entry: { reference_unet: string }) => entry.reference_unet)
  if (`${order}` !== `${wanted.map((name: string) => name.replace('.transformer_blocks.0', '.bank'))}`) {
    throw new Error(`the order of banks is ${order}`)
  }
  return [
    ...order.map((name, i) => compare(folder, `bank.${String(i).padStart(2, '0')}`, results[name])),
    compare(folder, 'last_hidden', results.last_hidden),
  ]
}

async function poseCase(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights()
  const [, , frames, height, width] = folder.inputs.pose.shape
  const graph = poseGuider(weightTable(weights), { height, width })
  const { features } = await runGraph(graph, { pose: framesAsRows(folder.inputs.pose as Numbers) }, weights)
  return [compare(folder, 'out', rowsAsFrames(features, frames))]
}

async function audioCase(folder: GoldenFolder): Promise<Comparison[]> {
  const weights = folder.weights()
  const { shape, data } = folder.inputs.audio as Numbers
  const [rows, frames, ...features] = shape
  const audio = { shape: [rows * frames, features.reduce((a, b) => a * b)], data }
  const { tokens } = await runGraph(audioProjection(weightTable(weights)), { audio }, weights)
  return [compare(folder, 'out', { shape: [rows, frames, ...tokens.shape.slice(1)], data: tokens.data })]
}

/** The networks of stage 2, by the names of their cases. */
export const unets: Record<string, (folder: GoldenFolder) => Promise<Comparison[]>> = {
  unet3d_full: wholeUnet,
  unet3d_read_cfg: guidedUnet,
  refunet_write: bankWriter,
  pose_guider: poseCase,
  audioproj: audioCase,
}
