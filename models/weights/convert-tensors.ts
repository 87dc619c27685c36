import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { ModelError } from '../errors'
import { freeOnDisk, fullDisk } from '../full-disk'
import { gigabytes } from '../gigabytes'
import type { StopSignal } from '../stop-signal'
import { convertFloats, type FloatType, isFloat } from './float-conversion'
import { type Checkpoint, openCheckpoint } from './open-checkpoint'
import { safetensorsHeader } from './safetensors'
import { countElements, ELEMENT_BYTES, quoted, type Tensor, type TensorType } from './tensor'

export interface ConvertOptions {
  /** Floats become this; other types stay. */
  dtype: FloatType
  /** Where copies are kept. */
  folder: string
  /** Which tensors, by name; by default all. */
  names?: readonly string[]
  signal?: StopSignal
  /** Bytes of the copy. */
  onProgress?: (done: number, total: number) => void
  /** Bytes that may be written into the folder; asks the file system by default. */
  freeBytes?: (folder: string) => Promise<number>
}

/** Part of a tensor that is in memory at a time; a multiple of every element's width. */
const PIECE_BYTES = 16 * 2 ** 20
/** Left free on the disk. */
const SPARE_BYTES = 256 * 2 ** 20
/** Part of the copy's name: bump when the same tensors would be written otherwise. */
const VERSION = 1

interface Copy {
  name: string
  from: Tensor
  dtype: TensorType
  shape: readonly number[]
  bytes: number
}

/**
 * A copy of the tensors in one float type, contiguous and with every element at a multiple of its width, as a
 * safetensors file in the folder. It is written once: its name follows from the files (size, time of change, and what
 * their heads say), so a checkpoint that changes gets another one and one that is moved does not. A float that does not
 * fit the type stops the copy, with the tensor's name.
 */
export async function convertTensors(checkpoint: Checkpoint, options: ConvertOptions): Promise<Checkpoint> {
  const copies = planCopies(checkpoint, options)
  const file = path.join(options.folder, `${await keyOf(copies, options.dtype)}.safetensors`)
  const kept = await openKept(file)
  if (kept) return kept

  const header = safetensorsHeader(copies.map((copy) => [copy.name, copy] as const))
  const total = copies.reduce((sum, { bytes }) => sum + bytes, 0)
  await mkdir(options.folder, { recursive: true })
  await checkRoom(options, header.length + total)
  const partial = `${file}.${process.pid}.${Date.now().toString(36)}.partial`
  try {
    await writeCopies(partial, header, checkpoint, copies, total, options)
    await rename(partial, file)
  } catch (cause) {
    await rm(partial, { force: true })
    const { folder } = options
    throw (
      (await fullDisk(cause, { code: 'weights/no-room', folder, while: 'weights were converted into' })) ??
      cause
    )
  }
  return openCheckpoint(file)
}

function planCopies({ tensors }: Checkpoint, { names = [...tensors.keys()], dtype }: ConvertOptions): Copy[] {
  const copies = names.map((name): Copy => {
    const from = tensors.get(name)
    if (!from) {
      throw new ModelError('weights/missing', `The checkpoint has no tensor ${quoted(name)} to convert.`)
    }
    const type = isFloat(from.dtype) ? dtype : from.dtype
    const bytes = countElements(from.shape)! * ELEMENT_BYTES[type]
    return { name, from, dtype: type, shape: from.shape, bytes }
  })
  // Wide elements first: then each tensor starts at a multiple of its own width.
  return copies.sort((a, b) => ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype])
}

async function keyOf(copies: readonly Copy[], dtype: FloatType): Promise<string> {
  const files = [...new Set(copies.map(({ from }) => from.file))]
  const stats = await Promise.all(files.map((file) => stat(file)))
  const places = copies.map(({ name, from }) => [
    name,
    from.dtype,
    from.shape,
    from.strides ?? null,
    from.offset,
    files.indexOf(from.file),
  ])
  const content = [VERSION, dtype, stats.map(({ size, mtimeMs }) => [size, mtimeMs]), places]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32)
}

/** A finished copy; one that cannot be read (the disk lost something) is made again. */
async function openKept(file: string): Promise<Checkpoint | undefined> {
  try {
    return await openCheckpoint(file)
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    if (error.code !== 'weights/no-file') await rm(file, { force: true })
    return undefined
  }
}

async function checkRoom({ folder, freeBytes = freeOnDisk }: ConvertOptions, needed: number): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= needed + SPARE_BYTES) return
  throw new ModelError(
    'weights/no-room',
    `The converted weights take ${gigabytes(needed)}, and ${gigabytes(free)} are free in ${folder}.`,
    { hint: 'Free some space, or choose a data folder on another disk.' },
  )
}

async function writeCopies(
  file: string,
  header: Uint8Array,
  checkpoint: Checkpoint,
  copies: readonly Copy[],
  total: number,
  { signal, onProgress }: ConvertOptions,
): Promise<void> {
  const out = await open(file, 'wx')
  try {
    await out.writeFile(header)
    let done = 0
    for (const copy of copies) {
      for await (const piece of piecesOf(checkpoint, copy)) {
        signal?.throwIfAborted()
        await out.writeFile(piece)
        done += piece.length
        onProgress?.(done, total)
      }
    }
    await out.sync()
  } finally {
    await out.close()
  }
}

/** The converted bytes of a tensor. A tensor with strides is gathered whole; others pass in pieces. */
async function* piecesOf(checkpoint: Checkpoint, { name, from, dtype }: Copy): AsyncGenerator<Uint8Array> {
  let first = 0
  const convert = (bytes: Uint8Array): Uint8Array => {
    if (!isFloat(from.dtype)) return bytes
    const made = convertFloats(bytes, from.dtype, dtype as FloatType)
    if (made.overflow >= 0) throw tooLarge(name, from, first + made.overflow, dtype)
    first += bytes.length / ELEMENT_BYTES[from.dtype]
    return made.bytes
  }
  if (from.strides) {
    yield convert(await checkpoint.read(name))
    return
  }
  for (let at = 0; at < from.bytes; at += PIECE_BYTES) {
    const length = Math.min(PIECE_BYTES, from.bytes - at)
    yield convert(await checkpoint.readBytes(from.file, from.offset + at, length))
  }
}

const tooLarge = (name: string, from: Tensor, element: number, dtype: TensorType) =>
  new ModelError(
    'weights/overflow',
    `${quoted(name)}: element ${element} (${from.dtype}) is too large for ${dtype}.`,
    {
      hint: 'Convert to float32 instead.',
    },
  )

/** Removes what conversions of processes that were killed left behind. */
export async function removePartialCopies(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const left = names.filter((name) => {
    const writer = /\.(\d+)\.[^.]+\.partial$/.exec(name)?.[1]
    return writer !== undefined && !isRunning(Number(writer))
  })
  await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
