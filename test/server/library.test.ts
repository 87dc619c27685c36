import { existsSync } from 'node:fs'
import path from 'node:path'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { describe, expect, it } from 'vitest'
import { liveParts } from '../../nodes/core/live-document'
import { testStudio } from '../support/services'

describe('the library', () => {
  it('makes a workflow of a template, with the files it is made from', async () => {
    const { api } = await testStudio()
    const { workflow } = await api.workflow.create({ template: 'hello' })
    const { name, document } = await api.workflow.get({ workflow })
    expect([name, Object.keys(document.nodes).length, document.id]).toEqual(['Hello', 6, workflow])
    const { assets } = await api.asset.list()
    expect(assets.map(({ kind, example }) => `${kind} ${example}`).sort()).toEqual([
      'audio true',
      'image true',
      'pose true',
    ])
  })

  it('finds workflows by words of their names, the last edited first', async () => {
    const { api } = await testStudio()
    await api.workflow.create({ name: 'Welcome series' })
    const { workflow } = await api.workflow.create({ name: 'Welcome, part two' })
    await api.workflow.create({ name: 'Gesture study' })
    await api.workflow.rename({ workflow, name: 'Welcome, part 2' })
    const names = async (search: string) => (await api.workflow.list({ search })).workflows.map((w) => w.name)
    await expect.poll(() => names('welcome')).toEqual(['Welcome, part 2', 'Welcome series'])
    expect(await names('PART 2')).toEqual(['Welcome, part 2'])
    expect(await names('nothing')).toEqual([])
  })

  it('keeps workflows in folders, and copies of one beside it', async () => {
    const { api } = await testStudio()
    const { workflow } = await api.workflow.create({ name: 'One', folder: ' Series ' })
    const { workflow: other } = await api.workflow.create({ name: 'Other' })
    const { workflow: copy } = await api.workflow.duplicate({ workflow })
    const folders = async () =>
      Object.fromEntries((await api.workflow.list({})).workflows.map(({ id, folder }) => [id, folder]))
    expect(await folders()).toEqual({ [workflow]: 'Series', [copy]: 'Series', [other]: null })
    await api.workflow.move({ workflows: [workflow, other], folder: 'Series 2' })
    expect(await folders()).toEqual({ [workflow]: 'Series 2', [copy]: 'Series', [other]: 'Series 2' })
    await api.workflow.move({ workflows: [workflow], folder: null })
    expect((await folders())[workflow]).toBeNull()
    await expect(api.workflow.move({ workflows: [workflow], folder: '' })).rejects.toThrow()
    await expect(api.workflow.move({ workflows: ['gone'], folder: 'Series' })).rejects.toThrow(
      'There is no workflow gone.',
    )
  })

  it('brings a deleted workflow back whole', async () => {
    const { api } = await testStudio()
    const { workflow } = await api.workflow.create({ template: 'masks' })
    const before = await api.workflow.get({ workflow })
    await api.workflow.remove({ workflow })
    expect((await api.workflow.list({})).workflows).toEqual([])
    await expect(api.workflow.get({ workflow })).rejects.toThrow('There is no workflow')
    await api.workflow.restore({ workflow })
    expect(await api.workflow.get({ workflow })).toEqual(before)
  })

  it('the bin keeps what was deleted for 30 days, and removes it for good with all that hangs on it', async () => {
    const { api, services, database, data } = await testStudio()
    const { workflow } = await api.workflow.create({ name: 'Old' })
    const { workflow: kept } = await api.workflow.create({ name: 'Kept' })
    await api.version.create({ workflow, name: 'First' })
    const { token } = await api.share.create({ workflow, assets: [] })
    const pin = path.join(data, 'pins', `${token}.json`)
    expect(existsSync(pin)).toBe(true)
    await expect(api.workflow.removeForGood({ workflow })).rejects.toThrow('in the bin')
    await api.workflow.remove({ workflow })
    const [row] = (await api.workflow.bin()).workflows
    expect([row.name, (row.goneAt - row.deletedAt) / 86_400_000]).toEqual(['Old', 30])

    expect(await services.bin.removeOld(row.goneAt - 1)).toBe(0)
    expect(await services.bin.removeOld(row.goneAt)).toBe(1)
    expect((await api.workflow.bin()).workflows).toEqual([])
    expect(existsSync(pin)).toBe(false)
    await expect(api.workflow.restore({ workflow })).rejects.toThrow('There is no workflow')
    const of = { where: { workflowId: workflow } }
    const { version, share, documentUpdate } = database.read
    expect([await version.count(of), await share.count(of), await documentUpdate.count(of)]).toEqual([
      0, 0, 0,
    ])
    expect((await api.workflow.list({})).workflows.map(({ id }) => id)).toEqual([kept])
  })

  it('shows the portrait of a workflow that has no result yet, also when that changes', async () => {
    const { api, services } = await testStudio()
    const { workflow } = await api.workflow.create({ template: 'hello' })
    const pictures = async () => (await api.workflow.list({})).workflows[0].pictures
    const { nodes } = (await api.workflow.get({ workflow })).document
    const [portrait, { params }] = Object.entries(nodes).find(([, { type }]) => type === 'input/image')!
    const file = String(params.asset).replace('sha256:', '')
    expect(await pictures()).toEqual([`/api/assets/${file}/thumbnail`])
    await services.rooms.withDocument(workflow, (doc) => void liveParts(doc).nodes.delete(portrait))
    await expect.poll(pictures).toEqual([])
    await services.workflows.showResult(workflow, ['f'.repeat(64)], 3)
    await services.rooms.withDocument(workflow, (doc) => void liveParts(doc).meta.set('name', 'Other'))
    await expect.poll(async () => (await api.workflow.list({})).workflows[0].name).toBe('Other')
    expect(await pictures()).toEqual([`/api/artifacts/${'f'.repeat(64)}?mime=image/jpeg`])
  })

  it('empties the bin at once and touches nothing else', async () => {
    const { api } = await testStudio()
    for (const name of ['One', 'Two', 'Three']) await api.workflow.create({ name })
    const { workflows } = await api.workflow.list({})
    for (const { id } of workflows.slice(0, 2)) await api.workflow.remove({ workflow: id })
    expect(await api.workflow.emptyBin()).toEqual({ removed: 2 })
    expect((await api.workflow.list({})).workflows).toHaveLength(1)
  })

  it('shows nothing through the links of a workflow while that is deleted', async () => {
    const { api } = await testStudio()
    const { workflow } = await api.workflow.create({ name: 'Shared' })
    const { token } = await api.share.create({ workflow, assets: [] })
    await api.workflow.remove({ workflow })
    await expect(api.share.view({ token })).rejects.toThrow('does not work')
    await expect(api.share.fork({ token })).rejects.toThrow('does not work')
    await api.workflow.restore({ workflow })
    expect((await api.share.view({ token })).name).toBe('Shared')
  })

  it('says so while another program holds the database, can be read meanwhile, and goes on', async () => {
    const { api, data } = await testStudio()
    await api.workflow.create({ name: 'Before' })
    const connection = await new PrismaLibSql({ url: `file:${path.join(data, 'studio.db')}` }).connect()
    const held = await connection.startTransaction()
    await held.executeRaw({ sql: 'CREATE TABLE held (a INTEGER)', args: [], argTypes: [] })
    const refused = api.workflow.create({ name: 'During' })
    expect((await api.workflow.list({})).workflows.map(({ name }) => name)).toEqual(['Before'])
    await expect(refused).rejects.toThrow('is locked by another program')
    await held.rollback()
    await connection.dispose()
    await api.workflow.create({ name: 'After' })
    expect((await api.workflow.list({})).workflows.map(({ name }) => name)).toEqual(['After', 'Before'])
  })

  it('a row that cannot be written now is written after the next edit, and the studio goes on', async () => {
    const { api, services, database } = await testStudio()
    const { workflow } = await api.workflow.create({ name: 'Before' })
    const rename = (name: string) =>
      services.rooms.withDocument(workflow, (doc) => liveParts(doc).meta.set('name', name))
    const names = async () => (await api.workflow.list({})).workflows.map((row) => row.name)
    const write = database.write
    const refused = new Promise<void>((resolve) => {
      database.write = () => {
        resolve()
        return Promise.reject(new Error('the disk is full'))
      }
    })
    await rename('During')
    await refused
    database.write = write
    expect(await names()).toEqual(['Before'])
    await rename('During')
    await rename('After')
    await expect.poll(names).toEqual(['After'])
  })

  it('names copies apart', async () => {
    const { api } = await testStudio()
    const { workflow } = await api.workflow.create({ name: 'Take' })
    const { workflow: copy } = await api.workflow.duplicate({ workflow })
    await api.workflow.duplicate({ workflow: copy })
    const names = (await api.workflow.list({})).workflows.map((w) => w.name).sort()
    expect(names).toEqual(['Take', 'Take copy', 'Take copy 2'])
  })

  it('is there again after the studio was closed', async () => {
    const first = await testStudio()
    const { workflow } = await first.api.workflow.create({ template: 'hello', name: 'Kept' })
    await first.services.rooms.withDocument(workflow, (doc) => liveParts(doc).nodes.delete('video'))
    await first.close()
    const { api } = await testStudio({ data: first.data })
    const { name, document } = await api.workflow.get({ workflow })
    expect([name, 'video' in document.nodes]).toEqual(['Kept', false])
  })

  it('answers every call about an unknown thing with one sentence', async () => {
    const { api } = await testStudio()
    const workflow = 'nobody'
    const calls: [string, () => Promise<unknown>][] = [
      ['no workflow', () => api.workflow.get({ workflow })],
      ['no workflow', () => api.workflow.duplicate({ workflow })],
      ['no workflow', () => api.workflow.rename({ workflow, name: 'x' })],
      ['no workflow', () => api.workflow.remove({ workflow })],
      ['no workflow', () => api.workflow.restore({ workflow })],
      ['no workflow', () => api.workflow.export({ workflow, assets: 'all' })],
      ['no workflow', () => api.version.create({ workflow, name: 'x' })],
      ['no workflow', () => api.share.create({ workflow, assets: [] })],
      ['no workflow', () => api.run.start({ workflow })],
      ['no template', () => api.workflow.create({ template: '../../etc/passwd' })],
      ['no version', () => api.version.get({ version: 'x' })],
      ['no version', () => api.version.restore({ version: 'x' })],
      ['not in this', () => api.asset.get({ asset: 'sha256:00' })],
      ['not in this', () => api.workflow.import({ asset: `sha256:${'0'.repeat(64)}` })],
      ['not finished', () => api.asset.byUpload({ upload: 'x' })],
      ['does not work', () => api.share.view({ token: 'x' })],
      ['does not work', () => api.share.fork({ token: 'x' })],
      ['does not work', () => api.share.revoke({ token: 'x' })],
    ]
    for (const [says, call] of calls) await expect(call(), String(call)).rejects.toThrow(says)
  })
})

describe('versions', () => {
  it('restoring one is an edit, and what was there before is kept', async () => {
    const { api, services } = await testStudio()
    const { workflow } = await api.workflow.create({ template: 'hello' })
    const { id } = await api.version.create({ workflow, name: 'Good' })
    await services.rooms.withDocument(workflow, (doc) => liveParts(doc).nodes.delete('video'))
    await api.version.restore({ version: id })
    const { document } = await api.workflow.get({ workflow })
    expect('video' in document.nodes).toBe(true)
    const { versions } = await api.version.list({ workflow })
    expect(versions.map(({ kind, name, nodeCount }) => [kind, name, nodeCount])).toEqual([
      ['restore', undefined, 5],
      ['named', 'Good', 6],
    ])
  })

  it('the same content is not kept twice unless it gets a name', async () => {
    const { api, services } = await testStudio()
    const { workflow } = await api.workflow.create({ name: 'x' })
    const first = await services.versions.snapshot(workflow, 'run')
    const again = await services.versions.snapshot(workflow, 'run')
    const named = await services.versions.snapshot(workflow, 'named', 'x')
    expect([again.id === first.id, named.number]).toEqual([true, 2])
  })
})
