import { expect, it } from 'vitest'
import { controlReview } from '../../nodes/control/review'
import type { RunSnapshot } from '../../nodes/core/run-snapshot'
import { keepTuned } from '../../server/runs/keep-tuned'
import { loadValue } from '../../server/storage/values'
import { workflow } from '../support/engine'
import { liveServer } from '../support/live'
import { constant, counting, registry, report } from '../support/nodes'

type Live = Awaited<ReturnType<typeof liveServer>>

const slow = { steps: 10, waitMs: 200 }
const counted = () =>
  workflow().node('count', counting, slow).node('file', report).link('count.total', 'file.x').document

const when = (live: Live, run: string, test: (snapshot: RunSnapshot) => boolean) =>
  expect.poll(() => test(live.runs.snapshot(run)), { interval: 10 }).toBe(true)

const atWork = (live: Live, run: string) => when(live, run, ({ nodes }) => Boolean(nodes.count?.text))

it('a run that is tuned shows what holds from the next step, and ends as the run of what came of it', async () => {
  const live = await liveServer()
  const { id } = await live.runs.start({ workflow: 'w', document: counted() })
  await atWork(live, id)
  live.runs.tune(id, 'count', { by: 5 })
  await when(live, id, ({ nodes }) => nodes.count.tuned?.isTaken === false)
  expect(live.runs.snapshot(id).nodes.count.tuned?.params).toEqual({ by: 5 })
  await when(live, id, ({ nodes }) => nodes.count.tuned?.isTaken === true)
  await when(live, id, ({ summary }) => summary.state === 'finished')

  const { count } = live.runs.snapshot(id).nodes
  expect(count.tuned).toBeUndefined()
  const { params } = live.runs.document(id).nodes.count
  expect(params).toEqual({ ...slow, ...count.settled!.as })
  const [{ step }] = params.changes as [{ step: number }]
  expect(await loadValue(live.data.blobs, count.outputs.total)).toBe(step - 1 + 5 * (11 - step))

  // Tried again it is the same run: nothing is computed.
  const again = await live.runs.retry(id)
  await when(live, again.id, ({ summary }) => summary.state === 'finished')
  expect(live.runs.snapshot(again.id).summary).toMatchObject({ ran: 0, reused: 1 })
})

it('what was changed and not heard yet when a run is paused holds when it goes on', async () => {
  const live = await liveServer()
  const { id } = await live.runs.start({ workflow: 'w', document: counted() })
  await atWork(live, id)
  live.runs.tune(id, 'count', { by: 5 })
  await live.runs.pause(id)
  expect(live.runs.snapshot(id).nodes.count.tuned).toEqual({ params: { by: 5 }, isTaken: false })
  await live.runs.resume(id)
  await when(live, id, ({ summary }) => summary.state === 'finished')
  const { count } = live.runs.snapshot(id).nodes
  expect(count.settled?.tuned).toEqual({ by: 5 })
  expect(await loadValue(live.data.blobs, count.outputs.total)).toBe(50)
})

it('a run that goes on with another document does what that says, whatever was changed before', async () => {
  const live = await liveServer()
  const other = workflow()
    .node('first', constant, { value: 1 })
    .node('look', controlReview)
    .node('count', counting, slow)
    .node('file', report)
    .link('first.value', 'look.value')
    .link('look.value', 'file.x')
  const { id } = await live.runs.start({ workflow: 'w', document: other.document })
  await atWork(live, id)
  await when(live, id, ({ nodes }) => nodes.look.state === 'asking')
  live.runs.tune(id, 'count', { by: 5 })
  await live.runs.approve(id, 'look', { document: other.withParams('count', { by: 2 }).document })
  await when(live, id, ({ summary }) => summary.state === 'finished')
  const { count } = live.runs.snapshot(id).nodes
  expect([count.settled?.tuned, await loadValue(live.data.blobs, count.outputs.total)]).toEqual([
    undefined,
    20,
  ])
})

it('a review of a tuned result is approved as it stands, with the slider where the run heard it: nothing is computed again', async () => {
  const live = await liveServer()
  const document = workflow()
    .node('count', counting, slow)
    .node('look', controlReview)
    .node('file', report)
    .link('count.total', 'look.value')
    .link('look.value', 'file.x').document
  const { id } = await live.runs.start({ workflow: 'w', document })
  await atWork(live, id)
  live.runs.tune(id, 'count', { by: 5 })
  await when(live, id, ({ summary }) => summary.state === 'waiting')
  const snapshot = live.runs.snapshot(id)
  const ran = live.runs.document(id)
  const standing = (by: number) => workflow(document).withParams('count', { by }).document
  const kept = (by: number) => keepTuned(standing(by), snapshot, ran, registry).nodes.count.params
  expect(kept(5)).toEqual(ran.nodes.count.params)
  expect(kept(7)).toEqual({ ...slow, by: 7 })

  const edited = keepTuned(standing(5), snapshot, ran, registry)
  await live.runs.approve(id, 'look', { document: edited })
  await when(live, id, ({ summary }) => summary.state === 'finished')
  const { count } = live.runs.snapshot(id).nodes
  expect(count.outputs.total).toEqual(snapshot.nodes.count.outputs.total)
  expect(live.runs.snapshot(id).nodes.look.asked?.isApproved).toBe(true)
})

it('what cannot be tuned is refused with a sentence, and the run goes on as it was', async () => {
  const live = await liveServer()
  const first = await live.runs.start({ workflow: 'w', document: counted() })
  const second = await live.runs.start({ workflow: 'w', document: counted() })
  await atWork(live, first.id)
  const tune = (run: string, node: string, params: Record<string, unknown>) => () =>
    live.runs.tune(run, node, params)
  for (const other of ['00000000-0000-0000-0000-000000000000', '../../etc/passwd', `${first.id}/..`])
    expect(tune(other, 'count', { by: 2 })).toThrow('There is no run')
  expect(tune(second.id, 'count', { by: 2 })).toThrow('is queued; it can be tuned while it is running')
  for (const node of ['nobody', '__proto__', 'toString', 'file#prepare'])
    expect(tune(first.id, node, { by: 2 })).toThrow('is not at work in this run.')
  expect(tune(first.id, 'count', { by: Number.NaN })).toThrow('by of Counting cannot be that')
  expect(tune(first.id, 'file', { text: 'y' })).toThrow('"text" of Report cannot be changed while it runs.')
  await when(live, first.id, ({ summary }) => summary.state === 'finished')
  expect(tune(first.id, 'count', { by: 2 })).toThrow('is finished; it can be tuned while it is running')
  const { count } = live.runs.snapshot(first.id).nodes
  expect([count.settled, await loadValue(live.data.blobs, count.outputs.total)]).toEqual([undefined, 10])
})
