import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { liveParts, writeLive } from '../../nodes/core/live-document'
import type { Analysis } from '../../server/realtime/protocol'
import { workflow } from '../support/engine'
import { addNode, liveServer, openTab } from '../support/live'
import { constant, needsEqual, patient, scale, sum } from '../support/nodes'

const arithmetic = () =>
  workflow()
    .node('two', constant, { value: 2 })
    .node('tripled', scale, { by: 3 })
    .node('total', sum)
    .link('two.value', 'tripled.x')
    .link('two.value', 'total.a')
    .link('tripled.y', 'total.b')

/** A tab with the document open; `next` resolves with the first analysis that `test` accepts. */
async function analysed(document: ReturnType<typeof workflow>['document']) {
  const live = await liveServer()
  await live.rooms.withDocument('w', (doc) => writeLive(doc, { ...document, id: 'w' }))
  const tab = await openTab(live.port)
  const next = (test: (analysis: Analysis) => boolean) =>
    expect
      .poll(() => tab.live.analysis() !== undefined && test(tab.live.analysis()!))
      .toBe(true)
      .then(() => tab.live.analysis()!)
  return { ...live, ...tab, server: live, next }
}

const stateOf = ({ steps }: Analysis) =>
  Object.fromEntries(steps.map(({ step, state, why }) => [step, `${state}: ${why}`]))

it('whoever opens a workflow is told what a run would do and why, and what is known of its values', async () => {
  const { next } = await analysed(arithmetic().document)
  const analysis = await next(() => true)
  expect(analysis).toMatchObject({ workflow: 'w', problems: [], targets: ['total'], values: {} })
  expect(analysis.facts).toEqual({ two: { value: { frames: 2 } } })
  expect(stateOf(analysis)).toEqual({
    two: 'run: first time',
    tripled: 'run: first time',
    total: 'run: first time',
  })
})

it('an edit is analysed, and so are results that have come', async () => {
  const { next, server, doc } = await analysed(arithmetic().document)
  await next(() => true)
  const { id } = await server.runs.start({ workflow: 'w', document: await server.rooms.read('w') })
  await expect.poll(() => server.runs.snapshot(id).summary.state).toBe('finished')
  const done = await next(({ values }) => Object.keys(values).length === 3)
  expect(done.values.total.total).toEqual({ type: 'number', inline: 8 })
  expect(stateOf(done)).toMatchObject({ total: 'cached: cached' })

  const params = liveParts(doc).nodes.get('tripled')?.get('params') as Y.Map<unknown>
  params.set('by', 4)
  const after = await next(({ steps }) => steps.some(({ state }) => state === 'run'))
  expect(stateOf(after)).toMatchObject({
    tripled: 'run: param by changed',
    total: 'run: input b (from test/scale (tripled)) changed',
  })
  expect(Object.keys(after.values)).toEqual(['two']) // what still holds is still there to be shown
  expect(after.estimateSeconds).toBeGreaterThan(0)
})

it('every problem is named with its node, and what can run in spite of them is planned', async () => {
  const document = arithmetic()
    .node('alone', scale, { by: 2 })
    .node('wrong', constant, { value: 'x' })
    .node('unequal', needsEqual)
    .node('three', constant, { value: 3 })
    .link('two.value', 'unequal.a')
    .link('three.value', 'unequal.b')
    .node('odd', 'test/unknown').document
  const { next } = await analysed(document)
  const { problems, targets, steps } = await next(() => true)
  expect(problems.map(({ code, nodeId }) => `${nodeId}: ${code}`).sort()).toEqual([
    'alone: graph/missing-input',
    'odd: graph/unknown-type',
    'unequal: graph/facts-differ',
    'wrong: params/invalid',
  ])
  expect(targets).toEqual(['total'])
  expect(steps.find(({ step }) => step === 'three')?.state).toBe('not-needed')
})

it('a cycle stops everything, and says so', async () => {
  const document = arithmetic()
    .node('x', scale, { by: 1 })
    .node('y', scale, { by: 1 })
    .link('x.y', 'y.x')
    .link('y.y', 'x.x').document
  const { next } = await analysed(document)
  const { problems, targets } = await next(() => true)
  expect(problems.map(({ code }) => code)).toContain('graph/cycle')
  expect(targets).toEqual([])
})

it('many edits in quick succession are analysed once, as they are in the end', async () => {
  const { next, doc } = await analysed(workflow().node('n', patient, {}).document)
  const first = await next(() => true)
  for (let i = 0; i < 30; i++) addNode(doc, `n${i}`)
  const last = await next(({ steps }) => steps.length === 31)
  expect(last.revision - first.revision).toBeLessThanOrEqual(2)
})
