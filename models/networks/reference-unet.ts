import { conv2d } from '../modules/basic'
import { singleTokenAttention, spatialTokens, spatialTransformer } from '../modules/spatial-transformer'
import { timeEmbedding, timeFeatures } from '../modules/time-embedding'
import { type Place, places, type UnetConfig, unetLevels } from '../modules/unet-levels'
import type { Graph, Value } from '../onnx/graph'
import type { AttentionForm } from '../onnx/graph-builder'
import { GraphBuilder } from '../onnx/graph-builder'
import type { Scope, WeightTable } from '../onnx/scope'

export interface ReferenceUnetOptions {
  /** Rows of latents; the conditional one is enough (stage2.md §18). */
  rows?: number
  /** Of the latents: pixels / 8, multiples of 8. */
  height: number
  width: number
  attention?: AttentionForm
  /** Runs on behind the last bank, which nothing reads, to the output `last_hidden`. */
  lastHidden?: boolean
}

/**
 * The UNet that looks at the reference picture once, before the first step, and keeps what each of its spatial
 * transformers reads: the banks (stage2.md §7).
 *
 *   latents      float32 [rows, 4, h, w]   mean of the VAE's posterior · 0.18215
 *   image        [rows, 1, cImage]         CLIP's token, zeros in an unconditional row
 *   → X.bank     [rows, h·w of X, c of X]  for each spatial transformer X, in the order of `bankNames`
 * Types not named are that of the weights.
 */
export function referenceUnet(table: WeightTable, config: UnetConfig, options: ReferenceUnetOptions): Graph {
  const { rows = 1, height, width, attention, lastHidden = false } = options
  const { root } = table
  const { dtype, shape } = root.entry('conv_in.weight')
  const [channels, latentChannels] = shape
  const [, imageChannels] = root.shapeOf('mid_block.attentions.0.transformer_blocks.0.attn2.to_v.weight')
  const g = new GraphBuilder('reference UNet')
  const latents = g.input('latents', 'float32', [rows, latentChannels, height, width])
  const token = g.squeeze(g.input('image', dtype, [rows, 1, imageChannels]), [1])
  const features = g.constant([...timeFeatures(0, channels)], 'float32', [1, channels])
  const temb = timeEmbedding(g, features, root.at('time_embedding'))
  const heads = { heads: config.heads, form: attention, groups: config.groups }

  const banks = new Map<string, Value>()
  const last = lastBank(config, root)
  const hidden = unetLevels(
    g,
    conv2d(g, g.cast(latents, dtype), root.at('conv_in'), { pad: 1 }),
    temb,
    root,
    config,
    (h, place) => {
      if (!place.attends) return h
      const scope = attentionOf(place)
      const keep = (normal: Value) => banks.set(scope.path, normal)
      if (scope.path === last && !lastHidden) {
        keep(spatialTokens(g, h, scope, heads).normal)
        return h
      }
      const image = singleTokenAttention(g, token, scope)
      return spatialTransformer(g, h, image, scope, { ...heads, onNormal: keep })
    },
  )
  for (const name of bankNames(table, config)) g.output(`${name}.bank`, banks.get(name)!)
  if (lastHidden) g.output('last_hidden', hidden)
  const dead = [/\.transformer_blocks\.0\.(norm2\.|attn2\.to_[qk]\.)/]
  if (!lastHidden) dead.push(new RegExp(`^${last}\\.(proj_out|transformer_blocks\\.0\\.(attn|ff|norm3))`))
  table.assertAllUsed(dead)
  return g.graph
}

const attentionOf = ({ block, layer }: Place): Scope => block.at(`attentions.${layer}`)

/**
 * Spatial transformers in the order in which the original pairs its banks: down, up, mid, then by width, widest first.
 */
export function bankNames(table: WeightTable, config: UnetConfig): string[] {
  const attending = [...places(config, table.root)].filter(({ attends }) => attends)
  const scopes = [
    ...attending.filter(({ part }) => part !== 'mid'),
    ...attending.filter(({ part }) => part === 'mid'),
  ].map(attentionOf)
  const widthOf = (scope: Scope) => scope.shapeOf('transformer_blocks.0.norm1.weight')[0]
  return scopes.sort((a, b) => widthOf(b) - widthOf(a)).map(({ path }) => path)
}

/** The last to run: nothing that follows its bank is ever read. */
const lastBank = (config: UnetConfig, root: Scope): string =>
  attentionOf([...places(config, root)].at(-1)!).path
