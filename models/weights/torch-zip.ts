import { ModelError } from '../errors'
import type { ByteSource } from './byte-source'
import {
  type PickleDict,
  PickleFunction,
  type PickleHost,
  PickleTuple,
  type PickleValue,
  readPickle,
  refusedPickle,
  Unmade,
} from './pickle'
import {
  checkName,
  countElements,
  damaged,
  ELEMENT_BYTES,
  type Listing,
  quoted,
  type Tensor,
  type TensorType,
} from './tensor'
import { dataOffset, readZipDirectory, type ZipEntry } from './zip-directory'

/**
 * Files of torch.save since PyTorch 1.6: a zip archive with a pickle (`<name>/data.pkl`) that says how tensors lie in
 * storages, and the storages (`<name>/data/<id>`), stored as they are. reference/checkpoints.md, section 4.
 */
const STORAGES: Record<string, TensorType> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
}

/** Where the tensors are when a file has more than them; the first one that is there. Inference wants the average. */
const PARTS = ['ema_state_dict', 'state_dict', 'model_state_dict', 'model']

/** 2232 tensors take 0.4 MB. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20
const MAX_DEPTH = 16
/** Values visited when tensors and settings are looked for, so that lists of lists of one list end. */
const MAX_VISITS = 1_000_000
const MAX_SETTINGS = 10_000
/** An expanded tensor (stride 0) may be larger than its storage, by no more than this. */
const MAX_EXPANDED_BYTES = 64 * 2 ** 20

class Storage {
  #offset: number | undefined

  constructor(
    readonly source: ByteSource,
    readonly entry: ZipEntry,
    readonly type: PickleFunction,
    readonly elements: number,
  ) {}

  get dtype(): TensorType {
    return STORAGES[this.type.name]!
  }

  get offset(): number {
    this.#offset ??= dataOffset(this.source, this.entry)
    return this.#offset
  }
}

class SavedTensor {
  constructor(
    readonly storage: Storage,
    readonly first: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

export interface TorchOptions {
  /** Which of the file's entries has the tensors (`model_state_dict`); by default the one that inference uses. */
  part?: string
}

export function listTorchZip(source: ByteSource, { part }: TorchOptions = {}): Listing {
  const entries = readZipDirectory(source)
  const root = findRoot(source, entries)
  const content = (entry: ZipEntry, most: number): Uint8Array => {
    if (!entry.stored) throw compressed(source)
    if (entry.bytes > most)
      throw damaged(source.name, `${quoted(entry.name)} has ${entry.bytes} bytes (at most ${most} are read)`)
    return source.head(dataOffset(source, entry), entry.bytes)
  }
  const order = entries.get(`${root}byteorder`)
  const isBig = order && new TextDecoder().decode(content(order, 16)).trim() === 'big'
  if (isBig) {
    throw new ModelError('weights/byte-order', `${source.name} was saved on a big-endian machine.`, {
      hint: 'Load it with PyTorch and save it again on this machine.',
    })
  }
  const pickle = content(entries.get(`${root}data.pkl`)!, MAX_PICKLE_BYTES)
  const unmade = new Set<Unmade>()
  const saved = readPickle(pickle, {
    ...torchHost(source, entries, root),
    onUnmade: (object) => unmade.add(object),
  })
  if (unmade.size > 0) refuseUnlessUnread(source, saved, unmade)
  return new Finder(source).list(saved, part)
}

/**
 * Beside its tensors the published SMGA may keep the object that normalised its training data (stage1.md §16). Nobody reads
 * it; objects anywhere else are refused.
 */
const UNREAD = 'normalizer'

function refuseUnlessUnread(source: ByteSource, saved: PickleValue, unmade: ReadonlySet<Unmade>): void {
  const isTable = saved instanceof Map
  const read = isTable ? [...saved].filter(([key]) => key !== UNREAD).flat() : [saved]
  const unread = unmadeIn(isTable ? [saved.get(UNREAD) ?? null] : [])
  const elsewhere = unmadeIn(read)
  const [wrong] = [...unmade].filter((object) => elsewhere.has(object) || !unread.has(object))
  if (!wrong) return
  throw refusedPickle(
    source.name,
    quoted(wrong.name),
    'Only functions that rebuild tensors are known; nothing was executed.',
  )
}

function unmadeIn(values: PickleValue[]): Set<Unmade> {
  const found = new Set<Unmade>()
  const seen = new Set<unknown>()
  for (const queue = [...values]; queue.length > 0; ) {
    const value = queue.pop()!
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Unmade) {
      found.add(value)
      for (const part of value.parts) queue.push(part)
    } else if (value instanceof PickleTuple) for (const item of value.items) queue.push(item)
    else if (value instanceof Map) for (const entry of value) queue.push(...entry)
    else if (Array.isArray(value) || value instanceof Set) for (const item of value) queue.push(item)
  }
  return found
}

function findRoot(source: ByteSource, entries: Map<string, ZipEntry>): string {
  for (const name of entries.keys()) {
    const root = /^([^/]+\/)data\.pkl$/.exec(name)?.[1]
    if (root === undefined) continue
    if (!entries.has(`${root}constants.pkl`)) return root
    throw new ModelError(
      'weights/torchscript',
      `${source.name} is a TorchScript program, not a checkpoint.`,
      {
        hint: 'Save its state dict: torch.save(torch.jit.load(file).state_dict(), other).',
      },
    )
  }
  throw new ModelError('weights/not-a-checkpoint', `${source.name} is a zip archive without a data.pkl.`, {
    hint: 'If it holds a checkpoint, unpack it first.',
  })
}

const compressed = (source: ByteSource) =>
  new ModelError('weights/compressed', `${source.name} was compressed; PyTorch stores tensors as they are.`, {
    hint: 'Use the file as it was published, or load it with PyTorch and save it again.',
  })

function torchHost(
  source: ByteSource,
  entries: Map<string, ZipEntry>,
  root: string,
): Omit<PickleHost, 'onUnmade'> {
  const storages = new Map<string, Storage>()
  const known = new Map<string, PickleFunction>(
    [
      new PickleFunction('torch._utils._rebuild_tensor_v2', (args) => rebuildTensor(source, args)),
      new PickleFunction('torch._utils._rebuild_parameter', ([tensor, gradient, hooks]) => {
        if (tensor instanceof SavedTensor && typeof gradient === 'boolean' && hooks !== undefined)
          return tensor
        throw damaged(source.name, 'a parameter of its pickle is no tensor')
      }),
      new PickleFunction('collections.OrderedDict', (args) => {
        if (args.length === 0) return new Map()
        throw damaged(source.name, 'an OrderedDict of its pickle is made from something')
      }),
      ...Object.keys(STORAGES).map((name) => new PickleFunction(name)),
    ].map((each) => [each.name, each]),
  )
  return {
    name: source.name,
    find: (name) => known.get(name),
    persistent(id) {
      const [kind, type, key, , elements] = id instanceof PickleTuple ? id.items : []
      const isStorage =
        kind === 'storage' && type instanceof PickleFunction && Object.hasOwn(STORAGES, type.name)
      if (
        !isStorage ||
        typeof key !== 'string' ||
        typeof elements !== 'number' ||
        countElements([elements]) === undefined
      ) {
        throw damaged(source.name, 'its pickle refers to something that is no storage of a known type')
      }
      const found = storages.get(key)
      if (found) {
        if (found.type === type && found.elements === elements) return found
        throw damaged(source.name, `storage ${quoted(key)} is said to be two different ones`)
      }
      const entry = entries.get(`${root}data/${key}`)
      if (!entry) throw damaged(source.name, `storage ${quoted(key)} is missing`)
      if (!entry.stored) throw compressed(source)
      const made = new Storage(source, entry, type, elements)
      const needs = elements * ELEMENT_BYTES[made.dtype]
      if (needs > entry.bytes)
        throw damaged(source.name, `storage ${quoted(key)} has ${entry.bytes} of its ${needs} bytes`)
      storages.set(key, made)
      return made
    },
  }
}

/** storage, offset, shape, strides (in elements), requires_grad, backward hooks, and of newer versions metadata. */
function rebuildTensor(source: ByteSource, args: readonly PickleValue[]): SavedTensor {
  const [storage, first, shape, strides] = args
  if (args.length < 6 || args.length > 7 || !(storage instanceof Storage)) {
    throw damaged(source.name, 'a tensor of its pickle has no storage')
  }
  if (!(shape instanceof PickleTuple) || !(strides instanceof PickleTuple) || typeof first !== 'number') {
    throw damaged(source.name, 'a tensor of its pickle has no shape')
  }
  const sizes = shape.items as number[]
  const steps = strides.items as number[]
  const elements = countElements(sizes)
  if (elements === undefined || countElements([first]) === undefined) {
    throw damaged(source.name, 'a tensor of its pickle has an impossible shape')
  }
  if (steps.length !== sizes.length || steps.some((step) => countElements([step]) === undefined)) {
    throw damaged(source.name, 'a tensor of its pickle has impossible strides')
  }
  const last =
    elements === 0 ? first : first + sizes.reduce((sum, size, axis) => sum + (size - 1) * steps[axis]!, 1)
  const width = ELEMENT_BYTES[storage.dtype]
  if (last > storage.elements) {
    throw damaged(
      source.name,
      `a tensor reaches element ${last} of storage ${quoted(storage.entry.name)}, which has ${storage.elements}`,
    )
  }
  if (elements > storage.elements && elements * width > MAX_EXPANDED_BYTES) {
    throw damaged(source.name, `a tensor of ${elements} elements repeats a storage of ${storage.elements}`)
  }
  return new SavedTensor(storage, first, sizes, steps)
}

function isContiguous({ shape, strides }: SavedTensor): boolean {
  if (shape.includes(0)) return true
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false
    step *= shape[axis]!
  }
  return true
}

/** Takes the tensors, and the settings beside them, out of what was saved. */
class Finder {
  #visits = 0
  readonly #tensors = new Map<string, Tensor>()

  constructor(readonly source: ByteSource) {}

  list(saved: PickleValue, part: string | undefined): Listing {
    if (!(saved instanceof Map)) {
      throw new ModelError('weights/not-a-checkpoint', `${this.source.name} holds no table of tensors.`, {
        hint: 'Save a state dict: torch.save(model.state_dict(), file).',
      })
    }
    const key = part ?? PARTS.find((name) => saved.get(name) instanceof Map)
    const chosen = key === undefined ? saved : saved.get(key)
    if (!(chosen instanceof Map)) throw this.#nothing(`has no part ${quoted(key!)}`, saved)
    this.#collect(chosen, '', 0)
    if (this.#tensors.size === 0) throw this.#nothing('has no tensors', saved)

    const metadata: Record<string, unknown> = Object.create(null)
    const budget = { left: MAX_SETTINGS }
    for (const [name, value] of saved) {
      if (typeof name !== 'string' || PARTS.includes(name) || value instanceof SavedTensor) continue
      const setting = this.#setting(value, budget, 0)
      if (setting !== undefined) metadata[name] = setting
    }
    return { tensors: withoutModule(this.#tensors), metadata }
  }

  #collect(dict: PickleDict, prefix: string, depth: number): void {
    if (depth > MAX_DEPTH) throw damaged(this.source.name, `its dicts are nested deeper than ${MAX_DEPTH}`)
    for (const [key, value] of dict) {
      if (++this.#visits > MAX_VISITS)
        throw damaged(this.source.name, `its dicts have more than ${MAX_VISITS} entries`)
      if (!(value instanceof SavedTensor || value instanceof Map)) continue
      if (typeof key !== 'string' && typeof key !== 'number')
        throw damaged(this.source.name, 'a tensor has a name that is no text')
      const name = `${prefix}${key}`
      checkName(this.source.name, name)
      if (value instanceof Map) this.#collect(value, `${name}.`, depth + 1)
      else if (this.#tensors.has(name)) throw damaged(this.source.name, `it has ${quoted(name)} twice`)
      else this.#tensors.set(name, this.#place(value))
    }
  }

  #place(saved: SavedTensor): Tensor {
    const { storage, first, shape, strides } = saved
    const width = ELEMENT_BYTES[storage.dtype]
    const place = {
      dtype: storage.dtype,
      shape,
      file: this.source.file,
      offset: storage.offset + first * width,
      bytes: countElements(shape)! * width,
    }
    return isContiguous(saved) ? place : { ...place, strides }
  }

  /** Plain data of a setting; undefined when it has tensors or bytes in it, or is too large to be one. */
  #setting(value: PickleValue, budget: { left: number }, depth: number): unknown {
    if (budget.left-- <= 0 || depth > MAX_DEPTH) return undefined
    if (value === null || ['boolean', 'number', 'string', 'bigint'].includes(typeof value)) return value
    const items = value instanceof PickleTuple ? value.items : value
    if (Array.isArray(items)) {
      const made: unknown[] = []
      for (const item of items) {
        const setting = this.#setting(item, budget, depth + 1)
        if (setting === undefined) return undefined
        made.push(setting)
      }
      return made
    }
    if (!(value instanceof Map)) return undefined
    const made: Record<string, unknown> = Object.create(null)
    for (const [key, item] of value) {
      const setting = this.#setting(item, budget, depth + 1)
      if (setting === undefined) return undefined
      if (typeof key === 'string' || typeof key === 'number') made[key] = setting
    }
    return made
  }

  #nothing(what: string, saved: PickleDict): ModelError {
    const keys = [...saved.keys()]
      .slice(0, 20)
      .map((key) => quoted(typeof key === 'string' ? key : typeof key))
    return new ModelError('weights/not-a-checkpoint', `${this.source.name} ${what}.`, {
      hint: keys.length > 0 ? `It has: ${keys.join(', ')}.` : 'It is an empty table.',
    })
  }
}

/** Training on several processes puts `module.` before every name when the model is saved as it is wrapped. */
function withoutModule(tensors: Map<string, Tensor>): Map<string, Tensor> {
  const prefix = 'module.'
  for (const name of tensors.keys())
    if (!name.startsWith(prefix) || name.length === prefix.length) return tensors
  return new Map([...tensors].map(([name, tensor]) => [name.slice(prefix.length), tensor]))
}
