import { expect, it } from 'vitest'
import type { TableValue } from '../../nodes/core/values'
import { testEngine, workflow } from '../support/engine'
import { constant, gauge, patient, straining, sum } from '../support/nodes'

const amountOf = (table: TableValue, metric: string) => table.rows.find((row) => row.metric === metric)?.value
const noteOf = (table: TableValue, metric: string) => table.rows.find((row) => row.metric === metric)?.note

const measured = (seconds = 0.3) =>
  workflow()
    .node('one', constant, { value: 1 })
    .node('slow', patient, { seconds })
    .link('one.value', 'slow.x')
    .node('figures', gauge)
    .link('slow.y', 'figures.x')

it('figures come with the time, peak memory and device of the nodes that made what is measured', async () => {
  const engine = await testEngine()
  const { tables } = await engine.run(measured().document)
  const table = tables.figures
  expect(table.rows.slice(0, 2).map(({ metric }) => metric)).toEqual(['number', 'number'])
  expect(amountOf(table, 'time to make')).toBeGreaterThanOrEqual(0.3)
  expect(amountOf(table, 'time, Patient')).toBeGreaterThanOrEqual(0.3)
  expect(amountOf(table, 'peak memory')).toBeGreaterThan(20)
  expect(amountOf(table, 'device')).toBe('cpu')
  // Measuring is not making.
  expect(table.rows.some(({ metric }) => String(metric).includes('Gauge'))).toBe(false)
  expect(amountOf(table, 'time to make')).toBeLessThan(
    engine.events.flatMap((event) => (event.type === 'run.finished' ? [event.seconds] : []))[0],
  )
})

it('a result that is reused says what it took when it was made, and nothing is computed for it', async () => {
  const engine = await testEngine()
  const first = await engine.run(measured().document)
  const again = await engine.run(measured().document)
  expect(engine.ran()).toEqual(['one', 'slow', 'figures'])
  expect(again.tables).toEqual(first.tables)
  expect(engine.events.findLast((event) => event.type === 'run.finished')).toMatchObject({
    tables: first.tables,
  })
})

it('the stored figures do not depend on what they cost', async () => {
  const engine = await testEngine()
  const { outputs } = await engine.run(measured().document)
  const { rows } = (await engine.value({ outputs } as never, 'figures', 'table')) as TableValue
  expect(rows.map(({ metric }) => metric)).toEqual(['number', 'number'])
})

it('time that two nodes share counts once, and titles that two nodes share are told apart', async () => {
  const engine = await testEngine()
  const { tables } = await engine.run(
    workflow()
      .node('left', patient, { seconds: 0.6, value: 1 })
      .node('right', patient, { seconds: 0.6, value: 2 })
      .node('both', sum)
      .link('left.y', 'both.a')
      .link('right.y', 'both.b')
      .node('figures', gauge)
      .link('both.total', 'figures.x')
      .link('left.y', 'figures.y').document,
  )
  const parts = ['time, Patient (left)', 'time, Patient (right)'].map(
    (name) => amountOf(tables.figures, name) as number,
  )
  expect(Math.min(...parts)).toBeGreaterThanOrEqual(0.6)
  expect(amountOf(tables.figures, 'time to make')).toBeLessThan(parts[0] + parts[1] - 0.3)
})

it('what leads to other inputs than the measured ones costs nothing', async () => {
  const engine = await testEngine()
  const { tables } = await engine.run(
    measured(0.02).node('aside', patient, { seconds: 2, value: 9 }).link('aside.y', 'figures.aside').document,
  )
  expect(amountOf(tables.figures, 'time to make')).toBeLessThan(2)
})

it('peak memory is the highest of the whole time, not that of the end', async () => {
  const engine = await testEngine()
  const { tables } = await engine.run(
    workflow()
      .node('heavy', straining, { megabytes: 400 })
      .node('figures', gauge)
      .link('heavy.y', 'figures.x').document,
  )
  const end = (amountOf(tables.figures, 'number') as number) / 1e6
  expect(amountOf(tables.figures, 'peak memory')).toBeGreaterThan(end + 200)
})

it('devices are those that networks ran on', async () => {
  const engine = await testEngine()
  const { tables } = await engine.run(
    workflow()
      .node('one', constant, { value: 1 })
      .node('fast', straining, { devices: ['webgpu'] })
      .link('one.value', 'fast.x')
      .node('figures', gauge)
      .link('fast.y', 'figures.x').document,
  )
  expect(amountOf(tables.figures, 'device')).toBe('cpu, webgpu')
  expect(noteOf(tables.figures, 'time, Straining')).toContain('webgpu')
})

it('a node whose record is gone is named, and the rest is still counted', async () => {
  const engine = await testEngine()
  const { document } = measured()
  await engine.run(document)
  engine.data.cache.forget(engine.engine.plan(document).steps.get('slow')!.key)
  const { tables } = await engine.run(document)
  expect(engine.ran()).toHaveLength(3)
  expect(amountOf(tables.figures, 'time to make')).toBeLessThan(0.3)
  expect(noteOf(tables.figures, 'time to make')).toContain('Not known any more: Patient')
})
