import { chunkRange, FRAMES_PER_CHUNK } from '../../core/values'

/** Chunks that stay in memory: 12 frames, a window of the diffusion, lie in no more; of one 1024 × 1024 they are 25 MB. */
const KEPT = 3

/**
 * Single frames of a value that comes in chunks; neighbours are usually asked for one after another.
 * @param size bytes of a frame
 */
export function frameReader(
  frames: number,
  size: number,
  chunk: (index: number) => Promise<Uint8Array>,
): (frame: number) => Promise<Uint8Array> {
  const kept = new Map<number, Promise<Uint8Array>>()
  return async (frame) => {
    const index = Math.floor(frame / FRAMES_PER_CHUNK)
    const found = kept.get(index) ?? chunk(index)
    kept.delete(index)
    kept.set(index, found)
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
    const at = (frame - chunkRange(index, frames).start) * size
    return (await found).subarray(at, at + size)
  }
}

/** Frame of a source with another rate that is nearest in time to a frame at `fps`. */
export const nearestFrame = (frame: number, fps: number, source: { fps: number; frames: number }): number =>
  Math.min(source.frames - 1, Math.round((frame * source.fps) / fps))
