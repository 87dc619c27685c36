/** What the decoding workers can do. Each task gets plain data and returns its result and what of it may move. */
import {
  coverage,
  decodeVideoChunk,
  type FrameSize,
  maskOverlay,
  type RegionColour,
  shrunk,
  toRgba,
} from './decode'
import { fetchStored } from './fetch-stored'

export interface TaskResult<T> {
  value: T
  transfer: Transferable[]
}

async function readBytes(url: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchStored(url, signal)
  if (!response.ok) {
    throw new Error(
      response.status === 404
        ? 'This result is no longer in storage. It is computed again on the next run.'
        : `The studio answered ${response.status} for a stored result.`,
    )
  }
  return new Uint8Array(await response.arrayBuffer())
}

const moved = <T extends ArrayBufferView<ArrayBuffer>>(value: T): TaskResult<T> => ({
  value,
  transfer: [value.buffer],
})

async function bitmaps(
  count: number,
  size: FrameSize,
  pixels: (index: number) => Uint8ClampedArray<ArrayBuffer>,
): Promise<TaskResult<ImageBitmap[]>> {
  const value = await Promise.all(
    Array.from({ length: count }, (_, i) =>
      createImageBitmap(new ImageData(pixels(i), size.width, size.height)),
    ),
  )
  return { value, transfer: value }
}

export const decodeTasks = {
  async bytes({ url }: { url: string }, signal: AbortSignal) {
    return moved(await readBytes(url, signal))
  },

  async floats({ url }: { url: string }, signal: AbortSignal) {
    const bytes = await readBytes(url, signal)
    return moved(new Float32Array(bytes.buffer, 0, bytes.byteLength / 4))
  },

  async picture(
    { url, size, channels, shrink }: { url: string; size: FrameSize; channels: 3 | 4; shrink: number },
    signal: AbortSignal,
  ) {
    const data = await readBytes(url, signal)
    return bitmaps(1, shrunk(size, shrink), () => toRgba(data, size, channels, shrink))
  },

  async videoChunk({ url, size }: { url: string; size: FrameSize }, signal: AbortSignal) {
    return moved(decodeVideoChunk(await readBytes(url, signal), size) as Uint8Array<ArrayBuffer>)
  },

  async videoFrames(
    { url, size, shrink }: { url: string; size: FrameSize; shrink: number },
    signal: AbortSignal,
  ) {
    const frameBytes = size.width * size.height * 3
    const frames = decodeVideoChunk(await readBytes(url, signal), size)
    return bitmaps(frames.length / frameBytes, shrunk(size, shrink), (i) =>
      toRgba(frames, size, 3, shrink, i * frameBytes),
    )
  },

  async maskFrames(
    {
      urls,
      colours,
      size,
      shrink,
    }: { urls: string[]; colours: RegionColour[]; size: FrameSize; shrink: number },
    signal: AbortSignal,
  ) {
    const regions = await Promise.all(urls.map((url) => readBytes(url, signal)))
    const pixels = size.width * size.height
    const plane = (i: number) => (bytes: Uint8Array) => bytes.subarray(i * pixels, (i + 1) * pixels)
    return bitmaps(regions.length === 0 ? 0 : regions[0].length / pixels, shrunk(size, shrink), (i) =>
      maskOverlay(regions.map(plane(i)), colours, size, shrink),
    )
  },

  async maskCoverage({ url, size }: { url: string; size: FrameSize }, signal: AbortSignal) {
    return { value: coverage(await readBytes(url, signal), size), transfer: [] }
  },

  async onsets({ samples, sampleRate }: { samples: Float32Array; sampleRate: number }, signal: AbortSignal) {
    const [{ onsetSteps }, { runStepsAsync }] = await Promise.all([
      import('../../../nodes/lib/dsp/onsets'),
      import('../../../nodes/lib/dsp/run-steps'),
    ])
    return { value: await runStepsAsync(onsetSteps(samples, sampleRate), { signal }), transfer: [] }
  },
}

export type DecodeTasks = typeof decodeTasks
export type TaskName = keyof DecodeTasks
export type TaskPayload<K extends TaskName> = Parameters<DecodeTasks[K]>[0]
export type TaskValue<K extends TaskName> = Awaited<ReturnType<DecodeTasks[K]>>['value']

export type WorkerRequest = { id: number; name: TaskName; payload: unknown } | { id: number; abort: true }
export type WorkerReply = { id: number; value: unknown } | { id: number; message: string; aborted: boolean }
