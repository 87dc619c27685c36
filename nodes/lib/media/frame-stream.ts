import type { CancelSignal } from '../../core/define-node'
import { chunkCount, FRAMES_PER_CHUNK, type VideoValue } from '../../core/values'

/**
 * All frames of a video in order, each `[height, width, 3]`. While a chunk is being used the next one is already
 * being read.
 *
 * @throws what `signal` throws, between two frames
 */
export async function* frameStream(
  video: VideoValue,
  signal?: CancelSignal,
): AsyncGenerator<{ index: number; frame: Uint8Array }> {
  const size = video.width * video.height * 3
  const chunks = chunkCount(video.frames)
  let ahead: Promise<Uint8Array> | null = null
  const read = (index: number): Promise<Uint8Array> | null => {
    if (index >= chunks) return null
    const chunk = video.chunk(index)
    chunk.catch(() => {}) // reported when it is awaited, unless the consumer stops before
    return chunk
  }
  ahead = read(0)
  for (let c = 0; ahead; c++) {
    const chunk: Uint8Array = await ahead
    ahead = read(c + 1)
    for (let at = 0, index = c * FRAMES_PER_CHUNK; at < chunk.length; at += size, index++) {
      signal?.throwIfAborted()
      yield { index, frame: chunk.subarray(at, at + size) }
    }
  }
}
