import type { Shapes } from './network-shapes'

/** Shapes of stage 2's tensors at any size, for weights that a rule makes. Equal to the published lists at full size. */

const merged = (...parts: Shapes[]): Shapes => Object.assign({}, ...parts)
const count = (length: number) => Array.from({ length }, (_, i) => i)
const under = (prefix: string, shapes: Shapes): Shapes =>
  Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [`${prefix}.${name}`, shape]))

const norm = (name: string, c: number): Shapes => ({ [`${name}.weight`]: [c], [`${name}.bias`]: [c] })
const weight = (name: string, ...shape: number[]): Shapes => ({ [`${name}.weight`]: shape })
const biased = (name: string, ...shape: number[]): Shapes =>
  merged(weight(name, ...shape), { [`${name}.bias`]: [shape[0]] })
const conv3 = (name: string, cOut: number, cIn: number) => biased(name, cOut, cIn, 3, 3)
const conv1 = (name: string, cOut: number, cIn: number) => biased(name, cOut, cIn, 1, 1)

const resnet = (name: string, cIn: number, cOut: number, time?: number): Shapes =>
  under(
    name,
    merged(
      norm('norm1', cIn),
      conv3('conv1', cOut, cIn),
      time === undefined ? {} : biased('time_emb_proj', cOut, time),
      norm('norm2', cOut),
      conv3('conv2', cOut, cOut),
      cIn === cOut ? {} : conv1('conv_shortcut', cOut, cIn),
    ),
  )

const attention = (name: string, c: number, cContext = c): Shapes =>
  under(
    name,
    merged(
      weight('to_q', c, c),
      weight('to_k', c, cContext),
      weight('to_v', c, cContext),
      biased('to_out.0', c, c),
    ),
  )
const feedForward = (name: string, c: number): Shapes =>
  merged(biased(`${name}.net.0.proj`, 8 * c, c), biased(`${name}.net.2`, c, 4 * c))
const norms = (c: number) => merged(...[1, 2, 3].map((i) => norm(`norm${i}`, c)))

const spatial = (name: string, c: number, cImage: number): Shapes =>
  under(
    name,
    merged(
      norm('norm', c),
      conv1('proj_in', c, c),
      under(
        'transformer_blocks.0',
        merged(attention('attn1', c), attention('attn2', c, cImage), feedForward('ff', c), norms(c)),
      ),
      conv1('proj_out', c, c),
    ),
  )

const listening = (name: string, c: number, inner: number, cAudio: number): Shapes =>
  under(
    name,
    merged(
      norm('norm', c),
      conv1('proj_in', inner, c),
      under(
        'transformer_blocks.0',
        merged(
          attention('attn1', inner),
          ...count(3).map((i) => attention(`attn2_${i}`, inner, cAudio)),
          ...['full', 'face', 'lip'].map((region) => conv1(`zero_conv_${region}`, inner, inner)),
          feedForward('ff', inner),
          norms(inner),
        ),
      ),
      conv1('proj_out', c, inner),
    ),
  )

const moving = (name: string, c: number): Shapes =>
  under(
    `${name}.temporal_transformer`,
    merged(
      norm('norm', c),
      biased('proj_in', c, c),
      under(
        'transformer_blocks.0',
        merged(
          ...count(2).map((i) =>
            merged(attention(`attention_blocks.${i}`, c), norm(`norms.${i}`, c), {
              [`attention_blocks.${i}.pos_encoder.pe`]: [1, 32, c],
            }),
          ),
          feedForward('ff', c),
          norm('ff_norm', c),
        ),
      ),
      biased('proj_out', c, c),
    ),
  )

export interface UnetSizes {
  /** Channels of each level. */
  widths: readonly number[]
  /** Residual blocks of a level. */
  layers: number
  /** Of CLIP's token. */
  image: number
}

/** What a denoising UNet has besides: channels of an audio token. */
type Hearing = { audio?: number }

/** Of the reference UNet; with `audio` of the denoising one. */
export function unetShapes({ widths, layers, image, audio }: UnetSizes & Hearing): Shapes {
  const [first] = widths
  const time = 4 * first
  const last = widths.length - 1
  const move = (name: string, c: number) => (audio === undefined ? {} : moving(name, c))
  const parts: Shapes[] = [
    conv3('conv_in', first, 4),
    biased('time_embedding.linear_1', time, first),
    biased('time_embedding.linear_2', time, time),
  ]
  const skips = [first]
  let c = first
  for (const [level, width] of widths.entries()) {
    const block = `down_blocks.${level}`
    for (const i of count(layers)) {
      parts.push(resnet(`${block}.resnets.${i}`, c, width, time), move(`${block}.motion_modules.${i}`, width))
      if (level < last) parts.push(spatial(`${block}.attentions.${i}`, width, image))
      if (level < last && audio !== undefined) {
        parts.push(listening(`${block}.audio_modules.${i}`, width, c, audio))
      }
      c = width
      skips.push(c)
    }
    if (level === last) continue
    parts.push(conv3(`${block}.downsamplers.0.conv`, c, c))
    skips.push(c)
  }
  parts.push(
    resnet('mid_block.resnets.0', c, c, time),
    spatial('mid_block.attentions.0', c, image),
    move('mid_block.motion_modules.0', c),
    resnet('mid_block.resnets.1', c, c, time),
  )
  for (const i of widths.keys()) {
    const block = `up_blocks.${i}`
    const width = widths[last - i]
    for (const j of count(layers + 1)) {
      parts.push(resnet(`${block}.resnets.${j}`, c + skips.pop()!, width, time))
      parts.push(move(`${block}.motion_modules.${j}`, width))
      if (i > 0) parts.push(spatial(`${block}.attentions.${j}`, width, image))
      c = width
    }
    if (i < last) parts.push(conv3(`${block}.upsamplers.0.conv`, c, c))
  }
  if (audio !== undefined) parts.push(norm('conv_norm_out', first), conv3('conv_out', 4, first))
  return merged(...parts)
}

export interface VaeSizes {
  widths: readonly number[]
  layers: number
  latent: number
}

export function vaeShapes({ widths, layers, latent }: VaeSizes): Shapes {
  const last = widths.length - 1
  const most = widths[last]
  const middle = under(
    'mid_block',
    merged(
      resnet('resnets.0', most, most),
      norm('attentions.0.group_norm', most),
      ...['to_q', 'to_k', 'to_v', 'to_out.0'].map((name) => biased(`attentions.0.${name}`, most, most)),
      resnet('resnets.1', most, most),
    ),
  )
  const encoder: Shapes[] = [conv3('conv_in', widths[0], 3)]
  let c = widths[0]
  for (const [level, width] of widths.entries()) {
    for (const i of count(layers)) {
      encoder.push(resnet(`down_blocks.${level}.resnets.${i}`, c, width))
      c = width
    }
    if (level < last) encoder.push(conv3(`down_blocks.${level}.downsamplers.0.conv`, c, c))
  }
  encoder.push(middle, norm('conv_norm_out', most), conv3('conv_out', 2 * latent, most))
  const decoder: Shapes[] = [conv3('conv_in', most, latent), middle]
  for (const level of widths.keys()) {
    const width = widths[last - level]
    for (const i of count(layers + 1)) {
      decoder.push(resnet(`up_blocks.${level}.resnets.${i}`, c, width))
      c = width
    }
    if (level < last) decoder.push(conv3(`up_blocks.${level}.upsamplers.0.conv`, c, c))
  }
  decoder.push(norm('conv_norm_out', widths[0]), conv3('conv_out', 3, widths[0]))
  return merged(
    under('encoder', merged(...encoder)),
    under('decoder', merged(...decoder)),
    conv1('quant_conv', 2 * latent, 2 * latent),
    conv1('post_quant_conv', latent, latent),
  )
}

export interface ClipSizes {
  width: number
  inner: number
  layers: number
  /** Pixels along a side of the picture, and of a patch. */
  side: number
  patch: number
  /** Of the token. */
  projection: number
}

export function clipShapes({ width, inner, layers, side, patch, projection }: ClipSizes): Shapes {
  const layer = (i: number) =>
    under(
      `encoder.layers.${i}`,
      merged(
        ...['k_proj', 'v_proj', 'q_proj', 'out_proj'].map((name) =>
          biased(`self_attn.${name}`, width, width),
        ),
        norm('layer_norm1', width),
        biased('mlp.fc1', inner, width),
        biased('mlp.fc2', width, inner),
        norm('layer_norm2', width),
      ),
    )
  return merged(
    under(
      'vision_model',
      merged(
        { 'embeddings.class_embedding': [width] },
        weight('embeddings.patch_embedding', width, 3, patch, patch),
        weight('embeddings.position_embedding', (side / patch) ** 2 + 1, width),
        norm('pre_layrnorm', width),
        ...count(layers).map(layer),
        norm('post_layernorm', width),
      ),
    ),
    weight('visual_projection', projection, width),
  )
}

/** @param widths of its convolutions but the last, which gives `out` */
export function poseGuiderShapes(widths: readonly number[], out: number): Shapes {
  const blocks = widths.slice(0, -1).flatMap((width, i) => [
    [width, width],
    [widths[i + 1], width],
  ])
  return merged(
    conv3('conv_in', widths[0], 3),
    ...blocks.map(([cOut, cIn], i) => conv3(`blocks.${i}`, cOut, cIn)),
    conv3('conv_out', out, widths.at(-1)!),
  )
}

export function audioProjectionShapes(sizes: {
  /** Numbers of a frame and its neighbours. */
  input: number
  hidden: number
  tokens: number
  /** Channels of a token. */
  audio: number
}): Shapes {
  const { input, hidden, tokens, audio } = sizes
  return merged(
    biased('proj1', hidden, input),
    biased('proj2', hidden, hidden),
    biased('proj3', tokens * audio, hidden),
    norm('norm', audio),
  )
}
