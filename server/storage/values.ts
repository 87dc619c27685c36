import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import type { PreparedData } from '../../nodes/core/define-node'
import { StudioError } from '../../nodes/core/errors'
import { frameDifferences, integrateFrames, partName } from '../../nodes/core/stored-layout'
import {
  type AudioValue,
  chunkCount,
  chunkRange,
  type FileValue,
  type ImageValue,
  type MaskValue,
  type Payloads,
  type PoseValue,
  type SocketType,
  type SpeechValue,
  type VideoValue,
} from '../../nodes/core/values'
import type { BlobRef, BlobStore } from './blobs'
import type { ValueRef } from './value-ref'

const compress = promisify(brotliCompress)
const decompress = promisify(brotliDecompress)

/** Quality 0 on frame differences: 84 KB a frame at 512² where raw is 786 KB, for about 2 ms a frame (measured). */
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_LGWIN]: 18 } }

export interface SaveOptions {
  signal: { throwIfAborted(): void }
  onProgress?(fraction: number): void
  /** Chunks of a lazy value asked for at once. */
  parallel: number
  /** Told about a video that others read while it is being made: first all but its chunks, then each chunk. */
  follower?: { onOpened(ref: ValueRef): void; onPart(name: string, blob: BlobRef): void }
}

type Meta = Record<string, unknown>
type Blobs = Record<string, BlobRef>
type TypedArray = Uint8Array | Uint16Array | Int32Array | Float32Array | Float64Array

const bytesOf = (array: TypedArray) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** Bytes on memory that other threads can read without a copy. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength))
  copy.set(bytes)
  return copy
}

const floats = (bytes: Uint8Array): Float32Array => {
  const copy = shared(bytes)
  return new Float32Array(copy.buffer, 0, copy.byteLength / 4)
}

/** Stores a value; lazy ones are computed here, chunk by chunk. */
export async function saveValue<T extends SocketType>(
  store: BlobStore,
  type: T,
  value: Payloads[T],
  opts: SaveOptions,
): Promise<ValueRef> {
  switch (type as SocketType) {
    case 'image': {
      const { data, ...meta } = value as ImageValue
      return { type, meta, blobs: { data: await store.write(await compress(data, FAST)) } }
    }
    case 'audio': {
      const { channels, sampleRate } = value as AudioValue
      return { type, ...(await saveAudio(store, channels, sampleRate)) }
    }
    case 'speech':
    case 'pose': {
      const { data, ...meta } = value as SpeechValue | PoseValue
      return { type, meta, blobs: { data: await store.write(bytesOf(data)) } }
    }
    case 'mask':
      return { type, ...(await saveMask(store, value as MaskValue, opts)) }
    case 'video':
      return { type, ...(await saveVideo(store, value as VideoValue, opts)) }
    case 'file': {
      const { path, ...meta } = value as FileValue
      return { type, meta, blobs: { data: await store.adopt(path, { move: true }) } }
    }
    default:
      return { type, inline: value }
  }
}

async function saveAudio(store: BlobStore, channels: Float32Array[], sampleRate: number) {
  const blobs: Blobs = {}
  for (const [i, channel] of channels.entries())
    blobs[partName.channel(i)] = await store.write(bytesOf(channel))
  return { meta: { sampleRate, channels: channels.length } as Meta, blobs }
}

async function saveMask(store: BlobStore, mask: MaskValue, opts: SaveOptions) {
  const { chunk: _, ...meta } = mask
  const parts = mask.regions.flatMap((region, r) =>
    Array.from({ length: chunkCount(mask.frames) }, (_, index) => ({
      name: partName.maskChunk(r, index),
      region,
      index,
    })),
  )
  const blobs = await saveParts(store, parts, opts, (part) => mask.chunk(part.region, part.index))
  return { meta: meta as Meta, blobs }
}

async function saveVideo(store: BlobStore, video: VideoValue, opts: SaveOptions) {
  const { chunk: _, audio, ...meta } = video
  const parts = Array.from({ length: chunkCount(video.frames) }, (_, index) => ({
    name: partName.videoChunk(index),
    index,
  }))
  const frameBytes = video.width * video.height * 3
  const sound = audio && (await saveAudio(store, audio.channels, audio.sampleRate))
  const whole = { ...meta, ...(sound && { audio: sound.meta }) } as Meta
  opts.follower?.onOpened({ type: 'video', meta: whole, blobs: { ...sound?.blobs } })
  const blobs = await saveParts(store, parts, opts, async ({ index }) => {
    const bytes = await video.chunk(index)
    const { start, end } = chunkRange(index, video.frames)
    if (bytes.length !== (end - start) * frameBytes) {
      throw new StudioError(
        'internal',
        `Chunk ${index} of a video has ${bytes.length} bytes, expected ${(end - start) * frameBytes}.`,
      )
    }
    return frameDifferences(bytes, frameBytes)
  })
  return { meta: whole, blobs: { ...blobs, ...sound?.blobs } }
}

async function saveParts<P extends { name: string }>(
  store: BlobStore,
  parts: P[],
  opts: SaveOptions,
  produce: (part: P) => Promise<Uint8Array>,
): Promise<Blobs> {
  const blobs: Blobs = {}
  let next = 0
  let done = 0
  const lane = async () => {
    while (next < parts.length) {
      opts.signal.throwIfAborted()
      const part = parts[next++]
      const blob = await store.write(await compress(await produce(part), FAST))
      blobs[part.name] = blob
      opts.follower?.onPart(part.name, blob)
      opts.onProgress?.(++done / parts.length)
    }
  }
  await Promise.all(Array.from({ length: Math.min(opts.parallel, parts.length) }, lane))
  // In the order of the parts, not of their completion: equal values have equal refs.
  return Object.fromEntries(parts.map(({ name }) => [name, blobs[name]]))
}

/**
 * Opens a stored value. Lazy values read their chunks when asked; every read is verified against its hash.
 *
 * @param partOf where the chunks of a video that is still being made come from
 */
export async function loadValue(
  store: BlobStore,
  ref: ValueRef,
  partOf?: (name: string) => Promise<BlobRef>,
): Promise<unknown> {
  if ('inline' in ref) return ref.inline
  const { type, meta, blobs } = ref
  switch (type) {
    case 'image':
      return { ...meta, data: shared(await decompress(await store.read(blobs.data))) }
    case 'audio':
      return loadAudio(store, meta, blobs)
    case 'speech':
    case 'pose':
      return { ...meta, data: floats(await store.read(blobs.data)) }
    case 'mask': {
      const regions = meta.regions as string[]
      const chunk = async (region: string, index: number) => {
        const r = regions.indexOf(region)
        if (r < 0)
          throw new StudioError('mask/no-region', `The mask has no region "${region}".`, {
            hint: `It has ${regions.join(', ')}.`,
          })
        return await decompress(await store.read(blobs[partName.maskChunk(r, index)]))
      }
      return { ...meta, chunk }
    }
    case 'video': {
      const { audio, ...rest } = meta
      const frameBytes = (meta.width as number) * (meta.height as number) * 3
      const chunk = async (index: number) => {
        const name = partName.videoChunk(index)
        const blob = blobs[name] ?? (await partOf?.(name))
        return integrateFrames(await decompress(await store.read(blob)), frameBytes)
      }
      const sound = audio ? await loadAudio(store, audio as Meta, blobs) : undefined
      return { ...rest, audio: sound, chunk }
    }
    case 'file':
      return { ...meta, path: await store.verifiedPath(blobs.data) }
    case 'prepared':
      return loadPrepared(store, meta, blobs)
    default:
      throw new StudioError('internal', `A stored ${type} cannot be opened.`)
  }
}

async function loadAudio(store: BlobStore, meta: Meta, blobs: Blobs): Promise<AudioValue> {
  const channels: Float32Array[] = []
  for (let i = 0; i < (meta.channels as number); i++)
    channels.push(floats(await store.read(blobs[partName.channel(i)])))
  return { sampleRate: meta.sampleRate as number, channels }
}

const ARRAYS = { Uint8Array, Uint16Array, Int32Array, Float32Array, Float64Array } as const

/** Stores plain data with typed arrays in it: the arrays go into one blob, the rest into the meta. */
export async function savePrepared(store: BlobStore, data: PreparedData): Promise<ValueRef> {
  const arrays: Uint8Array[] = []
  let at = 0
  const strip = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) {
      const array = value as TypedArray
      const entry = { $array: array.constructor.name, at, length: array.length }
      const padded = new Uint8Array(Math.ceil(array.byteLength / 8) * 8)
      padded.set(bytesOf(array))
      arrays.push(padded)
      at += padded.length
      return entry
    }
    if (Array.isArray(value)) return value.map(strip)
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, strip(v)]))
    }
    return value
  }
  const tree = strip(data)
  const packed = await compress(Buffer.concat(arrays), FAST)
  return { type: 'prepared', meta: { tree }, blobs: { data: await store.write(packed) } }
}

async function loadPrepared(store: BlobStore, meta: Meta, blobs: Blobs): Promise<PreparedData> {
  const buffer = shared(await decompress(await store.read(blobs.data))).buffer as ArrayBuffer
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill)
    if (typeof value !== 'object' || value === null) return value
    if ('$array' in value) {
      const { $array, at, length } = value as { $array: keyof typeof ARRAYS; at: number; length: number }
      return new ARRAYS[$array](buffer, at, length)
    }
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fill(v)]))
  }
  return fill(meta.tree) as PreparedData
}
