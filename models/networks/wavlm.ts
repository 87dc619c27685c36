import { z } from 'zod'
import { ModelError } from '../errors'
import { layerNorm, linear } from '../modules/basic'
import { positionalConv, weightNormNames } from '../modules/positional-conv'
import { selfAttention } from '../modules/self-attention'
import { addDims, type Dim, floorDivide } from '../onnx/dims'
import type { Value } from '../onnx/graph'
import { type AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope, WeightTable } from '../onnx/scope'

/**
 * WavLM: speech at 16 kHz → features, here at 25 per second for SMGA. Source: reference/stage1.md, section 3. n is the
 * number of clips, t of frames (one per 320 samples), c the width (1024), h of heads.
 */
export interface WavlmConfig {
  layers: number
  heads: number
  /** Of the convolutions, in samples. */
  strides: readonly number[]
  /** Frames apart, from which on all distances are one. */
  maxDistance: number
  positionGroups: number
}

type Options = WavlmConfig & { form?: AttentionForm }

/** WavLM-Large, as its publication says; the published file says it itself (`wavlmConfig`), its port does not. */
export const WAVLM_LARGE: WavlmConfig = {
  layers: 24,
  heads: 16,
  strides: [5, 2, 2, 2, 2, 2, 2],
  maxDistance: 800,
  positionGroups: 16,
}

/** Only for training. */
export const WAVLM_UNUSED = ['mask_emb', 'masked_spec_embed'] as const

/** Of the port in transformers. */
const PORT_NAMES: readonly [RegExp, string][] = [
  [/^feature_extractor\.conv_layers\.(\d+)\.0\./, 'feature_extractor.conv_layers.$1.conv.'],
  [/^feature_extractor\.conv_layers\.(\d+)\.2\.1\./, 'feature_extractor.conv_layers.$1.layer_norm.'],
  [/^layer_norm\./, 'feature_projection.layer_norm.'],
  [/^post_extract_proj\./, 'feature_projection.projection.'],
  [/^encoder\.pos_conv\.0\./, 'encoder.pos_conv_embed.conv.'],
  [/\.self_attn\.grep_linear\./, '.attention.gru_rel_pos_linear.'],
  [/\.self_attn\.grep_a$/, '.attention.gru_rel_pos_const'],
  [/\.self_attn\.relative_attention_bias\./, '.attention.rel_attn_embed.'],
  [/\.self_attn\./, '.attention.'],
  [/\.self_attn_layer_norm\./, '.layer_norm.'],
  [/\.fc1\./, '.feed_forward.intermediate_dense.'],
  [/\.fc2\./, '.feed_forward.output_dense.'],
]

/** Other names of the tensors: those of the port, and of weight normalisation since PyTorch 2. */
export function wavlmAliases(name: string): string[] {
  const renamed = PORT_NAMES.find(([pattern]) => pattern.test(name))
  const port = renamed ? name.replace(...renamed) : name
  return [...weightNormNames(name), port, ...weightNormNames(port)]
}

/** What the network must be for this file to build it. */
const Cfg = z.object({
  extractor_mode: z.literal('layer_norm'),
  layer_norm_first: z.literal(true),
  activation_fn: z.literal('gelu'),
  conv_bias: z.literal(false),
  relative_position_embedding: z.literal(true),
  gru_rel_pos: z.literal(true),
  normalize: z.literal(true),
  encoder_layers: z.int().min(1).max(100),
  encoder_attention_heads: z.int().min(1).max(100),
  max_distance: z.int().min(1).max(100_000),
  conv_pos_groups: z.int().min(1).max(1000),
  conv_feature_layers: z.string().max(1000).transform(readStrides),
})

/** The configuration out of a checkpoint's `cfg`; its other sizes are those of its tensors. */
export function wavlmConfig(cfg: unknown): WavlmConfig {
  const { success, data, error } = Cfg.safeParse(cfg)
  if (!success) {
    const what = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    throw new ModelError('network/config', `The checkpoint is no WavLM of the kind that is known: ${what}.`, {
      hint: 'Use WavLM-Large.pt.',
    })
  }
  return {
    layers: data.encoder_layers,
    heads: data.encoder_attention_heads,
    strides: data.conv_feature_layers,
    maxDistance: data.max_distance,
    positionGroups: data.conv_pos_groups,
  }
}

/** `[(512,10,5)] + [(512,3,2)] * 4`: channels, kernel and stride of every convolution, in Python. */
function readStrides(text: string, context: z.RefinementCtx): number[] {
  const terms = text.replaceAll(' ', '').split('+')
  const strides = terms.map((term) => {
    const [, list, times = '1'] = /^\[((?:\(\d+,\d+,\d+\),?)+)\](?:\*(\d{1,2}))?$/.exec(term) ?? []
    const once = [...(list ?? '').matchAll(/,(\d+)\)/g)].map(([, stride]) => Number(stride))
    return Array<number[]>(Number(times)).fill(once).flat()
  })
  if (strides.every((each) => each.length > 0)) return strides.flat()
  context.addIssue(`${JSON.stringify(text)} is no sum of lists of (channels, kernel, stride)`)
  return z.NEVER
}

/**
 *   wave      [n, samples]           mono, 16 kHz, each clip by itself `withUnitVariance(…, 1e-5)`
 *   → features [n, ⌊(t + 2)/2⌋, c]   25 per second; 51200 samples (3.2 s): 159 frames → 80
 */
export function wavlmGraph(
  table: WeightTable,
  config: WavlmConfig,
  { n = 'n', samples = 'samples', form }: { n?: Dim; samples?: Dim; form?: AttentionForm } = {},
): GraphBuilder {
  const g = new GraphBuilder('wavlm')
  const root = table.root
  const { dtype } = root.entry('post_extract_proj.weight')
  const wave = g.cast(g.input('wave', 'float32', [n, samples]), dtype)
  const local = convolutions(g, g.unsqueeze(wave, [1]), root.at('feature_extractor.conv_layers'), config)
  const projected = linear(g, layerNorm(g, local, root.at('layer_norm'), {}), root.at('post_extract_proj'))
  const frames = encoder(g, projected, root.at('encoder'), { ...config, form })
  g.output('features', to25Fps(g, g.cast(frames, 'float32')))
  return g
}

/** Convolutions without padding, layer norm over the channels, GELU. x [n, 1, samples] → [n, t, 512] */
function convolutions(g: GraphBuilder, x: Value, scope: Scope, { strides }: WavlmConfig): Value {
  let h = x
  for (const [i, stride] of strides.entries()) {
    const layer = scope.at(i)
    h = g.within(layer, () => g.conv(h, g.weight(layer.at(0), 'weight'), undefined, { stride }))
    const byFrame = layerNorm(g, g.transpose(h, [0, 2, 1]), layer.at('2.1'), {})
    h = g.within(layer, () => g.gelu(byFrame))
    if (i < strides.length - 1) h = g.transpose(h, [0, 2, 1])
  }
  return h
}

/** x [n, t, c] → [n, t, c], normed */
function encoder(g: GraphBuilder, x: Value, scope: Scope, config: Options): Value {
  let h = g.add(x, positionalConv(g, x, scope.at('pos_conv.0'), { groups: config.positionGroups }))
  const layers = scope.at('layers')
  const positions = positionBias(g, x.shape[1], layers.at(0).at('self_attn'), config)
  for (let i = 0; i < config.layers; i++) h = encoderLayer(g, h, positions, layers.at(i), config)
  return layerNorm(g, h, scope.at('layer_norm'), {})
}

function encoderLayer(
  g: GraphBuilder,
  x: Value,
  positions: Value,
  scope: Scope,
  { heads, form }: Options,
): Value {
  return g.within(scope, () => {
    const own = layerNorm(g, x, scope.at('self_attn_layer_norm'), {})
    const bias = g.mul(positionGate(g, own, scope.at('self_attn'), heads), positions)
    const h = g.add(x, selfAttention(g, own, scope.at('self_attn'), { heads, bias, form }))
    const inner = linear(g, layerNorm(g, h, scope.at('final_layer_norm'), {}), scope.at('fc1'))
    return g.add(h, linear(g, g.gelu(inner), scope.at('fc2')))
  })
}

/** How much of the position bias each head of each frame takes, between 1 and about 3. x [n, t, c] → [n, h, t, 1] */
function positionGate(g: GraphBuilder, x: Value, scope: Scope, heads: number): Value {
  return g.within(scope, () => {
    const [n, t, c] = x.shape
    const perHead = g.reshape(x, [n, t, heads, Number(c) / heads])
    const eight = linear(g, perHead, scope.at('grep_linear'))
    const two = g.sigmoid(g.reduceSum(g.reshape(eight, [n, t, heads, 2, 4]), [-1], false)) // [n, t, h, 2]
    const [a, b] = g.split(g.transpose(two, [0, 2, 1, 3]), [1, 1], -1) // [n, h, t, 1] each
    return g.add(g.mul(a, g.sub(g.mul(b, g.weight(scope, 'grep_a', [1, heads, 1, 1])), 1)), 2)
  })
}

/** What every head adds to a score for the distance between its frames; all layers use that of the first. → [1, h, t, t] */
function positionBias(g: GraphBuilder, t: Dim, layer: Scope, { heads, maxDistance }: WavlmConfig): Value {
  const scope = layer.at('relative_attention_bias')
  return g.within(scope, () => {
    const [buckets] = scope.shapeOf('weight')
    const distances = Array.from({ length: 2 * maxDistance + 1 }, (_, i) => i - maxDistance)
    const bucketOf = g.constant(
      distances.map((distance) => distanceBucket(distance, buckets, maxDistance)),
      'int64',
    )
    const frames = g.range(t)
    const apart = g.sub(g.unsqueeze(frames, [0]), g.unsqueeze(frames, [1])) // key - query
    const place = g.add(g.clip(apart, -maxDistance, maxDistance), g.constant(maxDistance, 'int64'))
    const table = g.weight(scope, 'weight', [buckets, heads])
    return g.unsqueeze(g.transpose(g.gather(table, g.gather(bucketOf, place, 0), 0), [2, 0, 1]), [0])
  })
}

/** One bucket for each short distance, then wider ones; those of later keys (`distance` > 0) are the second half. */
export function distanceBucket(distance: number, buckets: number, maxDistance: number): number {
  const half = buckets / 2
  const exact = half / 2
  const size = Math.abs(distance)
  const first = distance > 0 ? half : 0
  if (size < exact) return first + size
  // As the original: float32 throughout, because a bucket is what is left of the point.
  const octaves = Math.fround(
    Math.fround(Math.log(size / exact)) / Math.fround(Math.log(maxDistance / exact)),
  )
  return first + Math.min(half - 1, exact + Math.trunc(Math.fround(octaves * (half - exact))))
}

/** The last frame once more, then half as many by linear interpolation, ends on ends. x [n, t, c] */
function to25Fps(g: GraphBuilder, x: Value): Value {
  const whole = g.transpose(g.concat([x, g.slice(x, 1, -1)], 1), [0, 2, 1]) // [n, c, t + 1]
  return g.transpose(g.interpolate(whole, floorDivide(addDims(x.shape[1], 2), 2)), [0, 2, 1])
}
