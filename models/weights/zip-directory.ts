import type { ByteSource } from './byte-source'
import { damaged } from './tensor'

/** A file inside a zip archive, as the directory at the archive's end describes it. */
export interface ZipEntry {
  readonly name: string
  /** Only of stored entries is it where the bytes are. */
  readonly stored: boolean
  readonly bytes: number
  /** Of the entry's own header, in front of its bytes. */
  readonly headerOffset: number
}

const END = 0x06054b50
const END_64 = 0x06064b50
const LOCATOR_64 = 0x07064b50
const DIRECTORY = 0x02014b50
const LOCAL = 0x04034b50

/** 2232 tensors take 0.2 MB; a hundred thousand take 10. */
const MAX_DIRECTORY_BYTES = 32 * 2 ** 20
const MAX_ENTRIES = 200_000

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/**
 * The directory of a zip archive, with the 64-bit fields that files above 4 GB need. APPNOTE.TXT 6.3.10, sections 4.3.7
 * to 4.3.16. A reader of our own, because weights are used where they lie: what counts is where the bytes are.
 */
export function readZipDirectory(source: ByteSource): Map<string, ZipEntry> {
  const { count, offset, bytes } = findDirectory(source)
  if (bytes > MAX_DIRECTORY_BYTES || count > MAX_ENTRIES) {
    throw damaged(source.name, `its directory says it has ${count} entries in ${bytes} bytes`)
  }
  const directory = view(source.head(offset, bytes))
  const entries = new Map<string, ZipEntry>()
  const text = new TextDecoder('utf-8')
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes || directory.getUint32(at, true) !== DIRECTORY) {
      throw damaged(source.name, `entry ${i} of its directory is not one`)
    }
    const nameLength = directory.getUint16(at + 28, true)
    const extraLength = directory.getUint16(at + 30, true)
    const next = at + 46 + nameLength + extraLength + directory.getUint16(at + 32, true)
    if (next > bytes) throw damaged(source.name, `entry ${i} of its directory is cut off`)
    const name = text.decode(new Uint8Array(directory.buffer, directory.byteOffset + at + 46, nameLength))
    if (entries.has(name)) throw damaged(source.name, `its directory names ${JSON.stringify(name)} twice`)
    entries.set(
      name,
      entryAt(source, directory, at, name, { from: at + 46 + nameLength, length: extraLength }),
    )
    at = next
  }
  return entries
}

/** Where the bytes of a stored entry start: its own header is as long as it says itself. */
export function dataOffset(source: ByteSource, entry: ZipEntry): number {
  const header = view(source.head(entry.headerOffset, 30))
  if (header.getUint32(0, true) !== LOCAL)
    throw damaged(source.name, `${JSON.stringify(entry.name)} is not where its directory says`)
  const offset = entry.headerOffset + 30 + header.getUint16(26, true) + header.getUint16(28, true)
  if (offset + entry.bytes > source.bytes) {
    throw damaged(
      source.name,
      `${JSON.stringify(entry.name)} ends ${offset + entry.bytes - source.bytes} bytes behind the end of the file`,
    )
  }
  return offset
}

function entryAt(
  source: ByteSource,
  directory: DataView,
  at: number,
  name: string,
  extra: { from: number; length: number },
): ZipEntry {
  const encrypted = (directory.getUint16(at + 8, true) & 1) !== 0
  const method = directory.getUint16(at + 10, true)
  let packed = directory.getUint32(at + 20, true)
  let bytes = directory.getUint32(at + 24, true)
  let headerOffset = directory.getUint32(at + 42, true)

  // The 64-bit field has only those numbers, in this order, that did not fit into 32 bits.
  let field = find64(directory, extra)
  const wide = (): number => {
    if (field === undefined || field.at + 8 > field.end)
      throw damaged(source.name, `${JSON.stringify(name)} lacks its 64-bit size`)
    const value = Number(directory.getBigUint64(field.at, true))
    field = { at: field.at + 8, end: field.end }
    return value
  }
  if (bytes === 0xffffffff) bytes = wide()
  if (packed === 0xffffffff) packed = wide()
  if (headerOffset === 0xffffffff) headerOffset = wide()
  return { name, stored: method === 0 && !encrypted && packed === bytes, bytes, headerOffset }
}

function find64(directory: DataView, extra: { from: number; length: number }) {
  let at = extra.from
  const end = extra.from + extra.length
  while (at + 4 <= end) {
    const next = at + 4 + directory.getUint16(at + 2, true)
    if (directory.getUint16(at, true) === 1 && next <= end) return { at: at + 4, end: next }
    at = next
  }
  return undefined
}

function findDirectory(source: ByteSource): { count: number; offset: number; bytes: number } {
  // The end record is 22 bytes and a comment of at most 64 KB.
  const length = Math.min(source.bytes, 22 + 65_535)
  const tail = view(source.head(source.bytes - length, length))
  let at = length - 22
  while (at >= 0 && !(tail.getUint32(at, true) === END && at + 22 + tail.getUint16(at + 20, true) === length))
    at--
  if (at < 0) throw damaged(source.name, 'it starts as a zip archive but has no directory at its end')
  const found = {
    count: tail.getUint16(at + 10, true),
    bytes: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  }
  if (found.count !== 0xffff && found.bytes !== 0xffffffff && found.offset !== 0xffffffff) return found
  if (at < 20 || tail.getUint32(at - 20, true) !== LOCATOR_64) return found
  const record = view(source.head(Number(tail.getBigUint64(at - 12, true)), 56))
  if (record.getUint32(0, true) !== END_64)
    throw damaged(source.name, 'its 64-bit directory is not where it says')
  return {
    count: Number(record.getBigUint64(32, true)),
    bytes: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  }
}
