import path from 'node:path'
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { gegluFeedForward } from '../../../models/modules/feed-forward'
import { motionModule } from '../../../models/modules/motion-module'
import { encodeModel } from '../../../models/onnx/encode-model'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { WeightTable } from '../../../models/onnx/scope'
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
  block.table.assertAllUsed([/pos_encoder\.pe$/])
  const inputs = Object.fromEntries(g.graph.inputs.map((name) => [name, block.inputs[name]]))
  const results = await runGraph(g.graph, inputs, block.weights)
  for (const [name, { shape, data }] of Object.entries(results)) {
    const expected = block.outputs[name] as Numeric
    const error = maxAbsDiff(data, expected.data)
    expect(shape).toEqual(expected.shape)
    expect(error).toBeLessThanOrEqual(block.config.tolerance_max_abs[name])
  }
}

describeGolden('graphs of our builder and the original blocks', () => {
  it.each(['fused', 'plain', { chunk: 4 }] as const)(
    'a motion module with %j attention gives what the original gives',
    async (form) => {
      const block = readBlock('block_motion_module')
      const { groups, heads } = block.config.config
      const g = new GraphBuilder('motion module')
      const [rows, channels, frames, height, width] = block.inputs.x.shape
      const video = g.input('x', 'float32', [rows, channels, frames, height, width])
      const x = g.reshape(g.transpose(video, [0, 2, 1, 3, 4]), [rows * frames, channels, height, width])
      const moved = motionModule(g, x, block.table.root, { frames, groups, heads, form })
      const perRow = g.reshape(moved, [rows, frames, channels, height, width])
      g.output('out', g.transpose(perRow, [0, 2, 1, 3, 4]))
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
