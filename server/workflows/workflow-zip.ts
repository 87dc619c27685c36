/** One workflow with its files as one zip: `manifest.json`, `workflow.json`, `assets/<sha256>`. */
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { z } from 'zod'
import { DEFAULT_CAPS, parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import { WORKFLOW_ENTRY } from '../../nodes/lib/media/workflow-tag'
import { ZipWriter } from '../../nodes/lib/media/zip-writer'
import type { DataFolder } from '../storage/data-folder'
import { type AssetService, assetsOf } from './asset-service'

const MANIFEST = 'manifest.json'

const manifestSchema = z.object({
  format: z.literal('mmgt-workflow/1'),
  assets: z
    .array(
      z.object({
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        name: z.string().min(1).max(255),
        size: z.int().min(0).max(4e9),
      }),
    )
    .max(2_000),
})
type Manifest = z.infer<typeof manifestSchema>

/** Everything in an archive, unpacked. */
const MAX_TOTAL_BYTES = 8e9
const MAX_ENTRIES = 2_010
const MAX_MANIFEST_BYTES = 2_000_000

const unusable = (what: string, hint = 'Export the workflow again from the studio it comes from.') =>
  new StudioError('asset/unreadable', `This workflow zip cannot be used: ${what}.`, { hint })

/** Writes the zip. @returns the artifact it became */
export async function writeWorkflowZip(
  data: DataFolder,
  assets: AssetService,
  document: WorkflowDocument,
  which: 'none' | 'examples' | 'all',
): Promise<{ sha256: string; size: number }> {
  const chosen = assetsOf(document).filter(
    (id) => data.assets.find(id) && (which === 'all' || (which === 'examples' && assets.isExample(id))),
  )
  const records = chosen.map((id) => data.assets.find(id)!)
  const manifest: Manifest = {
    format: 'mmgt-workflow/1',
    assets: records.map(({ sha256, name, size }) => ({ sha256, name, size })),
  }
  const file = path.join(data.temp, `${process.pid}-${randomBytes(6).toString('hex')}.zip`)
  const zip = await ZipWriter.create(file)
  try {
    const text = new TextEncoder()
    await zip.add(MANIFEST, text.encode(JSON.stringify(manifest, null, 2)))
    await zip.add(WORKFLOW_ENTRY, text.encode(JSON.stringify(document, null, 2)))
    for (const record of records) {
      await zip.add(`assets/${record.sha256}`, await readFile(await data.blobs.verifiedPath(record)))
    }
    await zip.finish()
    return await data.blobs.adopt(file, { move: true })
  } catch (error) {
    await zip.cancel()
    throw error
  } finally {
    await rm(file, { force: true })
  }
}

/**
 * Reads a zip that anybody may have made. Only entries that the manifest names are unpacked, each into a file of its
 * own that is named by us, up to its announced size, and kept only when its content has its hash.
 *
 * @returns the document, or null when the archive has no manifest (a zip of frames, say)
 * @throws StudioError `asset/unreadable`, `document/…`
 */
export async function readWorkflowZip(
  data: DataFolder,
  assets: AssetService,
  file: string,
): Promise<WorkflowDocument | null> {
  const zip = await openZip(file)
  try {
    const entries = await listEntries(zip)
    const manifestEntry = entries.get(MANIFEST)
    if (!manifestEntry) return null
    const manifest = parseManifest(await readSmall(zip, manifestEntry, MAX_MANIFEST_BYTES))
    const workflow = entries.get(WORKFLOW_ENTRY)
    if (!workflow) throw unusable(`it has no ${WORKFLOW_ENTRY}`)
    const document = parseDocument((await readSmall(zip, workflow, 3 * DEFAULT_CAPS.bytes)).toString('utf8'))
    const total = manifest.assets.reduce((sum, { size }) => sum + size, 0)
    if (total > MAX_TOTAL_BYTES)
      throw unusable(`its files have ${total} bytes; the limit is ${MAX_TOTAL_BYTES}`)
    for (const asset of manifest.assets) {
      const entry = entries.get(`assets/${asset.sha256}`)
      if (!entry) throw unusable(`its manifest names ${asset.name}, which is not in it`)
      await importEntry(data, assets, zip, entry, asset)
    }
    return document
  } finally {
    zip.close()
  }
}

function parseManifest(bytes: Buffer): Manifest {
  let raw: unknown
  try {
    raw = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw unusable('its manifest is not JSON')
  }
  const parsed = manifestSchema.safeParse(raw)
  if (parsed.success) return parsed.data
  const { path: place, message } = parsed.error.issues[0]
  throw unusable(`its manifest is not valid at ${place.join('.') || 'the top'}: ${message}`)
}

const openZip = (file: string): Promise<yauzl.ZipFile> =>
  new Promise((resolve, reject) =>
    yauzl.open(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) =>
      error || !zip ? reject(unusable(String(error?.message ?? 'it is empty'))) : resolve(zip),
    ),
  )

function listEntries(zip: yauzl.ZipFile): Promise<Map<string, yauzl.Entry>> {
  return new Promise((resolve, reject) => {
    const entries = new Map<string, yauzl.Entry>()
    if (zip.entryCount > MAX_ENTRIES) {
      return reject(unusable(`it has ${zip.entryCount} entries; the limit is ${MAX_ENTRIES}`))
    }
    zip.on('entry', (entry: yauzl.Entry) => {
      if (entries.has(entry.fileName)) return reject(unusable(`${entry.fileName} is in it twice`))
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', (error: Error) => reject(unusable(error.message)))
    zip.readEntry()
  })
}

const openEntry = (zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> =>
  new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) =>
      error || !stream ? reject(unusable(`${entry.fileName}: ${error?.message}`)) : resolve(stream),
    ),
  )

/** Stops at `limit` bytes, whatever the archive announces. */
function capped(limit: number, name: string): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > limit) done(unusable(`${name} is larger than the ${limit} bytes it may have`))
      else done(null, chunk)
    },
  })
}

async function readSmall(zip: yauzl.ZipFile, entry: yauzl.Entry, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  const collect = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  collect.resume()
  await unpack(await openEntry(zip, entry), capped(limit, entry.fileName), collect)
  return Buffer.concat(chunks)
}

async function unpack(...streams: Parameters<typeof pipeline>): Promise<void> {
  try {
    await pipeline(...(streams as [NodeJS.ReadableStream, NodeJS.WritableStream]))
  } catch (error) {
    throw error instanceof StudioError ? error : unusable((error as Error).message)
  }
}

async function importEntry(
  data: DataFolder,
  assets: AssetService,
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  { sha256, name, size }: Manifest['assets'][number],
): Promise<void> {
  if (data.assets.find(`sha256:${sha256}`)) return
  const file = path.join(data.temp, `${process.pid}-${randomBytes(6).toString('hex')}`)
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await unpack(await openEntry(zip, entry), capped(size, name), hashing, createWriteStream(file))
    const found = hash.digest('hex')
    if (found !== sha256)
      throw unusable(`${name} has the hash ${found.slice(0, 12)}…, its manifest says ${sha256.slice(0, 12)}…`)
    await assets.import(file, path.basename(name))
  } finally {
    await rm(file, { force: true })
  }
}
