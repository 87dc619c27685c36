import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { crc32 } from '../../nodes/lib/media/crc32'
import { tempFolder } from './engine'

export interface DeflatedEntry {
  name: string
  data: Uint8Array
  /** What the archive says its size is; the truth by default. */
  saysBytes?: number
}

/** Our own writer stores; strangers compress, and lie. */
export function deflatedZip(entries: readonly DeflatedEntry[]): string {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, saysBytes = data.length } of entries) {
    const packed = deflateRawSync(data)
    // From "version needed" to the length of the name, the two headers are the same.
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(8, 4)
    shared.writeUInt32LE(crc32(data), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(saysBytes, 18)
    shared.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), shared, tail, Buffer.from(name)]))
    parts.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  const file = path.join(tempFolder(), 'deflated.zip')
  writeFileSync(file, Buffer.concat([...parts, ...directory, end]))
  return file
}
