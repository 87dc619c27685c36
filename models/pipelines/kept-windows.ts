import type { NetworkTensor } from '../runtime/network'

/** As many windows as 10 s of video have: a longer video holds no more than that. */
export const KEPT_WINDOWS = 32
const KEPT_BYTES = 2e9

export type PreparedWindow = Record<string, NetworkTensor>

/**
 * Keeps what the first windows were prepared as, while it fits. Steps go through all windows in the same order, so
 * dropping the oldest would drop each just before it is needed again.
 */
export function keptWindows(
  bytes = KEPT_BYTES,
  prepare: (window: readonly number[]) => Promise<PreparedWindow>,
): (window: readonly number[]) => Promise<PreparedWindow> {
  const kept = new Map<number, PreparedWindow>()
  let room = bytes
  return async (window) => {
    const [first] = window
    const found = kept.get(first)
    if (found) return found
    const made = await prepare(window)
    const size = Object.values(made).reduce((sum, { data }) => sum + data.byteLength, 0)
    if (kept.size < KEPT_WINDOWS && size <= room) {
      kept.set(first, made)
      room -= size
    }
    return made
  }
}
