import { partName } from '../../../nodes/core/stored-layout'
import type { ValueRef } from '../../../nodes/core/value-ref'
import { chunkCount, chunkRange, FRAMES_PER_CHUNK } from '../../../nodes/core/values'
import { type RegionColour, shrinkFor } from './decode'
import { decodePool } from './decode-pool'
import { bitmapBytes, decoded } from './decoded'
import { artifactUrl, type LoadOptions, untilAborted } from './load-values'
import { regionColour } from './region-colours'
import { hashOf, storedAs } from './stored-value'

/** A chunk nobody asked for in this time is not decoded any more. */
const FORGET_MS = 1_500

export interface FrameReader {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly frames: number
  /** The frame if it is decoded. */
  peek(frame: number): ImageBitmap | undefined
  /**
   * Asks for a frame and `ahead` chunks after it. `onChange` is called when one of them has come, when it was dropped
   * because nobody had asked for a while (ask again), and with what went wrong.
   */
  want(frame: number, ahead: number, onChange?: (error?: unknown) => void): void
  frame(frame: number, options?: { signal?: AbortSignal }): Promise<ImageBitmap>
}

interface Meta {
  width: number
  height: number
  fps: number
  frames: number
}

export interface FrameOptions extends LoadOptions {
  /** Pictures are shrunk as far as they stay at least this wide; as they are when left out. */
  wantedWidth?: number
  /** Decoded only when nothing else is wanted. */
  background?: boolean
}

export interface VideoReader extends FrameReader {
  /** `[frames in chunk, height, width, 3]`, exact. */
  chunk(index: number, options?: { signal?: AbortSignal }): Promise<Uint8Array>
}

/** Lossless frames of a stored video. */
export function videoReader(ref: ValueRef, options: FrameOptions = {}): VideoReader {
  const stored = storedAs(ref, 'video')
  const meta = stored.meta as unknown as Meta // the server writes these and more
  const size = { width: meta.width, height: meta.height }
  const shrink = shrinkFor(meta.width, options.wantedWidth ?? Number.POSITIVE_INFINITY)
  const url = (index: number) => artifactUrl(stored, partName.videoChunk(index), true, options.source)
  const frames = frameReader(
    meta,
    (index) => `video ${hashOf(stored, partName.videoChunk(index))} ${shrink}`,
    (index, priority) => decodePool().run('videoFrames', { url: url(index), size, shrink }, { priority }),
    options,
  )
  return {
    ...frames,
    chunk: (index, { signal } = {}) =>
      untilAborted(
        decoded().get(
          `video ${hashOf(stored, partName.videoChunk(index))} exact`,
          () => decodePool().run('videoChunk', { url: url(index), size }),
          (bytes) => bytes.byteLength,
        ),
        signal,
      ),
  }
}

export interface MaskReader extends FrameReader {
  readonly regions: readonly string[]
  /** `[frames in chunk, height, width]` of one region. */
  chunk(region: string, index: number, options?: { signal?: AbortSignal }): Promise<Uint8Array>
  /** Share of the picture that a region covers in each frame, 0…1. */
  coverage(region: string, options?: { signal?: AbortSignal }): Promise<number[]>
}

/** Planes of a stored mask; its frames are the regions in their colours, to lay over a picture. */
export function maskReader(
  ref: ValueRef,
  options: FrameOptions & { regions?: readonly string[] } = {},
): MaskReader {
  const stored = storedAs(ref, 'mask')
  const meta = stored.meta as unknown as Meta & { regions: string[] } // as above
  const size = { width: meta.width, height: meta.height }
  const shrink = shrinkFor(meta.width, options.wantedWidth ?? Number.POSITIVE_INFINITY)
  // Large regions first, so that lips lie on the face.
  const shown = drawingOrder(options.regions ?? meta.regions)
  const colours: RegionColour[] = shown.map((region) => regionColour(region, meta.regions))
  const part = (region: string, index: number) => partName.maskChunk(meta.regions.indexOf(region), index)
  const url = (region: string, index: number) =>
    artifactUrl(stored, part(region, index), true, options.source)
  const key = (index: number) =>
    shown.map((region) => hashOf(stored, part(region, index)).slice(0, 20)).join()
  const frames = frameReader(
    meta,
    (index) => `mask ${key(index)} ${shrink}`,
    (index, priority) =>
      decodePool().run(
        'maskFrames',
        { urls: shown.map((region) => url(region, index)), colours, size, shrink },
        { priority },
      ),
    options,
  )
  return {
    ...frames,
    regions: meta.regions,
    chunk: (region, index, { signal } = {}) =>
      untilAborted(
        decoded().get(
          `plane ${hashOf(stored, part(region, index))}`,
          () => decodePool().run('bytes', { url: url(region, index) }),
          (bytes) => bytes.byteLength,
        ),
        signal,
      ),
    coverage: (region, { signal } = {}) =>
      untilAborted(
        Promise.all(
          Array.from({ length: chunkCount(meta.frames) }, (_, index) =>
            decoded().get(
              `coverage ${hashOf(stored, part(region, index))}`,
              () =>
                decodePool().run('maskCoverage', { url: url(region, index), size }, { priority: () => 0 }),
              (values) => values.length * 8,
            ),
          ),
        ).then((chunks) => chunks.flat()),
        signal,
      ),
  }
}

const DRAWN_FIRST = ['upperBody', 'face', 'hands', 'lips']

const drawingOrder = (regions: readonly string[]): string[] => {
  const rank = (region: string) => {
    const at = DRAWN_FIRST.indexOf(region)
    return at < 0 ? DRAWN_FIRST.length : at
  }
  return [...regions].sort((a, b) => rank(a) - rank(b))
}

const isDropped = (error: unknown) => error instanceof DOMException && error.name === 'AbortError'

/** When each chunk (by its key in the cache) was last asked for, by whichever reader; only those under way. */
const wantedAt = new Map<string, number>()

function frameReader(
  { width, height, fps, frames }: Meta,
  keyOf: (index: number) => string,
  decode: (index: number, priority: () => number) => Promise<ImageBitmap[]>,
  { signal, background = false }: FrameOptions,
): FrameReader {
  const chunkOf = (frame: number) => Math.floor(frame / FRAMES_PER_CHUNK)
  const priority = (index: number) => () => {
    if (signal?.aborted) return -1
    const since = performance.now() - (wantedAt.get(keyOf(index)) ?? Number.NEGATIVE_INFINITY)
    if (background) return 0
    return since > FORGET_MS ? -1 : FORGET_MS - since
  }
  const load = (index: number) =>
    decoded().get(
      keyOf(index),
      () => decode(index, priority(index)).finally(() => wantedAt.delete(keyOf(index))),
      bitmapBytes,
    )
  const clamp = (frame: number) => Math.max(0, Math.min(frames - 1, Math.floor(frame)))
  return {
    width,
    height,
    fps,
    frames,
    peek(frame) {
      const at = clamp(frame)
      return decoded().peek<ImageBitmap[]>(keyOf(chunkOf(at)))?.[at % FRAMES_PER_CHUNK]
    },
    want(frame, ahead, onChange) {
      const count = chunkCount(frames)
      const first = chunkOf(clamp(frame))
      const now = performance.now()
      for (let k = 0; k <= Math.min(ahead, count - 1); k++) {
        const index = (first + k) % count // round the end: clips loop
        if (decoded().peek(keyOf(index))) continue
        const earlier = wantedAt.get(keyOf(index)) ?? 0
        wantedAt.set(keyOf(index), Math.max(earlier, now - k))
        load(index).then(
          () => onChange?.(),
          (error) => onChange?.(isDropped(error) ? undefined : error),
        )
      }
    },
    async frame(frame, { signal } = {}) {
      const at = clamp(frame)
      const index = chunkOf(at)
      if (!decoded().peek(keyOf(index))) wantedAt.set(keyOf(index), Number.POSITIVE_INFINITY)
      const pictures = await untilAborted(load(index), signal)
      return pictures[at - chunkRange(index, frames).start]
    },
  }
}
