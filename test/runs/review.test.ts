import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { controlReview } from '../../nodes/control/review'
import type { WorkflowDocument } from '../../nodes/core/document'
import type { RunEvent } from '../../nodes/core/run-events'
import type { RunSnapshot } from '../../nodes/core/run-snapshot'
import type { RunRows } from '../../server/runs/run-rows'
import { loadValue } from '../../server/storage/values'
import { tempFolder, workflow } from '../support/engine'
import { fileRunRows } from '../support/file-run-rows'
import { liveServer } from '../support/live'
import { liveDatabase } from '../support/live-database'
import { constant, patient, scale, sum } from '../support/nodes'
import { spawnLive } from '../support/spawn-live'
import { workerBundle } from '../support/worker-bundle'

type Live = Awaited<ReturnType<typeof liveServer>>

/** two → look → tripled */
const reviewed = (value = 2) =>
  workflow()
    .node('two', constant, { value })
    .node('look', controlReview)
    .node('tripled', scale, { by: 3 })
    .link('two.value', 'look.value')
    .link('look.value', 'tripled.x')

/** The same with a node beside it that takes its time. */
const withSlow = (seconds: number) => reviewed().node('slow', patient, { seconds })

/** The same with a node put behind the review. */
const edited = () =>
  reviewed()
    .with({ edges: [{ from: ['two', 'value'], to: ['look', 'value'] }] })
    .node('doubled', scale, { by: 2 })
    .link('look.value', 'doubled.x')
    .link('doubled.y', 'tripled.x').document

const start = async (live: Live, document: WorkflowDocument) =>
  (await live.runs.start({ workflow: 'w', document })).id

const reaches = (live: Live, run: string, test: (snapshot: RunSnapshot) => boolean) =>
  expect.poll(() => test(live.runs.snapshot(run)), { interval: 10 }).toBe(true)

const isIn = (live: Live, run: string, state: string) =>
  reaches(live, run, ({ summary }) => summary.state === state)

const asks = (live: Live, run: string) => reaches(live, run, ({ nodes }) => nodes.look?.state === 'asking')

async function resultOf(live: Live, run: string): Promise<unknown> {
  await isIn(live, run, 'finished')
  return loadValue(live.data.blobs, live.runs.snapshot(run).nodes.tripled.outputs.y)
}

function expectNoGaps(live: Live, run: string): RunEvent[] {
  const { events } = live.runs.since(run, 1)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 2))
  return events
}

describe('a run with a review', () => {
  it('waits with the value on its node, and others get their turn', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    const { summary, nodes } = live.runs.snapshot(run)
    expect(summary.asking).toEqual(['look'])
    expect(nodes.look).toMatchObject({ state: 'asking', outputs: { value: { inline: 2 } } })
    expect(nodes.tripled.state).toBe('waiting')
    const next = await start(live, workflow().node('one', constant, { value: 1 }).document)
    await isIn(live, next, 'finished')
    expect(live.runs.snapshot(run).summary.state).toBe('waiting')
  })

  it('goes on when it is approved, and events have no gaps', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    await live.runs.approve(run, 'look')
    const events = expectNoGaps(live, run)
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['job.approved', 'run.resumed'])
    expect(await resultOf(live, run)).toBe(6)
    expect(live.runs.snapshot(run).summary.asking).toBeUndefined()
    const again = await start(live, reviewed().document)
    expect(await resultOf(live, again)).toBe(6)
  })

  it('goes on at once when it is approved while the rest computes', async () => {
    const live = await liveServer()
    const run = await start(live, withSlow(2).document)
    await asks(live, run)
    expect((await live.runs.approve(run, 'look')).state).toBe('running')
    await reaches(live, run, ({ nodes }) => nodes.tripled.state === 'done')
    expect(live.runs.snapshot(run).nodes.slow.state).not.toBe('done')
    await live.runs.cancel(run)
  })

  it('waits after a restart of the studio, and goes on then', async () => {
    const folder = tempFolder()
    const { database, store, rows } = await liveDatabase(folder)
    onTestFinished(() => database.close())
    const first = await liveServer({ folder, store, rows })
    const run = await start(first, reviewed().document)
    await isIn(first, run, 'waiting')
    await first.close()
    expect((await rows.unfinished()).map(({ summary }) => summary.state)).toEqual(['waiting'])
    const second = await liveServer({ folder, store, rows })
    expect(second.runs.snapshot(run).summary).toMatchObject({ state: 'waiting', asking: ['look'] })
    await second.runs.approve(run, 'look')
    expect(await resultOf(second, run)).toBe(6)
  })

  it.each([0, 1])('is cancelled while it waits (after %d restarts)', async (restarts) => {
    const folder = tempFolder()
    let live = await liveServer({ folder })
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    if (restarts > 0) {
      await live.close()
      live = await liveServer({ folder })
    }
    expect((await live.runs.cancel(run)).state).toBe('cancelled')
    await expect(live.runs.approve(run, 'look')).rejects.toThrow('does not ask about its node "look" now')
  })

  it.each([
    ['approved', 'finished'],
    ['cancelled', 'cancelled'],
  ])('is %s in the moment in which it begins to wait', async (answer, state) => {
    const folder = tempFolder()
    const rows = fileRunRows(path.join(folder, 'slow-rows.jsonl'))
    const update: RunRows['update'] = async (id, changes) => {
      await sleep(100)
      await rows.update(id, changes)
    }
    const live = await liveServer({ folder, rows: { ...rows, update } })
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting') // on disk; its row is still being written
    await (answer === 'approved' ? live.runs.approve(run, 'look') : live.runs.cancel(run))
    await isIn(live, run, state)
    const events = expectNoGaps(live, run).map(({ type }) => type)
    const order = events.filter((type) =>
      /asked|approved|run\.(waiting|resumed|finished|cancelled)/.test(type),
    )
    expect(order).toEqual([
      'job.asked',
      'run.waiting',
      ...(answer === 'approved' ? ['job.approved', 'run.resumed', 'run.finished'] : ['run.cancelled']),
    ])
  })

  it('is approved by two at once, and that is one approval', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    const both = await Promise.all([live.runs.approve(run, 'look'), live.runs.approve(run, 'look')])
    expect(both.map(({ id }) => id)).toEqual([run, run])
    expect(await resultOf(live, run)).toBe(6)
    const events = live.runs.since(run, 1).events
    expect(events.filter(({ type }) => type === 'job.approved')).toHaveLength(1)
    expect(events.filter(({ type }) => type === 'run.finished')).toHaveLength(1)
  })

  it('is approved by one and cancelled by the other at once, and ends there', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    await Promise.allSettled([live.runs.approve(run, 'look'), live.runs.cancel(run)])
    expect(live.runs.snapshot(run).summary.state).toBe('cancelled')
    const next = await start(live, workflow().node('one', constant, { value: 1 }).document)
    await isIn(live, next, 'finished') // by then whatever was in the queue has had its turn
    expect(live.runs.snapshot(run).summary.state).toBe('cancelled')
    expectNoGaps(live, run)
  })

  it('asks about each of two reviews, and approving one computes what hangs on it', async () => {
    const live = await liveServer()
    const { document } = reviewed()
      .node('three', constant, { value: 3 })
      .node('other', controlReview)
      .node('total', sum)
      .link('three.value', 'other.value')
      .link('tripled.y', 'total.a')
      .link('other.value', 'total.b')
    const run = await start(live, document)
    await isIn(live, run, 'waiting')
    expect(live.runs.snapshot(run).summary.asking).toEqual(['look', 'other'])
    await live.runs.approve(run, 'look')
    await reaches(live, run, ({ nodes }) => nodes.tripled.state === 'done')
    await isIn(live, run, 'waiting')
    expect(live.runs.snapshot(run).summary.asking).toEqual(['other'])
    await Promise.all([live.runs.approve(run, 'other'), live.runs.approve(run, 'look')])
    await isIn(live, run, 'finished')
  })

  it('goes on with what was edited behind the review', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    await live.runs.approve(run, 'look', { document: edited() })
    expect(await resultOf(live, run)).toBe(12)
    expect(Object.keys(live.runs.document(run).nodes)).toContain('doubled')
    expect(expectNoGaps(live, run).map(({ type }) => type)).toContain('run.edited')
  })

  it('an edit stops what is computed beside it, and loses nothing that has finished', async () => {
    const live = await liveServer()
    const run = await start(live, withSlow(0.5).document)
    await asks(live, run)
    const document = workflow(edited()).node('slow', patient, { seconds: 0.5 }).document
    const both = [live.runs.approve(run, 'look', { document }), live.runs.approve(run, 'look', { document })]
    await Promise.all(both)
    expect(await resultOf(live, run)).toBe(12)
    const events = expectNoGaps(live, run)
    const ran = events.flatMap((event) => (event.type === 'job.finished' ? [event.node] : []))
    expect(ran.filter((node) => node === 'two')).toEqual(['two'])
  })

  it('an edit behind a review at the end of the workflow is a part of the run', async () => {
    const live = await liveServer()
    const { document } = workflow()
      .node('two', constant, { value: 2 })
      .node('look', controlReview)
      .link('two.value', 'look.value')
    const run = await start(live, document)
    await isIn(live, run, 'waiting')
    await live.runs.approve(run, 'look', { document: reviewed().document })
    expect(await resultOf(live, run)).toBe(6)
  })

  it('an edit that cannot run is refused, and the run still waits', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    const { document } = workflow(edited()).withParams('doubled', { by: 'much' })
    await expect(live.runs.approve(run, 'look', { document })).rejects.toThrow('Param by of test/scale')
    expect(live.runs.snapshot(run).summary).toMatchObject({ state: 'waiting', asking: ['look'] })
    await live.runs.approve(run, 'look')
    expect(await resultOf(live, run)).toBe(6)
  })

  it('an edit before the review makes another value, which is asked about', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    await live.runs.approve(run, 'look', { document: reviewed(7).document })
    await reaches(live, run, ({ summary, nodes }) => {
      const [ref] = Object.values(nodes.look.outputs)
      return summary.state === 'waiting' && 'inline' in ref && ref.inline === 7
    })
    await live.runs.approve(run, 'look')
    expect(await resultOf(live, run)).toBe(21)
  })

  it('says that it does not ask when it does not', async () => {
    const live = await liveServer()
    const run = await start(live, reviewed().document)
    await isIn(live, run, 'waiting')
    for (const node of ['two', 'tripled', 'nobody', '__proto__', 'constructor', '../look'])
      await expect(live.runs.approve(run, node), node).rejects.toMatchObject({ code: 'run/not-asking' })
    await expect(live.runs.pause(run)).rejects.toMatchObject({ code: 'run/wrong-state' })
    await expect(live.runs.resume(run)).rejects.toMatchObject({ code: 'run/wrong-state' })
    await expect(live.runs.retry(run)).rejects.toMatchObject({ code: 'run/wrong-state' })
  })

  it('that is paused while it asks, asks again when it is resumed', async () => {
    const live = await liveServer()
    const run = await start(live, withSlow(2).document)
    await asks(live, run)
    expect(await live.runs.pause(run)).toMatchObject({ state: 'paused', asking: undefined })
    await expect(live.runs.approve(run, 'look')).rejects.toMatchObject({ code: 'run/not-asking' })
    await live.runs.resume(run)
    await asks(live, run)
    await live.runs.cancel(run)
  })
})

it('a studio killed with -9 while a run waits, and again right after the approval, loses neither', async () => {
  const folder = tempFolder()
  const bundles = await workerBundle()
  const killed = await spawnLive(folder, bundles)
  const { run } = await killed.ask<{ run: string }>({ ask: 'start', document: withSlow(0.3).document })
  const log = path.join(folder, 'runs', run, 'events.log')
  await expect.poll(() => readFileSync(log, 'utf8')).toContain('"run.waiting"')
  await killed.kill()
  const second = await spawnLive(folder, bundles)
  await second.ask({ ask: 'approve', run, node: 'look' })
  await second.kill()
  const { database, store, rows } = await liveDatabase(folder)
  onTestFinished(() => database.close())
  const live = await liveServer({ folder, store, rows })
  expect(await resultOf(live, run)).toBe(6)
  expect(live.runs.snapshot(run).nodes.slow.state).toBe('done')
})
