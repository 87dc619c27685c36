/** Frames on either side that a frame is heard with. */
const REACH = 2

/**
 * What the frames around a frame say, too: it with its `reach` neighbours on both sides, those before the first and behind
 * the last being the first and the last. Source: reference/stage2.md, section 15.4.
 *
 *   features [frames, perFrame]   →   [2 · reach + 1, perFrame]
 * @param perFrame numbers of a frame, such as 12 layers · 768
 */
export function audioWindow(
  features: Float32Array,
  perFrame: number,
  frame: number,
  reach = REACH,
): Float32Array {
  const last = features.length / perFrame - 1
  const window = new Float32Array((2 * reach + 1) * perFrame)
  for (let i = -reach; i <= reach; i++) {
    const from = Math.min(last, Math.max(0, frame + i)) * perFrame
    window.set(features.subarray(from, from + perFrame), (i + reach) * perFrame)
  }
  return window
}
