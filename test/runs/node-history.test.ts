import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { isOver } from '../../nodes/core/run-snapshot'
import { nodeHistory } from '../../server/runs/node-history'
import type { RunRows } from '../../server/runs/run-rows'
import { tempFolder, workflow } from '../support/engine'
import { liveServer } from '../support/live'
import { liveDatabase } from '../support/live-database'
import { constant, failing, registry, scale } from '../support/nodes'

const tripled = (by: number) =>
  workflow().node('two', constant, { value: 2 }).node('tripled', scale, { by }).link('two.value', 'tripled.x')

/** A studio with its own database. `ran` runs a workflow to its end; `slowly`: its database takes its time. */
async function studio({ slowly = false } = {}) {
  const folder = tempFolder()
  const { database, store, rows: kept } = await liveDatabase(folder)
  const rows: RunRows = {
    ...kept,
    async saveJobs(id, jobs) {
      if (slowly) await new Promise((resolve) => setTimeout(resolve, 500))
      await kept.saveJobs(id, jobs)
    },
  }
  const live = await liveServer({ folder, store, rows })
  onTestFinished(() => database.close())
  const ran = async ({ document }: ReturnType<typeof tripled>) => {
    const { id } = await live.runs.start({ workflow: 'w', document })
    await expect.poll(() => isOver(live.runs.snapshot(id).summary.state)).toBe(true)
    return id
  }
  const history = (node: string, type: string, more: { before?: number; limit?: number } = {}) =>
    nodeHistory({ ...live, registry }, { workflow: 'w', node, type, limit: 20, ...more })
  return { ran, history, live, folder }
}

it('says of each run that computed a node when, how long, where and with which settings', async () => {
  const { ran, history } = await studio()
  const first = await ran(tripled(3))
  const second = await ran(tripled(4))
  const { results, next } = await history('tripled', 'test/scale')
  expect(next).toBeUndefined()
  expect(results.map(({ run, number, state, params }) => ({ run, number, state, by: params.by }))).toEqual([
    { run: second, number: 2, state: 'done', by: 4 },
    { run: first, number: 1, state: 'done', by: 3 },
  ])
  expect(results[0].seconds).toBeGreaterThan(0)
  expect(results[0].at).toBeGreaterThanOrEqual(results[1].at)
  expect(results[0]).toMatchObject({ device: 'cpu', why: 'param by changed', isDelivered: false })
})

it('has a run from the moment on that its end is told', async () => {
  const { ran, history } = await studio({ slowly: true })
  await ran(tripled(3))
  expect((await history('tripled', 'test/scale')).results.map(({ number }) => number)).toEqual([1])
})

it('leaves out runs that only reused a result, and nodes of another type under the same id', async () => {
  const { ran, history } = await studio()
  await ran(tripled(3))
  await ran(tripled(4))
  expect((await history('two', 'test/constant')).results.map(({ number }) => number)).toEqual([1])
  expect((await history('two', 'test/scale')).results).toEqual([])
})

it('has a failure with its sentence', async () => {
  const { ran, history } = await studio()
  await ran(workflow().node('one', constant, { value: 1 }).node('bad', failing).link('one.value', 'bad.x'))
  const { results } = await history('bad', 'test/failing')
  expect(results).toMatchObject([{ state: 'failed', error: { message: 'The audio has 3 samples.' } }])
})

it('comes page by page, each run once', async () => {
  const { ran, history } = await studio()
  for (const by of [3, 4, 5]) await ran(tripled(by))
  const first = await history('tripled', 'test/scale', { limit: 2 })
  expect(first.results.map(({ number }) => number)).toEqual([3, 2])
  const second = await history('tripled', 'test/scale', { limit: 2, before: first.next })
  expect(second.results.map(({ number }) => number)).toEqual([1])
  expect(second.next).toBeUndefined()
})

it('goes on past a run whose files are gone or damaged', async () => {
  const { ran, history, live, folder } = await studio()
  const ids = [await ran(tripled(3)), await ran(tripled(4)), await ran(tripled(5))]
  const runs = path.join(folder, 'runs')
  rmSync(path.join(runs, ids[0]), { recursive: true })
  writeFileSync(path.join(runs, ids[1], 'document.json'), '{')
  expect((await history('tripled', 'test/scale')).results.map(({ number }) => number)).toEqual([3])
  // They are on pages of their own, and older ones behind them.
  expect(await history('tripled', 'test/scale', { limit: 1, before: 3 })).toEqual({ results: [], next: 2 })
  const page = await history('tripled', 'test/scale', { limit: 2 })
  expect([page.results.length, page.next]).toEqual([1, 2])
  await live.runs.remove(ids[2])
  expect((await history('tripled', 'test/scale')).results).toEqual([])
})
