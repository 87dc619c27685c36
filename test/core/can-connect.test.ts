import { expect, it } from 'vitest'
import { canConnect } from '../../nodes/core/can-connect'
import { buildGraph } from '../../nodes/core/graph'
import { workflow } from '../support/engine'
import { brightness, constant, film, needsEqual, registry, scale, sum } from '../support/nodes'

const base = workflow()
  .node('eighty', constant, { value: 80 })
  .node('sixty', constant, { value: 60 })
  .node('scaled', scale)
  .node('sum', sum)
  .node('film', film)
  .node('mean', brightness)
  .node('equal', needsEqual)

const ask = (from: string, to: string, builder = base) =>
  canConnect(
    builder.document,
    registry,
    from.split('.') as [string, string],
    to.split('.') as [string, string],
    { facts: (node, output) => buildGraph(builder.document, registry).facts.get(node)?.[output] },
  )

it('fitting sockets may be connected', () => {
  expect(ask('eighty.value', 'scaled.x')).toEqual({ ok: true })
})

it('another type is refused, and a node that converts is offered when there is one', () => {
  expect(ask('film.video', 'sum.a')).toMatchObject({ ok: false, code: 'type', fix: 'test/brightness' })
  expect(ask('eighty.value', 'mean.video')).toMatchObject({ ok: false, code: 'type', fix: 'test/film' })
})

it('an input takes one edge, unless it is to be replaced', () => {
  const taken = base.link('eighty.value', 'sum.a')
  expect(ask('sixty.value', 'sum.a', taken)).toMatchObject({ ok: false, code: 'taken' })
  expect(canConnect(taken.document, registry, ['sixty', 'value'], ['sum', 'a'], { replace: true })).toEqual({
    ok: true,
  })
})

it('an edge that closes a cycle is refused, also onto the node itself', () => {
  expect(ask('sum.total', 'scaled.x', base.link('scaled.y', 'sum.a'))).toMatchObject({
    ok: false,
    code: 'cycle',
  })
  expect(ask('scaled.y', 'scaled.x')).toMatchObject({ ok: false, code: 'cycle' })
})

it('facts known before running are compared, and the mending node is offered', () => {
  const verdict = ask('sixty.value', 'equal.b', base.link('eighty.value', 'equal.a'))
  expect(verdict).toMatchObject({ ok: false, code: 'facts', fix: 'test/scale' })
  expect((verdict as { message: string }).message).toBe('80 frames in A, 60 in B.')
})

it('a socket that does not exist is refused', () => {
  expect(ask('nobody.value', 'sum.a')).toMatchObject({ ok: false, code: 'missing' })
  expect(ask('eighty.toString', 'sum.a')).toMatchObject({ ok: false, code: 'missing' })
})
