import { ModelError } from '../errors'
import type { ByteSource } from './byte-source'
import {
  checkName,
  countElements,
  damaged,
  ELEMENT_BYTES,
  type Listing,
  quoted,
  shapeText,
  type Tensor,
  type TensorType,
} from './tensor'

/**
 * The safetensors format: 8 bytes length, that many bytes of JSON, the elements.
 * https://huggingface.co/docs/safetensors, whose own reader is as strict: no overlap, no gap, nothing behind the end.
 */
const TYPES: Record<string, TensorType> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
}
const NAMES = new Map(Object.entries(TYPES).map(([name, dtype]) => [dtype, name]))

/** 2232 tensors take 0.3 MB; the format itself allows 100 MB, which as objects would be a gigabyte. */
export const MAX_HEADER_BYTES = 16 * 2 ** 20
/** Brackets and keys of a header; a tensor takes seven. JSON.parse would need hundreds of megabytes for more. */
const MAX_HEADER_ITEMS = 600_000

export function listSafetensors(source: ByteSource): Listing {
  const head = source.head(0, 8)
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true))
  if (length > MAX_HEADER_BYTES) {
    throw damaged(
      source.name,
      `its header says it is ${length} bytes long (at most ${MAX_HEADER_BYTES} are read)`,
    )
  }
  const header = parseHeader(source, source.head(8, length))
  const metadata: Record<string, unknown> = Object.create(null)
  const spans: { name: string; begin: number; end: number }[] = []
  const tensors = new Map<string, Tensor>()
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') Object.assign(metadata, entry)
    else {
      const { tensor, begin, end } = tensorOf(source, 8 + length, name, entry)
      tensors.set(name, tensor)
      spans.push({ name, begin, end })
    }
  }
  checkSpans(source, source.bytes - 8 - length, spans)
  return { tensors, metadata }
}

function tensorOf(source: ByteSource, base: number, name: string, entry: unknown) {
  checkName(source.name, name)
  const { dtype, shape, data_offsets: span } = (entry ?? {}) as Record<string, unknown>
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(span)) {
    throw damaged(source.name, `${quoted(name)} lacks dtype, shape or data_offsets`)
  }
  const type = Object.hasOwn(TYPES, dtype) ? TYPES[dtype] : undefined
  if (type === undefined) {
    throw new ModelError(
      'weights/unknown-type',
      `${source.name}: ${quoted(name)} is of type ${quoted(dtype)}.`,
      {
        hint: `Types that can be read: ${Object.keys(TYPES).join(', ')}.`,
      },
    )
  }
  const elements = countElements(shape)
  const [begin, end] = span
  const isPlace = span.length === 2 && span.every((at) => countElements([at]) !== undefined) && begin <= end
  if (elements === undefined || !isPlace) {
    throw damaged(source.name, `${quoted(name)} has an impossible shape or place`)
  }
  const bytes = elements * ELEMENT_BYTES[type]
  if (bytes !== end - begin) {
    throw damaged(
      source.name,
      `${quoted(name)} ${shapeText(shape)} of ${dtype} takes ${bytes} bytes, but has ${end - begin}`,
    )
  }
  const tensor: Tensor = { dtype: type, shape, file: source.file, offset: base + begin, bytes }
  return { tensor, begin: begin as number, end: end as number }
}

function checkSpans(
  source: ByteSource,
  room: number,
  spans: { name: string; begin: number; end: number }[],
): void {
  let at = 0
  let before = 'the header'
  for (const { name, begin, end } of spans.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin < at) throw damaged(source.name, `${quoted(name)} overlaps ${before}`)
    if (begin > at)
      throw damaged(
        source.name,
        `${begin - at} bytes between ${before} and ${quoted(name)} belong to nothing`,
      )
    if (end > room)
      throw damaged(source.name, `${quoted(name)} ends ${end - room} bytes behind the end of the file`)
    at = end
    before = quoted(name)
  }
  if (at < room) throw damaged(source.name, `${room - at} bytes at its end belong to no tensor`)
}

function parseHeader(source: ByteSource, bytes: Uint8Array): Record<string, unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const twice = duplicateKey(text)
    if (twice !== undefined) throw damaged(source.name, `its header names ${quoted(twice)} twice`)
    const header: unknown = JSON.parse(text)
    if (typeof header !== 'object' || header === null || Array.isArray(header))
      throw new Error('not an object')
    const metadata = (header as Record<string, unknown>)['__metadata__'] ?? {}
    if (typeof metadata !== 'object' || Object.values(metadata).some((value) => typeof value !== 'string')) {
      throw new Error('__metadata__ is not a table of strings')
    }
    return header as Record<string, unknown>
  } catch (cause) {
    if (cause instanceof ModelError) throw cause
    throw damaged(source.name, 'its header is not the JSON of a safetensors file', cause)
  }
}

/**
 * The first key that an object has twice: JSON.parse keeps the last one and says nothing. Of text that is not JSON it
 * may say anything. Throws below four levels and above a number of items that no header has.
 */
export function duplicateKey(text: string): string | undefined {
  const levels: (Set<string> | undefined)[] = []
  let items = 0
  const count = () => {
    if (++items > MAX_HEADER_ITEMS) throw new Error(`more than ${MAX_HEADER_ITEMS} brackets and keys`)
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '{' || char === '[') {
      count()
      if (levels.push(char === '{' ? new Set() : undefined) > 4) throw new Error('nested too deep')
    } else if (char === '}' || char === ']') levels.pop()
    else if (char === '"') {
      const start = i++
      while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
      let next = i + 1
      while (next < text.length && text.charCodeAt(next) <= 32) next++
      if (text[next] !== ':') continue
      count()
      const key = JSON.parse(text.slice(start, i + 1)) as string
      const keys = levels.at(-1)
      if (keys?.has(key)) return key
      keys?.add(key)
    }
  }
  return undefined
}

/** The header for tensors that follow one another in this order, padded so that elements start at a multiple of 64. */
export function safetensorsHeader(
  tensors: Iterable<readonly [string, { dtype: TensorType; shape: readonly number[]; bytes: number }]>,
  metadata: Record<string, string> = {},
): Uint8Array {
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  let at = 0
  for (const [name, { dtype, shape, bytes }] of tensors) {
    entries.push([name, { dtype: NAMES.get(dtype), shape, data_offsets: [at, at + bytes] }])
    at += bytes
  }
  // Object.fromEntries defines keys, so that even `__proto__` is an ordinary one.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const length = Math.ceil((json.length + 8) / 64) * 64 - 8
  const header = new Uint8Array(8 + length).fill(32)
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true)
  header.set(json, 8)
  return header
}
