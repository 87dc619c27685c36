import { inflateRawSync } from 'node:zlib'
import { StudioError } from '../../core/errors'

/** Bytes `[offset, offset + length)` of an archive, fewer where it ends. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>

/** Largest comment behind the end record, plus that record. */
const TAIL_BYTES = 65_535 + 22

/** A directory of 65,535 names needs about 6 MB. */
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024

/**
 * Reads one file out of a zip archive (stored or deflated; 64-bit records are understood).
 *
 * @param archiveBytes size of the archive
 * @param maxBytes largest size the file may have
 * @returns null when the archive has no such file
 * @throws StudioError `asset/unreadable` when the archive is damaged or the file larger than `maxBytes`
 */
export async function readZipEntry(
  read: ReadAt,
  archiveBytes: number,
  name: string,
  maxBytes: number,
): Promise<Uint8Array | null> {
  const { start, bytes } = await locateDirectory(read, archiveBytes)
  if (bytes > MAX_DIRECTORY_BYTES || start + bytes > archiveBytes)
    throw damaged('its directory lies outside of it')
  const directory = viewOf(await read(start, bytes))
  for (let at = 0; at + 46 <= directory.byteLength; ) {
    if (directory.getUint32(at, true) !== 0x02014b50) break
    const nameBytes = directory.getUint16(at + 28, true)
    const extraBytes = directory.getUint16(at + 30, true)
    const next = at + 46 + nameBytes + extraBytes + directory.getUint16(at + 32, true)
    if (next > directory.byteLength) throw damaged('its directory is cut off')
    if (textAt(directory, at + 46, nameBytes) === name) {
      return await readEntry(read, directory, at, maxBytes, archiveBytes)
    }
    at = next
  }
  return null
}

async function locateDirectory(
  read: ReadAt,
  archiveBytes: number,
): Promise<{ start: number; bytes: number }> {
  const tailStart = Math.max(0, archiveBytes - TAIL_BYTES)
  const tail = viewOf(await read(tailStart, archiveBytes - tailStart))
  let end = tail.byteLength - 22
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--
  if (end < 0) throw damaged('its end is missing')
  const start = tail.getUint32(end + 16, true)
  const bytes = tail.getUint32(end + 12, true)
  const locator = end - 20
  if (start !== 0xffffffff || locator < 0 || tail.getUint32(locator, true) !== 0x07064b50)
    return { start, bytes }
  const wide = viewOf(await read(Number(tail.getBigUint64(locator + 8, true)), 56))
  if (wide.byteLength < 56 || wide.getUint32(0, true) !== 0x06064b50) throw damaged('its end is missing')
  return { start: Number(wide.getBigUint64(48, true)), bytes: Number(wide.getBigUint64(40, true)) }
}

async function readEntry(
  read: ReadAt,
  directory: DataView,
  at: number,
  maxBytes: number,
  archiveBytes: number,
): Promise<Uint8Array> {
  const method = directory.getUint16(at + 10, true)
  const packedBytes = directory.getUint32(at + 20, true)
  const bytes = directory.getUint32(at + 24, true)
  const offset = entryOffset(directory, at)
  if (bytes > maxBytes || packedBytes > maxBytes) throw damaged(`the file in it has ${bytes} bytes`)
  const local = viewOf(await read(offset, 30))
  if (local.byteLength < 30 || local.getUint32(0, true) !== 0x04034b50)
    throw damaged('a file in it is not where it says')
  const start = offset + 30 + local.getUint16(26, true) + local.getUint16(28, true)
  if (start + packedBytes > archiveBytes) throw damaged('a file in it is cut off')
  const packed = await read(start, packedBytes)
  if (method === 0) return packed
  if (method !== 8) throw damaged(`a file in it is packed by method ${method}`)
  try {
    return inflateRawSync(packed, { maxOutputLength: maxBytes })
  } catch {
    throw damaged('a file in it cannot be unpacked')
  }
}

/** Offsets beyond 4 GB are in the 64-bit extra field; ours holds nothing else, as sizes stay below. */
function entryOffset(directory: DataView, at: number): number {
  const offset = directory.getUint32(at + 42, true)
  const extra = at + 46 + directory.getUint16(at + 28, true)
  const hasWide = offset === 0xffffffff && directory.getUint16(at + 30, true) >= 12
  if (!hasWide || directory.getUint16(extra, true) !== 1) return offset
  return Number(directory.getBigUint64(extra + 4, true))
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length))
}

const damaged = (why: string): StudioError =>
  new StudioError('asset/unreadable', `This zip archive is damaged: ${why}.`, {
    hint: 'Copy or download it again.',
  })
