import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { SyncedDocument } from '../../app/_lib/live/live-document'
import { isOver } from '../../nodes/core/run-snapshot'
import { addNode } from '../support/add-node'
import { ask } from '../support/ask'
import { connect, until } from '../support/live'
import { testStudio } from '../support/services'
import { fillDisk, smallDisk } from '../support/small-disk'

it('a studio whose disk is full says so with one sentence, keeps serving, and loses nothing', async (context) => {
  const disk = smallDisk(40)
  if (!disk) return context.skip('mounting a small tmpfs is not permitted here')
  const { api, port } = await testStudio({ data: path.join(disk, 'data') })
  const { workflow } = await api.workflow.create({ template: 'hello', name: 'Before' })
  const live = new SyncedDocument(workflow, connect(port))
  await until(live, 'saved')
  const makeRoom = fillDisk(disk)

  const sentences: string[] = []
  const refused = async (work: Promise<unknown>) => {
    sentences.push(
      await work.then(
        () => 'it worked',
        (error) => error.message,
      ),
    )
  }
  for (let i = 0; i < 5; i++) addNode(live.doc, `long${i}`, { text: 'x'.repeat(50_000) })
  await until(live, 'failed')
  sentences.push(live.failure()!.message)
  await refused(api.run.start({ workflow }))
  await refused(api.workflow.create({ template: 'story' }))
  for (const sentence of sentences) expect(sentence).toMatch(/^[^\n]*\bfull\b[^\n]*\.$/)
  expect((await api.workflow.list({})).workflows.map(({ name }) => name)).toEqual(['Before'])
  expect((await ask(port, '/healthz')).status).toBe(200)

  makeRoom()
  await until(live, 'saved')
  expect(Object.keys((await api.workflow.get({ workflow })).document.nodes)).toContain('long4')
  const { run } = await api.run.start({ workflow, targets: ['portrait'] })
  const state = async () => (await api.run.get({ run })).snapshot.summary.state
  await expect.poll(async () => isOver(await state())).toBe(true)
  expect(await state()).toBe('finished')
  expect(readdirSync(path.join(disk, 'data', 'temp'))).toEqual([])
})
