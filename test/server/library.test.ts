import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liveParts } from '../../nodes/core/live-document'
import { readZipEntry } from '../../nodes/lib/media/zip-entry'
import { ZipWriter } from '../../nodes/lib/media/zip-writer'
import { sha256 } from '../../server/storage/blobs'
import { tempFolder } from '../support/engine'
import { root, testStudio } from '../support/services'

const hello = path.join(root, 'nodes', 'examples', 'hello.workflow.json')

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

describe('a workflow as one file', () => {
  async function zipFile(entries: Record<string, string | Uint8Array>): Promise<string> {
    const file = path.join(tempFolder(), 'w.zip')
    const zip = await ZipWriter.create(file)
    for (const [name, data] of Object.entries(entries)) {
      await zip.add(name, typeof data === 'string' ? new TextEncoder().encode(data) : data)
    }
    await zip.finish()
    return file
  }
  const manifest = (assets: object[]) => JSON.stringify({ format: 'mmgt-workflow/1', assets })

  it('brings workflow and files into an empty studio', async () => {
    const from = await testStudio()
    const { workflow } = await from.api.workflow.create({ template: 'hello', name: 'Travels' })
    const { url } = await from.api.workflow.export({ workflow, assets: 'all' })
    const id = /artifacts\/([0-9a-f]{64})/.exec(url)![1]
    const to = await testStudio()
    const { id: asset } = await to.services.assets.import(from.services.data.blobs.pathOf(id), 'w.zip')
    const { workflow: made } = await to.api.workflow.import({ asset })
    const { name, document } = await to.api.workflow.get({ workflow: made })
    expect([name, Object.keys(document.nodes).length]).toEqual(['Travels', 6])
    expect((await to.api.asset.list()).assets.map(({ kind }) => kind).sort()).toEqual([
      'audio',
      'image',
      'pose',
    ])
  })

  it('leaves files at home when asked to', async () => {
    const { api, services } = await testStudio()
    const { workflow } = await api.workflow.create({ template: 'hello' })
    const { url } = await api.workflow.export({ workflow, assets: 'none' })
    const bytes = readFileSync(services.data.blobs.pathOf(/artifacts\/([0-9a-f]{64})/.exec(url)![1]))
    const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length)
    const text = await readZipEntry(read, bytes.length, 'manifest.json', 1e6)
    expect(JSON.parse(Buffer.from(text!).toString()).assets).toEqual([])
  })

  it('refuses archives that lie, and unpacks nothing of them', async () => {
    const { api, services } = await testStudio()
    const document = readFileSync(hello, 'utf8')
    const text = new TextEncoder().encode('not a picture')
    const right = sha256(text)
    const bad: [string, string][] = [
      [
        'has the hash',
        await zipFile({
          'manifest.json': manifest([{ sha256: '0'.repeat(64), name: 'x.png', size: text.length }]),
          'workflow.json': document,
          [`assets/${'0'.repeat(64)}`]: text,
        }),
      ],
      [
        'larger than the 3 bytes',
        await zipFile({
          'manifest.json': manifest([{ sha256: right, name: 'x.png', size: 3 }]),
          'workflow.json': document,
          [`assets/${right}`]: text,
        }),
      ],
      [
        'invalid relative path',
        await zipFile({
          'manifest.json': manifest([{ sha256: right, name: '../../x.png', size: 3 }]),
          'workflow.json': document,
          '../../x.png': text,
        }),
      ],
      ['no workflow.json', await zipFile({ 'manifest.json': manifest([]) })],
      ['manifest is not JSON', await zipFile({ 'manifest.json': '{', 'workflow.json': document })],
      ['not valid at assets', await zipFile({ 'manifest.json': '{"format":"mmgt-workflow/1","assets":3}' })],
      ['holds no workflow', await zipFile({ 'a.txt': 'hello' })],
    ]
    const before = (await api.asset.list()).assets.length
    for (const [says, file] of bad) {
      const { id } = await services.assets.import(file)
      await expect(api.workflow.import({ asset: id }), says).rejects.toThrow(says)
      await services.assets.remove(id)
    }
    expect((await api.workflow.list({})).workflows).toEqual([])
    expect((await api.asset.list()).assets.length).toBe(before)
  })

  it('answers damaged archives with a sentence, whatever is broken', async () => {
    const { services } = await testStudio()
    const good = readFileSync(
      await zipFile({ 'manifest.json': manifest([]), 'workflow.json': readFileSync(hello, 'utf8') }),
    )
    const { readWorkflowZip } = await import('../../server/workflows/workflow-zip')
    const { writeFileSync } = await import('node:fs')
    const file = path.join(tempFolder(), 'fuzzed.zip')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        fc.nat(good.length),
        async (changes, cut) => {
          const bytes = Uint8Array.from(good)
          for (const [at, value] of changes) bytes[at] = value
          writeFileSync(file, bytes.subarray(0, cut % 3 === 0 ? cut : bytes.length))
          const failure = await readWorkflowZip(services.data, services.assets, file).catch((e) => e)
          if (failure instanceof Error) expect(failure).toHaveProperty('code')
        },
      ),
      { numRuns: 300 },
    )
  })
})
