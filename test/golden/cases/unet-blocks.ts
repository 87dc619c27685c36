import { z } from 'zod'
import { audioTransformer, speechKeys } from '../../../models/modules/audio-transformer'
import { gegluFeedForward } from '../../../models/modules/feed-forward'
import { framePositions, motionModule } from '../../../models/modules/motion-module'
import { downsample, upsample } from '../../../models/modules/resample'
import { resnetBlock } from '../../../models/modules/resnet-block'
import { singleTokenAttention, spatialTransformer } from '../../../models/modules/spatial-transformer'
import { timeEmbedding, timeFeatures } from '../../../models/modules/time-embedding'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import type { Scope } from '../../../models/onnx/scope'
import { type Numbers, runGraph, weightTable } from '../../support/run-graph'
import { framesAsRows, rowsAsFrames } from '../../support/video-layout'
import type { Comparison } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

type Inputs = Record<string, Value>
const settings = z.object({
  config: z
    .object({
      groups: z.int(),
      eps: z.number(),
      heads: z.int(),
      motion_heads: z.int(),
      num_layers: z.int(),
      motion_scale: z.array(z.number()),
    })
    .partial(),
})
type Config = Required<z.infer<typeof settings>['config']>
/** The outputs of a block by their names. */
type Build = (g: GraphBuilder, inputs: Inputs, root: Scope, config: Config) => Inputs

/** What the released files hold and nothing reads: see the lists of the networks. */
const DEAD = [
  /pos_encoder\.pe$/,
  /attn2\.to_[qk]\.weight$/,
  /^(attentions\.\d+\.)?transformer_blocks\.0\.norm2\./,
]

/** Runs a block whose video [b, c, f, h, w] has its frames folded into rows. */
async function runBlock(folder: GoldenFolder, build: Build, ignored: RegExp[] = []): Promise<Comparison[]> {
  const { config } = folder.read(settings)
  const weights = folder.weights()
  const table = weightTable(weights)
  const given = Object.entries<Numbers>(folder.inputs())
  const feeds = given.map(
    ([name, input]) => [name, input.shape.length === 5 ? framesAsRows(input) : input] as const,
  )
  const frames = folder.inputs().x.shape[2]
  const g = new GraphBuilder('block')
  const inputs = feeds.map(([name, { shape }]) => [name, g.input(name, 'float32', shape)])
  const outputs = build(g, Object.fromEntries(inputs), table.root, config as Config)
  for (const [name, value] of Object.entries(outputs)) g.output(name, value)
  table.assertAllUsed(ignored)
  const results = await runGraph(g.graph, Object.fromEntries(feeds), weights)
  return Object.entries(results).map(([name, result]) =>
    folder.compare(name, result.shape.length === 4 ? rowsAsFrames(result, frames) : result),
  )
}

/** One row per frame: what a row of the batch has, each of its frames has. */
function perFrame(g: GraphBuilder, value: Value, frames: number): Value {
  const [rows, ...rest] = value.shape
  const repeated = g.expand(g.unsqueeze(value, [1]), [rows, frames, ...rest])
  return g.reshape(repeated, [Number(rows) * frames, ...rest])
}
const framesOf = (x: Value, row: Value) => Number(x.shape[0]) / Number(row.shape[0])

/** [b, f, t, c] → [b · f, t, c] and the masks of all regions side by side. */
function speechOf(
  g: GraphBuilder,
  { audio, full_mask, face_mask, lip_mask }: Inputs,
  scope: Scope,
  scale: number[],
) {
  const [b, f, tokens, channels] = audio.shape as number[]
  return {
    keys: speechKeys(g, g.reshape(audio, [b * f, tokens, channels]), scope),
    masks: g.concat(
      [full_mask, face_mask, lip_mask].map((mask) => g.unsqueeze(mask, [1])),
      1,
    ),
    motionScale: g.constant(scale),
  }
}

const resnet: Build = (g, { x, temb }, root, { groups, eps }) => ({
  out: resnetBlock(g, x, perFrame(g, temb, framesOf(x, temb)), root, { groups, eps }),
})

const transformer: Build = (g, { x, ctx }, root, { groups, heads }) => ({
  out: spatialTransformer(g, x, singleTokenAttention(g, g.squeeze(ctx, [1]), root), root, { groups, heads }),
})

const audio =
  (output: string, scale: (config: Config) => number[]): Build =>
  (g, inputs, root, config) => ({
    [output]: audioTransformer(g, inputs.x, speechOf(g, inputs, root, scale(config)), root, config),
  })

const motion =
  (frames: number): Build =>
  (g, { x }, root, { groups, heads }) => ({ out: motionModule(g, x, root, { frames, groups, heads }) })

/** A level of the way down, which the denoising UNet has as part of its loop. */
const crossAttentionDown =
  (scaled: boolean): Build =>
  (g, inputs, root, { groups, heads, motion_heads, num_layers, motion_scale }) => {
    const frames = framesOf(inputs.x, inputs.temb)
    const temb = perFrame(g, inputs.temb, frames)
    const outputs: Inputs = {}
    const suffix = scaled ? 'scaled' : 'unscaled'
    let h = inputs.x
    for (let i = 0; i < num_layers; i++) {
      const [attention, listening] = [root.at(`attentions.${i}`), root.at(`audio_modules.${i}`)]
      h = resnetBlock(g, h, temb, root.at(`resnets.${i}`), { groups, eps: 1e-5 })
      const image = singleTokenAttention(g, g.squeeze(inputs.ctx, [1]), attention)
      h = spatialTransformer(g, h, image, attention, { groups, heads })
      const speech = speechOf(g, inputs, listening, scaled ? motion_scale : [1, 1, 1])
      h = audioTransformer(g, h, speech, listening, { groups, heads })
      h = motionModule(g, h, root.at(`motion_modules.${i}`), { frames, groups: 32, heads: motion_heads })
      if (scaled) outputs[`skip${i}_scaled`] = h
    }
    outputs[`out_${suffix}`] = downsample(g, h, root.at('downsamplers.0'))
    if (scaled) outputs[`skip${num_layers}_scaled`] = outputs.out_scaled
    return outputs
  }

async function timeEmbeddingCase(folder: GoldenFolder): Promise<Comparison[]> {
  const steps = Array.from(folder.inputs().t.data, Number)
  const features = (channels: number): Numbers => ({
    shape: [steps.length, channels],
    data: steps.flatMap((t) => [...timeFeatures(t, channels)]),
  })
  const weights = folder.weights()
  const table = weightTable(weights)
  const [, channels] = weights['linear_1.weight'].shape
  const g = new GraphBuilder('time embedding')
  g.output('emb', timeEmbedding(g, g.input('features', 'float32', [steps.length, channels]), table.root))
  table.assertAllUsed()
  const { emb } = await runGraph(g.graph, { features: features(channels) }, weights)
  const waves = Object.keys(folder.outputs()).filter((name) => name.startsWith('sinusoid'))
  return [
    folder.compare('emb', emb),
    ...waves.map((name) => folder.compare(name, features(Number(name.slice('sinusoid'.length))))),
  ]
}

async function positionsCase(folder: GoldenFolder): Promise<Comparison[]> {
  return Object.entries(folder.outputs()).map(([name, { shape }]) =>
    folder.compare(name, { shape, data: framePositions(shape[1], shape[2]) }),
  )
}

/** The blocks of stage 2's UNets, by the names of their cases. */
export const unetBlocks: Record<string, GoldenRunner> = {
  block_resnet3d: (folder) => runBlock(folder, resnet),
  block_downsample: (folder) => runBlock(folder, (g, { x }, root) => ({ out: downsample(g, x, root) })),
  block_upsample: (folder) => runBlock(folder, (g, { x }, root) => ({ out: upsample(g, x, root) })),
  block_geglu_ff: (folder) => runBlock(folder, (g, { x }, root) => ({ out: gegluFeedForward(g, x, root) })),
  block_time_embedding: timeEmbeddingCase,
  block_positional_table: positionsCase,
  block_transformer3d: (folder) => runBlock(folder, transformer, DEAD),
  block_audio_transformer: async (folder) => [
    ...(await runBlock(
      folder,
      audio('out_scale_1_1_2', (config) => config.motion_scale),
    )),
    ...(await runBlock(
      folder,
      audio('out_no_scale', () => [1, 1, 1]),
    )),
  ],
  block_motion_module: (folder) => runBlock(folder, motion(folder.inputs().x.shape[2]), DEAD),
  block_cross_attn_down: async (folder) => [
    ...(await runBlock(folder, crossAttentionDown(true), DEAD)),
    ...(await runBlock(folder, crossAttentionDown(false), DEAD)),
  ],
}
