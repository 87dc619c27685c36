import { StudioError } from '../../core/errors'

/** Longest header that is read; real ones have 118 bytes. */
const MAX_HEADER_BYTES = 64 * 1024

export interface NpyHeader {
  shape: number[]
  bytesPerValue: 4 | 8
  littleEndian: boolean
  /** Where the values start. */
  offset: number
}

const notNpy = (problem: string, hint: string): StudioError =>
  new StudioError('pose/npy', `The .npy file cannot be read: ${problem}.`, { hint })

const SAVE_AGAIN = 'Save it again with numpy.save(path, array.astype("float32")).'

/** Whether a file starts like one of `numpy.save`. */
export const isNpy = (bytes: Uint8Array): boolean =>
  [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte)

/**
 * Reads and checks the header of a NumPy array file (versions 1, 2, 3 of "NEP 1, A Simple File Format for NumPy
 * Arrays"): float32 or float64 of either byte order, in C order. Nothing of the file is ever executed or unpickled.
 */
export function readNpyHeader(bytes: Uint8Array): NpyHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = bytes[6]
  if (bytes.length < 12 || version < 1 || version > 3) {
    throw notNpy(`its format version is ${version ?? 'missing'}, 1 to 3 are known`, SAVE_AGAIN)
  }
  const lengthBytes = version === 1 ? 2 : 4
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = 8 + lengthBytes
  if (headerBytes > MAX_HEADER_BYTES || start + headerBytes > bytes.length) {
    throw notNpy(`its header of ${headerBytes} bytes is longer than allowed or than the file`, SAVE_AGAIN)
  }
  const header = new TextDecoder().decode(bytes.subarray(start, start + headerBytes))
  return { ...parseHeader(header), offset: start + headerBytes }
}

/** `{'descr': '<f4', 'fortran_order': False, 'shape': (80, 402), }`, keys in any order. */
function parseHeader(header: string): Omit<NpyHeader, 'offset'> {
  const descr = /'descr'\s*:\s*'([^']{1,20})'/.exec(header)?.[1]
  const type = /^([<>])f([48])$/.exec(descr ?? '')
  if (!type) {
    throw notNpy(`its values are of type ${descr ?? 'unknown'}, float32 or float64 is needed`, SAVE_AGAIN)
  }
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(header)?.[1]
  if (order !== 'False') {
    throw notNpy(
      order
        ? 'it is stored column by column (Fortran order)'
        : 'its header does not tell the order of values',
      'Save numpy.ascontiguousarray(array).',
    )
  }
  const shape = /'shape'\s*:\s*\(([\d\s,]{0,200})\)/.exec(header)?.[1]
  const sizes = shape
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (!sizes?.every((part) => /^\d{1,12}$/.test(part))) {
    throw notNpy('its header does not tell the shape', SAVE_AGAIN)
  }
  return {
    shape: sizes.map(Number),
    bytesPerValue: type[2] === '4' ? 4 : 8,
    littleEndian: type[1] === '<',
  }
}

/** A NumPy file (format version 1) of float32 numbers in C order. */
export function writeNpy(numbers: Float32Array, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const said = `{'descr': '<f4', 'fortran_order': False, 'shape': (${sizes}), }`
  const start = 10
  const header = `${said.padEnd(Math.ceil((start + said.length + 1) / 64) * 64 - start - 1)}\n` // values begin at a multiple of 64
  const bytes = new Uint8Array(start + header.length + numbers.byteLength)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >>> 8])
  bytes.set(new TextEncoder().encode(header), start)
  const view = new DataView(bytes.buffer, start + header.length)
  for (const [i, value] of numbers.entries()) view.setFloat32(4 * i, value, true)
  return bytes
}
