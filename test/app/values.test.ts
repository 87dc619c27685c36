import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { ByteCache } from '../../app/_lib/values/byte-cache'
import { coverage, decodeVideoChunk, maskOverlay, shrinkFor, toRgba } from '../../app/_lib/values/decode'
import { DecodePool } from '../../app/_lib/values/decode-pool'
import type { WorkerReply, WorkerRequest } from '../../app/_lib/values/decode-tasks'
import { isCompressed, partName } from '../../nodes/core/stored-layout'
import { chunkCount, chunkRange, type MaskValue, type VideoValue } from '../../nodes/core/values'
import { BlobStore } from '../../server/storage/blobs'
import { saveValue } from '../../server/storage/values'

const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-values-'))
const store = new BlobStore(path.join(folder, 'blobs'))
afterAll(() => rmSync(folder, { recursive: true }))

const noSignal = { signal: new AbortController().signal, parallel: 2 }

type Blobs = Record<string, { sha256: string }>
/** What the browser gets for a blob: its bytes, decompressed where `br=1` is asked for. */
const fetched = (blobs: Blobs, part: string, br: boolean): Uint8Array => {
  const bytes = readFileSync(store.pathOf(blobs[part].sha256))
  return new Uint8Array(br ? brotliDecompressSync(bytes) : bytes)
}

const size = fc.record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })

describe('values that the server stored are read in the browser', () => {
  it('video frames come back exactly, whatever their number', async () => {
    const cases = fc.asyncProperty(
      size,
      fc.integer({ min: 1, max: 19 }),
      fc.infiniteStream(fc.nat(255)),
      check,
    )
    await fc.assert(cases, { numRuns: 40 })

    async function check(size: { width: number; height: number }, frames: number, noise: Iterable<number>) {
      const frameBytes = size.width * size.height * 3
      const source = noise[Symbol.iterator]()
      const pixels = Uint8Array.from({ length: frames * frameBytes }, () => source.next().value as number)
      const chunkOf = (index: number) => {
        const { start, end } = chunkRange(index, frames)
        return pixels.slice(start * frameBytes, end * frameBytes)
      }
      const video: VideoValue = { ...size, fps: 25, frames, chunk: async (index) => chunkOf(index) }
      const ref = await saveValue(store, 'video', video, noSignal)
      if (!('blobs' in ref)) throw new Error('a video is stored in blobs')
      for (let index = 0; index < chunkCount(frames); index++) {
        const stored = fetched(ref.blobs, partName.videoChunk(index), isCompressed('video'))
        expect(decodeVideoChunk(stored, size)).toEqual(chunkOf(index))
      }
    }
  })

  it('mask planes come back exactly, region by region', async () => {
    const cases = fc.asyncProperty(size, fc.integer({ min: 1, max: 12 }), async (size, frames) => {
      const pixels = size.width * size.height
      const plane = (region: string, index: number) => {
        const { start, end } = chunkRange(index, frames)
        return new Uint8Array((end - start) * pixels).fill(region === 'face' ? 200 - index : 40 + index)
      }
      const regions = ['face', 'hat']
      const mask: MaskValue = { ...size, fps: 25, frames, regions, chunk: async (r, i) => plane(r, i) }
      const ref = await saveValue(store, 'mask', mask, noSignal)
      if (!('blobs' in ref)) throw new Error('a mask is stored in blobs')
      for (const [r, region] of regions.entries()) {
        for (let index = 0; index < chunkCount(frames); index++) {
          const bytes = fetched(ref.blobs, partName.maskChunk(r, index), isCompressed('mask'))
          expect(bytes).toEqual(plane(region, index))
        }
      }
    })
    await fc.assert(cases, { numRuns: 20 })
  })

  it('poses and sound are plain floats', async () => {
    const data = Float32Array.from({ length: 402 }, (_, i) => i / 7)
    const pose = await saveValue(store, 'pose', { fps: 25, width: 8, height: 8, frames: 1, data }, noSignal)
    const audio = await saveValue(store, 'audio', { sampleRate: 16_000, channels: [data, data] }, noSignal)
    if (!('blobs' in pose && 'blobs' in audio)) throw new Error('both are stored in blobs')
    for (const bytes of [
      fetched(pose.blobs, partName.whole, isCompressed('pose')),
      fetched(audio.blobs, partName.channel(1), isCompressed('audio')),
    ]) {
      expect(new Float32Array(bytes.buffer)).toEqual(data)
    }
  })
})

describe('pictures for cards', () => {
  it('shrinking takes the mean of whole blocks', () => {
    const grey = Uint8Array.from([0, 0, 0, 10, 10, 10, 20, 20, 20, 30, 30, 30]) // 2 × 2
    expect([...toRgba(grey, { width: 2, height: 2 }, 3, 2)]).toEqual([15, 15, 15, 255])
    expect(shrinkFor(512, 208)).toBe(2)
    expect(shrinkFor(100, 208)).toBe(1)
  })

  it('a region is filled at half strength inside an opaque outline, and transparent outside', () => {
    const plane = new Uint8Array(49)
    for (let y = 1; y < 6; y++) plane.fill(255, y * 7 + 1, y * 7 + 6)
    const picture = maskOverlay([plane], [{ red: 10, green: 20, blue: 30 }], { width: 7, height: 7 })
    const alpha = (x: number, y: number) => picture[4 * (y * 7 + x) + 3]
    expect([alpha(0, 0), alpha(1, 3), alpha(3, 3)]).toEqual([0, 242, 128])
  })

  it('coverage is the share of the picture', () => {
    expect(coverage(Uint8Array.from([255, 0, 0, 0, 255, 255, 0, 0]), { width: 2, height: 2 })).toEqual([
      0.25, 0.5,
    ])
  })
})

describe('the cache of decoded values', () => {
  it('decodes a value once, and lets the least recently used go under its budget', async () => {
    const gone: unknown[] = []
    const cache = new ByteCache(25, (value) => gone.push(value))
    let made = 0
    const get = (key: string) =>
      cache.get(
        key,
        async () => `${key}${++made}`,
        () => 10,
      )
    await Promise.all([get('a'), get('a'), get('b')])
    cache.peek('a')
    await get('c')
    expect(gone).toEqual(['b2'])
    expect(cache.bytes).toBe(20)
    expect(cache.peek('a')).toBe('a1')
  })

  it('tries again after a failure', async () => {
    const cache = new ByteCache(25)
    const fail = () =>
      cache.get<string>(
        'a',
        () => Promise.reject(new Error('away')),
        () => 1,
      )
    await expect(fail()).rejects.toThrow('away')
    expect(
      await cache.get(
        'a',
        async () => 'here',
        () => 1,
      ),
    ).toBe('here')
  })
})

describe('the pool of decoding workers', () => {
  /** A worker that answers when told to. */
  function pool() {
    const asked: WorkerRequest[] = []
    const worker = {
      postMessage: (message: WorkerRequest) => void asked.push(message),
      onmessage: null as ((event: MessageEvent<WorkerReply>) => void) | null,
      onerror: null as ((event: ErrorEvent) => void) | null,
      terminate: () => {},
    }
    const answer = (id: number) =>
      worker.onmessage?.({ data: { id, value: `value ${id}` } } as MessageEvent<WorkerReply>)
    const fail = (message: string) => worker.onerror?.({ message, preventDefault() {} } as ErrorEvent)
    return { pool: new DecodePool(1, () => worker), asked, answer, fail }
  }

  it('gives the most wanted task to the next free worker and drops what nobody wants', async () => {
    const { pool: decoding, asked, answer } = pool()
    const first = decoding.run('bytes', { url: '/1' })
    const dropped = decoding.run('bytes', { url: '/2' }, { priority: () => -1 })
    void decoding.run('bytes', { url: '/3' }, { priority: () => 1 })
    void decoding.run('bytes', { url: '/4' }, { priority: () => 5 })
    answer(1)
    expect(await first).toBe('value 1')
    await expect(dropped).rejects.toThrow('No longer wanted')
    expect(asked.map((request) => request.id)).toEqual([1, 4])
  })

  it('fails the task of a worker that cannot be loaded, and starts another for the next', async () => {
    const { pool: decoding, asked, answer, fail } = pool()
    const lost = decoding.run('bytes', { url: '/1' })
    const next = decoding.run('bytes', { url: '/2' })
    fail('script away')
    await expect(lost).rejects.toThrow('The page could not load a part of itself: script away.')
    expect(asked.map((request) => request.id)).toEqual([1, 2])
    answer(2)
    expect(await next).toBe('value 2')
  })

  it('tells the worker when a running task is aborted', () => {
    const { pool: decoding, asked } = pool()
    const abort = new AbortController()
    decoding.run('bytes', { url: '/1' }, { signal: abort.signal }).catch(() => {})
    abort.abort()
    expect(asked.at(-1)).toEqual({ id: 1, abort: true })
  })
})
