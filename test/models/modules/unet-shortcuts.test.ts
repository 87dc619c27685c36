import { expect, it } from 'vitest'
import { audioTransformer, speechKeys } from '../../../models/modules/audio-transformer'
import { layerNorm, linear } from '../../../models/modules/basic'
import { gegluFeedForward } from '../../../models/modules/feed-forward'
import {
  singleTokenAttention,
  spatialTokens,
  spatialTransformer,
  tokensToImage,
} from '../../../models/modules/spatial-transformer'
import { keysAndValues, queries } from '../../../models/modules/unet-attention'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { type Scope, WeightTable } from '../../../models/onnx/scope'
import { expectNear } from '../../support/expect-near'
import { formulaWeight } from '../../support/formula-weights'
import { type Numbers, noise, runGraph } from '../../support/run-graph'

/** Exact shortcuts of stage2.md §18 beside what they are short for, written out here. */

const [CHANNELS, IMAGE, AUDIO] = [16, 12, 20]
const OPTIONS = { heads: 2, groups: 4 }
const NEAR = { abs: 1e-5, rel: 1e-5 }
const [FRAMES, HEIGHT, WIDTH] = [3, 4, 6]

/** Tensors of a transformer block by the names of the released model. */
function transformerScope(attentions: Record<string, number>, zeroConvs: string[] = [], prefix = ''): Scope {
  const c = CHANNELS
  const norms = ['norm', ...[1, 2, 3].map((i) => `transformer_blocks.0.norm${i}`)]
  const shapes: [string, number[]][] = [
    ...norms.flatMap((name): [string, number[]][] => [
      [`${name}.weight`, [c]],
      [`${name}.bias`, [c]],
    ]),
    ...['proj_in', 'proj_out', ...zeroConvs.map((name) => `transformer_blocks.0.${name}`)].flatMap(
      (name): [string, number[]][] => [
        [`${name}.weight`, [c, c, 1, 1]],
        [`${name}.bias`, [c]],
      ],
    ),
    ...Object.entries(attentions).flatMap(([name, width]): [string, number[]][] => [
      [`transformer_blocks.0.${name}.to_q.weight`, [c, c]],
      [`transformer_blocks.0.${name}.to_k.weight`, [c, width]],
      [`transformer_blocks.0.${name}.to_v.weight`, [c, width]],
      [`transformer_blocks.0.${name}.to_out.0.weight`, [c, c]],
      [`transformer_blocks.0.${name}.to_out.0.bias`, [c]],
    ]),
    ['transformer_blocks.0.ff.net.0.proj.weight', [8 * c, c]],
    ['transformer_blocks.0.ff.net.0.proj.bias', [8 * c]],
    ['transformer_blocks.0.ff.net.2.weight', [c, 4 * c]],
    ['transformer_blocks.0.ff.net.2.bias', [c]],
  ]
  return new WeightTable(
    shapes.map(([name, shape]) => [name, { dtype: 'float32', shape }]),
    prefix,
  ).root
}

async function run(
  inputs: Record<string, Numbers>,
  build: (g: GraphBuilder, inputs: Record<string, Value>) => Value,
) {
  const g = new GraphBuilder('shortcut')
  const values = Object.entries(inputs).map(([name, { shape }]) => [name, g.input(name, 'float32', shape)])
  g.output('y', build(g, Object.fromEntries(values)))
  return (await runGraph(g.graph, inputs, formulaWeight)).y.data
}

/** Attention with queries, keys and softmax, x [n, s, c] to context [n, t, cContext]. */
function attentionInFull(g: GraphBuilder, x: Value, context: Value, scope: Scope): Value {
  const { keys, values } = keysAndValues(g, context, scope)
  const mixed = g.attention(queries(g, x, scope), keys, values, { heads: OPTIONS.heads, form: 'plain' })
  return linear(g, mixed, scope.at('to_out.0'))
}

it('cross attention to one token is the same vector for every query', async () => {
  const inputs = { x: noise([FRAMES, HEIGHT * WIDTH, CHANNELS], 1), token: noise([FRAMES, 1, IMAGE], 2) }
  const scope = () => transformerScope({ attn1: CHANNELS, attn2: IMAGE })
  const long = await run(inputs, (g, { x, token }) => {
    const block = scope().at('transformer_blocks.0')
    return attentionInFull(g, layerNorm(g, x, block.at('norm2')), token, block.at('attn2'))
  })
  const { token } = inputs
  const vectors = await run({ token }, (g, { token }) =>
    singleTokenAttention(g, g.squeeze(token, [1]), scope()),
  )
  const short = long.map((_, at) => {
    const [frame, channel] = [Math.floor(at / (HEIGHT * WIDTH * CHANNELS)), at % CHANNELS]
    return vectors[frame * CHANNELS + channel]
  })
  expectNear('vector', short, long, NEAR)
})

it('a token of zeros gives the bias alone', async () => {
  const token = { shape: [1, IMAGE], data: Array<number>(IMAGE).fill(0) }
  const scope = transformerScope({ attn1: CHANNELS, attn2: IMAGE })
  const vector = await run({ token }, (g, { token }) => singleTokenAttention(g, token, scope))
  expect(vector).toEqual([...formulaWeight('transformer_blocks.0.attn2.to_out.0.bias', [CHANNELS])])
})

it('a row that hears nothing needs no attention: it is one that hears zeros', async () => {
  const pixels = HEIGHT * WIDTH
  const inputs = {
    x: noise([FRAMES, CHANNELS, HEIGHT, WIDTH], 1),
    masks: noise([FRAMES, 3, pixels], 2),
    motionScale: { shape: [3], data: [1, 0.5, 2] },
  }
  const scope = () =>
    transformerScope({ attn1: CHANNELS, attn2_0: AUDIO, attn2_1: AUDIO, attn2_2: AUDIO }, [
      'zero_conv_full',
      'zero_conv_face',
      'zero_conv_lip',
    ])
  const long = await run(inputs, (g, { x, masks, motionScale }) => {
    const root = scope()
    const silence = g.constant(Array<number>(FRAMES * 4 * AUDIO).fill(0), 'float32', [FRAMES, 4, AUDIO])
    return audioTransformer(g, x, { keys: speechKeys(g, silence, root), masks, motionScale }, root, OPTIONS)
  })
  const short = await run(inputs, (g, { x, masks, motionScale }) =>
    audioTransformer(g, x, { masks, motionScale }, scope(), { ...OPTIONS, from: FRAMES }),
  )
  expectNear('silence', short, long, NEAR)
})

it('keys of a bank are computed once for all images that see it, and the others do not see it', async () => {
  const scope = (prefix = '') => transformerScope({ attn1: CHANNELS, attn2: IMAGE }, [], prefix)
  const x = [1, 2].map((seed) => noise([FRAMES, CHANNELS, HEIGHT, WIDTH], seed))
  const image = noise([1, CHANNELS], 3)
  const bank = noise([1, HEIGHT * WIDTH, CHANNELS], 4)
  const blind = await run({ blind: x[0], image }, (g, { blind, image }) =>
    spatialTransformer(g, blind, image, scope(), OPTIONS),
  )
  const seeing = await run({ seeing: x[1], image, bank }, (g, { seeing, image, bank }) => {
    const block = scope().at('transformer_blocks.0')
    const { tokens, normal } = spatialTokens(g, seeing, scope(), OPTIONS)
    const besideEach = g.concat([normal, g.expand(bank, normal.shape)], 1)
    let h = g.add(attentionInFull(g, normal, besideEach, block.at('attn1')), tokens)
    h = g.add(h, g.unsqueeze(image, [1]))
    h = g.add(gegluFeedForward(g, layerNorm(g, h, block.at('norm3')), block.at('ff')), h)
    return g.add(tokensToImage(g, h, seeing, scope()), seeing)
  })
  const short = await run({ blind: x[0], seeing: x[1], image, bank }, (g, { blind, seeing, image, bank }) => {
    // Read once more in the same graph: only the test does both, so its weights have names of their own.
    const { keys, values } = keysAndValues(g, bank, scope('of bank.').at('transformer_blocks.0.attn1'))
    const options = { ...OPTIONS, bank: { keys, values, from: FRAMES } }
    return spatialTransformer(g, g.concat([blind, seeing], 0), image, scope(), options)
  })
  expectNear('both', short, [...blind, ...seeing], NEAR)
})

it('a feed-forward that takes a long batch in parts gives what it gives at once', async () => {
  const x = noise([7, 5, CHANNELS], 1)
  const ofBlock = () => transformerScope({}).at('transformer_blocks.0.ff')
  const whole = await run({ x }, (g, { x }) => gegluFeedForward(g, x, ofBlock()))
  const g = new GraphBuilder('parts')
  const hiddenAtATime = 2 * 5 * 8 * CHANNELS // two of the seven
  g.output('y', gegluFeedForward(g, g.input('x', 'float32', x.shape), ofBlock(), { hiddenAtATime }))
  expect(g.graph.nodes.filter(({ op }) => op === 'Gemm')).toHaveLength(4 * 2)
  expectNear('parts', (await runGraph(g.graph, { x }, formulaWeight)).y.data, whole, NEAR)
})
