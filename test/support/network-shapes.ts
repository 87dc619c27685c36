/** Shapes of a network's tensors at any size, in the order of the published lists, for weights that a rule makes. */
export type Shapes = Record<string, readonly number[]>

const linear = (name: string, cOut: number, cIn: number): Shapes => ({
  [`${name}.weight`]: [cOut, cIn],
  [`${name}.bias`]: [cOut],
})
const norm = (name: string, channels: number): Shapes => ({
  [`${name}.weight`]: [channels],
  [`${name}.bias`]: [channels],
})
const merged = (...parts: Shapes[]): Shapes => Object.assign({}, ...parts)
const count = (length: number) => Array.from({ length }, (_, i) => i)

export interface SmgaSizes {
  nfeats: number
  seq_len: number
  latent_dim: number
  ff_size: number
  num_layers: number
  cond_feature_dim: number
}

/** What SMGA reads; its checkpoint has more. */
export function smgaShapes({
  nfeats,
  seq_len,
  latent_dim: d,
  ff_size,
  num_layers,
  cond_feature_dim,
}: SmgaSizes): Shapes {
  const attention = (name: string): Shapes => ({
    [`${name}.in_proj_weight`]: [3 * d, d],
    [`${name}.in_proj_bias`]: [3 * d],
    ...linear(`${name}.out_proj`, d, d),
  })
  const feedForward = (name: string) =>
    merged(linear(`${name}.linear1`, ff_size, d), linear(`${name}.linear2`, d, ff_size))
  const encoder = (name: string) =>
    merged(
      attention(`${name}.self_attn`),
      feedForward(name),
      norm(`${name}.norm1`, d),
      norm(`${name}.norm2`, d),
    )
  const decoder = (name: string) =>
    merged(
      feedForward(name),
      norm(`${name}.norm_final`, d),
      linear(`${name}.film_final.block.1`, 2 * d, d),
      ...['face', 'body'].flatMap((stream) => [
        attention(`${name}.${stream}_self_attn`),
        attention(`${name}.${stream}_cross_attn`),
        ...[1, 2].flatMap((i) => [
          norm(`${name}.norm_${stream}_${i}`, d),
          linear(`${name}.film_${stream}_${i}.block.1`, 2 * d, d),
        ]),
      ]),
    )
  return merged(
    { null_cond_embed: [1, seq_len, d], null_cond_hidden: [1, d] },
    linear('time_mlp.1', 4 * d, d),
    linear('to_time_cond.0', d, 4 * d),
    linear('to_time_tokens.0', 2 * d, 4 * d),
    norm('norm_cond', d),
    linear('input_projection', d, 2 * nfeats),
    linear('cond_projection', d, cond_feature_dim),
    encoder('cond_encoder.0'),
    encoder('cond_encoder.1'),
    norm('non_attn_cond_projection.0', d),
    linear('non_attn_cond_projection.1', d, d),
    linear('non_attn_cond_projection.3', d, d),
    ...count(num_layers).map((i) => decoder(`seqTransDecoder.stack.${i}`)),
    linear('final_layer', nfeats, d),
  )
}

export interface SpeechEncoderSizes {
  /** Channels, kernel and stride of every convolution. */
  convolutions: readonly (readonly number[])[]
  width: number
  inner: number
  heads: number
  layers: number
  positions: { kernel: number; groups: number }
}

const positionalConv = (
  name: string,
  { width, positions: { kernel, groups } }: SpeechEncoderSizes,
): Shapes => ({
  [`${name}.bias`]: [width],
  [`${name}.weight_g`]: [1, 1, kernel],
  [`${name}.weight_v`]: [width, width / groups, kernel],
})

const projections = (name: string, width: number): Shapes =>
  merged(...['k', 'v', 'q', 'out'].map((each) => linear(`${name}.${each}_proj`, width, width)))

export function wavlmShapes(sizes: SpeechEncoderSizes & { buckets: number }): Shapes {
  const { convolutions, width, inner, heads, layers, buckets } = sizes
  const channels = convolutions.at(-1)![0]
  const layer = (i: number) => {
    const name = `encoder.layers.${i}`
    return merged(
      { [`${name}.self_attn.grep_a`]: [1, heads, 1, 1] },
      linear(`${name}.self_attn.grep_linear`, 8, width / heads),
      projections(`${name}.self_attn`, width),
      norm(`${name}.self_attn_layer_norm`, width),
      linear(`${name}.fc1`, inner, width),
      linear(`${name}.fc2`, width, inner),
      norm(`${name}.final_layer_norm`, width),
    )
  }
  return merged(
    ...convolutions.map(([cOut, kernel], i) => ({
      [`feature_extractor.conv_layers.${i}.0.weight`]: [cOut, i === 0 ? 1 : convolutions[i - 1][0], kernel],
      ...norm(`feature_extractor.conv_layers.${i}.2.1`, cOut),
    })),
    norm('layer_norm', channels),
    linear('post_extract_proj', width, channels),
    positionalConv('encoder.pos_conv.0', sizes),
    { 'encoder.layers.0.self_attn.relative_attention_bias.weight': [buckets, heads] },
    ...count(layers).map(layer),
    norm('encoder.layer_norm', width),
  )
}

export function wav2vec2Shapes(sizes: SpeechEncoderSizes): Shapes {
  const { convolutions, width, inner, layers } = sizes
  const channels = convolutions.at(-1)![0]
  const layer = (i: number) => {
    const name = `encoder.layers.${i}`
    return merged(
      projections(`${name}.attention`, width),
      norm(`${name}.layer_norm`, width),
      linear(`${name}.feed_forward.intermediate_dense`, inner, width),
      linear(`${name}.feed_forward.output_dense`, width, inner),
      norm(`${name}.final_layer_norm`, width),
    )
  }
  return merged(
    ...convolutions.map(([cOut, kernel], i) => ({
      [`feature_extractor.conv_layers.${i}.conv.weight`]: [
        cOut,
        i === 0 ? 1 : convolutions[i - 1][0],
        kernel,
      ],
    })),
    norm('feature_extractor.conv_layers.0.layer_norm', convolutions[0][0]),
    norm('feature_projection.layer_norm', channels),
    linear('feature_projection.projection', width, channels),
    positionalConv('encoder.pos_conv_embed.conv', sizes),
    norm('encoder.layer_norm', width),
    ...count(layers).map(layer),
  )
}
