/** Writes the files that torch.save writes, and safetensors files, so that tests need no Python and no published weights. */
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { safetensorsHeader } from '../../models/weights/safetensors'
import { ELEMENT_BYTES, type TensorType } from '../../models/weights/tensor'
import { crc32 } from '../../nodes/lib/media/crc32'

/** Parts of a file at their places; what lies between them was never written. */
export interface Sparse {
  bytes: number
  pieces: { at: number; data: Uint8Array }[]
}

export function inMemory({ bytes, pieces }: Sparse): Uint8Array {
  const all = new Uint8Array(bytes)
  for (const { at, data } of pieces) all.set(data, at)
  return all
}

/** A file that takes room on the disk only where something was written. */
export function writeSparse(file: string, { bytes, pieces }: Sparse): void {
  const descriptor = openSync(file, 'w')
  for (const { at, data } of pieces) writeSync(descriptor, data, 0, data.length, at)
  ftruncateSync(descriptor, bytes)
  closeSync(descriptor)
}

export const writeBytes = (file: string, bytes: Uint8Array): void => writeFileSync(file, bytes)

const STORAGE_NAMES: Partial<Record<TensorType, string>> = {
  float64: 'DoubleStorage',
  float32: 'FloatStorage',
  float16: 'HalfStorage',
  bfloat16: 'BFloat16Storage',
  int64: 'LongStorage',
  int32: 'IntStorage',
  int16: 'ShortStorage',
  int8: 'CharStorage',
  uint8: 'ByteStorage',
  bool: 'BoolStorage',
}

/** Raw elements that tensors share. Without data it is a hole of a sparse file. */
export interface Storage {
  key: string
  dtype: TensorType
  elements: number
  data?: Uint8Array
}

export class Saved {
  constructor(
    readonly storage: Storage,
    readonly shape: readonly number[],
    readonly opts: { first?: number; strides?: readonly number[]; parameter?: boolean } = {},
  ) {}
}

/** An object whose class is not one that rebuilds tensors. */
export class Call {
  constructor(
    readonly module: string,
    readonly name: string,
    readonly args: readonly Value[],
  ) {}
}

/** An object of a class, with its attributes, as Python saves it. */
export class Instance {
  constructor(
    readonly module: string,
    readonly name: string,
    readonly attributes: Dict,
  ) {}
}

export class Dict {
  readonly entries: [Value, Value][]
  constructor(
    entries: Record<string, Value> | [Value, Value][],
    /** A dict, or an OrderedDict, which state dicts are; `attributes` as PyTorch hangs them on those. */
    readonly opts: { ordered?: boolean; attributes?: Dict } = {},
  ) {
    this.entries = Array.isArray(entries) ? entries : Object.entries(entries)
  }
}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Value[]
  | Saved
  | Dict
  | Call
  | Instance

/** A pickle as Python writes it: every container and text is kept in the memo and recalled when it comes again. */
export class PickleWriter {
  readonly #out: number[] = []
  readonly #memo = new Map<unknown, number>()

  constructor(readonly protocol: 2 | 3 | 4 | 5 = 2) {}

  write(value: Value): Uint8Array {
    this.#out.push(0x80, this.protocol)
    this.#value(value)
    this.#op('.')
    const body = this.#out
    if (this.protocol < 4) return Uint8Array.from(body)
    const frame = Buffer.alloc(9)
    frame[0] = 0x95
    frame.writeBigUInt64LE(BigInt(body.length - 2), 1)
    return Uint8Array.from([...body.slice(0, 2), ...frame, ...body.slice(2)])
  }

  #op(char: string): void {
    this.#out.push(char.charCodeAt(0))
  }

  #u32(value: number): void {
    this.#out.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24)
  }

  #keep(key: unknown): void {
    const index = this.#memo.size
    this.#memo.set(key, index)
    if (this.protocol >= 4) this.#out.push(0x94)
    else if (index < 256) this.#out.push(0x71, index)
    else this.#out.push(0x72) && this.#u32(index)
  }

  #recalled(key: unknown): boolean {
    const index = this.#memo.get(key)
    if (index === undefined) return false
    if (index < 256) this.#out.push(0x68, index)
    else this.#out.push(0x6a) && this.#u32(index)
    return true
  }

  #value(value: Value): void {
    if (value === null) this.#op('N')
    else if (typeof value === 'boolean') this.#out.push(value ? 0x88 : 0x89)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'bigint') this.#long(value)
    else if (typeof value === 'string') this.#text(value)
    else if (value instanceof Saved) this.#tensor(value)
    else if (value instanceof Dict) this.#dict(value)
    else if (value instanceof Instance) {
      this.#global(value.module, value.name)
      this.#op(')')
      this.#out.push(0x81)
      this.#keep(value)
      this.#dict(value.attributes)
      this.#op('b')
    } else if (value instanceof Call) {
      this.#global(value.module, value.name)
      this.#tuple(value.args)
      this.#op('R')
    } else {
      this.#op(']')
      this.#keep(value)
      this.#op('(')
      for (const item of value) this.#value(item)
      this.#op('e')
    }
  }

  #number(value: number): void {
    if (!Number.isInteger(value)) {
      const bytes = Buffer.alloc(8)
      bytes.writeDoubleBE(value)
      this.#op('G')
      this.#out.push(...bytes)
    } else if (value >= 0 && value < 256) this.#out.push(0x4b, value)
    else if (value >= 0 && value < 65_536) this.#out.push(0x4d, value & 255, value >>> 8)
    else if (value >= -(2 ** 31) && value < 2 ** 31) {
      this.#op('J')
      this.#u32(value >>> 0)
    } else this.#long(BigInt(value))
  }

  #long(value: bigint): void {
    const bytes: number[] = []
    for (let rest = value, i = 0; i < 12; i++, rest >>= 8n) bytes.push(Number(rest & 255n))
    this.#out.push(0x8a, bytes.length, ...bytes)
  }

  #text(value: string): void {
    if (this.#recalled(value)) return
    const bytes = new TextEncoder().encode(value)
    if (this.protocol >= 4 && bytes.length < 256) this.#out.push(0x8c, bytes.length)
    else {
      this.#op('X')
      this.#u32(bytes.length)
    }
    for (const byte of bytes) this.#out.push(byte)
    this.#keep(value)
  }

  #global(module: string, name: string): void {
    if (this.#recalled(`\0${module}.${name}`)) return
    if (this.protocol >= 4) {
      this.#text(module)
      this.#text(name)
      this.#out.push(0x93)
    } else this.#out.push(...Buffer.from(`c${module}\n${name}\n`))
    this.#keep(`\0${module}.${name}`)
  }

  #tuple(items: readonly Value[]): void {
    if (items.length === 0) return this.#op(')')
    if (items.length > 3) this.#op('(')
    for (const item of items) this.#value(item)
    if (items.length > 3) this.#op('t')
    else this.#out.push(0x84 + items.length)
    this.#keep({})
  }

  #dict({ entries, opts }: Dict): void {
    if (opts.ordered) {
      this.#global('collections', 'OrderedDict')
      this.#op(')')
      this.#op('R')
    } else this.#op('}')
    this.#keep({})
    this.#op('(')
    for (const [key, value] of entries) {
      this.#value(key)
      this.#value(value)
    }
    this.#op('u')
    if (!opts.attributes) return
    this.#dict(opts.attributes)
    this.#op('b')
  }

  #tensor({ storage, shape, opts }: Saved): void {
    if (opts.parameter) {
      this.#global('torch._utils', '_rebuild_parameter')
      this.#op('(')
      this.#tensor(new Saved(storage, shape, { ...opts, parameter: false }))
      this.#value(true)
      this.#dict(new Dict({}, { ordered: true }))
      this.#op('t')
      this.#op('R')
      return
    }
    this.#global('torch._utils', '_rebuild_tensor_v2')
    this.#op('(')
    this.#op('(')
    this.#text('storage')
    this.#global('torch', STORAGE_NAMES[storage.dtype]!)
    this.#text(storage.key)
    this.#text('cpu')
    this.#number(storage.elements)
    this.#op('t')
    this.#keep({})
    this.#op('Q')
    this.#number(opts.first ?? 0)
    this.#tuple(shape)
    this.#tuple(opts.strides ?? denseStrides(shape))
    this.#value(false)
    this.#dict(new Dict({}, { ordered: true }))
    this.#op('t')
    this.#keep({})
    this.#op('R')
    this.#keep({})
  }
}

export const denseStrides = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))

function storagesOf(value: Value, found = new Map<string, Storage>()): Map<string, Storage> {
  if (value instanceof Saved) found.set(value.storage.key, value.storage)
  else if (value instanceof Instance) storagesOf(value.attributes, found)
  else if (value instanceof Dict) for (const [, item] of value.entries) storagesOf(item, found)
  else if (Array.isArray(value)) for (const item of value) storagesOf(item, found)
  return found
}

export interface TorchFileOptions {
  protocol?: 2 | 3 | 4 | 5
  /** Entries beside the pickle and its storages; `byteorder` is one of newer versions. */
  extra?: Record<string, string>
  pickle?: Uint8Array
}

/** What torch.save(value, file) writes: bytes of every entry start at a multiple of 64. */
export function torchFile(value: Value, { protocol, extra = {}, pickle }: TorchFileOptions = {}): Sparse {
  const entries = new Map<string, { bytes: number; data?: Uint8Array }>()
  const add = (name: string, data: Uint8Array) => entries.set(`archive/${name}`, { bytes: data.length, data })
  add('data.pkl', pickle ?? new PickleWriter(protocol).write(value))
  for (const [name, text] of Object.entries(extra)) add(name, Buffer.from(text))
  for (const { key, dtype, elements, data } of storagesOf(value).values()) {
    entries.set(`archive/data/${key}`, { bytes: elements * ELEMENT_BYTES[dtype], data })
  }
  add('version', Buffer.from('3\n'))
  return zipOf(entries)
}

/** A zip of stored entries; sizes and places above 4 GB as 64-bit fields. */
export function zipOf(entries: ReadonlyMap<string, { bytes: number; data?: Uint8Array }>): Sparse {
  const pieces: Sparse['pieces'] = []
  const directory: Buffer[] = []
  const wide = (value: number) => Math.min(value, 0xffffffff)
  let at = 0
  for (const [name, { bytes, data }] of entries) {
    const padding = (64 - ((at + 30 + name.length + 4) % 64)) % 64
    const local = Buffer.alloc(30 + name.length + 4 + padding)
    local.write('PK\x03\x04', 'latin1')
    local.writeUInt32LE(data ? crc32(data) : 0, 14)
    local.writeUInt32LE(wide(bytes), 18)
    local.writeUInt32LE(wide(bytes), 22)
    local.writeUInt16LE(name.length, 26)
    local.writeUInt16LE(4 + padding, 28)
    local.write(`${name}FB`, 30, 'latin1')
    local.writeUInt16LE(padding, 30 + name.length + 2)
    const wides = [...(bytes > 0xfffffffe ? [bytes, bytes] : []), ...(at > 0xfffffffe ? [at] : [])]
    const extra = Buffer.alloc(wides.length === 0 ? 0 : 4 + 8 * wides.length)
    if (wides.length > 0) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(8 * wides.length, 2)
      wides.forEach((value, i) => void extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i))
    }
    const record = Buffer.alloc(46)
    record.write('PK\x01\x02', 'latin1')
    local.copy(record, 16, 14, 28)
    record.writeUInt16LE(extra.length, 30)
    record.writeUInt32LE(wide(at), 42)
    directory.push(record, Buffer.from(name, 'latin1'), extra)
    pieces.push({ at, data: local })
    if (data) pieces.push({ at: at + local.length, data })
    at += local.length + bytes
  }
  const list = Buffer.concat(directory)
  const large = at > 0xfffffffe
  const end64 = Buffer.alloc(large ? 76 : 0)
  if (large) {
    end64.write('PK\x06\x06', 'latin1')
    end64.writeBigUInt64LE(BigInt(entries.size), 32)
    end64.writeBigUInt64LE(BigInt(list.length), 40)
    end64.writeBigUInt64LE(BigInt(at), 48)
    end64.write('PK\x06\x07', 56, 'latin1')
    end64.writeBigUInt64LE(BigInt(at + list.length), 64)
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.size, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(wide(at), 16)
  const tail = Buffer.concat([list, end64, end])
  pieces.push({ at, data: tail })
  return { bytes: at + tail.length, pieces }
}

export interface PlainTensor {
  dtype: TensorType
  shape: readonly number[]
  data?: Uint8Array
}

/** A safetensors file; tensors without data are holes. */
export function safetensorsFile(
  tensors: Record<string, PlainTensor> | ReadonlyMap<string, PlainTensor>,
  metadata: Record<string, string> = {},
): Sparse {
  const list = (tensors instanceof Map ? [...tensors] : Object.entries(tensors)) as [string, PlainTensor][]
  const sized = list.map(([name, tensor]) => {
    const bytes = tensor.shape.reduce((a, b) => a * b, ELEMENT_BYTES[tensor.dtype])
    return [name, { ...tensor, bytes }] as const
  })
  const header = safetensorsHeader(sized, metadata)
  const pieces: Sparse['pieces'] = [{ at: 0, data: header }]
  let at = header.length
  for (const [, { bytes, data }] of sized) {
    if (data) pieces.push({ at, data })
    at += bytes
  }
  return { bytes: at, pieces }
}

/** A safetensors file with this header, whatever it says. */
export function rawSafetensors(header: string, dataBytes = 0): Uint8Array {
  const json = Buffer.from(header)
  const all = new Uint8Array(8 + json.length + dataBytes)
  new DataView(all.buffer).setBigUint64(0, BigInt(json.length), true)
  all.set(json, 8)
  return all
}
