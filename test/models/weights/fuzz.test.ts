import { describe, expect, it } from 'vitest'
import { ModelError } from '../../../models/errors'
import { MemorySource } from '../../../models/weights/byte-source'
import { openSource } from '../../../models/weights/open-checkpoint'
import { float32 } from '../../support/media'
import { random } from '../../support/random-bytes'
import {
  Dict,
  inMemory,
  PickleWriter,
  Saved,
  safetensorsFile,
  torchFile,
  type Value,
} from '../../support/torch-file'

/** 100,000 damaged files in all, from a fixed seed; `MMGT_FUZZ_SEED` chooses another. */
const seed = Number(process.env['MMGT_FUZZ_SEED'] ?? 1)

const shared = { key: '0', dtype: 'float32', elements: 6, data: float32(1, 2, 3, 4, 5, 6) } as const
const state = new Dict(
  {
    whole: new Saved(shared, [2, 3]),
    turned: new Saved(shared, [3, 2], { strides: [1, 3] }),
    parameter: new Saved({ key: '1', dtype: 'int64', elements: 1, data: new Uint8Array(8) }, [], {
      parameter: true,
    }),
  },
  { ordered: true, attributes: new Dict({ _metadata: new Dict({ '': new Dict({ version: 1 }) }) }) },
)
const saved: Value = new Dict({
  cfg: new Dict({ a: 1, b: [0.5, 'x', 2n ** 70n, null, true, -3] }),
  ema_state_dict: state,
})

/** Numbers at which counts and places go wrong. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** One to eight bits, bytes, numbers, pieces or lengths changed, the way discs, downloads and attackers do. */
function damage(bytes: Uint8Array, next: () => number, alphabet: readonly number[]): Uint8Array {
  let all = bytes.slice()
  const at = () => next() % Math.max(1, all.length)
  for (let times = 1 + (next() % 8); times > 0 && all.length > 0; times--) {
    const from = at()
    switch (next() % 8) {
      case 0:
        all[from] = all[from]! ^ (1 << (next() % 8))
        break
      case 1:
        all[from] = next()
        break
      case 2:
        all[from] = alphabet[next() % alphabet.length]!
        break
      case 3: {
        const value = EDGES[next() % EDGES.length]!
        for (let i = 0; i < 4 && from + i < all.length; i++) all[from + i] = value >>> (8 * i)
        break
      }
      case 4:
        all.copyWithin(from, at(), at())
        break
      case 5: {
        const length = 1 + (next() % 16)
        all = Uint8Array.from([...all.subarray(0, from), ...all.subarray(from + length)])
        break
      }
      case 6: {
        const piece = all.slice(at()).subarray(0, next() % 32)
        all = Uint8Array.from([...all.subarray(0, from), ...piece, ...all.subarray(from)])
        break
      }
      default:
        if (next() % 4 === 0) all = all.slice(0, from)
    }
  }
  return all
}

interface Tally {
  read: number
  refused: Map<string, number>
  slowest: number
}

/** Opens a file, and reads what it lists: a value, or an error that says what is wrong with the file. */
async function attempt(bytes: Uint8Array, tally: Tally): Promise<void> {
  const started = performance.now()
  try {
    const checkpoint = openSource(new MemorySource('/weights/net', bytes))
    for (const [name, tensor] of checkpoint.tensors) {
      expect((await checkpoint.read(name)).length).toBe(tensor.bytes)
    }
    tally.read++
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    tally.refused.set(error.code, (tally.refused.get(error.code) ?? 0) + 1)
  }
  tally.slowest = Math.max(tally.slowest, performance.now() - started)
}

const opcodes = [...'.(0N2JKMGXCBTU)t]lae}dsuhjqrcRbQ'].map((char) => char.charCodeAt(0))
const newer = [
  0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x90, 0x91, 0x93, 0x94, 0x95,
]
const json = [...'{}[]",:0123456789\\eE.-_'].map((char) => char.charCodeAt(0))

const torch = inMemory(torchFile(saved, { extra: { byteorder: 'little' } }))
const tensors = inMemory(
  safetensorsFile(
    {
      a: { dtype: 'float32', shape: [2, 2], data: float32(1, 2, 3, 4) },
      'b.c': { dtype: 'int64', shape: [], data: new Uint8Array(8) },
      __proto__x: { dtype: 'bfloat16', shape: [1, 0, 5] },
    },
    { format: 'pt' },
  ),
)
const pickles = ([2, 4] as const).map((protocol) => new PickleWriter(protocol).write(saved))

/** The pickle in a whole archive again, so that damage to it is not found by the archive. */
const withPickle = (pickle: Uint8Array) => inMemory(torchFile(saved, { pickle }))

const kinds: [string, number, (next: () => number) => Uint8Array][] = [
  ['safetensors files', 30_000, (next) => damage(tensors, next, json)],
  ['zip archives', 30_000, (next) => damage(torch, next, [0x50, 0x4b, 1, 2, 3, 4, 5, 6])],
  [
    'pickles in whole archives',
    35_000,
    (next) => withPickle(damage(pickles[next() % 2]!, next, [...opcodes, ...newer])),
  ],
  [
    'pickles of random opcodes',
    5000,
    (next) => {
      const codes = [...opcodes, ...newer]
      const body = Array.from({ length: next() % 200 }, () =>
        next() % 3 === 0 ? next() % 256 : codes[next() % codes.length]!,
      )
      return withPickle(Uint8Array.from([0x80, 2, ...body]))
    },
  ],
]

describe('damaged checkpoints', () => {
  it.each(kinds)(
    '%s, %i of them, are read or refused, and none crashes, hangs or fills the memory',
    async (kind, count, make) => {
      const next = random(seed)
      const tally: Tally = { read: 0, refused: new Map(), slowest: 0 }
      const started = performance.now()
      const before = process.memoryUsage().rss
      for (let i = 0; i < count; i++) await attempt(make(next), tally)
      const seconds = (performance.now() - started) / 1000
      const grown = process.memoryUsage().rss - before
      console.log(
        `${count} ${kind} in ${seconds.toFixed(1)} s: ${tally.read} read, ` +
          `${[...tally.refused].map(([code, n]) => `${n} ${code}`).join(', ')}; slowest ${tally.slowest.toFixed(0)} ms, ` +
          `memory ${(grown / 2 ** 20).toFixed(0)} MB more`,
      )
      expect(tally.refused.size).toBeGreaterThan(0)
      expect(tally.slowest).toBeLessThan(2000)
      expect(grown).toBeLessThan(400 * 2 ** 20)
    },
  )
})
