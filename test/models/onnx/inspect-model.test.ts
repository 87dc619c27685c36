import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../models/errors'
import { encodeModel } from '../../../models/onnx/encode-model'
import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { inspectModel, inspectSource } from '../../../models/onnx/inspect-model'
import { ModelProto } from '../../../models/onnx/onnx-schema'
import { WeightTable } from '../../../models/onnx/scope'
import { MemorySource } from '../../../models/weights/byte-source'
import { random } from '../../support/random-bytes'

interface Message {
  [field: string]: unknown
}

const tensor = (more: Message = {}) => ({
  name: 'w',
  dims: [2],
  dataType: 1,
  rawData: new Uint8Array(8),
  ...more,
})
const node = (more: Message = {}) => ({ name: 'n', opType: 'Add', input: ['x', 'w'], output: ['y'], ...more })
const model = (graph: Message = {}, more: Message = {}) => ({
  irVersion: 8,
  opsetImport: [{ domain: '', version: 17 }],
  graph: { name: 'g', node: [node()], initializer: [tensor()], ...graph },
  ...more,
})
const external = tensor({
  rawData: undefined,
  dataLocation: 1,
  externalData: [{ key: 'location', value: '../../secret' }],
})
const within = (graph: Message) => node({ opType: 'If', attribute: [{ name: 'then_branch', g: graph }] })

const bytesOf = (message: Message) => ModelProto.encode(ModelProto.create(message)).finish()
const inspect = (bytes: Uint8Array) => inspectSource(new MemorySource('someone.onnx', bytes))

describe('inspectModel', () => {
  it('passes a model of plain operators and says what it is made of', () => {
    expect(inspect(bytesOf(model()))).toEqual({ nodes: 1, opsets: { '': 17 } })
  })

  it('passes the models that we write ourselves', () => {
    const g = new GraphBuilder('ours')
    const table = new WeightTable([['w', { dtype: 'float32', shape: [4, 4] }]])
    const x = g.input('x', 'float32', ['n', 4])
    g.output('y', g.gelu(g.matMul(x, g.weight(table.root, 'w'))))
    const bytes = encodeModel(g.graph, () => ({ data: new Uint8Array(64) }))
    expect(inspect(bytes).nodes).toBe(g.graph.nodes.length)
  })

  it.each([
    ['numbers in another file', model({ initializer: [external] }), '../../secret'],
    [
      'numbers said to be elsewhere',
      model({ initializer: [tensor({ dataLocation: 1 })] }),
      'of w lie in another',
    ],
    ['such numbers in a branch', model({ node: [within({ initializer: [external] })] }), '../../secret'],
    [
      'such numbers in an attribute',
      model({ node: [node({ attribute: [{ name: 'value', t: external }] })] }),
      '../../secret',
    ],
    ['such sparse numbers', model({ sparseInitializer: [{ values: external }] }), '../../secret'],
    ['an operator of an unknown domain', model({ node: [node({ domain: 'evil' })] }), 'Add of evil'],
    [
      'such an operator in a branch',
      model({ node: [within({ node: [node({ domain: 'evil' })] })] }),
      'Add of evil',
    ],
    [
      'an unknown set of operators',
      model({}, { opsetImport: [{ domain: 'evil', version: 1 }] }),
      'operators of evil',
    ],
    ['an operator of its own', model({}, { functions: [{ name: 'f' }] }), 'of its own, f'],
  ])('refuses %s', (_, message, words) => {
    expect(() => inspect(bytesOf(message))).toThrow(words)
    expect(() => inspect(bytesOf(message))).toThrow(ModelError)
  })

  it('refuses graphs in graphs without end, and what is no model', () => {
    let graph: Message = {}
    for (let i = 0; i < 30; i++) graph = { node: [within(graph)] }
    expect(() => inspect(bytesOf(model(graph)))).toThrow('too deep')
    expect(() => inspect(new Uint8Array(0))).toThrow('no ONNX model')
    expect(() => inspect(new TextEncoder().encode('<!doctype html><title>404</title>'))).toThrow(ModelError)
  })

  it('does not read the tensors of a file', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'inspect-'))
    const file = path.join(folder, 'large.onnx')
    writeFileSync(file, bytesOf(model({ initializer: [tensor({ rawData: new Uint8Array(50_000_000) })] })))
    let read = 0
    const whole = new MemorySource(
      file,
      bytesOf(model({ initializer: [tensor({ rawData: new Uint8Array(5_000_000) })] })),
    )
    const counting = Object.assign(Object.create(whole) as MemorySource, {
      head: (offset: number, length: number) => {
        read += length
        return whole.head(offset, length)
      },
    })
    expect(inspectSource(counting).nodes).toBe(1)
    expect(read).toBeLessThan(200_000)
    expect(inspectModel(file).nodes).toBe(1)
    rmSync(folder, { recursive: true })
  })

  it('either passes or refuses 5,000 damaged models with a ModelError, at once', () => {
    const next = random(1)
    const whole = bytesOf(model({ node: [node(), within({ node: [node()], initializer: [tensor()] })] }))
    const start = performance.now()
    for (let i = 0; i < 5_000; i++) {
      const bytes = whole.slice(0, next() % 8 === 0 ? next() % whole.length : undefined)
      for (let times = 1 + (next() % 4); times > 0 && bytes.length > 0; times--)
        bytes[next() % bytes.length] = next()
      try {
        inspect(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError)
      }
    }
    expect(performance.now() - start).toBeLessThan(20_000)
  })
})
