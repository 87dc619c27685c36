import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../nodes/core/canonical'
import { migrateNodes, parseDocument, upstreamOf } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { buildGraph } from '../../nodes/core/graph'
import { workflow } from '../support/engine'
import { constant, registry, scale, sum } from '../support/nodes'

const saved = readFileSync(path.join(import.meta.dirname, '../golden/workflows/schema-1.json'), 'utf8')

const refusal = (input: unknown): StudioError => {
  try {
    parseDocument(input)
  } catch (error) {
    if (error instanceof StudioError) return error
    throw error
  }
  throw new Error('it was accepted')
}

const minimal = (changes: object = {}) => ({
  schema: 1,
  id: 'w',
  name: 'W',
  nodes: {},
  edges: [],
  ...changes,
})
const node = (changes: object = {}) => ({ type: 'test/sum', version: 1, params: {}, ...changes })

describe('a workflow document', () => {
  it('saved by the first version opens, with its old nodes migrated and unknown ones kept', () => {
    const document = migrateNodes(parseDocument(saved), registry)
    expect(document.nodes.tripled).toMatchObject({ version: 2, params: { by: 3 }, title: 'Thrice' })
    expect(document.nodes.gone).toMatchObject({
      type: 'lab/never-heard-of',
      version: 7,
      params: { keep: ['me'] },
    })
    expect(buildGraph(document, registry).problems).toMatchObject([
      { code: 'graph/unknown-type', nodeId: 'gone' },
    ])
  })

  it('keeps fields it does not know', () => {
    const text = JSON.stringify(minimal({ theme: 'x', nodes: { a: node({ colour: 'red' }) } }))
    expect(parseDocument(text)).toMatchObject({ theme: 'x', nodes: { a: { colour: 'red' } } })
  })

  it('has a note about a node as text, and refuses anything else in its place', () => {
    const document = parseDocument(minimal({ nodes: { a: node({ note: 'Calmer' }), b: node() } }))
    expect(document.nodes.a.note).toBe('Calmer')
    expect(document.nodes.b).not.toHaveProperty('note')
    expect(refusal(minimal({ nodes: { a: node({ note: { by: 'me' } }) } })).message).toContain('nodes.a.note')
  })

  it.each([
    ['text that is not JSON', 'hello', 'document/unreadable', 'not JSON'],
    ['an empty file', '', 'document/unreadable', 'not JSON'],
    ['JSON of another kind', '[1,2]', 'document/unreadable', 'not a workflow'],
    ['a newer schema', minimal({ schema: 2 }), 'document/newer', 'uses schema 2'],
    ['a fractional schema', minimal({ schema: 1.5 }), 'document/invalid', 'schema is 1.5'],
    ['a node without a type', minimal({ nodes: { a: { version: 1 } } }), 'document/invalid', 'nodes.a.type'],
    ['an id with a path in it', minimal({ nodes: { '../a': node() } }), 'document/invalid', 'nodes.../a'],
    ['an edge with one end', minimal({ edges: [{ from: ['a', 'b'] }] }), 'document/invalid', 'edges.0.to'],
    ['10,001 edges', minimal({ edges: Array(10_001).fill(0) }), 'document/too-large', '10001 edges'],
  ])('with %s is refused in one sentence', (_, input, code, words) => {
    const error = refusal(input)
    expect(error.code).toBe(code)
    expect(error.message).toContain(words)
    expect(error.message.split('\n')).toHaveLength(1)
    expect(error.hint).toBeTruthy()
  })

  it('with 100,000 nodes is refused before anything looks at them', () => {
    const nodes = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, node()]))
    expect(refusal(minimal({ nodes })).message).toContain('100000 nodes; the limit is 2000')
    expect(refusal(JSON.stringify(minimal({ nodes }))).code).toBe('document/too-large')
  })

  it('cannot reach a prototype', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const text = `{"schema":1,"id":"w","nodes":{"${key}":{"type":"t","version":1,"params":{"polluted":1}}},"edges":[]}`
      expect(refusal(text).code).toBe('document/invalid')
    }
    const params =
      '{"schema":1,"id":"w","nodes":{"a":{"type":"test/sum","version":1,"params":{"__proto__":{"polluted":1}}}},"edges":[]}'
    buildGraph(parseDocument(params), registry)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    for (const socket of ['constructor', '__proto__', 'toString']) {
      const { problems } = buildGraph(
        workflow().node('a', constant).node('b', sum).link('a.value', `b.${socket}`).document,
        registry,
      )
      expect(problems.some((p) => p.code === 'graph/unknown-socket')).toBe(true)
    }
  })

  it('gives the part that leads to a node', () => {
    const document = workflow()
      .node('a', constant)
      .node('b', scale)
      .node('c', sum)
      .node('d', constant)
      .link('a.value', 'b.x')
      .link('b.y', 'c.a').document
    expect(Object.keys(upstreamOf(document, 'b').nodes)).toEqual(['a', 'b'])
    expect(upstreamOf(document, 'b').edges).toHaveLength(1)
  })
})

describe('a graph', () => {
  const problemsOf = (builder: ReturnType<typeof workflow>) => buildGraph(builder.document, registry).problems

  it('names the nodes of a cycle', () => {
    const [problem] = problemsOf(
      workflow().node('a', scale).node('b', scale).link('a.y', 'b.x').link('b.y', 'a.x'),
    )
    expect(problem.code).toBe('graph/cycle')
    expect(problem.message).toMatch(/test\/scale \([ab]\) → test\/scale \([ab]\) → test\/scale \([ab]\)/)
  })

  it.each([
    [
      'a dangling edge',
      workflow().node('b', sum).link('nobody.value', 'b.a'),
      'graph/dangling-edge',
      '"nobody"',
    ],
    [
      'a missing socket',
      workflow().node('a', constant).node('b', sum).link('a.values', 'b.a'),
      'graph/unknown-socket',
      'no output "values"',
    ],
    [
      'a missing input',
      workflow().node('b', sum),
      'graph/missing-input',
      '"a" of test/sum (b) is not connected',
    ],
    ['an unknown type', workflow().node('x', 'no/such'), 'graph/unknown-type', '"no/such"'],
    [
      'a param of the wrong type',
      workflow().node('a', constant, { value: 'six' }),
      'params/invalid',
      'Param value of test/constant is "six"',
    ],
    [
      'a param out of range',
      workflow().node('a', constant, { value: 1e12 }),
      'params/invalid',
      '1000000000000',
    ],
  ])('with %s says so', (_, builder, code, words) => {
    const problem = problemsOf(builder).find((p) => p.code === code)
    expect(problem?.message).toContain(words)
  })
})

it('canonical JSON does not depend on the order of keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse())
      expect(canonicalJson(reversed)).toBe(canonicalJson(value))
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})

/** Small seeded generator: the fuzz is the same on every machine. */
function randomSource(seed: number) {
  let state = seed
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

it('100,000 mutated documents are read or refused, and never anything else', () => {
  const random = randomSource(7)
  const pieces = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    'null',
    '1e999',
    '-0',
    '"__proto__"',
    '\\u0000',
    '99999999999',
    'true',
    '"nodes"',
    '',
  ]
  let accepted = 0
  for (let i = 0; i < 100_000; i++) {
    let text = saved
    for (let edits = 1 + random(3); edits > 0; edits--) {
      const at = random(text.length)
      text = text.slice(0, at) + pieces[random(pieces.length)] + text.slice(at + random(12))
    }
    try {
      buildGraph(migrateNodes(parseDocument(text), registry), registry)
      accepted++
    } catch (error) {
      if (!(error instanceof StudioError)) throw new Error(`unexpected ${error} for ${text}`)
    }
  }
  expect(accepted).toBeGreaterThan(100)
})
