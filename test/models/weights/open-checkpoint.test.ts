import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { MemorySource } from '../../../models/weights/byte-source'
import { openCheckpoint, openSource } from '../../../models/weights/open-checkpoint'
import type { TensorType } from '../../../models/weights/tensor'
import { tempFolder } from '../../support/engine'
import { float32 } from '../../support/media'
import {
  Call,
  Dict,
  Instance,
  inMemory,
  PickleWriter,
  rawSafetensors,
  Saved,
  type Storage,
  safetensorsFile,
  type TorchFileOptions,
  torchFile,
  type Value,
  writeBytes,
  writeSparse,
} from '../../support/torch-file'

const open = (bytes: Uint8Array, part?: string) =>
  openSource(new MemorySource('/weights/net', bytes), { part })
const openSaved = (value: Value, opts?: TorchFileOptions) => open(inMemory(torchFile(value, opts)))
const floats = (bytes: Uint8Array) => [...new Float32Array(bytes.slice().buffer)]
const storage = (key: string, ...values: number[]): Storage => ({
  key,
  dtype: 'float32',
  elements: values.length,
  data: float32(...values),
})
const small = new Saved(storage('0', 1, 2, 3, 4, 5, 6), [2, 3])

const failure = (work: () => unknown): { code: string; message: string; hint: string } => {
  try {
    work()
  } catch (error) {
    return error as { code: string; message: string; hint: string }
  }
  throw new Error('nothing was refused')
}

describe('a safetensors file', () => {
  const entry = (shape: number[], from: number, to: number, dtype = 'F32') =>
    JSON.stringify({ dtype, shape, data_offsets: [from, to] })

  it('is listed with types, shapes and places, and its tensors can be read', async () => {
    const file = safetensorsFile(
      {
        'a.weight': { dtype: 'float32', shape: [2, 2], data: float32(1, 2, 3, 4) },
        'a.bias': { dtype: 'float16', shape: [1], data: Uint8Array.of(0, 60) },
        empty: { dtype: 'int64', shape: [0, 3] },
      },
      { format: 'pt' },
    )
    const checkpoint = open(inMemory(file))
    expect([...checkpoint.tensors.keys()]).toEqual(['a.weight', 'a.bias', 'empty'])
    expect(checkpoint.tensors.get('a.bias')).toMatchObject({ dtype: 'float16', shape: [1], bytes: 2 })
    expect(checkpoint.tensors.get('a.weight')!.offset % 64).toBe(0)
    expect(checkpoint.metadata).toEqual({ format: 'pt' })
    expect(floats(await checkpoint.read('a.weight'))).toEqual([1, 2, 3, 4])
    await expect(checkpoint.read('a')).rejects.toMatchObject({ code: 'weights/missing' })
  })

  it.each([
    ['overlapping tensors', `{"a":${entry([2], 0, 8)},"b":${entry([2], 4, 12)}}`, 12, 'b overlaps a'],
    ['a gap', `{"a":${entry([1], 0, 4)},"b":${entry([1], 8, 12)}}`, 12, '4 bytes between a and b'],
    ['a tensor behind the end', `{"a":${entry([4], 0, 16)}}`, 8, 'a ends 8 bytes behind the end'],
    ['bytes behind the last tensor', `{"a":${entry([1], 0, 4)}}`, 9, '5 bytes at its end'],
    [
      'a length that is not its shape’s',
      `{"a":${entry([3], 0, 8)}}`,
      8,
      'a [3] of F32 takes 12 bytes, but has 8',
    ],
    ['an impossible shape', `{"a":${entry([-1], 0, 4)}}`, 4, 'a has an impossible shape'],
    ['a shape above all memory', `{"a":${entry([2 ** 40, 2 ** 40], 0, 4)}}`, 4, 'impossible shape'],
    ['an end before its begin', `{"a":${entry([0], 4, 0)}}`, 4, 'impossible shape'],
    ['an unknown type', `{"a":${entry([4], 0, 4, 'F8_E4M3')}}`, 4, 'a is of type F8_E4M3'],
    ['a type out of the prototype', `{"a":${entry([4], 0, 4, 'constructor')}}`, 4, 'of type constructor'],
    ['a name twice', `{"a":${entry([1], 0, 4)},"\\u0061":${entry([1], 4, 8)}}`, 8, 'names a twice'],
    ['an entry without a place', '{"a":{"dtype":"F32","shape":[1]}}', 4, 'a lacks dtype, shape'],
    ['metadata that is no text', '{"__metadata__":{"a":1}}', 0, 'is not the JSON of a safetensors file'],
    ['a header that is no JSON', '{"a":', 0, 'is not the JSON of a safetensors file'],
    ['a header of a million lists', `{"a":{"shape":[${'[],'.repeat(1_000_000)}1]}}`, 0, 'is not the JSON'],
    ['a header nested without end', `{"a":${'['.repeat(100_000)}`, 0, 'is not the JSON'],
  ])('with %s is refused', (_, header, bytes, says) => {
    expect(failure(() => open(rawSafetensors(header, bytes))).message).toContain(says)
  })

  it('with a header of a gigabyte is refused before it is read', () => {
    const bytes = rawSafetensors('{}')
    bytes[3] = 64
    expect(failure(() => open(bytes)).message).toContain('1073741826 bytes long')
  })

  it('may call a tensor __proto__, and nothing else changes by that', () => {
    const checkpoint = open(
      rawSafetensors(`{"__metadata__":{"__proto__":"x"},"__proto__":${entry([1], 0, 4)}}`, 4),
    )
    expect([...checkpoint.tensors.keys()]).toEqual(['__proto__'])
    expect(Object.keys(checkpoint.metadata)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['dtype']).toBeUndefined()
  })
})

describe('a safetensors file in parts', () => {
  const parts = (map: Record<string, string>, extra: Record<string, unknown> = {}) => {
    const folder = tempFolder()
    const one = { dtype: 'float32', shape: [1], data: float32(1) } as const
    const two = { dtype: 'float32', shape: [1], data: float32(2) } as const
    writeSparse(path.join(folder, 'model-1.safetensors'), safetensorsFile({ a: one }))
    writeSparse(path.join(folder, 'model-2.safetensors'), safetensorsFile({ b: two }))
    const index = path.join(folder, 'model.safetensors.index.json')
    writeBytes(index, Buffer.from(JSON.stringify({ metadata: { total_size: 8 }, weight_map: map, ...extra })))
    return index
  }

  it('is one checkpoint', async () => {
    const index = parts({ a: 'model-1.safetensors', b: 'model-2.safetensors' })
    const checkpoint = await openCheckpoint(index)
    expect([...checkpoint.tensors.keys()]).toEqual(['a', 'b'])
    expect(floats(await checkpoint.read('b'))).toEqual([2])
    expect(path.basename(checkpoint.tensors.get('b')!.file)).toBe('model-2.safetensors')
    expect(checkpoint.metadata).toEqual({ total_size: 8 })
    checkpoint.close()
  })

  it.each([
    [
      'a missing part',
      { a: 'model-1.safetensors', b: 'model-3.safetensors' },
      'model-3.safetensors is missing',
    ],
    [
      'a name that is not in its part',
      { a: 'model-2.safetensors', b: 'model-2.safetensors' },
      'a is not in model-2',
    ],
    [
      'a part with a name the index lacks',
      { a: 'model-1.safetensors', c: 'model-2.safetensors' },
      'c is not in',
    ],
    [
      'a part in another folder',
      { a: '../model-1.safetensors' },
      '../model-1.safetensors is no name of a part',
    ],
    ['a part that is an index', { a: 'model.safetensors.index.json' }, 'is no name of a part'],
  ])('with %s is refused', async (_, map, says) => {
    await expect(openCheckpoint(parts(map as Record<string, string>))).rejects.toThrow(says)
  })
})

describe('a PyTorch checkpoint', () => {
  it.each([2, 3, 4, 5] as const)('of pickle protocol %i is read', async (protocol) => {
    const state = new Dict(
      { weight: small, bias: new Saved(storage('1', 7), [1], { parameter: true }) },
      { ordered: true },
    )
    const checkpoint = openSaved(state, { protocol, extra: { byteorder: 'little' } })
    expect([...checkpoint.tensors.keys()]).toEqual(['weight', 'bias'])
    expect(checkpoint.tensors.get('weight')).toMatchObject({ dtype: 'float32', shape: [2, 3], bytes: 24 })
    expect(checkpoint.tensors.get('weight')!.offset % 64).toBe(0)
    expect(floats(await checkpoint.read('weight'))).toEqual([1, 2, 3, 4, 5, 6])
    expect(floats(await checkpoint.read('bias'))).toEqual([7])
  })

  it('has tensors that share a storage, with offsets and strides', async () => {
    const shared = storage('0', 1, 2, 3, 4, 5, 6)
    const checkpoint = openSaved(
      new Dict({
        whole: new Saved(shared, [2, 3]),
        transposed: new Saved(shared, [3, 2], { strides: [1, 3] }),
        column: new Saved(shared, [2], { first: 1, strides: [3] }),
        row: new Saved(shared, [1, 3], { first: 3, strides: [99, 1] }),
        repeated: new Saved(shared, [2, 2], { first: 4, strides: [0, 1] }),
        scalar: new Saved(shared, [], { first: 5 }),
      }),
    )
    expect(floats(await checkpoint.read('transposed'))).toEqual([1, 4, 2, 5, 3, 6])
    expect(floats(await checkpoint.read('column'))).toEqual([2, 5])
    expect(floats(await checkpoint.read('row'))).toEqual([4, 5, 6])
    expect(floats(await checkpoint.read('repeated'))).toEqual([5, 6, 5, 6])
    expect(floats(await checkpoint.read('scalar'))).toEqual([6])
    expect(checkpoint.tensors.get('row')!.strides).toBeUndefined()
    expect(checkpoint.tensors.get('column')!.strides).toEqual([3])
    const { offset, file } = checkpoint.tensors.get('whole')!
    expect(checkpoint.tensors.get('row')).toMatchObject({ offset: offset + 12, file })
  })

  it.each<[TensorType, number]>([
    ['float64', 8],
    ['float16', 2],
    ['bfloat16', 2],
    ['int64', 8],
    ['int32', 4],
    ['int16', 2],
    ['int8', 1],
    ['uint8', 1],
    ['bool', 1],
  ])('may hold %s', async (dtype, width) => {
    const data = Uint8Array.from({ length: 3 * width }, (_, i) => i)
    const checkpoint = openSaved(new Dict({ x: new Saved({ key: '0', dtype, elements: 3, data }, [3]) }))
    expect(checkpoint.tensors.get('x')).toMatchObject({ dtype, bytes: 3 * width })
    expect(await checkpoint.read('x')).toEqual(data)
  })

  it('of training is read from the average that inference uses, or from the part asked for', () => {
    const named = (name: string) => new Dict({ [name]: small }, { ordered: true })
    const bytes = inMemory(
      torchFile(
        new Dict({
          model_state_dict: named('current'),
          ema_state_dict: named('average'),
          optimizer_state_dict: new Dict({ state: new Dict([[0, small]]) }),
          epoch: 3400,
        }),
      ),
    )
    expect([...open(bytes).tensors.keys()]).toEqual(['average'])
    expect([...open(bytes, 'model_state_dict').tensors.keys()]).toEqual(['current'])
    expect(open(bytes).metadata).toEqual({ epoch: 3400 })
    expect(failure(() => open(bytes, 'epoch')).hint).toContain('model_state_dict, ema_state_dict')
  })

  it('with settings beside its tensors gives them as plain data', () => {
    const cfg = new Dict({
      layers: 24,
      rate: 0.5,
      big: 2n ** 70n,
      debt: -(2n ** 65n),
      norm: false,
      conv: '[(512,10,5)]',
      list: [1, -70_000],
      none: null,
    })
    const { metadata, tensors } = openSaved(new Dict({ cfg, model: new Dict({ mask_emb: small }) }))
    expect(metadata['cfg']).toEqual({
      layers: 24,
      rate: 0.5,
      big: 2n ** 70n,
      debt: -(2n ** 65n),
      norm: false,
      conv: '[(512,10,5)]',
      list: [1, -70_000],
      none: null,
    })
    expect([...tensors.keys()]).toEqual(['mask_emb'])
  })

  it('loses the prefix of training on several processes when all its names have it', () => {
    const names = (...keys: string[]) => [
      ...openSaved(new Dict(Object.fromEntries(keys.map((key) => [key, small])))).tensors.keys(),
    ]
    expect(names('module.a', 'module.b')).toEqual(['a', 'b'])
    expect(names('module.a', 'b')).toEqual(['module.a', 'b'])
  })

  it('may carry the version that PyTorch hangs on state dicts, and dicts in dicts', () => {
    const attributes = new Dict({ _metadata: new Dict({ '': new Dict({ version: 1 }) }, { ordered: true }) })
    const nested = new Dict({ net: new Dict({ a: small }, { ordered: true, attributes }) })
    expect([...openSaved(nested).tensors.keys()]).toEqual(['net.a'])
  })

  it('may keep the object that normalised the training data: it is described, and never made', () => {
    const scaler = new Instance('dataset.scaler', 'MinMaxScaler', new Dict({ data_min_: small, clip: true }))
    const numbers = new Call('numpy.core.multiarray', '_reconstruct', ['x'])
    const normalizer = new Instance('dataset.preprocess', 'Normalizer', new Dict({ scaler, numbers }))
    const saved = new Dict({ ema_state_dict: new Dict({ a: small }), normalizer })
    for (const protocol of [2, 4] as const) {
      const { tensors, metadata } = openSaved(saved, { protocol })
      expect([...tensors.keys()]).toEqual(['a'])
      expect(metadata).toEqual({})
    }
  })

  it.each([
    [
      'beside the tensors',
      (object: Value) => new Dict({ ema_state_dict: new Dict({ a: small }), scaler: object }),
    ],
    ['among them', (object: Value) => new Dict({ a: small, b: object })],
    ['in a list of settings', (object: Value) => new Dict({ a: small, cfg: [1, [object]] })],
    ['in place of everything', (object: Value) => object],
    [
      'both there and as what nobody reads',
      (object: Value) => new Dict({ normalizer: object, cfg: [object], a: small }),
    ],
  ])('with an object of another class %s is refused by name', (_, place) => {
    const object = new Instance('some.where', 'Thing', new Dict({ x: 1 }))
    const { code, message } = failure(() => openSaved(place(object)))
    expect({ code, names: message.includes('some.where.Thing') }).toEqual({
      code: 'weights/refused',
      names: true,
    })
  })

  const globals: [string, Value, string][] = [
    ['os.system', new Call('os', 'system', ['true']), 'os.system'],
    ['builtins.eval', new Call('builtins', 'eval', ['1']), 'builtins.eval'],
    [
      'torch._utils._rebuild_tensor_v3',
      new Call('torch._utils', '_rebuild_tensor_v3', []),
      '_rebuild_tensor_v3',
    ],
    ['a name out of the prototype', new Call('', 'constructor', []), 'constructor'],
    ['a call of a storage', new Call('torch', 'FloatStorage', [1]), 'a call of torch.FloatStorage'],
  ]
  it.each(globals)('that asks for %s is refused by name', (_, call, name) => {
    for (const protocol of [2, 4] as const) {
      const { code, message, hint } = failure(() => openSaved(new Dict({ a: call }), { protocol }))
      expect({
        code,
        names: message.includes(name),
        says: hint.includes('nothing was executed') || hint.includes('Nothing was executed'),
      }).toEqual({ code: 'weights/refused', names: true, says: true })
    }
  })

  const pickles: [string, number[], string][] = [
    ['opcode NEWOBJ', [0x80, 2, 0x29, 0x29, 0x81], 'opcode NEWOBJ'],
    ['opcode INST', [0x80, 2, 0x28, 0x69], 'opcode INST'],
    ['opcode EXT1', [0x80, 2, 0x82, 1], 'opcode EXT1'],
    ['an unknown opcode', [0x80, 2, 0xff], 'unknown opcode 0xff'],
    ['attributes of a list', [0x80, 2, 0x5d, 0x7d, 0x62], 'opcode BUILD'],
    ['an empty stack', [0x80, 2, 0x2e], 'empty stack'],
    ['a value below its mark', [0x80, 2, 0x4e, 0x28, 0x85], 'empty stack'],
    ['a cut-off text', [0x80, 2, 0x58, 9, 0, 0, 0, 65], 'cut off'],
    ['a text of 4 GB', [0x80, 2, 0x58, 255, 255, 255, 255], 'more than 1048576 bytes in a text'],
    ['a number of 2 GB', [0x80, 2, 0x8b, 255, 255, 255, 127], 'bytes in a number'],
    ['a value it never kept', [0x80, 2, 0x68, 7], 'never kept'],
    ['protocol 1', [0x80, 1], 'pickle protocol 1'],
    ['marks without end', [0x80, 2, ...new Array(2000).fill(0x28)], 'open marks'],
    ['half a million lists', [0x80, 2, ...new Array(500_000).fill(0x5d)], 'lists, tuples and dicts'],
    ['a list of itself', [0x80, 2, 0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e], 'no table of tensors'],
    ['a dict of itself', [0x80, 2, 0x7d, 0x71, 0, 0x4b, 1, 0x68, 0, 0x73, 0x2e], 'nested deeper than 16'],
  ]
  it.each(pickles)('whose pickle has %s is refused', (_, bytes, says) => {
    expect(failure(() => openSaved(null, { pickle: Uint8Array.from(bytes) })).message).toContain(says)
  })

  it('whose dicts multiply each other is refused in time', () => {
    // Each of 16 levels has the one below it 200 times.
    const level = (n: number): number[] => [0x7d, 0x71, n, 0x28]
    const bytes = [0x80, 2, 0x7d, 0x71, 0]
    for (let n = 1; n < 16; n++) {
      bytes.push(...level(n))
      for (let key = 0; key < 200; key++) bytes.push(0x4b, key, 0x68, n - 1)
      bytes.push(0x75)
    }
    bytes.push(0x2e)
    expect(failure(() => openSaved(null, { pickle: Uint8Array.from(bytes) })).message).toContain(
      'more than 1000000',
    )
  })

  const tensors: [string, Saved, string][] = [
    ['reaches beyond its storage', new Saved(storage('0', 1, 2), [3]), 'reaches element 3'],
    ['starts beyond it', new Saved(storage('0', 1, 2), [1], { first: 2 }), 'reaches element 3'],
    ['strides beyond it', new Saved(storage('0', 1, 2), [2], { strides: [2] }), 'reaches element 3'],
    [
      'has a negative stride',
      new Saved(storage('0', 1, 2), [2], { first: 1, strides: [-1] }),
      'impossible strides',
    ],
    [
      'has a shape above all memory',
      new Saved(storage('0', 1), [2 ** 40, 2 ** 40], { strides: [0, 0] }),
      'impossible shape',
    ],
    [
      'repeats one number 10¹² times',
      new Saved(storage('0', 1), [10 ** 12], { strides: [0] }),
      'repeats a storage',
    ],
    [
      'has a storage that is too short',
      new Saved({ ...storage('0', 1), elements: 1, data: new Uint8Array(0) }, [1]),
      'has 0 of its 4',
    ],
  ]
  it.each(tensors)('with a tensor that %s is refused', (_, tensor, says) => {
    const file = torchFile(new Dict({ a: tensor }))
    // An entry is as long as its data in this one case.
    const bytes = tensor.storage.data?.length === 0 ? withoutStorage(tensor) : inMemory(file)
    expect(failure(() => open(bytes)).message).toContain(says)
  })

  function withoutStorage(tensor: Saved): Uint8Array {
    const pickle = new PickleWriter().write(new Dict({ a: tensor }))
    const empty = new Saved({ ...tensor.storage, elements: 0 }, [0])
    return inMemory(torchFile(new Dict({ a: empty }), { pickle }))
  }

  it('that is big-endian, TorchScript, compressed or without a storage is refused with advice', () => {
    const state = new Dict({ a: small })
    expect(failure(() => openSaved(state, { extra: { byteorder: 'big' } })).code).toBe('weights/byte-order')
    expect(failure(() => openSaved(state, { extra: { 'constants.pkl': '' } })).code).toBe(
      'weights/torchscript',
    )
    const pickle = new PickleWriter().write(state)
    expect(failure(() => openSaved(null, { pickle })).message).toContain('storage 0 is missing')
    const bytes = inMemory(torchFile(state))
    const directory = Buffer.from(bytes).indexOf('PK\x01\x02', 0, 'latin1')
    bytes[directory + 10] = 8
    expect(failure(() => open(bytes)).code).toBe('weights/compressed')
  })
})

describe('a file that is no checkpoint', () => {
  it.each([
    [
      'of PyTorch before 1.6',
      Buffer.from([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46]),
      'weights/legacy',
      'torch.save',
    ],
    ['that is empty', Buffer.alloc(0), 'weights/not-a-checkpoint', 'Download'],
    [
      'that only points to it',
      Buffer.from('version https://git-lfs.github.com/spec/v1\n'),
      'weights/not-a-checkpoint',
      'git lfs pull',
    ],
    ['that is a web page', Buffer.from('<!DOCTYPE html>'), 'weights/not-a-checkpoint', 'login'],
    ['of something else', Buffer.from('RIFF1234WAVE'), 'weights/not-a-checkpoint', '.safetensors'],
  ])('%s is refused with advice', (_, bytes, code, advice) => {
    const refusal = failure(() => open(bytes))
    expect(refusal.code).toBe(code)
    expect(refusal.hint).toContain(advice)
  })

  it('and one that is not there or a folder is said to be that', async () => {
    await expect(openCheckpoint('/nowhere/net.pth')).rejects.toMatchObject({ code: 'weights/no-file' })
    await expect(openCheckpoint(tempFolder())).rejects.toMatchObject({ code: 'weights/no-file' })
  })
})

describe('a checkpoint of 7 GB', () => {
  const keys = path.resolve(import.meta.dirname, '../../../../shared/reference/keys/net.tsv')
  // The published names when they are there; else as many tensors of the same size.
  const list: [string, number[]][] = existsSync(keys)
    ? readFileSync(keys, 'utf8')
        .split('\n')
        .slice(1)
        .filter((line) => line !== '')
        .map((line) => line.split('\t'))
        .map(([key, shape]) => [key!, shape!.split('x').map(Number)])
    : Array.from({ length: 2232 }, (_, i) => [`layer.${i}.weight`, [1024, 1007]])

  const dtypeOf = (name: string): TensorType =>
    /^(reference_unet|pose_guider)/.test(name) ? 'float16' : 'float32'

  it.each(['safetensors', 'pth'])('as %s is listed within a second and a few megabytes', async (kind) => {
    const file = path.join(tempFolder(), `net.${kind}`)
    const content =
      kind === 'pth'
        ? torchFile(
            new Dict(
              list.map(([name, shape], i): [string, Saved] => {
                const elements = shape.reduce((a, b) => a * b, 1)
                return [name, new Saved({ key: String(i), dtype: dtypeOf(name), elements }, shape)]
              }),
              { ordered: true },
            ),
          )
        : safetensorsFile(new Map(list.map(([name, shape]) => [name, { dtype: dtypeOf(name), shape }])))
    expect(content.bytes).toBeGreaterThan(6.8e9)
    writeSparse(file, content)
    const memory = process.memoryUsage()
    const started = performance.now()
    const checkpoint = await openCheckpoint(file)
    const took = performance.now() - started
    const after = process.memoryUsage()
    const grown = after.heapUsed + after.arrayBuffers - memory.heapUsed - memory.arrayBuffers
    console.log(
      `${kind}: ${checkpoint.tensors.size} tensors of ${(content.bytes / 1e9).toFixed(2)} GB in ${took.toFixed(0)} ms, ${(grown / 2 ** 20).toFixed(1)} MB`,
    )
    expect([...checkpoint.tensors.keys()]).toEqual(list.map(([name]) => name))
    expect(await checkpoint.read(list.at(-1)![0])).toHaveLength(
      checkpoint.tensors.get(list.at(-1)![0])!.bytes,
    )
    expect(took).toBeLessThan(1000)
    expect(grown).toBeLessThan(32 * 2 ** 20)
    checkpoint.close()
  })
})
