/** Takes a workflow out of a zip that anybody may have made. */
import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'
import { DEFAULT_CAPS, parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { refusedWrite, StudioError } from '../../nodes/core/errors'
import { probe } from '../../nodes/lib/media/probe'
import { WORKFLOW_ENTRY } from '../../nodes/lib/media/workflow-tag'
import type { AssetRecord, AssetStore } from '../storage/assets'
import { assetEntry, MANIFEST_ENTRY, type Manifest, manifestSchema } from './workflow-zip'

/** Everything in an archive, unpacked. */
const MAX_TOTAL_BYTES = 8e9
const MAX_ENTRIES = 2_010
const MAX_MANIFEST_BYTES = 2_000_000

const unusable = (what: string, hint = 'Export the workflow again from the studio it comes from.') =>
  new StudioError('asset/unreadable', `This workflow zip cannot be used: ${what}.`, { hint })

interface Place {
  assets: AssetStore
  /** Folder for what is being unpacked. */
  temp: string
}

/** An unpacked file that is what the manifest says, and not yet an asset. */
interface Unpacked {
  file: string
  name: string
}

/**
 * Only entries that the manifest names are unpacked, each into a file of its own that is named by us, up to its
 * announced size. All of them are looked at before the first is kept.
 *
 * @returns null when the archive has no manifest (a zip of frames, say)
 * @throws StudioError `asset/unreadable`, `document/…`, `storage/…`
 */
export async function readWorkflowZip(
  place: Place,
  file: string,
): Promise<{ document: WorkflowDocument; assets: AssetRecord[] } | null> {
  const zip = await openZip(file)
  const unpacked: Unpacked[] = []
  try {
    const entries = await listEntries(zip)
    const manifestEntry = entries.get(MANIFEST_ENTRY)
    if (!manifestEntry) return null
    const manifest = parseManifest(await readSmall(zip, manifestEntry, MAX_MANIFEST_BYTES))
    const workflow = entries.get(WORKFLOW_ENTRY)
    if (!workflow) throw unusable(`it has no ${WORKFLOW_ENTRY}`)
    const document = parseDocument((await readSmall(zip, workflow, 3 * DEFAULT_CAPS.bytes)).toString('utf8'))
    const total = manifest.assets.reduce((sum, { size }) => sum + size, 0)
    if (total > MAX_TOTAL_BYTES)
      throw unusable(`its files have ${total} bytes; the limit is ${MAX_TOTAL_BYTES}`)
    const assets: AssetRecord[] = []
    for (const asset of manifest.assets) {
      const known = await knownAsset(place.assets, asset.sha256)
      if (known) {
        assets.push(known)
        continue
      }
      const entry = entries.get(assetEntry(asset.sha256))
      if (!entry) throw unusable(`its manifest names ${asset.name}, which is not in it`)
      const target = path.join(place.temp, `${process.pid}-${randomBytes(6).toString('hex')}`)
      unpacked.push({ file: target, name: path.win32.basename(asset.name) || 'file' })
      await unpackAsset(zip, entry, asset, target)
    }
    for (const { file, name } of unpacked) assets.push(await place.assets.import(file, name, { move: true }))
    return { document, assets }
  } finally {
    zip.close()
    for (const { file } of unpacked) await rm(file, { force: true })
  }
}

/** The record of a file that is here already, with whole bytes. */
async function knownAsset(assets: AssetStore, sha256: string): Promise<AssetRecord | undefined> {
  const id = `sha256:${sha256}`
  const record = assets.find(id)
  if (!record) return undefined
  return assets.open(id).then(
    () => record,
    () => undefined, // damaged on disk: what the archive brings takes its place
  )
}

async function unpackAsset(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  { sha256, name, size }: Manifest['assets'][number],
  target: string,
): Promise<void> {
  const hash = createHash('sha256')
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await unpack(await openEntry(zip, entry), capped(size, name), hashing, createWriteStream(target))
  const found = hash.digest('hex')
  if (found !== sha256)
    throw unusable(`${name} has the hash ${found.slice(0, 12)}…, its manifest says ${sha256.slice(0, 12)}…`)
  await probe(target).catch((error) => {
    throw unusable(`${name}: ${error instanceof Error ? error.message.replace(/\.$/, '') : error}`)
  })
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
    if (error instanceof StudioError) throw error
    throw refusedWrite(error, 'The data folder') ?? unusable((error as Error).message)
  }
}
