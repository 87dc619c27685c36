import { expect, it } from 'vitest'
import { controlReview as review } from '../../nodes/control/review'
import { canConnect } from '../../nodes/core/can-connect'
import { buildGraph } from '../../nodes/core/graph'
import { typeOfInput, typeOfOutput } from '../../nodes/core/socket-types'
import { workflow } from '../support/engine'
import { brightness, constant, film, registry, scale, sum } from '../support/nodes'

const end = (text: string) => text.split('.') as [string, string]

const base = workflow()
  .node('number', constant, { value: 4 })
  .node('film', film)
  .node('look', review)
  .node('again', review)
  .node('scaled', scale)
  .node('mean', brightness)
  .link('look.value', 'again.value')

const ask = (from: string, to: string, builder = base) =>
  canConnect(builder.document, registry, end(from), end(to))

it('a review gives what goes into it, also behind another one', () => {
  const { document } = base.link('film.video', 'look.value')
  expect(typeOfOutput(document, registry, ['again', 'value'])).toBe('video')
  expect(typeOfInput(document, registry, ['again', 'value'])).toBe('video')
  expect(typeOfOutput(document, registry, ['number', 'value'])).toBe('number')
})

it('while nothing goes into a review it gives anything, and takes what is read behind it', () => {
  expect(typeOfOutput(base.document, registry, ['again', 'value'])).toBe('any')
  const { document } = base.link('again.value', 'mean.video')
  expect(typeOfInput(document, registry, ['look', 'value'])).toBe('video')
})

it('an edge behind a review is refused with the type that goes into it', () => {
  const fed = base.link('film.video', 'look.value')
  expect(ask('again.value', 'mean.video', fed)).toEqual({ ok: true })
  expect(ask('again.value', 'scaled.x', fed)).toMatchObject({
    ok: false,
    code: 'type',
    message: 'X takes a number, not a video.',
    fix: 'test/brightness',
  })
})

it('an edge into a review is refused when what is read behind it is of another type', () => {
  const read = base.link('again.value', 'mean.video')
  expect(ask('film.video', 'look.value', read)).toEqual({ ok: true })
  expect(ask('number.value', 'look.value', read)).toMatchObject({
    ok: false,
    code: 'type',
    message: 'What follows takes a video, not a number.',
  })
})

it('two readers of a review that nothing goes into must take the same type', () => {
  const read = base.link('again.value', 'mean.video')
  expect(ask('look.value', 'scaled.x', read)).toMatchObject({ ok: false, code: 'type' })
})

it('a graph with a review that is read as another type says so at the reader', () => {
  const { document } = base.link('film.video', 'look.value').link('again.value', 'scaled.x')
  expect(buildGraph(document, registry).problems).toContainEqual({
    code: 'graph/wrong-type',
    message: 'control/review (again) gives video at "value", but "x" of test/scale (scaled) takes number.',
    hint: 'Connect a socket of the same type.',
    nodeId: 'scaled',
  })
})

it('facts pass a review', () => {
  const { document } = base.link('number.value', 'look.value')
  expect(buildGraph(document, registry).facts.get('again')).toEqual({ value: { frames: 4 } })
})

it.each(['look', 'again'])('bypassed (%s), a review is not there', (bypassed) => {
  const { document } = base
    .node('total', sum)
    .link('number.value', 'look.value')
    .link('again.value', 'total.a')
    .withMode('look', 'bypass')
    .withMode('again', bypassed === 'again' ? 'bypass' : 'on')
  const graph = buildGraph(document, registry)
  const source =
    bypassed === 'again' ? graph.nodes.get('total')!.inputs.a : graph.nodes.get('again')!.inputs.value
  expect(source).toEqual({ node: 'number', output: 'value' })
  expect(graph.problems.filter(({ nodeId }) => nodeId === 'total')).toEqual([])
})

it('a bypassed node hands on the input of the type that a review gets', () => {
  const { document } = workflow()
    .node('number', constant)
    .node('scaled', scale)
    .node('look', review)
    .link('number.value', 'scaled.x')
    .link('scaled.y', 'look.value')
    .withMode('scaled', 'bypass')
  expect(buildGraph(document, registry).nodes.get('look')?.inputs.value.node).toBe('number')
})

it('reviews in a circle end neither search', () => {
  const { document } = base.link('again.value', 'look.value')
  expect(typeOfOutput(document, registry, ['look', 'value'])).toBe('any')
  expect(ask('film.video', 'look.value', base.link('again.value', 'look.value'))).toMatchObject({ ok: false })
  expect(buildGraph(document, registry).problems.map(({ code }) => code)).toContain('graph/cycle')
})
