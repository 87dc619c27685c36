const even = (size: number): number => size + (size & 1)

/**
 * Repeats the last column and row of a frame where its sizes are odd, because 4:2:0 video has even sizes only.
 *
 * @param frame `[height, width, 3]`; returned as it is when both sizes are even
 * @returns `[even height, even width, 3]`
 */
export function padToEven(frame: Uint8Array, width: number, height: number): Uint8Array {
  const [outWidth, outHeight] = [even(width), even(height)]
  if (outWidth === width && outHeight === height) return frame
  const padded = new Uint8Array(outWidth * outHeight * 3)
  for (let y = 0; y < outHeight; y++) {
    const from = Math.min(y, height - 1) * width * 3
    const to = y * outWidth * 3
    padded.set(frame.subarray(from, from + width * 3), to)
    if (outWidth > width) padded.set(frame.subarray(from + (width - 1) * 3, from + width * 3), to + width * 3)
  }
  return padded
}

export const evenSize = (width: number, height: number): { width: number; height: number } => ({
  width: even(width),
  height: even(height),
})
