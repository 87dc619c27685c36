import { expect, it } from 'vitest'
import type { Value } from '../../../models/onnx/graph'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { maxAbsDiff } from '../../support/golden'
import { type Numbers, noise, runGraph } from '../../support/run-graph'

/** Runs what `build` makes of the inputs. */
async function run(inputs: Numbers[], build: (g: GraphBuilder, ...values: Value[]) => Value) {
  const g = new GraphBuilder('test')
  g.output('y', build(g, ...inputs.map(({ shape }, i) => g.input(`x${i}`, 'float32', shape))))
  return (await runGraph(g.graph, Object.fromEntries(inputs.map((input, i) => [`x${i}`, input])))).y
}

/** erf by its series; for |x| < 3 exact to 1e-12. */
function erf(x: number): number {
  let term = x
  let total = x
  for (let n = 1; n < 60; n++) {
    term *= -(x * x) / n
    total += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * total
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

it('operators on single elements compute what their names say', async () => {
  const x = noise([5, 7])
  const cases: [(g: GraphBuilder, x: Value) => Value, (x: number) => number][] = [
    [(g, x) => g.sqrt(g.abs(x)), (x) => Math.sqrt(Math.abs(x))],
    [(g, x) => g.exp(g.neg(x)), (x) => Math.exp(-x)],
    [(g, x) => g.log(g.add(g.mul(x, x), 1)), (x) => Math.log1p(x * x)],
    [(g, x) => g.sub(g.sin(x), g.cos(x)), (x) => Math.sin(x) - Math.cos(x)],
    [(g, x) => g.div(g.tanh(x), 3), (x) => Math.tanh(x) / 3],
    [(g, x) => g.pow(x, 3), (x) => x ** 3],
    [(g, x) => g.silu(x), (x) => x * sigmoid(x)],
    [(g, x) => g.gelu(x), (x) => (x / 2) * (1 + erf(x / Math.SQRT2))],
    [
      (g, x) => g.gelu(x, 'tanh'),
      (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    ],
    [(g, x) => g.quickGelu(x), (x) => x * sigmoid(1.702 * x)],
    [(g, x) => g.mish(x), (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
    [(g, x) => g.leakyRelu(x, 0.2), (x) => (x < 0 ? 0.2 * x : x)],
    [(g, x) => g.relu(x), (x) => Math.max(x, 0)],
    [(g, x) => g.clip(x, -0.5, 0.25), (x) => Math.min(Math.max(x, -0.5), 0.25)],
    [(g, x) => g.where(g.greater(x, 0), x, -1), (x) => (x > 0 ? x : -1)],
    [(g, x) => g.max(g.min(x, 0.5), g.floor(x)), (x) => Math.max(Math.min(x, 0.5), Math.floor(x))],
  ]
  const g = new GraphBuilder('elementwise')
  const input = g.input('x', 'float32', ['a', 'b'])
  for (const [i, [build]] of cases.entries()) g.output(`y${i}`, build(g, input))
  const results = await runGraph(g.graph, { x })
  for (const [i, [, reference]] of cases.entries()) {
    expect(maxAbsDiff(results[`y${i}`].data, x.data.map(reference)), `case ${i}`).toBeLessThan(1e-6)
  }
})

it.each([
  { stride: 1, pad: 1, dilation: 1, groups: 1 },
  { stride: 2, pad: 1, dilation: 1, groups: 1 },
  { stride: 1, pad: 2, dilation: 2, groups: 2 },
])('a convolution in two dimensions is the sum over its window (%j)', async (options) => {
  const [h, w, cIn, cOut] = [7, 6, 4, 6]
  const x = noise([2, cIn, h, w], 1)
  const weight = noise([cOut, cIn / options.groups, 3, 3], 2)
  const g = new GraphBuilder('conv')
  const input = g.input('x', 'float32', ['n', cIn, 'h', 'w'])
  const bias = g.constant(noise([cOut], 3).data)
  g.output('y', g.conv(input, g.constant(weight.data, 'float32', weight.shape), bias, options))
  const { y } = await runGraph(g.graph, { x })
  const size = (dim: number) =>
    Math.floor((dim + 2 * options.pad - 2 * options.dilation - 1) / options.stride) + 1
  expect(y.shape).toEqual([2, cOut, size(h), size(w)])
  const expected: number[] = []
  const perGroup = cIn / options.groups
  for (let n = 0; n < 2; n++)
    for (let o = 0; o < cOut; o++)
      for (let i = 0; i < size(h); i++)
        for (let j = 0; j < size(w); j++) {
          let sum = noise([cOut], 3).data[o]
          for (let c = 0; c < perGroup; c++)
            for (let k = 0; k < 9; k++) {
              const row = i * options.stride - options.pad + Math.floor(k / 3) * options.dilation
              const column = j * options.stride - options.pad + (k % 3) * options.dilation
              if (row < 0 || row >= h || column < 0 || column >= w) continue
              const channel = Math.floor(o / (cOut / options.groups)) * perGroup + c
              sum +=
                x.data[((n * cIn + channel) * h + row) * w + column] * weight.data[(o * perGroup + c) * 9 + k]
            }
          expected.push(sum)
        }
  expect(maxAbsDiff(y.data, expected)).toBeLessThan(1e-5)
})

it('convolutions in one and three dimensions, and transposed ones, have the shapes they run to', async () => {
  const g = new GraphBuilder('conv shapes')
  const weight = (shape: number[]) => g.constant(noise(shape).data, 'float32', shape)
  const one = g.input('one', 'float32', [1, 4, 'samples'])
  const three = g.input('three', 'float32', [1, 2, 'frames', 6, 5])
  g.output('a', g.conv(one, weight([3, 4, 5]), undefined, { stride: 5 }))
  g.output('b', g.conv(three, weight([3, 2, 3, 3, 3]), undefined, { stride: [1, 2, 1], pad: 1 }))
  g.output('c', g.convTranspose(one, weight([4, 2, 4]), undefined, { stride: 2, pad: 1 }))
  const results = await runGraph(g.graph, { one: noise([1, 4, 23]), three: noise([1, 2, 4, 6, 5]) })
  expect(g.graph.values.a.shape).toEqual([1, 3, 'floor(samples/5)'])
  expect(g.graph.values.c.shape).toEqual([1, 2, '2*samples'])
  expect([results.a.shape, results.b.shape, results.c.shape]).toEqual([
    [1, 3, 4],
    [1, 3, 4, 3, 5],
    [1, 2, 46],
  ])
})

const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length

function normalised(values: number[], eps: number): number[] {
  const middle = mean(values)
  const variance = mean(values.map((value) => (value - middle) ** 2))
  return values.map((value) => (value - middle) / Math.sqrt(variance + eps))
}

it('group norm takes mean and variance over each group, also where they are far from 0 and 1', async () => {
  const x = noise([2, 6, 3, 4])
  x.data = x.data.map((value) => Math.fround(30 + 0.01 * value))
  const [weight, bias] = [noise([6], 2).data, noise([6], 3).data]
  const g = new GraphBuilder('group norm')
  const input = g.input('x', 'float32', ['n', 6, 'h', 'w'])
  g.output('y', g.groupNorm(input, g.constant(weight), g.constant(bias), { groups: 3, eps: 1e-5 }))
  const { y } = await runGraph(g.graph, { x })
  const expected = Array.from({ length: 6 }, (_, i) =>
    normalised(x.data.slice(i * 24, i * 24 + 24), 1e-5),
  ).flat()
  const channel = (i: number) => Math.floor(i / 12) % 6
  // The mean is 5000 deviations away from 0; without taking it off first the error is 3e-4.
  expect(
    maxAbsDiff(
      y.data,
      expected.map((value, i) => value * weight[channel(i)] + bias[channel(i)]),
    ),
  ).toBeLessThan(1e-5)
})

it('layer norm, root mean square norm and softmax go over the last axis', async () => {
  const x = noise([3, 8])
  const weight = noise([8], 2).data
  const rows = [0, 1, 2].map((row) => x.data.slice(row * 8, row * 8 + 8))
  const ln = await run([x], (g, x) => g.layerNorm(x, g.constant(weight), g.constant(weight)))
  expect(
    maxAbsDiff(
      ln.data,
      rows.flatMap((row) => normalised(row, 1e-5).map((v, i) => v * weight[i] + weight[i])),
    ),
  ).toBeLessThan(1e-5)
  const rms = await run([x], (g, x) => g.rmsNorm(x, g.constant(weight)))
  const root = (row: number[]) => Math.sqrt(mean(row.map((v) => v * v)) + 1e-6)
  expect(
    maxAbsDiff(
      rms.data,
      rows.flatMap((row) => row.map((v, i) => (v / root(row)) * weight[i])),
    ),
  ).toBeLessThan(1e-5)
  const soft = await run([x], (g, x) => g.softmax(x))
  const total = (row: number[]) => row.reduce((sum, v) => sum + Math.exp(v), 0)
  expect(
    maxAbsDiff(
      soft.data,
      rows.flatMap((row) => row.map((v) => Math.exp(v) / total(row))),
    ),
  ).toBeLessThan(1e-6)
})

it('attention with a bias is the same fused, plain and in chunks, with other keys than queries', async () => {
  const [n, s, t, heads, width] = [2, 10, 7, 2, 8]
  const inputs = [
    noise([n, s, heads * width], 1),
    noise([n, t, heads * width], 2),
    noise([n, t, heads * width], 3),
  ]
  const bias = noise([1, heads, s, t], 4)
  const expected: number[] = []
  const at = (x: Numbers, b: number, row: number, channel: number) =>
    Number(x.data[(b * x.shape[1] + row) * heads * width + channel])
  for (let b = 0; b < n; b++)
    for (let row = 0; row < s; row++)
      for (let c = 0; c < heads * width; c++) {
        const first = Math.floor(c / width) * width
        const scores = Array.from({ length: t }, (_, key) => {
          let dot = 0
          for (let i = first; i < first + width; i++)
            dot += at(inputs[0], b, row, i) * at(inputs[1], b, key, i)
          return Math.exp(dot / Math.sqrt(width) + bias.data[((first / width) * s + row) * t + key])
        })
        const total = scores.reduce((a, b) => a + b)
        expected.push(scores.reduce((sum, score, key) => sum + (score / total) * at(inputs[2], b, key, c), 0))
      }
  for (const form of ['fused', 'plain', { chunk: 4 }] as const) {
    const result = await run([...inputs, bias], (g, q, k, v, bias) =>
      g.attention(q, k, v, { heads, form, bias }),
    )
    expect(result.shape).toEqual([n, s, heads * width])
    expect(maxAbsDiff(result.data, expected), JSON.stringify(form)).toBeLessThan(1e-6)
  }
})

it('interpolation puts ends on ends', async () => {
  const g = new GraphBuilder('interpolate')
  const x = g.input('x', 'float32', ['n', 2, 't'])
  g.output('y', g.interpolate(x, 'floor((t + 1)/2)'))
  const { y } = await runGraph(g.graph, {
    x: { shape: [1, 2, 6], data: [0, 1, 2, 3, 4, 9, 6, 5, 4, 3, 2, 1] },
  })
  expect(y.shape).toEqual([1, 2, 3])
  expect(y.data).toEqual([0, 2.5, 9, 6, 3.5, 1])
})

it('a linear layer is x times the transposed weight, for rows of any rank', async () => {
  const x = noise([2, 3, 4])
  const weight = noise([5, 4], 2)
  const y = await run([x], (g, x) => g.linear(x, g.constant(weight.data, 'float32', [5, 4])))
  const expected = Array.from({ length: 30 }, (_, i) => {
    const [row, o] = [Math.floor(i / 5), i % 5]
    return [0, 1, 2, 3].reduce((sum, k) => sum + x.data[row * 4 + k] * weight.data[o * 4 + k], 0)
  })
  expect(y.shape).toEqual([2, 3, 5])
  expect(maxAbsDiff(y.data, expected)).toBeLessThan(1e-6)
})

it('what moves elements puts them where it says', async () => {
  const x: Numbers = { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }
  const known = (build: (g: GraphBuilder, x: Value) => Value) => run([x], build)
  expect((await known((g, x) => g.transpose(x, [1, 0]))).data).toEqual([1, 4, 2, 5, 3, 6])
  expect((await known((g, x) => g.slice(x, 1, 1))).data).toEqual([2, 3, 5, 6])
  expect((await known((g, x) => g.slice(x, -1, -2, -1))).data).toEqual([2, 5])
  expect((await known((g, x) => g.gather(x, g.constant([2, 0], 'int64'), 1))).data).toEqual([3, 1, 6, 4])
  expect((await known((g, x) => g.concat(g.split(x, [2, 1], 1).reverse(), 1))).data).toEqual([
    3, 1, 2, 6, 4, 5,
  ])
  expect((await known((g, x) => g.pad(x, [0, 1], [0, 0], 'reflect'))).data).toEqual([2, 1, 2, 3, 5, 4, 5, 6])
  expect((await known((g, x) => g.pad(x, [0, 0], [0, 1]))).data).toEqual([1, 2, 3, 0, 4, 5, 6, 0])
  expect((await known((g, x) => g.reduceSum(x, [0], false))).data).toEqual([5, 7, 9])
  expect((await known((g, x) => g.reduceMean(x, [-1]))).data).toEqual([2, 5])
  expect((await known((g, x) => g.argMax(x, 1))).data).toEqual([2, 2])
  const image = (g: GraphBuilder, x: Value) => g.unsqueeze(x, [0, 1])
  expect((await known((g, x) => g.resize(image(g, x), [1, 1, 1, 2]))).data).toEqual([
    1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
  ])
  expect((await known((g, x) => g.resize(image(g, x), [1, 1, 1, 2], 'linear'))).data.slice(0, 6)).toEqual([
    1, 1.25, 1.75, 2.25, 2.75, 3,
  ])
})

it('sizes of symbols are computed from the inputs when the graph runs', async () => {
  const g = new GraphBuilder('sizes')
  const x = g.input('x', 'float32', ['n', 2, 'h', 'w'])
  g.output('swapped', g.reshape(x, ['n*w', 'h*2']))
  g.output('wide', g.expand(g.reshape(x, ['n', 1, '2*h*w']), ['n', 'w + 1', '2*h*w']))
  const half = g.conv(x, g.constant([1, 1], 'float32', [1, 2, 1, 1]), undefined, { stride: 2 })
  g.output('rows', g.reshape(half, ['n*floor((h + 1)/2)', 'floor((w + 1)/2)']))
  g.output('count', g.range('3*w - h', 'float32'))
  const results = await runGraph(g.graph, { x: noise([3, 2, 5, 4]) })
  expect(results.swapped.shape).toEqual([12, 10])
  expect(results.wide.shape).toEqual([3, 5, 40])
  expect(results.rows.shape).toEqual([9, 2])
  expect(results.count.data).toEqual([0, 1, 2, 3, 4, 5, 6])
})

it('neighbours of a row are turned as pairs by the angles of its place', async () => {
  const x = noise([2, 3, 4])
  const angles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
  const y = await run([x], (g, x) => {
    const [cos, sin] = [Math.cos, Math.sin].map((f) => g.constant(angles.map(f), 'float32', [3, 2]))
    return g.rotatePairs(x, cos, sin)
  })
  const expected = x.data.map((value, i) => {
    const angle = angles[Math.floor((i % 12) / 2)]
    return value * Math.cos(angle) + (i % 2 === 0 ? -x.data[i + 1] : x.data[i - 1]) * Math.sin(angle)
  })
  expect(maxAbsDiff(y.data, expected)).toBeLessThan(1e-6)
})
