import { expect, it } from 'vitest'
import { controlReview } from '../../nodes/control/review'
import { writeLive } from '../../nodes/core/live-document'
import { poseSmooth } from '../../nodes/pose/smooth'
import { workflow } from '../support/engine'
import { testStudio } from '../support/services'

type Studio = Awaited<ReturnType<typeof testStudio>>

/** The pose of the shipped portrait, looked at before it goes on. */
async function posed({ api }: Studio) {
  const hello = await api.workflow.create({ template: 'hello' })
  const { document } = await api.workflow.get(hello)
  const { firstPose } = document.nodes
  const { document: built } = workflow({
    ...document,
    nodes: { firstPose },
    edges: [],
    layout: {},
    groups: [],
  })
    .node('look', controlReview)
    .link('firstPose.pose', 'look.value')
  const { workflow: id } = await api.workflow.create({ document: built })
  return { id, built }
}

async function waiting(studio: Studio, id: string): Promise<string> {
  const { run } = await studio.api.run.start({ workflow: id })
  await isIn(studio, run, 'waiting')
  return run
}

const isIn = ({ services }: Studio, run: string, state: string) =>
  expect.poll(() => services.runs.snapshot(run).summary.state).toBe(state)

it('a run that waits is listed so, and goes on over the API with the workflow as it stands', async () => {
  const studio = await testStudio()
  const { api, services } = studio
  const { id, built } = await posed(studio)
  const run = await waiting(studio, id)
  expect((await api.run.list({ workflow: id })).runs[0]).toMatchObject({ state: 'waiting', asking: ['look'] })
  const rows = (await api.workflow.list({})).workflows
  expect(rows.find((row) => row.id === id)?.run?.state).toBe('waiting')
  const edited = workflow(built).node('smooth', poseSmooth).link('look.value', 'smooth.pose').document
  await services.rooms.withDocument(id, (doc) => writeLive(doc, { ...edited, id }))
  await api.run.approve({ run, node: 'look', asItStands: true })
  await isIn(studio, run, 'finished')
  expect(Object.keys(services.runs.snapshot(run).nodes).sort()).toEqual(['firstPose', 'look', 'smooth'])
  const { versions } = await api.version.list({ workflow: id })
  expect(versions.map(({ nodeCount }) => nodeCount).sort()).toEqual([2, 3])
  // Over by now: once more is as good as once.
  expect((await api.run.approve({ run, node: 'look' })).state).toBe('finished')
})

it('approvals of what nobody asks are refused with a sentence, and change nothing', async () => {
  const studio = await testStudio()
  const { api, services } = studio
  const { id } = await posed(studio)
  const run = await waiting(studio, id)
  const { seq } = services.runs.snapshot(run)
  const nowhere = '00000000-0000-0000-0000-000000000000'
  for (const other of [nowhere, '../../etc/passwd', 'x'.repeat(100), `${run}/..`])
    await expect(api.run.approve({ run: other, node: 'look' })).rejects.toThrow('There is no run')
  for (const node of ['firstPose', 'nobody', '__proto__', 'toString', 'a\n b', '../look'])
    await expect(api.run.approve({ run, node })).rejects.toThrow(/does not ask about .* now\.$/)
  for (const input of [
    { run, node: '' },
    { run, node: 'n'.repeat(65) },
    { run, node: 7 },
    { run, node: ['look'] },
    { run: { $ne: '' }, node: 'look' },
    { run, node: 'look', asItStands: 'yes' },
  ])
    await expect(api.run.approve(input as never), JSON.stringify(input)).rejects.toThrow()
  expect(services.runs.snapshot(run)).toMatchObject({ seq, summary: { state: 'waiting' } })
  await api.run.cancel({ run })
  await expect(api.run.approve({ run, node: 'look' })).rejects.toThrow('does not ask')
  expect(services.runs.snapshot(run).summary.state).toBe('cancelled')
})

it('two clients that approve at once make one approval', async () => {
  const studio = await testStudio()
  const { id } = await posed(studio)
  const run = await waiting(studio, id)
  const call = () => studio.api.run.approve({ run, node: 'look', asItStands: true })
  await Promise.all([call(), call()])
  await isIn(studio, run, 'finished')
})
