import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { deflateRawSync, crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { StudioError } from '../../../nodes/core/errors'
import { crc32 } from '../../../nodes/lib/media/crc32'
import { embedWorkflowInPng } from '../../../nodes/lib/media/png-workflow'
import { readWorkflow } from '../../../nodes/lib/media/workflow-tag'
import { readZipEntry } from '../../../nodes/lib/media/zip-entry'
import { ZipWriter } from '../../../nodes/lib/media/zip-writer'
import { backends, encode, fileOf, greyVideo, hasFfmpeg, refusal, tempFolder } from '../../support/media'

/** Has all that could trip a container: quotes, escapes of ffmpeg's files, line ends, two-byte and four-byte letters. */
const AWKWARD = { schema: 1, nodes: { n1: { note: 'a=b;c#d\\e\n"f" Grüße 😀 \u0000\u2028' } }, edges: [] }

/** Close to the cap of a document. */
const LARGE = { ...AWKWARD, pad: 'ü=;#\\\n"'.repeat(500_000) }

describe.each(backends)('written by $name', ({ name: backend, present }) => {
  it.skipIf(!present).each(['mp4', 'webm'] as const)('a %s gives its workflow back', async (format) => {
    const { file } = await encode(greyVideo(3), { format, workflow: AWKWARD, backend })
    expect(await readWorkflow(file)).toEqual(AWKWARD)
    const without = await encode(greyVideo(3), { format, backend })
    expect(await readWorkflow(without.file)).toBe(null)
  })

  it.skipIf(!present).each(['mp4', 'webm'] as const)('5 MB fit into a %s', async (format) => {
    expect(JSON.stringify(LARGE).length).toBeGreaterThan(4_500_000)
    const { file } = await encode(greyVideo(3), { format, workflow: LARGE, backend })
    expect(await readWorkflow(file)).toEqual(LARGE)
  })

  it.skipIf(!present || !hasFfmpeg)('other programs see it as the tag "workflow"', async () => {
    const { file } = await encode(greyVideo(3), { workflow: AWKWARD, backend })
    const args = ['-v', 'error', '-show_entries', 'format_tags=workflow', '-of', 'json', file]
    const { stdout } = spawnSync('ffprobe', args, { encoding: 'utf8' })
    expect(JSON.parse(JSON.parse(stdout).format.tags.workflow)).toEqual(AWKWARD)
  })
})

describe.each(['gif', 'png'] as const)('a video as %s', (format) => {
  it('gives its workflow back, small or large', async () => {
    for (const workflow of [AWKWARD, LARGE]) {
      const { file } = await encode(greyVideo(5), { format, workflow })
      expect(await readWorkflow(file)).toEqual(workflow)
    }
    expect(await readWorkflow((await encode(greyVideo(5), { format })).file)).toBe(null)
  })
})

describe('a PNG picture', () => {
  const png = () =>
    sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()

  it('gives its workflow back and still is the same picture', async () => {
    const plain = await png()
    const file = fileOf(embedWorkflowInPng(plain, LARGE))
    expect(await readWorkflow(file)).toEqual(LARGE)
    expect(statSync(file).size).toBeLessThan(plain.length + 100_000)
    expect((await sharp(file).raw().toBuffer()).equals(await sharp(plain).raw().toBuffer())).toBe(true)
    expect(await readWorkflow(fileOf(plain))).toBe(null)
  })

  it('with half a workflow is refused', async () => {
    const whole = Buffer.from(embedWorkflowInPng(await png(), AWKWARD))
    whole.fill(0x55, whole.indexOf('mmgt-workflow') + 40, whole.indexOf('mmgt-workflow') + 60)
    expect(await refusal(readWorkflow(fileOf(whole)))).toMatchObject({ code: 'image/unreadable' })
  })

  it('only a PNG can be given one', () => {
    expect(() => embedWorkflowInPng(Buffer.from('GIF89a, really'), {})).toThrow(/none/)
  })
})

describe('files without one', () => {
  it('a workflow’s own JSON is itself; other files hold none', async () => {
    expect(await readWorkflow(fileOf(JSON.stringify(AWKWARD)))).toEqual(AWKWARD)
    expect(await readWorkflow(fileOf('{"format":"mmgt-pose/1"}'))).toBe(null)
    expect(await readWorkflow(fileOf('[1, 2]'))).toBe(null)
    expect(await readWorkflow(fileOf('hello'))).toBe(null)
  })

  it('JSON that is cut off, and a file that is not there, are refused', async () => {
    expect(await refusal(readWorkflow(fileOf('{"schema": 1, "nodes": {')))).toMatchObject({
      code: 'asset/unreadable',
    })
    expect(await refusal(readWorkflow(path.join(tempFolder(), 'gone.mp4')))).toMatchObject({
      code: 'asset/missing',
    })
  })
})

describe('zip archives', () => {
  const reader = (bytes: Uint8Array) => async (at: number, length: number) =>
    bytes.subarray(Math.min(at, bytes.length), Math.min(at + length, bytes.length))

  async function archive(entries: Record<string, string>): Promise<Uint8Array> {
    const file = path.join(tempFolder(), 'a.zip')
    const zip = await ZipWriter.create(file)
    for (const [name, text] of Object.entries(entries)) await zip.add(name, Buffer.from(text))
    await zip.finish()
    return readFileSync(file)
  }

  it('what is written is read back, names in UTF-8 too', async () => {
    const bytes = await archive({ 'a.txt': 'one', 'Grüße/b.txt': 'two', empty: '' })
    const read = async (name: string) => {
      const found = await readZipEntry(reader(bytes), bytes.length, name, 1_000)
      return found && Buffer.from(found).toString()
    }
    expect([await read('a.txt'), await read('Grüße/b.txt'), await read('empty'), await read('c')]).toEqual([
      ...['one', 'two', '', null],
    ])
  })

  it('more than 65,535 entries need the 64-bit records, and get them', async () => {
    const file = path.join(tempFolder(), 'many.zip')
    const zip = await ZipWriter.create(file)
    for (let i = 0; i < 65_600; i++) await zip.add(`${i}`, Buffer.of(i & 255))
    await zip.finish()
    const bytes = readFileSync(file)
    expect([...((await readZipEntry(reader(bytes), bytes.length, '65599', 10)) ?? [])]).toEqual([
      65_599 & 255,
    ])
    const counts = spawnSync('unzip', ['-Z', '-t', file], { encoding: 'utf8' })
    if (!counts.error) expect(counts.stdout).toMatch(/^65600 files/)
  })

  it('deflated entries of other programs are read, a bomb is not', async () => {
    const packed = deflateRawSync(Buffer.alloc(100_000))
    // Our writer only stores; turn its one entry into what a deflating program would have written.
    const bytes = Buffer.from(await zipOf('workflow.json', packed))
    const directory = bytes.indexOf('PK\x01\x02')
    bytes.writeUInt16LE(8, directory + 10)
    bytes.writeUInt32LE(100_000, directory + 24)
    expect((await readZipEntry(reader(bytes), bytes.length, 'workflow.json', 100_000))?.length).toBe(100_000)
    bytes.writeUInt32LE(10, directory + 24) // lies about its size
    const error = await refusal(readZipEntry(reader(bytes), bytes.length, 'workflow.json', 50_000))
    expect(error.code).toBe('asset/unreadable')
  })

  async function zipOf(name: string, data: Uint8Array): Promise<Uint8Array> {
    const file = path.join(tempFolder(), 'one.zip')
    const zip = await ZipWriter.create(file)
    await zip.add(name, data)
    await zip.finish()
    return readFileSync(file)
  }

  it('damaged archives give bytes, null or a StudioError (5,000 cases)', async () => {
    const whole = await archive({ 'workflow.json': '{"a":1}', 'frame.png': 'png' })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 5 }),
        fc.nat(whole.length * 2),
        async (changes, cut) => {
          const bytes = Uint8Array.from(whole.subarray(0, cut))
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
          try {
            await readZipEntry(reader(bytes), bytes.length, 'workflow.json', 1_000)
          } catch (error) {
            if (!(error instanceof StudioError)) throw error
          }
        },
      ),
      { numRuns: 5_000, seed: 3 },
    )
  })

  it('an archive that ends early is refused, not searched for ever', async () => {
    const file = fileOf(await archive({ 'workflow.json': '{}' }))
    truncateSync(file, 40)
    expect(await refusal(readWorkflow(file))).toMatchObject({ code: 'asset/unreadable' })
    writeFileSync(file, 'PK\x03\x04')
    expect(await refusal(readWorkflow(file))).toMatchObject({ code: 'asset/unreadable' })
  })
})

it('crc32 is that of zlib, in one piece or several', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, split) => {
      const whole = crc32(bytes)
      expect(crc32(bytes.subarray(split), crc32(bytes.subarray(0, split)))).toBe(whole)
      if (zlibCrc32) expect(whole).toBe(zlibCrc32(bytes))
    }),
  )
})
