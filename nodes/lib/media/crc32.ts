/** CRC-32 of ISO 3309 (polynomial 0xEDB88320 reflected), four bytes at a time; `zlib.crc32` needs Node 20.15. */
const TABLES = makeTables()

function makeTables(): Uint32Array[] {
  const tables = Array.from({ length: 4 }, () => new Uint32Array(256))
  for (let n = 0; n < 256; n++) {
    let c = n
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
    tables[0][n] = c >>> 0
  }
  for (let n = 0; n < 256; n++) {
    for (let k = 1; k < 4; k++)
      tables[k][n] = (tables[0][tables[k - 1][n] & 255] ^ (tables[k - 1][n] >>> 8)) >>> 0
  }
  return tables
}

/** @param before the sum of the bytes that precede, to continue it @returns the sum, an unsigned 32-bit number */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3] = TABLES
  let c = ~before
  let i = 0
  for (const end = bytes.length - 3; i < end; i += 4) {
    c ^= bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24)
    c = t3[c & 255] ^ t2[(c >>> 8) & 255] ^ t1[(c >>> 16) & 255] ^ t0[c >>> 24]
  }
  for (; i < bytes.length; i++) c = t0[(c ^ bytes[i]) & 255] ^ (c >>> 8)
  return ~c >>> 0
}
