/**
 * What the frames around each frame say, too: frame i with its `reach` neighbours on both sides, those before the first
 * and behind the last being the first and the last. Source: reference/stage2.md, section 15.4.
 *
 *   features [frames, perFrame]   →   [frames, 2 · reach + 1, perFrame]
 * @param perFrame numbers of a frame, such as 12 layers · 768
 */
export function audioWindows(features: Float32Array, perFrame: number, reach = 2): Float32Array {
  const frames = features.length / perFrame
  const width = 2 * reach + 1
  const windows = new Float32Array(frames * width * perFrame)
  for (let i = 0; i < frames; i++) {
    for (let j = 0; j < width; j++) {
      const from = Math.min(frames - 1, Math.max(0, i + j - reach)) * perFrame
      windows.set(features.subarray(from, from + perFrame), (i * width + j) * perFrame)
    }
  }
  return windows
}
