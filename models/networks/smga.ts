import { layerNorm, linear } from '../modules/basic'
import type { Dim } from '../onnx/dims'
import type { Value } from '../onnx/graph'
import { type AttentionForm, GraphBuilder } from '../onnx/graph-builder'
import type { Scope, WeightTable } from '../onnx/scope'

/**
 * SMGA, the gesture decoder: predicts the clean motion of 80 frames (3.2 s) from a noisy one, the pose it starts with,
 * and features of the speech. Face and body are two streams with weights of their own that meet after every layer.
 * Source: reference/stage1.md, section 4. n is the number of samples, D the width (512), f the frames (80).
 */
export interface SmgaConfig {
  heads: number
  /** Layers of the decoder, and of the encoder of audio. */
  layers: number
  conditionLayers: number
}

/** The published checkpoint. Its other sizes are those of its tensors. */
export const SMGA: SmgaConfig = { heads: 8, layers: 8, conditionLayers: 2 }

/** Of the values of a frame (134 keypoints, each x, y and score): keypoints 24 to 91 are the face. */
const FACE = { from: 3 * 24, to: 3 * 92 }
/** Tokens of the diffusion time, behind those of the audio. */
const TIME_TOKENS = 2

type Options = SmgaConfig & { form?: AttentionForm }

/** In the checkpoint, and used by nothing; the frequencies are computed again, they are the same everywhere. */
export const SMGA_UNUSED: readonly RegExp[] = [
  /(^|\.)rotary\.freqs$/,
  /^seqTransDecoder\.stack\.\d+\.(self_attn|norm_face_3|norm_body_3|film_face_3|film_body_3)\./,
]

/**
 * What a graph computes. `conditional` and `unconditional` (the audio replaced by what was learned for none) are one
 * row each; `guided` has both as rows of one batch and gives u + guidance · (c - u).
 */
export type SmgaRows = 'conditional' | 'unconditional' | 'guided'

/**
 *   x         [n, f, 402]   noisy motion
 *   start     [n, 402]      the pose of frame 0
 *   time      [n, D]        `timeWave` of the step
 *   audio     [n, f, c]     WavLM 1024 | baseline 35 of every frame; not of an unconditional graph
 *   guidance  []            2 in the published run; of a guided graph
 *   → motion  [n, f, 402]   the clean motion, not clipped
 * All are float32, whatever the type of the weights.
 */
export function smgaGraph(
  table: WeightTable,
  config: SmgaConfig,
  rows: SmgaRows,
  { n = 'n', form }: { n?: Dim; form?: AttentionForm } = {},
): GraphBuilder {
  const g = new GraphBuilder(`smga ${rows}`)
  const root = table.root
  const { dtype } = root.entry('final_layer.weight')
  const [, frames, width] = root.shapeOf('null_cond_embed')
  const [values] = root.shapeOf('final_layer.weight')
  const input = (name: string, shape: Dim[]) => g.cast(g.input(name, 'float32', shape), dtype)
  const x = input('x', [n, frames, values])
  const start = input('start', [n, values])
  const time = input('time', [n, width])

  const conditions: Condition[] = []
  if (rows !== 'unconditional') {
    const audio = input('audio', [n, frames, root.shapeOf('cond_projection.weight')[1]])
    conditions.push(audioCondition(g, audio, root, { ...config, form }))
  }
  if (rows !== 'conditional') conditions.push(noCondition(g, n, root))
  const streams = projectStreams(g, x, start, root)
  const both = (value: Value) =>
    g.concat(
      conditions.map(() => value),
      0,
    )
  const [tokens, pooled] = (['tokens', 'pooled'] as const).map((key) =>
    g.concat(
      conditions.map((each) => each[key]),
      0,
    ),
  )
  const { memory, tau } = timeCondition(g, { tokens, pooled }, both(time), root)
  const hidden = decoder(g, both(streams.face), both(streams.body), memory, tau, root, {
    ...config,
    form,
  })
  const predicted = g.cast(linear(g, hidden, root.at('final_layer')), 'float32')
  g.output('motion', rows === 'guided' ? guide(g, predicted, n) : predicted, [n, frames, values])
  return g
}

/** predicted [2n, f, 402], conditional rows first → [n, f, 402] */
function guide(g: GraphBuilder, predicted: Value, n: Dim): Value {
  const pairs = g.reshape(predicted, [2, n, ...predicted.shape.slice(1)])
  const [conditional, unconditional] = g.split(pairs, [1, 1], 0).map((row) => g.squeeze(row, [0]))
  const guidance = g.input('guidance', 'float32', [])
  return g.add(unconditional, g.mul(g.sub(conditional, unconditional), guidance))
}

/** Sinusoid of diffusion steps, [steps, D]: sines of t · 10000^(-j/(D/2 - 1)), then cosines. */
export function timeWave(steps: readonly number[], width: number): Float32Array {
  const half = width / 2
  const wave = new Float32Array(steps.length * width)
  for (const [row, step] of steps.entries()) {
    for (let j = 0; j < half; j++) {
      // The original computes frequencies and angles in float32.
      const angle = Math.fround(
        step * Math.fround(Math.exp(Math.fround(j * Math.fround(-Math.log(10_000) / (half - 1))))),
      )
      wave[row * width + j] = Math.sin(angle)
      wave[row * width + half + j] = Math.cos(angle)
    }
  }
  return wave
}

interface Condition {
  /** [n, f, D] */
  tokens: Value
  /** [n, D] */
  pooled: Value
}

/** audio [n, f, c] → its tokens, and their mean through an MLP. */
function audioCondition(g: GraphBuilder, audio: Value, scope: Scope, options: Options): Condition {
  let tokens = linear(g, audio, scope.at('cond_projection'))
  const context = { heads: options.heads, form: options.form, rotate: rotary(g, tokens) }
  for (let i = 0; i < options.conditionLayers; i++) {
    tokens = encoderLayer(g, tokens, scope.at('cond_encoder').at(i), context)
  }
  const mlp = scope.at('non_attn_cond_projection')
  const mean = layerNorm(g, g.reduceMean(tokens, [1], false), mlp.at(0), {})
  return { tokens, pooled: linear(g, g.silu(linear(g, mean, mlp.at(1))), mlp.at(3)) }
}

/** What stands for the audio where there is none; learned. */
function noCondition(g: GraphBuilder, n: Dim, scope: Scope): Condition {
  const [, frames, width] = scope.shapeOf('null_cond_embed')
  return {
    tokens: g.expand(g.weight(scope, 'null_cond_embed'), [n, frames, width]),
    pooled: g.expand(g.weight(scope, 'null_cond_hidden'), [n, width]),
  }
}

/**
 * Face and body stream, [n, f, D] each: the values of the other are zeroed in x [n, f, 402] and start [n, 402], and
 * both go through the same weights.
 */
function projectStreams(g: GraphBuilder, x: Value, start: Value, scope: Scope): { face: Value; body: Value } {
  const [n, frames, values] = x.shape
  const isFace = Array.from({ length: Number(values) }, (_, i) => Number(i >= FACE.from && i < FACE.to))
  const masks = g.constant([...isFace, ...isFace.map((one) => 1 - one)], x.dtype, [2, 1, isFace.length])
  const motion = g.mul(g.unsqueeze(x, [1]), masks) // [n, 2, f, 402]
  const pose = g.expand(g.mul(g.unsqueeze(start, [1, 2]), masks), [n, 2, frames, values])
  const both = linear(g, g.concat([motion, pose], -1), scope.at('input_projection')) // [n, 2, f, D]
  const [face, body] = g.split(both, [1, 1], 1).map((stream) => g.squeeze(stream, [1]))
  return { face, body }
}

/** The tokens with those of the time behind them [n, f + 2, D], and the vector that modulates every layer [n, D]. */
function timeCondition(g: GraphBuilder, condition: Condition, time: Value, scope: Scope) {
  const { tokens, pooled } = condition
  const mlp = scope.at('time_mlp')
  const hidden = g.within(mlp, () => g.mish(linear(g, time, mlp.at(1))))
  const tau = g.add(linear(g, hidden, scope.at('to_time_cond').at(0)), pooled)
  const [n, , width] = tokens.shape
  const timeTokens = g.reshape(linear(g, hidden, scope.at('to_time_tokens').at(0)), [n, TIME_TOKENS, width])
  const memory = layerNorm(g, g.concat([tokens, timeTokens], 1), scope.at('norm_cond'), {})
  return { memory, tau }
}

/** What attention needs besides weights. */
interface AttentionContext {
  heads: number
  form?: AttentionForm
  /** Of sequences of f frames. */
  rotate: Rotate
}

/** Pre-norm self-attention and feed-forward. x [n, f, D] → the same shape. */
export function encoderLayer(g: GraphBuilder, x: Value, scope: Scope, context: AttentionContext): Value {
  return g.within(scope, () => {
    const self = selfAttention(g, layerNorm(g, x, scope.at('norm1'), {}), scope.at('self_attn'), context)
    const h = g.add(x, self)
    return g.add(h, feedForward(g, layerNorm(g, h, scope.at('norm2'), {}), scope))
  })
}

/**
 * All layers. What the layer before gave takes the place of the face; the body is the projected one in every layer, as
 * in the original (section 14, number 16).
 */
function decoder(
  g: GraphBuilder,
  face: Value,
  body: Value,
  memory: Value,
  tau: Value,
  scope: Scope,
  { layers, heads, form }: Options,
): Value {
  const stack = scope.at('seqTransDecoder.stack')
  const [keys, rotate] = [rotary(g, memory)(memory), rotary(g, face)]
  const shared = { memory, keys, tau: g.mish(tau), heads, form, rotate }
  let merged = face
  for (let i = 0; i < layers; i++) merged = decoderLayer(g, merged, body, stack.at(i), shared)
  return merged
}

/** What all layers of the decoder share. */
export interface DecoderContext extends AttentionContext {
  /** [n, f + 2, D], and the same rotated. */
  memory: Value
  keys: Value
  /** After Mish, [n, D]. */
  tau: Value
}

/** face, body [n, f, D] → merged [n, f, D] */
export function decoderLayer(
  g: GraphBuilder,
  face: Value,
  body: Value,
  scope: Scope,
  context: DecoderContext,
): Value {
  return g.within(scope, () => {
    const merged = g.add(
      streamBlock(g, face, scope, 'face', context),
      streamBlock(g, body, scope, 'body', context),
    )
    const mixed = feedForward(g, layerNorm(g, merged, scope.at('norm_final'), {}), scope)
    return g.add(merged, film(g, mixed, context.tau, scope.at('film_final')))
  })
}

/** One stream looks at itself, then at audio and time. x [n, f, D] → the same shape. */
export function streamBlock(
  g: GraphBuilder,
  x: Value,
  scope: Scope,
  name: 'face' | 'body',
  context: DecoderContext,
): Value {
  const { memory, keys, tau, rotate } = context
  const own = layerNorm(g, x, scope.at(`norm_${name}_1`), {})
  const self = selfAttention(g, own, scope.at(`${name}_self_attn`), context)
  const h = g.add(x, film(g, self, tau, scope.at(`film_${name}_1`)))
  const queries = rotate(layerNorm(g, h, scope.at(`norm_${name}_2`), {}))
  const cross = attention(g, queries, keys, memory, scope.at(`${name}_cross_attn`), context)
  return g.add(h, film(g, cross, tau, scope.at(`film_${name}_2`)))
}

/** y · (scale + 1) + shift, both made of tau [n, D] (after Mish). y [n, f, D] → the same shape. */
export function film(g: GraphBuilder, y: Value, tau: Value, scope: Scope): Value {
  return g.within(scope, () => {
    const both = g.unsqueeze(linear(g, tau, scope.at('block').at(1)), [1]) // [n, 1, 2·D]
    const width = Number(y.shape[2])
    const [scale, shift] = g.split(both, [width, width], 2)
    return g.add(g.mul(y, g.add(scale, 1)), shift)
  })
}

export function feedForward(g: GraphBuilder, x: Value, scope: Scope): Value {
  return linear(g, g.gelu(linear(g, x, scope.at('linear1'))), scope.at('linear2'))
}

export function selfAttention(g: GraphBuilder, x: Value, scope: Scope, context: AttentionContext): Value {
  const rotated = context.rotate(x)
  return attention(g, rotated, rotated, x, scope, context)
}

/** Weights under `scope`: in_proj_weight [3·D, D] and in_proj_bias, rows of queries, keys, values; out_proj. */
export function attention(
  g: GraphBuilder,
  q: Value,
  k: Value,
  v: Value,
  scope: Scope,
  { heads, form }: { heads: number; form?: AttentionForm },
): Value {
  return g.within(scope, () => {
    const width = Number(q.shape[2])
    const weights = g.split(g.weight(scope, 'in_proj_weight'), [width, width, width], 0)
    const biases = g.split(g.weight(scope, 'in_proj_bias'), [width, width, width], 0)
    const [queries, keys, values] = [q, k, v].map((x, i) => g.linear(x, weights[i], biases[i]))
    return linear(g, g.attention(queries, keys, values, { heads, form }), scope.at('out_proj'))
  })
}

type Rotate = (x: Value) => Value

/**
 * Rotary positions over the whole width, before the projections: neighbours are a pair, and pair i of position p is
 * turned by p · 10000^(-2i/D). For values of the shape of `like` [n, f, D]; its tables are shared by all of them.
 */
export function rotary(g: GraphBuilder, like: Value): Rotate {
  const [, frames, width] = like.shape.map(Number)
  const angles = Array.from({ length: frames }, (_, p) =>
    Array.from({ length: width / 2 }, (_, i) => p * 10_000 ** ((-2 * i) / width)),
  ).flat()
  const table = (data: number[]) => g.constant(data, like.dtype, [frames, width / 2])
  const [cos, sin] = [table(angles.map(Math.cos)), table(angles.map(Math.sin))]
  return (x) => g.rotatePairs(x, cos, sin)
}
