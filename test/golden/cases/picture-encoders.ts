import { z } from 'zod'
import { clipVision } from '../../../models/networks/clip-vision'
import { type VaeConfig, vaeAliases, vaeDecoder, vaeEncoder } from '../../../models/networks/vae'
import { WeightTable } from '../../../models/onnx/scope'
import { type Numbers, runGraph, tapModules, weightTable } from '../../support/run-graph'
import type { Comparison } from '../harness/comparison'
import type { GoldenFolder } from '../harness/golden-folder'
import type { GoldenRunner } from '../harness/run-case'

const vaeSettings = z.object({
  block_out_channels: z.array(z.int()),
  layers_per_block: z.int(),
  norm_num_groups: z.int(),
  gn_eps: z.literal(1e-6),
  attention_heads: z.literal(1),
  scaling: z.number(),
})

/** The VAE of a case in our words. */
export const vaeConfigOf = (settings: z.infer<typeof vaeSettings>): VaeConfig => ({
  levels: settings.block_out_channels.length,
  layers: settings.layers_per_block,
  groups: settings.norm_num_groups,
  scaling: settings.scaling,
})

export const readVaeConfig = (folder: GoldenFolder): VaeConfig =>
  vaeConfigOf(folder.read(z.object({ config: vaeSettings })).config)

const times = (factor: number, { shape, data }: Numbers): Numbers => ({
  shape,
  data: Array.from(data as ArrayLike<number>, (value) => value * factor),
})

async function vae(folder: GoldenFolder): Promise<Comparison[]> {
  const config = readVaeConfig(folder)
  const weights = folder.weights()
  const table = () =>
    new WeightTable(
      Object.entries(weights).map(([name, { shape }]) => [name, { dtype: 'float32', shape }] as const),
      '',
      vaeAliases,
    )
  const { image, latent } = folder.inputs()
  const [pictures, , height, width] = image.shape
  const encoder = vaeEncoder(table(), config, { pictures, height, width })
  const { latents } = await runGraph(encoder, { picture: image }, weights)
  const shrink = 2 ** (config.levels - 1)
  const [count, , h, w] = latent.shape
  const decoder = vaeDecoder(table(), config, { pictures: count, height: h * shrink, width: w * shrink })
  const { picture } = await runGraph(decoder, { latents: times(config.scaling, latent) }, weights)
  folder.leaveOut('inference takes the mean', 'logvar_clamped')
  return [
    folder.compare('latent_scaled', latents),
    folder.compare('latent_mean', times(1 / config.scaling, latents)),
    folder.compare('decoded', picture),
    folder.compare('decoded_pipeline', {
      shape: picture.shape,
      data: picture.data.map((value) => Math.min(1, Math.max(0, value / 2 + 0.5))),
    }),
  ]
}

async function clip(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(
    z.object({
      config: z.object({
        num_hidden_layers: z.int(),
        num_attention_heads: z.int(),
        hidden_act: z.literal('quick_gelu'),
        layer_norm_eps: z.literal(1e-5),
      }),
    }),
  )
  const weights = folder.weights()
  const { pixel_values: pixels } = folder.inputs()
  const layers = config.num_hidden_layers
  const sizes = { layers, heads: config.num_attention_heads }
  const graph = clipVision(weightTable(weights), sizes, { pictures: pixels.shape[0] })
  const taps = {
    last_hidden_state: `vision_model.encoder.layers.${layers - 1}`,
    pooler_output: 'vision_model.post_layernorm',
  }
  tapModules(graph, Object.values(taps))
  const results = await runGraph(graph, { pixels }, weights)
  return [
    folder.compare('image_embeds', results.image.data),
    ...Object.entries(taps).map(([tensor, path]) => folder.compare(tensor, results[path])),
  ]
}

export const pictureEncoderCases: Record<string, GoldenRunner> = { clip_vision: clip, vae }
