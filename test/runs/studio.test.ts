import { expect, it } from 'vitest'
import { testStudio } from '../support/services'

it('a run over the API keeps the version it is of, and leaves figures of its nodes', async () => {
  const { api, services, database } = await testStudio()
  const { workflow } = await api.workflow.create({ template: 'hello' })
  const { run } = await api.run.start({ workflow, targets: ['firstPose'] })
  await expect.poll(() => services.runs.snapshot(run).summary.state, { interval: 100 }).toBe('finished')

  const [version] = (await api.version.list({ workflow })).versions
  expect(version).toMatchObject({ kind: 'run', number: 1 })
  const { snapshot, document } = await api.run.get({ run })
  expect(snapshot.summary).toMatchObject({ number: 1, workflow, targets: ['firstPose'], ran: 1 })
  expect(document.nodes).toEqual((await api.version.get({ version: version.id })).document.nodes)
  await expect
    .poll(() => database.read.job.findMany({ where: { runId: run } }))
    .toMatchObject([{ node: 'firstPose', state: 'done' }])

  // The same again: nothing to compute, and no second version of the same workflow.
  const again = await api.run.start({ workflow, targets: ['firstPose'] })
  await expect.poll(() => services.runs.snapshot(again.run).summary.state, { interval: 100 }).toBe('finished')
  expect((await api.version.list({ workflow })).versions).toHaveLength(1)
  const { runs } = await api.run.list({ workflow })
  expect(runs.map(({ number, ran, reused }) => [number, ran, reused])).toEqual([
    [2, 0, 1],
    [1, 1, 0],
  ])
})

it('calls about runs and workflows that are not there are refused with a sentence', async () => {
  const { api } = await testStudio()
  const nowhere = '00000000-0000-0000-0000-000000000000'
  await expect(api.run.start({ workflow: nowhere })).rejects.toThrow('There is no workflow')
  for (const call of [
    api.run.cancel,
    api.run.pause,
    api.run.resume,
    api.run.retry,
    api.run.get,
    api.run.remove,
  ])
    await expect(call({ run: '../../etc/passwd' })).rejects.toThrow('There is no run')
  await expect(api.run.tune({ run: nowhere, node: 'n1', params: { motionScaleLips: 2 } })).rejects.toThrow(
    'There is no run',
  )
  for (const input of [{ node: 7, params: {} }, { node: 'n1', params: { a: { b: 1 } } }, { node: 'n1' }])
    await expect(api.run.tune({ run: nowhere, ...input } as never)).rejects.toThrow()
  await expect(api.run.move({ run: nowhere, position: 1 })).rejects.toThrow('There is no run')
})
