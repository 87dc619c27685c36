import path from 'node:path'
import { ModelError } from '../errors'
import { type ByteSource, FileSource } from './byte-source'
import { duplicateKey, listSafetensors, MAX_HEADER_BYTES } from './safetensors'
import { checkName, damaged, ELEMENT_BYTES, type Listing, quoted, type Tensor } from './tensor'
import { listTorchZip, type TorchOptions } from './torch-zip'

/** One array of bytes holds no more. */
const MAX_READ_BYTES = 2 ** 32 - 1
const MAX_SHARDS = 1000

/** The tensors of a file, or of a file in parts, under their names. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** What else the file says as plain data: settings (`cfg`), `__metadata__`, the epoch. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** The elements of a tensor one after another in the order of its shape, little-endian. */
  read(name: string): Promise<Uint8Array>
  /** Raw bytes out of one of its files. */
  readBytes(file: string, offset: number, length: number): Promise<Uint8Array>
  close(): void
}

/**
 * Lists the tensors of a .safetensors file, a PyTorch checkpoint (.pth, .pt, .bin, .ckpt), or the .index.json of one in
 * parts. What kind a file is, its content says. Reads heads only, never a tensor, and executes nothing.
 */
export async function openCheckpoint(file: string, options: TorchOptions = {}): Promise<Checkpoint> {
  if (file.endsWith('.index.json')) return openShards(file, options)
  return openSource(new FileSource(file), options)
}

/** The same of a file whose bytes come from elsewhere; closes it when it cannot be read. */
export function openSource(source: ByteSource, options: TorchOptions = {}): Checkpoint {
  try {
    return new OpenCheckpoint(list(source, options), new Map([[source.file, source]]))
  } catch (error) {
    source.close()
    throw error
  }
}

class OpenCheckpoint implements Checkpoint {
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly metadata: Readonly<Record<string, unknown>>
  readonly #sources: ReadonlyMap<string, ByteSource>

  constructor(listing: Listing, sources: ReadonlyMap<string, ByteSource>) {
    this.tensors = listing.tensors
    this.metadata = listing.metadata
    this.#sources = sources
  }

  async read(name: string): Promise<Uint8Array> {
    const tensor = this.tensors.get(name)
    if (!tensor) {
      throw new ModelError('weights/missing', `The checkpoint has no tensor ${quoted(name)}.`, {
        hint: `It has ${this.tensors.size} tensors under other names.`,
      })
    }
    if (tensor.bytes > MAX_READ_BYTES) {
      throw new ModelError(
        'weights/too-large',
        `${quoted(name)} has ${tensor.bytes} bytes, too many to hold at once.`,
        {
          hint: 'Use it in place, or read it by parts.',
        },
      )
    }
    if (!tensor.strides) return this.readBytes(tensor.file, tensor.offset, tensor.bytes)
    const width = ELEMENT_BYTES[tensor.dtype]
    const span = tensor.shape.reduce((sum, size, axis) => sum + (size - 1) * tensor.strides![axis]!, 1)
    return gather(
      await this.readBytes(tensor.file, tensor.offset, span * width),
      tensor.shape,
      tensor.strides,
      width,
    )
  }

  async readBytes(file: string, offset: number, length: number): Promise<Uint8Array> {
    const source = this.#sources.get(file)
    if (!source) throw new ModelError('weights/no-file', `${file} is no file of this checkpoint.`)
    return source.read(offset, length)
  }

  close(): void {
    for (const source of this.#sources.values()) source.close()
  }
}

/** The elements (`width` bytes each) of a tensor with strides, in the order of its shape. */
function gather(
  from: Uint8Array,
  shape: readonly number[],
  strides: readonly number[],
  width: number,
): Uint8Array {
  const into = new Uint8Array(shape.reduce((product, size) => product * size, width))
  const index = shape.map(() => 0)
  let element = 0
  for (let at = 0; at < into.length; at += width) {
    for (let b = 0; b < width; b++) into[at + b] = from[element * width + b]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      element += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      element -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return into
}

function list(source: ByteSource, options: TorchOptions): Listing {
  const start = source.head(0, Math.min(source.bytes, 512))
  const text = new TextDecoder('latin1').decode(start)
  if (text.startsWith('PK\x03\x04')) return listTorchZip(source, options)
  if (text[8] === '{') return listSafetensors(source)
  throw notACheckpoint(source.name, source.bytes, text)
}

function notACheckpoint(name: string, bytes: number, text: string): ModelError {
  const refuse = (code: 'legacy' | 'not-a-checkpoint', what: string, hint: string) =>
    new ModelError(`weights/${code}`, `${name} ${what}.`, { hint })
  // Before 1.6, torch.save wrote pickles one after another; before 0.1.10, tar archives.
  if (text[0] === '\x80' || text.slice(257, 262) === 'ustar') {
    return refuse(
      'legacy',
      'was saved in the format of PyTorch before 1.6, which is not read',
      'With a PyTorch that trusts it: torch.save(torch.load(file), other) writes today’s format.',
    )
  }
  if (bytes === 0) return refuse('not-a-checkpoint', 'is empty', 'Download it again.')
  if (text.startsWith('version https://git-lfs')) {
    return refuse(
      'not-a-checkpoint',
      'only points to the weights (Git LFS)',
      'Fetch the file itself: git lfs pull.',
    )
  }
  if (/^\s*</.test(text)) {
    return refuse(
      'not-a-checkpoint',
      'is a web page, not weights',
      'The download needs a login or another address.',
    )
  }
  return refuse(
    'not-a-checkpoint',
    'is neither a safetensors file nor a PyTorch checkpoint',
    'Checkpoints are .safetensors, .pth, .pt, .bin or .ckpt files, or the .index.json of one in parts.',
  )
}

async function openShards(file: string, options: TorchOptions): Promise<Checkpoint> {
  const { weightMap, metadata } = readIndex(file)
  const shards = new Map<string, Checkpoint>()
  try {
    for (const shard of new Set(weightMap.values())) {
      if (shards.size >= MAX_SHARDS) throw damaged(file, `it names more than ${MAX_SHARDS} files`)
      shards.set(shard, await openShard(file, shard, options))
    }
    const tensors = new Map<string, Tensor>()
    for (const [name, shard] of weightMap) {
      const tensor = shards.get(shard)!.tensors.get(name)
      if (!tensor) throw mismatch(file, `${quoted(name)} is not in ${shard}, where the index says it is`)
      tensors.set(name, tensor)
    }
    for (const [shard, { tensors: found }] of shards) {
      for (const name of found.keys()) {
        if (weightMap.get(name) !== shard)
          throw mismatch(file, `${shard} has ${quoted(name)}, of which the index says nothing`)
      }
    }
    return {
      tensors,
      metadata,
      read: (name) => (shards.get(weightMap.get(name) ?? '') ?? [...shards.values()][0]!).read(name),
      readBytes: (from, offset, length) => {
        const shard = [...shards.values()].find((each) => owns(each, from)) ?? [...shards.values()][0]!
        return shard.readBytes(from, offset, length)
      },
      close: () => shards.forEach((shard) => void shard.close()),
    }
  } catch (error) {
    shards.forEach((shard) => void shard.close())
    throw error
  }
}

const owns = (shard: Checkpoint, file: string) => shard.tensors.values().next().value?.file === file

async function openShard(index: string, shard: string, options: TorchOptions): Promise<Checkpoint> {
  try {
    return await openCheckpoint(path.join(path.dirname(index), shard), options)
  } catch (error) {
    if (!(error instanceof ModelError) || error.code !== 'weights/no-file') throw error
    throw new ModelError(
      'weights/missing-shard',
      `${shard} is missing, which ${path.basename(index)} names.`,
      {
        hint: 'Put all parts of the checkpoint into one folder.',
        cause: error,
      },
    )
  }
}

function readIndex(file: string): { weightMap: Map<string, string>; metadata: Record<string, unknown> } {
  const source = new FileSource(file)
  try {
    if (source.bytes > MAX_HEADER_BYTES)
      throw damaged(source.name, `it has ${source.bytes} bytes, too many for an index`)
    const text = new TextDecoder('utf-8', { fatal: true }).decode(source.head(0, source.bytes))
    const twice = duplicateKey(text)
    if (twice !== undefined) throw damaged(source.name, `it names ${quoted(twice)} twice`)
    const { weight_map: map, metadata } = JSON.parse(text)
    const weightMap = new Map(Object.entries(map as Record<string, unknown>)) as Map<string, string>
    if (weightMap.size === 0) throw new Error('empty')
    for (const [name, shard] of weightMap) {
      checkName(source.name, name)
      // A part lies beside its index: no path may lead elsewhere, and no index may name an index.
      if (typeof shard === 'string' && /^[\w.-]+\.(safetensors|bin|pth?|ckpt)$/.test(shard)) continue
      throw damaged(source.name, `${quoted(String(shard))} is no name of a part beside it`)
    }
    return { weightMap, metadata: Object.assign(Object.create(null), metadata) }
  } catch (cause) {
    if (cause instanceof ModelError) throw cause
    throw damaged(source.name, 'it is not the index of a checkpoint in parts', cause)
  } finally {
    source.close()
  }
}

const mismatch = (file: string, what: string) =>
  new ModelError('weights/shard-mismatch', `${path.basename(file)}: ${what}.`, {
    hint: 'Index and parts are of different versions; download them together.',
  })
