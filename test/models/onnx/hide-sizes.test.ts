import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { encodeModel } from '../../../models/onnx/encode-model'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { hideSizes } from '../../../models/onnx/hide-sizes'

it('a graph whose sizes are hidden gives the same numbers, and says no size of what its nodes make', async () => {
  const g = new GraphBuilder('sizes')
  const x = g.input('x', 'float32', [4, 6])
  const [a, b] = g.split(g.transpose(g.reshape(x, [2, 2, 6]), [1, 0, 2]), [1, 1], 0)
  g.output(
    'y',
    g.add(g.reshape(g.mul(a, b), [2, 6]), g.expand(g.reshape(g.slice(x, 0, 0, 1), [1, 6]), [2, 6])),
  )
  const hidden = hideSizes(g.graph)
  const said = hidden.nodes.flatMap(({ outputs }) => outputs).filter((name) => name !== 'y')
  expect(said.flatMap((name) => hidden.values[name].shape).filter((dim) => typeof dim === 'number')).toEqual(
    [],
  )
  const numbers = Float32Array.from({ length: 24 }, (_, i) => i - 7)
  const [plain, other] = await Promise.all(
    [g.graph, hidden].map(async (graph) => {
      const session = await InferenceSession.create(
        encodeModel(graph, () => ({ data: new Uint8Array() })),
        { extra: { optimization: { disable_specified_optimizers: 'ReshapeFusion' } } },
      )
      return (await session.run({ x: new Tensor('float32', numbers, [4, 6]) })).y.data
    }),
  )
  expect(other).toEqual(plain)
})
