import type { CancelSignal } from '../../core/define-node'
import { FRAMES_PER_CHUNK, type VideoValue } from '../../core/values'
import { frameStream } from './frame-stream'
import {
  type PictureDifference,
  peakSignalToNoise,
  pictureDifference,
  structuralSimilarity,
} from './picture-difference'

export interface Comparison {
  /** Frames of A that B has a frame for. */
  frames: number
  /** Mean absolute difference over pixels, channels and frames, levels 0–255. */
  meanAbsolute: number
  /** dB; null when the videos are equal. */
  psnr: number | null
  /** Mean over frames. */
  similarity: number
  /** The first frame of A, from 0, where a channel of a pixel differs by more than the tolerance; null when none does. */
  firstDifferent: number | null
  /** The frame of A with the largest mean difference, and that difference. */
  worst: { frame: number; meanAbsolute: number }
  /** Mean absolute difference of successive frames, of what was compared; null for a single frame. */
  motion: { a: number | null; b: number | null }
}

export interface CompareOptions {
  tolerance: number
  signal: CancelSignal
  onFrame?(done: number, of: number): void
  /** B, as it is scaled to A. */
  onPair?(a: Uint8Array, b: Uint8Array, index: number): Promise<void>
}

/** Frames of A that lie within the length of B. */
export const overlapFrames = (a: Clip, b: Clip): number =>
  Math.max(1, Math.min(a.frames, Math.round((b.frames / b.fps) * a.fps)))

type Clip = Pick<VideoValue, 'frames' | 'fps'>

/** The frame of B that is on the screen when frame `index` of A appears. */
export const frameOfB = (index: number, a: Clip, b: Clip): number =>
  Math.min(b.frames - 1, Math.floor((index * b.fps) / a.fps + 1e-6))

/**
 * Compares two videos over their common length: by the time of A, with B scaled to the size of A (bicubic). Holds a
 * chunk of each in memory.
 */
export async function compareVideos(
  a: VideoValue,
  b: VideoValue,
  options: CompareOptions,
): Promise<Comparison> {
  const frames = overlapFrames(a, b)
  const sum = { absolute: 0, squared: 0, similarity: 0, motionA: 0, motionB: 0 }
  const found = { first: null as number | null, worst: { frame: 0, meanAbsolute: 0 } }
  const readB = frameReader(b, await scalerTo(a, b))
  const values = a.width * a.height * 3
  let before: { a: Uint8Array; b: Uint8Array } | undefined
  for await (const { index, frame } of frameStream({ ...a, frames }, options.signal)) {
    if (index >= frames) break // the last chunk may go on
    const other = await readB(frameOfB(index, a, b))
    const difference = pictureDifference(frame, other)
    note(difference, index)
    sum.similarity += structuralSimilarity(frame, other, a.width, a.height)
    if (before) {
      sum.motionA += pictureDifference(before.a, frame).absolute / values
      sum.motionB += pictureDifference(before.b, other).absolute / values
    }
    before = { a: frame, b: other }
    options.onFrame?.(index + 1, frames)
    await options.onPair?.(frame, other, index)
  }
  const steps = frames - 1
  return {
    frames,
    meanAbsolute: sum.absolute / frames / values,
    psnr: peakSignalToNoise(sum.squared / frames / values),
    similarity: sum.similarity / frames,
    firstDifferent: found.first,
    worst: found.worst,
    motion: steps > 0 ? { a: sum.motionA / steps, b: sum.motionB / steps } : { a: null, b: null },
  }

  function note({ absolute, squared, most }: PictureDifference, index: number) {
    sum.absolute += absolute
    sum.squared += squared
    if (most > options.tolerance) found.first ??= index
    if (absolute / values > found.worst.meanAbsolute) {
      found.worst = { frame: index, meanAbsolute: absolute / values }
    }
  }
}

type Scale = (frame: Uint8Array) => Promise<Uint8Array>

/** Single frames of a video, asked for in rising order; a frame that is asked for again is not scaled again. */
function frameReader(video: VideoValue, scale: Scale): (index: number) => Promise<Uint8Array> {
  const size = video.width * video.height * 3
  let chunk: { index: number; bytes: Uint8Array } | undefined
  let last: { index: number; frame: Uint8Array } | undefined
  return async (index) => {
    if (last?.index === index) return last.frame
    const wanted = Math.floor(index / FRAMES_PER_CHUNK)
    if (chunk?.index !== wanted) chunk = { index: wanted, bytes: await video.chunk(wanted) }
    const at = (index % FRAMES_PER_CHUNK) * size
    last = { index, frame: await scale(chunk.bytes.subarray(at, at + size)) }
    return last.frame
  }
}

async function scalerTo(to: VideoValue, from: VideoValue): Promise<Scale> {
  const { width, height } = from
  if (to.width === width && to.height === height) return async (frame) => frame
  const { default: sharp } = await import('sharp')
  return async (frame) =>
    await sharp(Buffer.from(frame), { raw: { width, height, channels: 3 } }) // a copy: pixels may lie on shared memory
      .resize(to.width, to.height, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer()
}
