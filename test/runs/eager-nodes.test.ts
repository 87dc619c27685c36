import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type * as Y from 'yjs'
import { liveParts, writeLive } from '../../nodes/core/live-document'
import { tempFolder, workflow } from '../support/engine'
import { addNode, liveServer, openTab } from '../support/live'
import { glance, patient, scale } from '../support/nodes'

const linesOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

async function opened(fails = false) {
  const log = path.join(tempFolder(), 'log')
  const server = await liveServer()
  const { document } = workflow()
    .node('seen', glance, { value: 4, log, fails })
    .node('doubled', scale, { by: 2 })
    .node('slow', patient, {})
    .link('seen.value', 'doubled.x')
  await server.rooms.withDocument('w', (doc) => writeLive(doc, { ...document, id: 'w' }))
  const tab = await openTab(server.port)
  const value = () => tab.live.analysis()?.values.seen?.value
  return { log, server, value, ...tab }
}

it('a cheap node has its value when a workflow is opened, and nothing else was computed', async () => {
  const { log, server, value, live, doc } = await opened()
  await expect.poll(value).toEqual({ type: 'number', inline: 4 })
  expect(Object.keys(live.analysis()!.values)).toEqual(['seen'])
  expect((await server.runs.list()).runs).toEqual([])

  const params = liveParts(doc).nodes.get('seen')?.get('params') as Y.Map<unknown>
  params.set('value', 5)
  await expect.poll(value).toEqual({ type: 'number', inline: 5 })
  expect(linesOf(log)).toEqual(['4', '5'])
})

it('one that fails is not tried again with every edit elsewhere', async () => {
  const { log, live, doc } = await opened(true)
  await expect.poll(() => linesOf(log)).toEqual(['4'])
  for (let i = 0; i < 3; i++) {
    const before = live.analysis()?.revision ?? 0
    addNode(doc, `n${i}`)
    await expect.poll(() => live.analysis()?.revision ?? 0).toBeGreaterThan(before)
  }
  expect(linesOf(log)).toEqual(['4'])
})
