import { ModelError } from '../errors'

/** What the network was trained to see at once, and how far windows reach into each other (stage2.md §13). */
export const MMGT_WINDOWS: WindowLayout = { size: 12, overlap: 4, closed: true }

export interface WindowLayout {
  /** Frames of a window, 1 to 32. */
  size: number
  /** Frames that a window shares with the next, less than its size. */
  overlap: number
  /** The last window goes on at the first frame, as in the original; otherwise it ends with the last frame. */
  closed: boolean
}

/**
 * Windows of frame numbers that cover a video of `frames` frames; all of the same size, or one of all frames when they
 * fit in one. An open layout moves its last window back so that it ends with the video.
 */
export function contextWindows(
  frames: number,
  { size, overlap, closed }: WindowLayout = MMGT_WINDOWS,
): number[][] {
  if (!Number.isInteger(frames) || frames < 1 || size < 1 || overlap < 0 || overlap >= size) {
    throw new ModelError(
      'network/windows',
      `Windows of ${size} frames that share ${overlap}, of ${frames} frames.`,
      {
        hint: 'There must be a frame at least, and a window must be longer than what it shares.',
      },
    )
  }
  if (frames <= size) return [Array.from({ length: frames }, (_, i) => i)]
  const stride = size - overlap
  const count = Math.ceil((closed ? frames : frames - overlap) / stride)
  return Array.from({ length: count }, (_, k) => {
    const start = closed ? k * stride : Math.min(k * stride, frames - size)
    return Array.from({ length: size }, (_, i) => (start + i) % frames)
  })
}
