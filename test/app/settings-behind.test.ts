import { expect, it } from 'vitest'
import { differingSettings } from '../../app/_editor/figures/settings-behind'
import type { Definitions } from '../../app/_editor/state/definitions'
import type { WorkflowDocument } from '../../nodes/core/document'

const definitions = new Map(
  Object.entries({
    sound: 'Audio',
    gestures: 'Gestures',
    smooth: 'Smooth',
    measure: 'Measure',
    compare: 'Compare',
  }).map(([type, title]) => [
    type,
    {
      title,
      params: { properties: ['gestures', 'measure'].includes(type) ? { seed: {} } : {} },
      widgets: {},
    },
  ]),
) as unknown as Definitions

const placed = (type: string, params = {}) => ({ type, version: 1, params, mode: 'on', title: null })
const edge = (from: string, to: string, socket = 'pose') => ({ from: [from, 'out'], to: [to, socket] })

const documentOf = (nodes: object, edges: object[]) =>
  ({ schema: 1, id: 'x', name: 'X', nodes, edges, layout: {} }) as unknown as WorkflowDocument

const differing = (...results: { document: WorkflowDocument; node: string }[]) =>
  differingSettings(results, definitions, () => undefined).map(({ title, values }) => [title, ...values])

it('of two branches beside each other, nodes that do the same in both are compared', () => {
  const nodes = {
    sound: placed('sound'),
    calm: placed('gestures', { seed: 1 }),
    lively: placed('gestures', { seed: 2 }),
    smooth: placed('smooth'),
    ofCalm: placed('measure'),
    ofLively: placed('measure'),
  }
  const edges = [
    edge('sound', 'calm', 'audio'),
    edge('sound', 'lively', 'audio'),
    edge('calm', 'ofCalm'),
    edge('lively', 'ofLively'),
    edge('smooth', 'ofCalm', 'detected'),
  ]
  const document = documentOf(nodes, edges)
  expect(differing({ document, node: 'ofCalm' }, { document, node: 'ofLively' })).toEqual([
    ['Gestures: seed', '1', '2'],
    ['Smooth', 'Used', undefined],
  ])
})

it('of two runs, a node is the same one wherever it moved', () => {
  const nodes = { made: placed('gestures', { seed: 1 }), smooth: placed('smooth'), m: placed('measure') }
  const before = documentOf(nodes, [edge('made', 'm'), edge('smooth', 'm', 'detected')])
  const moved = { ...nodes, made: placed('gestures', { seed: 5 }) }
  const after = documentOf(moved, [edge('made', 'smooth'), edge('smooth', 'm')])
  expect(differing({ document: before, node: 'm' }, { document: after, node: 'm' })).toEqual([
    ['Gestures: seed', '1', '5'],
  ])
})

it('settings of what measures are not listed beside those of another kind', () => {
  const nodes = { made: placed('gestures'), m: placed('measure', { seed: 3 }), c: placed('compare') }
  const document = documentOf(nodes, [edge('made', 'm'), edge('made', 'c')])
  expect(differing({ document, node: 'm' }, { document, node: 'c' })).toEqual([])
  const other = documentOf({ ...nodes, m: placed('measure', { seed: 4 }) }, [edge('made', 'm')])
  expect(differing({ document, node: 'm' }, { document: other, node: 'm' })).toEqual([
    ['Measure: seed', '3', '4'],
  ])
})
