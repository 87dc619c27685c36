import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from './crc32'

/** Where and how one entry lies in the archive. */
interface Entry {
  name: Uint8Array
  crc: number
  bytes: number
  offset: number
}

/** 1 January 1980, the earliest date a zip can hold: equal contents give equal archives. */
const DOS_DATE = 0x0021

const MAX_16 = 0xffff
const MAX_32 = 0xffffffff

/**
 * Writes a zip archive without compressing (its entries are PNGs), entry by entry: memory does not grow with its
 * size. Archives beyond 4 GB or 65,535 entries use the 64-bit records of the format (PKWARE APPNOTE 6.3, 4.3.14).
 */
export class ZipWriter {
  private readonly entries: Entry[] = []
  private offset = 0

  private constructor(private readonly handle: FileHandle) {}

  static async create(file: string): Promise<ZipWriter> {
    return new ZipWriter(await open(file, 'w'))
  }

  /** Adds a file. `name` is relative, with forward slashes; `data` is less than 4 GB. */
  async add(name: string, data: Uint8Array): Promise<void> {
    await this.addParts(name, [data])
  }

  /** Adds a file that is made of several pieces, without joining them. */
  async addParts(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0)
    if (bytes >= MAX_32) throw new RangeError(`${name} has ${bytes} bytes; an entry holds less than 4 GB`)
    const crc = parts.reduce((sum, part) => crc32(part, sum), 0)
    const entry = { name: new TextEncoder().encode(name), crc, bytes, offset: this.offset }
    await this.write(localHeader(entry))
    for (const part of parts) await this.write(part)
    this.entries.push(entry)
  }

  /** Adds a file from disk, less than 4 GB, in pieces: read once for its checksum, which stands before it, and once more. */
  async addFile(name: string, file: string): Promise<void> {
    let [crc, bytes] = [0, 0]
    for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) {
      crc = crc32(part, crc)
      bytes += part.length
    }
    if (bytes >= MAX_32) throw new RangeError(`${name} has ${bytes} bytes; an entry holds less than 4 GB`)
    const entry = { name: new TextEncoder().encode(name), crc, bytes, offset: this.offset }
    await this.write(localHeader(entry))
    for await (const part of createReadStream(file, { highWaterMark: 1 << 20 })) await this.write(part)
    this.entries.push(entry)
  }

  /** Writes the directory and closes the file. */
  async finish(): Promise<void> {
    const start = this.offset
    for (const entry of this.entries) await this.write(directoryRecord(entry))
    await this.write(endRecords(this.entries.length, start, this.offset - start))
    await this.handle.close()
  }

  /** Closes the file, which is then no valid archive. */
  async cancel(): Promise<void> {
    await this.handle.close().catch(() => {})
  }

  private async write(bytes: Uint8Array): Promise<void> {
    let done = 0
    while (done < bytes.length) {
      done += (await this.handle.write(bytes, done, bytes.length - done, this.offset + done)).bytesWritten
    }
    this.offset += bytes.length
  }
}

/** Flag bit 11: names are UTF-8. */
const UTF8_NAMES = 0x0800

function localHeader({ name, crc, bytes }: Entry): Uint8Array {
  const header = new Uint8Array(30 + name.length)
  const view = new DataView(header.buffer)
  view.setUint32(0, 0x04034b50, true)
  view.setUint16(4, 20, true)
  view.setUint16(6, UTF8_NAMES, true)
  view.setUint16(12, DOS_DATE, true)
  view.setUint32(14, crc, true)
  view.setUint32(18, bytes, true)
  view.setUint32(22, bytes, true)
  view.setUint16(26, name.length, true)
  header.set(name, 30)
  return header
}

function directoryRecord({ name, crc, bytes, offset }: Entry): Uint8Array {
  const wide = offset >= MAX_32
  const record = new Uint8Array(46 + name.length + (wide ? 12 : 0))
  const view = new DataView(record.buffer)
  view.setUint32(0, 0x02014b50, true)
  view.setUint16(4, wide ? 45 : 20, true)
  view.setUint16(6, wide ? 45 : 20, true)
  view.setUint16(8, UTF8_NAMES, true)
  view.setUint16(14, DOS_DATE, true)
  view.setUint32(16, crc, true)
  view.setUint32(20, bytes, true)
  view.setUint32(24, bytes, true)
  view.setUint16(28, name.length, true)
  view.setUint16(30, wide ? 12 : 0, true)
  view.setUint32(42, wide ? MAX_32 : offset, true)
  record.set(name, 46)
  if (wide) {
    view.setUint16(46 + name.length, 1, true)
    view.setUint16(48 + name.length, 8, true)
    view.setBigUint64(50 + name.length, BigInt(offset), true)
  }
  return record
}

function endRecords(count: number, start: number, bytes: number): Uint8Array {
  const wide = count >= MAX_16 || start >= MAX_32 || bytes >= MAX_32
  const records = new Uint8Array(wide ? 56 + 20 + 22 : 22)
  const view = new DataView(records.buffer)
  if (wide) {
    view.setUint32(0, 0x06064b50, true)
    view.setBigUint64(4, 44n, true)
    view.setUint16(12, 45, true)
    view.setUint16(14, 45, true)
    view.setBigUint64(24, BigInt(count), true)
    view.setBigUint64(32, BigInt(count), true)
    view.setBigUint64(40, BigInt(bytes), true)
    view.setBigUint64(48, BigInt(start), true)
    view.setUint32(56, 0x07064b50, true)
    view.setBigUint64(64, BigInt(start + bytes), true)
    view.setUint32(72, 1, true)
  }
  const end = wide ? 76 : 0
  view.setUint32(end, 0x06054b50, true)
  view.setUint16(end + 8, Math.min(count, MAX_16), true)
  view.setUint16(end + 10, Math.min(count, MAX_16), true)
  view.setUint32(end + 12, Math.min(bytes, MAX_32), true)
  view.setUint32(end + 16, Math.min(start, MAX_32), true)
  return records
}
