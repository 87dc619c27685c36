import { audioTransformer, REGIONS, speechKeys } from '../modules/audio-transformer'
import { conv2d, groupNorm } from '../modules/basic'
import { motionModule } from '../modules/motion-module'
import { singleTokenAttention, spatialTransformer } from '../modules/spatial-transformer'
import { timeEmbedding } from '../modules/time-embedding'
import { keysAndValues } from '../modules/unet-attention'
import { type Place, places, SD15, UNET_EPS, type UnetConfig, unetLevels } from '../modules/unet-levels'
import type { Graph, Value } from '../onnx/graph'
import { type AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope, WeightTable } from '../onnx/scope'

export interface DenoisingUnetConfig extends UnetConfig {
  motion: { heads: number; groups: number }
  /** Of a video frame, made by the audio projection. */
  audioTokens: number
}

/** The released model. */
export const MMGT_UNET: DenoisingUnetConfig = { ...SD15, motion: { heads: 8, groups: 32 }, audioTokens: 32 }

/** A row of guidance: one knows neither picture nor speech, yet the pose; the other knows all. */
export type Row = 'unconditional' | 'conditional'

export interface WindowOptions {
  /** Without guidance the conditional one alone. Default: both, the unconditional first. */
  rows?: Row | 'both'
  /** Of a window, 1 to 32. */
  frames: number
  /** Of the whole video, where the provider wants a number. */
  videoFrames?: number | string
  /** Of the latents: pixels / 8, multiples of 8. */
  height: number
  width: number
  /** Whether there are banks of a reference picture. Default: yes. */
  reference?: boolean
  attention?: AttentionForm
}

/** Dead in the released file: position tables, which are computed, and what cross attention to one key never reads. */
const DEAD = [/\.pos_encoder\.pe$/, /\.attentions\.\d+\.transformer_blocks\.0\.(norm2\.|attn2\.to_[qk]\.)/]

/**
 * The denoising UNet as two graphs (stage2.md §4). `conditioning` runs once per video, and each of its outputs is the
 * input of the same name of `step`, which runs for every window in every time step (§18).
 */
export function denoisingUnet(
  table: WeightTable,
  config: DenoisingUnetConfig,
  options: WindowOptions,
): { conditioning: Graph; step: Graph } {
  const graphs = { conditioning: conditioning(table, config, options), step: step(table, config, options) }
  // One row alone leaves weights to the other: only both together prove that all are read.
  if (rowsOf(options).length === 2) table.assertAllUsed(DEAD)
  return graphs
}

const rowsOf = ({ rows = 'both' }: WindowOptions): readonly Row[] =>
  rows === 'both' ? ['unconditional', 'conditional'] : [rows]

/**
 *   image                        [1, 1, cImage]       CLIP's token
 *   tokens                       [video_frames, t, cAudio]
 *   X.bank                       [1, h·w, c]          of the reference UNet, for each spatial transformer X
 *   → X.image                    [rows, c]            what cross attention to the picture gives
 *   → X.reference                [2, h·w, c]          keys and values of the bank
 *   → Y.speech                   [video_frames, 6, t, inner]   of each audio transformer Y; a window takes its frames
 */
function conditioning(table: WeightTable, config: DenoisingUnetConfig, options: WindowOptions): Graph {
  const { height, width, reference = true, videoFrames = 'video_frames' } = options
  const rows = rowsOf(options)
  const { root } = table
  const { dtype } = root.entry('conv_in.weight')
  const [, imageChannels] = root.shapeOf('mid_block.attentions.0.transformer_blocks.0.attn2.to_v.weight')
  const g = new GraphBuilder('denoising UNet, conditioning')
  const silent = g.constant(Array<number>(imageChannels).fill(0), dtype, [1, imageChannels])
  const token = (row: Row) =>
    row === 'unconditional' ? silent : g.squeeze(g.input('image', dtype, [1, 1, imageChannels]), [1])
  const tokens = g.concat(rows.map(token), 0)
  const attending = [...places(config, root)].filter(({ attends }) => attends)

  for (const place of attending) {
    const scope = attentionOf(place)
    g.output(`${scope.path}.image`, singleTokenAttention(g, tokens, scope))
  }
  if (!rows.includes('conditional')) return g.graph

  if (reference) {
    for (const place of attending) {
      const scope = attentionOf(place)
      const attention = scope.at('transformer_blocks.0.attn1')
      const pixels = (height >> place.level) * (width >> place.level)
      const bank = g.input(`${scope.path}.bank`, dtype, [1, pixels, attention.shapeOf('to_k.weight')[1]])
      const { keys, values } = keysAndValues(g, bank, attention)
      g.output(`${scope.path}.reference`, g.concat([keys, values], 0))
    }
  }
  const hearing = attending.filter(({ part }) => part === 'down').map(audioOf)
  const [, audioChannels] = hearing[0].shapeOf('transformer_blocks.0.attn2_0.to_k.weight')
  const speech = g.input('tokens', dtype, [videoFrames, config.audioTokens, audioChannels])
  for (const scope of hearing) g.output(`${scope.path}.speech`, speechKeys(g, speech, scope))
  return g.graph
}

/**
 *   latents        float32 [f, 4, h, w]         the same for all rows
 *   time           float32 [1, c]               `timeFeatures` of the step
 *   pose           [f, c, h, w]                 of the pose guider
 *   masks.l        float32 [f, 3, h·w / 4^l]    full, face and lip, of level l < levels - 1
 *   motion_scale   float32 [3]                  how strongly each of them hears
 *   and the outputs of `conditioning`, of the speech only the window's frames
 *   → velocity     float32 [rows, f, 4, h, w]
 */
function step(table: WeightTable, config: DenoisingUnetConfig, options: WindowOptions): Graph {
  const { frames, height, width, reference = true, attention: form } = options
  const rows = rowsOf(options)
  const { root } = table
  const { dtype, shape } = root.entry('conv_in.weight')
  const [channels, latentChannels] = shape
  const g = new GraphBuilder('denoising UNet, step')
  const latents = g.input('latents', 'float32', [frames, latentChannels, height, width])
  const pose = g.input('pose', dtype, [frames, channels, height, width])
  const time = g.input('time', 'float32', [1, channels])
  const hears = rows.includes('conditional')
  /** The first image of the conditional row. */
  const from = frames * (rows.length - Number(hears))
  const motionScale = g.cast(g.input('motion_scale', 'float32', [REGIONS.length]), dtype)
  const masks = Array.from({ length: config.levels - 1 }, (_, level) => {
    const pixels = (height >> level) * (width >> level)
    return g.cast(g.input(`masks.${level}`, 'float32', [frames, REGIONS.length, pixels]), dtype)
  })
  const heads = { heads: config.heads, form, groups: config.groups }

  const attend = (h: Value, place: Place): Value => {
    const scope = attentionOf(place)
    const inner = scope.shapeOf('transformer_blocks.0.norm1.weight')[0]
    const image = g.input(`${scope.path}.image`, dtype, [rows.length, inner])
    if (!hears || !reference) return spatialTransformer(g, h, image, scope, heads)
    const [, , height, width] = h.shape
    const both = g.input(`${scope.path}.reference`, dtype, [2, Number(height) * Number(width), inner])
    const [keys, values] = g.split(both, [1, 1], 0)
    return spatialTransformer(g, h, image, scope, { ...heads, bank: { keys, values, from } })
  }
  const listen = (h: Value, place: Place): Value => {
    const scope = audioOf(place)
    const [inner] = scope.shapeOf('proj_in.weight')
    const keys = hears
      ? g.input(`${scope.path}.speech`, dtype, [frames, 6, config.audioTokens, inner])
      : undefined
    const speech = { keys, masks: masks[place.level], motionScale }
    return audioTransformer(g, h, speech, scope, { ...heads, from })
  }

  const temb = timeEmbedding(g, time, root.at('time_embedding'))
  const entered = g.add(conv2d(g, g.cast(latents, dtype), root.at('conv_in'), { pad: 1 }), pose)
  const hidden = unetLevels(
    g,
    g.concat(
      rows.map(() => entered),
      0,
    ),
    temb,
    root,
    config,
    (h, place) => {
      if (place.attends) h = attend(h, place)
      if (place.attends && place.part === 'down') h = listen(h, place)
      const motion = place.block.at(`motion_modules.${place.layer}`)
      return motionModule(g, h, motion, { ...config.motion, form, frames })
    },
  )
  const normal = groupNorm(g, hidden, root.at('conv_norm_out'), { groups: config.groups, eps: UNET_EPS })
  const velocity = conv2d(g, g.silu(normal), root.at('conv_out'), { pad: 1 })
  const perRow = g.reshape(velocity, [rows.length, frames, latentChannels, height, width])
  g.output('velocity', g.cast(perRow, 'float32'))
  return g.graph
}

const attentionOf = ({ block, layer }: Place): Scope => block.at(`attentions.${layer}`)
const audioOf = ({ block, layer }: Place): Scope => block.at(`audio_modules.${layer}`)
