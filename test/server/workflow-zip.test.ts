import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readZipEntry } from '../../nodes/lib/media/zip-entry'
import { ZipWriter } from '../../nodes/lib/media/zip-writer'
import { readWorkflowZip } from '../../server/files/read-workflow-zip'
import { sha256 } from '../../server/storage/blobs'
import { type DeflatedEntry, deflatedZip } from '../support/deflated-zip'
import { tempFolder } from '../support/engine'
import { root, testStudio } from '../support/services'

const hello = path.join(root, 'nodes', 'examples', 'hello.workflow.json')

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
  const tooMuch = () =>
    Buffer.from(manifest([1, 2, 3].map((n) => ({ sha256: `${n}`.repeat(64), name: 'x.mp4', size: 4e9 }))))
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

  it('unpacks no more than was announced, whoever announces it', async () => {
    const { api, services } = await testStudio()
    const document = readFileSync(hello)
    const bomb = new Uint8Array(20_000_000)
    const named = (size: number) => Buffer.from(manifest([{ sha256: sha256(bomb), name: 'x.wav', size }]))
    const asset = { name: `assets/${sha256(bomb)}`, data: bomb }
    const workflow = { name: 'workflow.json', data: document }
    const bad: [string, DeflatedEntry[]][] = [
      ['manifest.json is larger than', [{ name: 'manifest.json', data: bomb }]],
      [
        'workflow.json is larger than',
        [
          { name: 'manifest.json', data: named(1) },
          { ...workflow, data: bomb },
        ],
      ],
      ['x.wav is larger than the 10 bytes', [{ name: 'manifest.json', data: named(10) }, workflow, asset]],
      [
        'too many bytes',
        [{ name: 'manifest.json', data: named(20e6) }, workflow, { ...asset, saysBytes: 9 }],
      ],
      ['the limit is', [{ name: 'manifest.json', data: tooMuch() }, workflow]],
      [
        'entries; the limit',
        Array.from({ length: 3000 }, (_, i) => ({ name: `${i}`, data: document.subarray(0, 9) })),
      ],
      ['is in it twice', [workflow, workflow]],
    ]
    for (const [says, entries] of bad) {
      const { id } = await services.assets.import(deflatedZip(entries))
      await expect(api.workflow.import({ asset: id }), says).rejects.toThrow(says)
    }
    expect(readdirSync(services.data.temp)).toEqual([])
  })

  it('keeps none of its files when one of them is of no use', async () => {
    const { api, services } = await testStudio()
    const speech = readFileSync(path.join(root, 'nodes/examples/speech-story.wav'))
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
    const file = deflatedZip([
      {
        name: 'manifest.json',
        data: Buffer.from(
          manifest([
            { sha256: sha256(speech), name: 'speech.wav', size: speech.length },
            { sha256: sha256(svg), name: '..\\..\\drawing.png', size: svg.length },
          ]),
        ),
      },
      { name: 'workflow.json', data: readFileSync(hello) },
      { name: `assets/${sha256(speech)}`, data: speech },
      { name: `assets/${sha256(svg)}`, data: svg },
    ])
    const { id } = await services.assets.import(file)
    await expect(api.workflow.import({ asset: id })).rejects.toThrow('an SVG drawing')
    expect(services.data.assets.find(`sha256:${sha256(speech)}`)).toBeUndefined()
    expect((await api.workflow.list({})).workflows).toEqual([])
  })

  it('answers damaged archives with a sentence, whatever is broken', async () => {
    const { services } = await testStudio()
    const good = readFileSync(
      await zipFile({ 'manifest.json': manifest([]), 'workflow.json': readFileSync(hello, 'utf8') }),
    )
    const file = path.join(tempFolder(), 'fuzzed.zip')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        fc.nat(good.length),
        async (changes, cut) => {
          const bytes = Uint8Array.from(good)
          for (const [at, value] of changes) bytes[at] = value
          writeFileSync(file, bytes.subarray(0, cut % 3 === 0 ? cut : bytes.length))
          const failure = await readWorkflowZip(services.data, file).catch((e) => e)
          if (failure instanceof Error) expect(failure).toHaveProperty('code')
        },
      ),
      { numRuns: 300 },
    )
  })
})
