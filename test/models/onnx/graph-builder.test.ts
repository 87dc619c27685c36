import { expect, it } from 'vitest'
import { conv2d, linear } from '../../../models/modules/basic'
import { checkGraph, graphFaults } from '../../../models/onnx/check-graph'
import { describeGraph, describe as describeTable } from '../../../models/onnx/describe-graph'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { type Scope, type WeightEntry, WeightTable } from '../../../models/onnx/scope'

const table = (shapes: Record<string, number[]>, prefix = '') =>
  new WeightTable(
    Object.entries(shapes).map(([name, shape]): [string, WeightEntry] => [name, { dtype: 'float32', shape }]),
    prefix,
  )

const ops = (g: GraphBuilder) => g.graph.nodes.map((node) => node.op)

it('a mistake in a shape names the module and both shapes', () => {
  const weights = table({ 'down_blocks.0.conv.weight': [8, 4, 3, 3], 'down_blocks.0.conv.bias': [8] })
  const g = new GraphBuilder('test')
  const x = g.input('x', 'float32', ['n', 3, 'h', 'w'])
  expect(() => conv2d(g, x, weights.root.at('down_blocks.0.conv'))).toThrow(
    'Conv: [n, 3, h, w] and [8, 4, 3, 3] do not fit (3 ≠ 4) at down_blocks.0.conv',
  )
  const other = g.input('other', 'float32', ['n', 3, 'w', 'h'])
  expect(() => g.within('mid_block', () => g.add(x, other))).toThrow(
    'Add: [n, 3, h, w] and [n, 3, w, h] do not fit (h ≠ w) at mid_block',
  )
  expect(() => g.reshape(x, ['n', 2, -1])).toThrow('Reshape: [n, 3, h, w] has 3*h*n*w elements')
  expect(() => g.add(x, g.cast(other, 'float16'))).toThrow('Add: float32 and float16 do not mix')
  expect(() => g.output('y', x, ['n', 4, 'h', 'w'])).toThrow(
    'output y is declared [n, 4, h, w] and is [n, 3, h, w]',
  )
})

it('a weight that is missing is named with the nearest names, one that is left over too', () => {
  const weights = table({ 'a.proj.weight': [4, 4], 'a.proj.bias': [4], 'b.weight': [1] })
  const g = new GraphBuilder('test')
  const x = g.input('x', 'float32', ['n', 4])
  expect(() => linear(g, x, weights.root.at('a').at('prj'))).toThrow(
    'The checkpoint has no tensor a.prj.weight.',
  )
  try {
    weights.get('a.prj.weight')
  } catch (error) {
    expect(error).toMatchObject({
      code: 'weights/missing',
      hint: expect.stringMatching(/^Nearest names: a\.proj\.weight/),
    })
  }
  g.output('y', linear(g, x, weights.root.at('a.proj')))
  expect(() => weights.assertAllUsed()).toThrow('1 of 3 tensors are not used: b.weight.')
  weights.assertAllUsed([/^b\./])
  expect(() => linear(g, x, weights.root.at('a.proj'))).toThrow(
    'The weight a.proj.weight is read a second time.',
  )
  expect(() => g.weight(weights.root.at('b'), 'weight', [2])).toThrow('expected [2], got [1] at b.weight')
})

it('two checkpoints with the same names live in one graph under prefixes', () => {
  const [first, second] = ['one:', 'two:'].map((prefix) => table({ weight: [4, 4] }, prefix))
  const g = new GraphBuilder('test')
  const x = g.input('x', 'float32', ['n', 4])
  g.output('y', g.linear(g.linear(x, g.weight(first.root, 'weight')), g.weight(second.root, 'weight')))
  checkGraph(g.graph)
  expect(Object.keys(g.graph.weights)).toEqual(['one:weight', 'two:weight'])
})

it('a tensor published under another name is found by its alias, and keeps the name it has in the file', () => {
  const published: [string, WeightEntry] = ['model.query.weight', { dtype: 'float32', shape: [4, 4] }]
  const weights = new WeightTable([published], '', (name) => [`model.${name.replace('to_q', 'query')}`])
  const g = new GraphBuilder('test')
  g.output('y', linear(g, g.input('x', 'float32', ['n', 4]), weights.root.at('to_q'), { bias: false }))
  weights.assertAllUsed()
  checkGraph(g.graph)
  expect(Object.entries(g.graph.weights)).toMatchObject([['to_q.weight', { key: 'model.query.weight' }]])
  expect(() => weights.get('to_k.weight')).toThrow('The checkpoint has no tensor to_k.weight.')
})

it('nodes are named after the module that makes them', () => {
  const weights = table({ 'ff.net.0.weight': [8, 4], 'ff.net.0.bias': [8] })
  const g = new GraphBuilder('test')
  linear(g, g.input('x', 'float32', [2, 3, 4]), weights.root.at('ff.net.0'))
  expect(g.graph.nodes.map((node) => node.name)).toEqual([
    'ff.net.0/Reshape',
    'ff.net.0/Gemm',
    'ff.net.0/Reshape_1',
  ])
})

it('what does nothing is not emitted, and constants are computed at once', () => {
  const g = new GraphBuilder('test')
  const x = g.input('x', 'float32', ['n', 4])
  const same: Value[] = [
    g.reshape(x, ['n', 4]),
    g.transpose(x, [0, 1]),
    g.cast(x, 'float32'),
    g.mul(x, 1),
    g.add(x, 0),
    g.slice(x, 1, 0),
    g.split(x, [4], 1)[0],
    g.concat([x], 0),
    g.pad(x, [0, 0], [0, 0]),
    g.expand(x, ['n', 4]),
  ]
  expect(same.every((value) => value === x)).toBe(true)
  const two = g.add(g.constant(0.5), g.constant(1.5))
  expect(g.constantOf(two)?.data).toEqual([2])
  expect(g.constant(2)).toBe(two)
  expect(ops(g)).toEqual([])
})

it('the checker finds each way in which a graph can be broken', () => {
  const sound = () => {
    const weights = table({ 'proj.weight': [4, 4] })
    const g = new GraphBuilder('test')
    const x = g.input('x', 'float32', ['n', 4])
    g.output('y', g.silu(linear(g, x, weights.root.at('proj'), { bias: false })))
    return g.graph
  }
  expect(graphFaults(sound())).toEqual([])
  const broken = (change: (graph: ReturnType<typeof sound>) => void) => {
    const graph = sound()
    change(graph)
    return graphFaults(graph).join('; ')
  }
  expect(broken((graph) => graph.nodes.reverse())).toContain('reads proj/Gemm:out before it is made')
  expect(broken((graph) => graph.nodes.push(graph.nodes[0]))).toContain(
    'is made by proj/Gemm and by proj/Gemm',
  )
  expect(broken((graph) => graph.outputs.push('z'))).toContain('the output z is never made')
  expect(broken((graph) => graph.nodes[0].inputs.pop())).toContain('the weight proj.weight is never read')
  expect(broken((graph) => delete graph.values['Mul:out'])).toContain('Mul:out has no type')
  expect(broken((graph) => (graph.weights['proj.weight'].shape = [5, 4]))).toContain(
    'proj.weight is float32 [5, 4]',
  )
  expect(broken((graph) => (graph.nodes[0].domain = 'other'))).toContain(
    'the domain other, which has no version',
  )
  expect(broken((graph) => (graph.outputs = ['proj/Gemm:out']))).toContain(
    'nobody reads what y/Identity makes',
  )
})

it('a description counts operators, parameters, FLOPs and the memory that lives at once', () => {
  const weights = table({ 'proj.weight': [8, 4], 'proj.bias': [8] })
  const g = new GraphBuilder('tiny')
  const x = g.input('x', 'float32', ['n', 4])
  g.output('y', g.silu(linear(g, x, weights.root.at('proj'))))
  const found = describeGraph(g.graph, { n: 10 })
  expect(found.ops).toEqual({ Gemm: 1, Identity: 1, Mul: 1, Sigmoid: 1 })
  expect(found.parameters).toBe(40)
  expect(found.flops).toBe(2 * 10 * 4 * 8)
  // At the product: its two factors and itself, each [10, 8].
  expect(found.peakActivationBytes).toBe(3 * 10 * 8 * 4)
  expect(describeTable(g.graph, { n: 10 })).toMatch(/^proj +40 +640 $/m)
  expect(() => describeGraph(g.graph)).toThrow('The size "n" has no value.')
})

it('the pose guider at full size costs what the reference says, within 3 %', () => {
  const widths = [3, 16, 16, 32, 32, 96, 96, 256, 320] // stage2.md §8
  const names = ['conv_in', ...[0, 1, 2, 3, 4, 5].map((i) => `blocks.${i}`), 'conv_out']
  const weights = table(
    Object.fromEntries(
      names.flatMap((name, i) => [
        [`${name}.weight`, [widths[i + 1], widths[i], 3, 3]],
        [`${name}.bias`, [widths[i + 1]]],
      ]),
    ),
  )
  const g = new GraphBuilder('pose guider')
  let h = g.input('pose', 'float32', ['frames', 3, '8*h', '8*w'])
  for (const name of names) {
    const stride = /blocks\.[135]/.test(name) ? 2 : 1
    h = conv2d(g, h, weights.root.at(name), { pad: 1, stride })
    if (name !== 'conv_out') h = g.silu(h)
  }
  g.output('features', h, ['frames', 320, 'h', 'w'])
  weights.assertAllUsed()
  const { flops, parameters } = describeGraph(g.graph, { frames: 1, h: 64, w: 64 })
  expect(parameters).toBe(1_086_480) // the sum of keys/pose_guider.tsv
  expect(Math.abs(flops / 0.0147e12 - 1)).toBeLessThan(0.03) // cost.md §1
})

it('the CLIP image encoder at full size costs what the reference says, within 3 %', () => {
  const [layers, width, tokens] = [24, 1024, 257] // stage2.md §10
  const shapes: Record<string, number[]> = {
    'patch.weight': [width, 3, 14, 14],
    'projection.weight': [768, width],
  }
  for (let i = 0; i < layers; i++) {
    for (const name of ['q', 'k', 'v', 'out']) shapes[`layers.${i}.${name}.weight`] = [width, width]
    shapes[`layers.${i}.fc1.weight`] = [4 * width, width]
    shapes[`layers.${i}.fc2.weight`] = [width, 4 * width]
  }
  const weights = table(shapes)
  const g = new GraphBuilder('clip')
  const image = g.input('image', 'float32', ['n', 3, 224, 224])
  const patches = g.conv(image, g.weight(weights.root.at('patch'), 'weight'), undefined, { stride: 14 })
  let h = g.transpose(g.reshape(patches, ['n', width, -1]), [0, 2, 1])
  h = g.pad(h, [0, 1, 0], [0, 0, 0])
  const plain = (x: Value, scope: Scope) => linear(g, x, scope, { bias: false })
  for (let i = 0; i < layers; i++) {
    const layer = weights.root.at(`layers.${i}`)
    const [q, k, v] = ['q', 'k', 'v'].map((name) => plain(h, layer.at(name)))
    h = g.add(h, plain(g.attention(q, k, v, { heads: 16 }), layer.at('out')))
    h = g.add(h, plain(g.quickGelu(plain(h, layer.at('fc1'))), layer.at('fc2')))
  }
  g.output('token', plain(g.squeeze(g.slice(h, 1, 0, 1), [1]), weights.root.at('projection')), ['n', 768])
  weights.assertAllUsed()
  expect(h.shape).toEqual(['n', tokens, width])
  expect(Math.abs(describeGraph(g.graph, { n: 1 }).flops / 0.16e12 - 1)).toBeLessThan(0.03) // cost.md §1
})
