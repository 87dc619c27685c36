import path from 'node:path'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { conv2d, groupNorm, layerNorm, linear } from '../../../models/modules/basic'
import { encodeModel } from '../../../models/onnx/encode-model'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { type Scope, WeightTable } from '../../../models/onnx/scope'
import { openCheckpoint } from '../../../models/weights/open-checkpoint'
import {
  describeGolden,
  goldenPath,
  maxAbsDiff,
  readGolden,
  readSafetensors,
  type Tensor,
} from '../../support/golden'
import { runGraph, weightTable } from '../../support/run-graph'

type Numeric = Tensor<Float32Array>

function readBlock(name: string) {
  const golden = readGolden(`stage2/${name}`)
  const weights = readSafetensors(goldenPath(`stage2/${name}/weights.safetensors`)) as Record<string, Numeric>
  return { ...golden, weights, table: weightTable(weights) }
}

/** Runs the graph and holds its outputs against the ones of the original. */
async function expectGolden(g: GraphBuilder, block: ReturnType<typeof readBlock>): Promise<void> {
  block.table.assertAllUsed()
  const inputs = Object.fromEntries(g.graph.inputs.map((name) => [name, block.inputs[name]]))
  const results = await runGraph(g.graph, inputs, block.weights)
  for (const [name, { shape, data }] of Object.entries(results)) {
    const expected = block.outputs[name] as Numeric
    const error = maxAbsDiff(data, expected.data)
    expect(shape).toEqual(expected.shape)
    expect(error).toBeLessThanOrEqual(block.config.tolerance_max_abs[name])
  }
}

/** y = a · GELU(b) with [a, b] = proj(x); stage2.md §3 */
function gegluFeedForward(g: GraphBuilder, x: Value, scope: Scope): Value {
  const inner = scope.shapeOf('net.2.weight')[1]
  const [a, b] = g.split(linear(g, x, scope.at('net.0.proj')), [inner, inner], -1)
  return linear(g, g.mul(a, g.gelu(b)), scope.at('net.2'))
}

/** cos before sin; t [n] → [n, channels] */
function sinusoid(g: GraphBuilder, t: Value, channels: number): Value {
  const half = channels / 2
  const frequencies = Array.from({ length: half }, (_, k) => Math.exp((-Math.log(10_000) * k) / half))
  const angles = g.mul(g.unsqueeze(g.cast(t, 'float32'), [1]), g.constant(frequencies))
  return g.concat([g.cos(angles), g.sin(angles)], 1)
}

describeGolden('graphs of our builder and the original blocks', () => {
  it('a GEGLU feed-forward gives what the original gives', async () => {
    const block = readBlock('block_geglu_ff')
    const g = new GraphBuilder('geglu')
    const x = g.input('x', 'float32', ['rows', 'tokens', 16])
    g.output('out', gegluFeedForward(g, x, block.table.root))
    await expectGolden(g, block)
  })

  it('a time embedding gives what the original gives', async () => {
    const block = readBlock('block_time_embedding')
    const g = new GraphBuilder('time embedding')
    const t = g.input('t', 'int64', ['steps'])
    const wave = sinusoid(g, t, 32)
    const root = block.table.root
    g.output('sinusoid32', wave)
    g.output('sinusoid320', sinusoid(g, t, 320))
    g.output('emb', linear(g, g.silu(linear(g, wave, root.at('linear_1'))), root.at('linear_2')))
    await expectGolden(g, block)
  })

  it('a residual block of video, its frames folded into rows of any size, gives what the original gives', async () => {
    const block = readBlock('block_resnet3d_plain')
    const { groups, eps } = block.config.config
    const g = new GraphBuilder('resnet')
    const scope = block.table.root
    const video = g.input('x', 'float32', ['b', 32, 'frames', 'h', 'w'])
    const temb = g.input('temb', 'float32', ['b', 128])
    const x = g.reshape(g.transpose(video, [0, 2, 1, 3, 4]), ['b*frames', 32, 'h', 'w'])
    const norm = (value: Value, name: string) => g.silu(groupNorm(g, value, scope.at(name), { groups, eps }))
    let h = conv2d(g, norm(x, 'norm1'), scope.at('conv1'), { pad: 1 })
    const shift = g.unsqueeze(linear(g, g.silu(temb), scope.at('time_emb_proj')), [1, 3, 4]) // [b, 1, 32, 1, 1]
    h = g.reshape(g.add(g.reshape(h, ['b', 'frames', 32, 'h', 'w']), shift), ['b*frames', 32, 'h', 'w'])
    h = conv2d(g, norm(h, 'norm2'), scope.at('conv2'), { pad: 1 })
    const out = g.reshape(g.add(x, h), ['b', 'frames', 32, 'h', 'w'])
    g.output('out', g.transpose(out, [0, 2, 1, 3, 4]), ['b', 32, 'frames', 'h', 'w'])
    await expectGolden(g, block)
  })

  it.each(['fused', 'plain', { chunk: 4 }] as const)(
    'a motion module with %j attention gives what the original gives',
    async (form) => {
      const block = readBlock('block_motion_module')
      const { groups, gn_eps, heads } = block.config.config
      const g = new GraphBuilder('motion module')
      const scope = block.table.root.at('temporal_transformer')
      const frames = 6
      const video = g.input('x', 'float32', ['b', 64, frames, 'h', 'w'])
      const rows = g.reshape(g.transpose(video, [0, 2, 1, 3, 4]), ['b*6', 64, 'h', 'w'])
      const normal = groupNorm(g, rows, scope.at('norm'), { groups, eps: gn_eps })
      const perFrame = g.reshape(normal, ['b', frames, 64, 'h*w'])
      // One sequence of frames for each pixel.
      let h = linear(
        g,
        g.reshape(g.transpose(perFrame, [0, 3, 1, 2]), ['b*h*w', frames, 64]),
        scope.at('proj_in'),
      )
      const inner = scope.at('transformer_blocks.0')
      for (const i of [0, 1]) {
        const own = inner.at(`attention_blocks.${i}`)
        const positions = g.slice(g.weight(own, 'pos_encoder.pe'), 1, 0, frames)
        const n = g.add(layerNorm(g, h, inner.at(`norms.${i}`)), positions)
        const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((name) => linear(g, n, own.at(name), { bias: false }))
        h = g.add(linear(g, g.attention(q, k, v, { heads, form }), own.at('to_out.0')), h)
      }
      h = g.add(gegluFeedForward(g, layerNorm(g, h, inner.at('ff_norm')), inner.at('ff')), h)
      const image = g.reshape(linear(g, h, scope.at('proj_out')), ['b', 'h', 'w', frames, 64])
      g.output('out', g.add(g.transpose(image, [0, 4, 3, 1, 2]), video))
      await expectGolden(g, block)
    },
  )

  it('a graph runs on the published file itself: nothing is copied or read before', async () => {
    const file = goldenPath('stage2/block_geglu_ff/weights.safetensors')
    const checkpoint = await openCheckpoint(file)
    const table = new WeightTable(checkpoint.tensors)
    const g = new GraphBuilder('geglu')
    g.output('out', gegluFeedForward(g, g.input('x', 'float32', ['rows', 'tokens', 16]), table.root))
    table.assertAllUsed()
    const bytes = encodeModel(g.graph, ({ key }) => {
      const { offset, bytes: length } = checkpoint.tensors.get(key)!
      return { location: path.basename(file), offset, length }
    })
    checkpoint.close()
    expect(bytes.length).toBeLessThan(4000) // the weights have 12,864 bytes
    const session = await InferenceSession.create(bytes, {
      extra: { session: { model_external_initializers_file_folder_path: `${path.dirname(file)}/` } },
    })
    const { inputs, outputs, config } = readGolden('stage2/block_geglu_ff')
    const x = inputs.x as Numeric
    const { out } = await session.run({ x: new OrtTensor('float32', x.data, x.shape) })
    await session.release()
    expect(maxAbsDiff(out.data as Float32Array, (outputs.out as Numeric).data)).toBeLessThan(
      config.tolerance_max_abs.out,
    )
  })
})
