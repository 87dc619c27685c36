import { z } from 'zod'
import { timeFeatures } from '../../../models/modules/time-embedding'
import type { UnetConfig } from '../../../models/modules/unet-levels'
import { audioProjection } from '../../../models/networks/audio-projection'
import { type DenoisingUnetConfig, denoisingUnet, type Row } from '../../../models/networks/denoising-unet'
import { poseGuider } from '../../../models/networks/pose-guider'
import { bankNames, referenceUnet } from '../../../models/networks/reference-unet'
import { floatBitsOfHalf, halfOfNumber } from '../../../models/weights/float-conversion'
import { denoise } from '../../support/denoise'
import { type Numbers, runGraph, tapModules, weightTable } from '../../support/run-graph'
import { framesAsRows, rowsAsFrames } from '../../support/video-layout'
import type { Comparison } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

type WeightType = 'float32' | 'float16'

export const unetLevels = z.object({
  block_out_channels: z.array(z.int()),
  layers_per_block: z.int(),
  attention_head_dim: z.int(), // of diffusers, which means a count
  norm_num_groups: z.int(),
})
const referenceCase = z.object({
  config: unetLevels,
  bank_order: z.array(z.object({ reference_unet: z.string() })),
})
const denoisingCase = z.object({
  config: unetLevels.extend({
    motion_module: z.object({ num_attention_heads: z.int(), norm_groups: z.int() }),
    motion_scale: z.array(z.number()),
    frames: z.int(),
  }),
})

export const levelsOf = (config: z.infer<typeof unetLevels>): UnetConfig => ({
  levels: config.block_out_channels.length,
  layers: config.layers_per_block,
  heads: config.attention_head_dim,
  groups: config.norm_num_groups,
})

/** The network of a case, the size of its window, and the scale of the three regions. */
function settingsOf(folder: GoldenFolder) {
  const { config } = folder.read(denoisingCase)
  const { num_attention_heads, norm_groups } = config.motion_module
  const { sample, audio_embedding } = folder.inputs()
  const unet: DenoisingUnetConfig = {
    ...levelsOf(config),
    motion: { heads: num_attention_heads, groups: norm_groups },
    audioTokens: audio_embedding.shape[2],
  }
  const [, , frames, height, width] = sample.shape
  return { unet, size: { frames, height, width }, motionScale: config.motion_scale }
}

/** Part `row` of `rows` along the first axis. */
function rowOf({ shape, data }: Numbers, row: number, rows: number): Numbers {
  const [first, ...rest] = shape
  const size = data.length / rows
  return { shape: [first / rows, ...rest], data: numbersOf(data).slice(row * size, (row + 1) * size) }
}

const numbersOf = (data: Numbers['data']) => Array.from(data as ArrayLike<number>, Number)

/** What a row of the case gives the graphs: all but the banks. */
function feedsOf(folder: GoldenFolder, row: number, motionScale: number[]): Record<string, Numbers> {
  const { config } = folder.read(denoisingCase)
  const inputs = folder.inputs()
  const input = (name: string) => rowOf(inputs[name], row, inputs.sample.shape[0])
  const [channels] = config.block_out_channels
  const [t] = numbersOf(inputs.timestep.data)
  const tokens = input('audio_embedding')
  return {
    latents: framesAsRows(input('sample')),
    pose: framesAsRows(input('pose_cond_fea')),
    time: { shape: [1, channels], data: timeFeatures(t, channels) },
    motion_scale: { shape: [3], data: motionScale },
    image: input('encoder_hidden_states'),
    tokens: { shape: tokens.shape.slice(1), data: tokens.data },
    ...Object.fromEntries(
      config.block_out_channels.slice(1).map((_, level) => [`masks.${level}`, regionsOf(input, level)]),
    ),
  }
}

/** Masks of a level, [f, 3, pixels]. */
function regionsOf(input: (name: string) => Numbers, level: number): Numbers {
  const masks = ['full', 'face', 'lip'].map((region) => input(`${region}_mask.${level}`))
  const [frames, pixels] = masks[0].shape
  const frameOf = (mask: Numbers, f: number) => numbersOf(mask.data).slice(f * pixels, (f + 1) * pixels)
  const data = Array.from({ length: frames }, (_, f) => masks.flatMap((mask) => frameOf(mask, f))).flat()
  return { shape: [frames, masks.length, pixels], data }
}

/** Rows differ in their latents here, so each runs alone. One of zeros knows neither picture nor speech. */
async function wholeUnet(folder: GoldenFolder, dtype: WeightType): Promise<Comparison[]> {
  const weights = folder.weights()
  const { unet, size, motionScale } = settingsOf(folder)
  const rows = folder.inputs().sample.shape[0]
  const probes = Object.keys(folder.outputs()).filter((name) => name.startsWith('dbg.'))

  const run = async (scale: number[]) => {
    const results: Record<string, Numbers>[] = []
    for (let row = 0; row < rows; row++) {
      const feeds = feedsOf(folder, row, scale)
      const isSilent = [feeds.image, feeds.tokens].every(({ data }) => numbersOf(data).every((x) => x === 0))
      const kind: Row = isSilent ? 'unconditional' : 'conditional'
      const graphs = denoisingUnet(weightTable(weights, dtype), unet, {
        ...size,
        rows: kind,
        reference: false,
      })
      tapModules(
        graphs.step,
        probes.map((name) => name.slice('dbg.'.length)),
      )
      results.push(await denoise(graphs, feeds, weights))
    }
    return (name: string): Numbers => {
      const parts = results.map((result) => result[name])
      const shape = name === 'velocity' ? parts[0].shape.slice(1) : parts[0].shape
      const whole = {
        shape: shape.with(0, shape[0] * rows),
        data: parts.flatMap(({ data }) => numbersOf(data)),
      }
      return shape.length === 4 ? rowsAsFrames(whole, size.frames) : whole
    }
  }
  const scaled = await run(motionScale)
  const unscaled = await run([1, 1, 1])
  return [
    ...probes.map((name) => folder.compare(name, scaled(name.slice('dbg.'.length)))),
    folder.compare('sample_motion_scaled', scaled('velocity')),
    folder.compare('sample_eval_branch_unscaled', unscaled('velocity')),
  ]
}

/** Both rows at once, with the banks of the reference UNet's case. */
async function guidedUnet(folder: GoldenFolder, dtype: WeightType): Promise<Comparison[]> {
  const weights = folder.weights('denoising_unet')
  const { banks: said } = folder.read(z.object({ banks: z.string() }))
  const banks = folder.tensors(said.split(' ')[0]) // "../refunet_write/outputs.safetensors (bank.NN)"
  const { unet, size, motionScale } = settingsOf(folder)
  const names = bankNames(weightTable(weights, dtype), unet)
  const graphs = denoisingUnet(weightTable(weights, dtype), unet, size)

  const run = async (round: (x: number) => number) => {
    const conditional = names.map((name, i) => {
      const { shape, data } = rowOf(banks[`bank.${String(i).padStart(2, '0')}`], 1, 2)
      return [`${name}.bank`, { shape, data: numbersOf(data).map(round) }]
    })
    const feeds = { ...feedsOf(folder, 1, motionScale), ...Object.fromEntries(conditional) }
    const { velocity } = await denoise(graphs, feeds, weights)
    const [rows, frames, ...image] = velocity.shape
    return rowsAsFrames({ shape: [rows * frames, ...image], data: velocity.data }, frames)
  }
  return [
    folder.compare('sample', await run((x) => x)),
    folder.compare('sample_bank_rounded_fp16', await run(throughHalf)),
  ]
}

const bits = new DataView(new ArrayBuffer(4))
function throughHalf(x: number): number {
  bits.setUint32(0, floatBitsOfHalf(halfOfNumber(x)))
  return bits.getFloat32(0)
}

async function bankWriter(folder: GoldenFolder, dtype: WeightType): Promise<Comparison[]> {
  const weights = folder.weights()
  const { config, bank_order } = folder.read(referenceCase)
  const { sample, encoder_hidden_states } = folder.inputs()
  const [rows, , height, width] = sample.shape
  const options = { rows, height, width, lastHidden: true }
  const graph = referenceUnet(weightTable(weights, dtype), levelsOf(config), options)
  const results = await runGraph(graph, { latents: sample, image: encoder_hidden_states }, weights)
  const order = graph.outputs.filter((name) => name.endsWith('.bank'))
  const paired = bank_order.map(({ reference_unet }) =>
    reference_unet.replace('.transformer_blocks.0', '.bank'),
  )
  if (`${order}` !== `${paired}`)
    throw new GoldenError(`Banks come in the order ${order}, expected ${paired}.`)
  return [
    ...order.map((name, i) => folder.compare(`bank.${String(i).padStart(2, '0')}`, results[name])),
    folder.compare('last_hidden', results.last_hidden),
  ]
}

async function pose(folder: GoldenFolder, dtype: WeightType): Promise<Comparison[]> {
  const weights = folder.weights()
  const { pose } = folder.inputs()
  const [, , frames, height, width] = pose.shape
  const graph = poseGuider(weightTable(weights, dtype), { height, width })
  const { features } = await runGraph(graph, { pose: framesAsRows(pose) }, weights)
  return [folder.compare('out', rowsAsFrames(features, frames))]
}

async function audio(folder: GoldenFolder, dtype: WeightType): Promise<Comparison[]> {
  const weights = folder.weights()
  const { shape, data } = folder.inputs().audio
  const [rows, frames, ...features] = shape
  const flat = { shape: [rows * frames, features.reduce((a, b) => a * b)], data }
  const { tokens } = await runGraph(audioProjection(weightTable(weights, dtype)), { audio: flat }, weights)
  return [folder.compare('out', { shape: [rows, frames, ...tokens.shape.slice(1)], data: tokens.data })]
}

/** The networks of stage 2's UNets with weights of a type, by the names of their cases. */
export const unetsIn = (dtype: WeightType): Record<string, GoldenRunner> => ({
  unet3d_full: (folder) => wholeUnet(folder, dtype),
  unet3d_read_cfg: (folder) => guidedUnet(folder, dtype),
  refunet_write: (folder) => bankWriter(folder, dtype),
  pose_guider: (folder) => pose(folder, dtype),
  audioproj: (folder) => audio(folder, dtype),
})
